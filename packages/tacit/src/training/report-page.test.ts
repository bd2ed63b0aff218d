import { expect, it } from 'vitest';
import { reportPage } from './report-page.js';
import type { TrainingSummary } from './train-model.js';

const summary: TrainingSummary = {
  task: 'classification',
  target: '<script>',
  rows: { train: 3, test: 2 },
  columns: { numeric: 1, categorical: 0, boolean: 0 },
  classes: ['a & b', 'c'],
  layers: null,
  pbs: null,
  epochs: 1,
  stopReason: null,
  metrics: { train: { accuracy: 1 }, test: { accuracy: 0.5 } },
  baseline: 0.5,
  seconds: 0.1,
};

it('shows figures and charts, and lets no text of the data become markup', () => {
  const page = reportPage(summary, [{ title: 'Training', svg: '<svg/>' }]);
  expect(page).toContain('<h2>Training</h2>\n<figure><svg/></figure>');
  expect(page).toContain('a &amp; b, c');
  expect(page).toContain('&lt;script&gt;: classification');
  expect(page).not.toContain('<script>');
  expect(page).toContain('<tr><th>test accuracy</th><td>50.0 %</td></tr>');
});
