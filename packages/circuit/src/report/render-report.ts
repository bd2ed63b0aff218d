// The report as a page of its own: tables, and per layer what its weights and accumulators look like.

import { renderChart } from '@tacit/learn';
import type { CircuitFigures } from './circuit-report.js';
import { layerColumns, totals } from './format-report.js';
import type { Histogram } from './histogram.js';
import type { LayerReport } from './layer-report.js';

/** An HTML document that needs nothing else: no script, no font, no picture from elsewhere. */
export async function renderReport(figures: CircuitFigures, title: string): Promise<string> {
  const charts = await Promise.all(figures.layers.map(renderLayer));
  const heads = layerColumns.map(([heading]) => `<th scope="col">${escapeHtml(heading)}</th>`).join('');
  const rows = figures.layers.map((layer) => {
    const cells = layerColumns.map(([, cell]) => `<td>${escapeHtml(cell(layer))}</td>`).join('');
    return `<tr>${cells}</tr>`;
  });
  const facts = totals(figures).map(
    ([name, value]) => `<tr><th scope="row">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${styles}</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p class="key">${figures.pbs} bootstraps and ${figures.macs} products a sample · ${figures.parameters.securityBits}-bit security · ${escapeHtml(figures.parameters.name)}</p>
<h2>Layers</h2>
<div class="wide"><table class="layers"><thead><tr>${heads}</tr></thead><tbody>${rows.join('')}</tbody></table></div>
<p class="note">Bits exact: of the sums over every input that could occur; observed: on the calibration rows. Noise is in accumulator steps.</p>
<h2>In all</h2>
<table class="totals"><tbody>${facts.join('')}</tbody></table>
<h2>Weights and accumulators</h2>
<div class="charts">${charts.map((chart) => `<figure>${chart}</figure>`).join('\n')}</div>
</body>
</html>
`;
}

const styles = `
body { font: 15px/1.5 system-ui, sans-serif; color: #222; background: #fff; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin-bottom: 0; } h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; }
.key { color: #555; margin-top: .25rem; } .note { color: #555; font-size: .85rem; }
.wide { overflow-x: auto; font-size: .9rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .25rem .5rem; text-align: right; border-bottom: 1px solid #e5e5e5; white-space: nowrap; }
thead th { border-bottom: 2px solid #999; }
.layers th:first-child, .layers td:first-child, .totals th, .totals td { text-align: left; }
.totals th { font-weight: normal; color: #555; } .totals td { white-space: normal; }
.charts { display: grid; grid-template-columns: repeat(auto-fill, minmax(26rem, 1fr)); gap: 1rem; }
figure { margin: 0; } figure svg { max-width: 100%; height: auto; }
`;

function renderLayer(layer: LayerReport): Promise<string> {
  const sums = layer.bootstraps === 0 ? 'output' : 'accumulator';
  const panels = [
    histogramPanel('weights', 'weight (zeros left out)', '#4c78a8'),
    histogramPanel('accumulators', `${sums} on calibration rows`, '#f58518'),
  ];
  const data = [...bars('weights', layer.weights), ...bars('accumulators', layer.accumulators)];
  return renderChart({ panels, data }, { format: 'svg', width: 360, height: 110, title: layer.name });
}

function histogramPanel(kind: string, title: string, color: string): object {
  return {
    transform: [{ filter: `datum.kind === '${kind}'` }],
    mark: { type: 'bar', color },
    encoding: {
      x: { field: 'from', bin: 'binned', type: 'quantitative', title },
      x2: { field: 'to' },
      y: { field: 'count', type: 'quantitative', title: 'count' },
    },
  };
}

function bars(kind: string, { low, width, counts }: Histogram): object[] {
  return counts.map((count, i) => ({ kind, from: low + i * width, to: low + (i + 1) * width, count }));
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
