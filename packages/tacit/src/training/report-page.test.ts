import { expect, it } from 'vitest';
import { reportPage } from './report-page.js';
import type { Training } from './train-model.js';

const summary: Training['summary'] = {
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
const test = {
  X: {},
  y: [],
  scores: {},
  predictions: [],
  confusion: [
    [1, 0],
    [1, 0],
  ],
};

it('shows figures, counts and charts, and lets no text of the data become markup', () => {
  const page = reportPage({ summary, test } as unknown as Training, [{ title: 'Training', svg: '<svg/>' }]);
  expect(page).toContain('<figure><svg/></figure>');
  expect(page).toContain('<th>a &amp; b</th>');
  expect(page).toContain('&lt;script&gt;: classification');
  expect(page).not.toContain('<script>');
  expect(page).toContain('<td>50.0 %</td>');
  expect(page.match(/<td style="background: rgb\(70 130 180 \/ 0\.70\)">1</g)).toHaveLength(2);
});

it('has no table of counts for a regression, or without test rows', () => {
  const page = reportPage({ summary, test: null } as unknown as Training, []);
  expect(page).not.toContain('Confusion');
});
