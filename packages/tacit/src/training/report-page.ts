// The report of a training: one HTML page that needs nothing else, with the figures and the charts as SVG.

import { summaryRows } from './format-summary.js';
import type { TrainingSummary } from './train-model.js';

/** A chart with its heading. */
export interface ReportChart {
  readonly title: string;
  readonly svg: string;
}

/** The page. */
export function reportPage(summary: TrainingSummary, charts: readonly ReportChart[]): string {
  const title = `${summary.target}: ${summary.task}`;
  const rows = summaryRows(summary).map(
    ([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const figures = charts.map(
    ({ title: heading, svg }) => `<h2>${escaped(heading)}</h2>\n<figure>${svg}</figure>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>${escaped(title)}</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem; color: #1a1a1a; }
th { text-align: left; font-weight: normal; color: #555; padding-right: 2rem; vertical-align: top; }
figure { margin: 0; overflow-x: auto; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<table>
${rows.join('\n')}
</table>
${figures.join('\n')}
</body>
</html>
`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}
