// The report of a training: one HTML page that needs nothing else, with the figures and the charts as SVG.

import { summaryRows } from './format-summary.js';
import type { Training } from './train-model.js';

/** A chart with its heading. */
export interface ReportChart {
  readonly title: string;
  readonly svg: string;
}

/** The page. */
export function reportPage(training: Training, charts: readonly ReportChart[]): string {
  const title = `${training.summary.target}: ${training.summary.task}`;
  const rows = summaryRows(training.summary).map(
    ([name, value]) => `<tr><th>${escaped(name)}</th><td>${escaped(value)}</td></tr>`,
  );
  const counts = training.test?.confusion ?? null;
  const confusion = counts === null ? '' : confusionTable(counts, training.summary.classes ?? []);
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
.confusion td { text-align: right; padding: 0.3rem 0.8rem; }
.confusion th { padding: 0.3rem 0.8rem; }
</style>
</head>
<body>
<h1>${escaped(title)}</h1>
<table>
${rows.join('\n')}
</table>
${confusion}
${figures.join('\n')}
</body>
</html>
`;
}

/** Labels beyond this many make no table that anybody reads. */
const MOST_LABELS = 30;

/** True labels in rows, predicted ones in columns; the darker a cell, the larger its share of the row. */
function confusionTable(counts: readonly (readonly number[])[], classes: readonly unknown[]): string {
  if (classes.length > MOST_LABELS) return '';
  const names = classes.map((label) => `<th>${escaped(String(label))}</th>`);
  const rows = counts.map((row, index) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    const cells = row.map((count) => {
      const share = total === 0 ? 0 : count / total;
      return `<td style="background: rgb(70 130 180 / ${(0.7 * share).toFixed(2)})">${count}</td>`;
    });
    return `<tr>${names[index]}${cells.join('')}</tr>`;
  });
  return `<h2>Confusion matrix, test rows</h2>
<table class="confusion">
<tr><th>true ↓ predicted →</th>${names.join('')}</tr>
${rows.join('\n')}
</table>`;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => entities[character]!);
}
