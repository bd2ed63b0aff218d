// The table at the end of the demo.

import { percent, textTable } from '../commands/text-table.js';
import type { DemoResult } from './run-demo.js';

/** The result as two aligned columns. */
export function formatDemoResult(result: DemoResult): string {
  const { accuracy, bytes, seconds, parameters } = result;
  const rows: [string, string][] = [
    ['data set', result.dataset],
    ['accuracy, float twin', percent(accuracy.float)],
    ['accuracy, quantised, in the clear', percent(accuracy.quantised)],
    [`accuracy, encrypted (${result.samples} rows)`, percent(accuracy.encrypted)],
    [
      'encrypted labels equal to clear',
      `${Math.round(result.agreement * result.samples)} of ${result.samples}`,
    ],
    ['layers', result.layers.join(' → ')],
    ['bootstraps (PBS) a sample', String(result.pbs)],
    ['accumulator bits (table input)', String(result.accumulatorBits)],
    ['integer bits (sums)', String(result.integerBits)],
    ['parameter set', parameters.name],
    ['security', `${parameters.securityBits} bits`],
    ['failure probability, a PBS', `2^${parameters.pErrorLog2.toFixed(0)}`],
    ['evaluation key', formatBytes(bytes.evaluationKey)],
    ['request, a sample', formatBytes(bytes.request)],
    ['response, a sample', formatBytes(bytes.response)],
    ['training', `${seconds.train.toFixed(1)} s`],
    ['compiling', `${seconds.compile.toFixed(1)} s`],
    ['making keys', `${seconds.keygen.toFixed(1)} s`],
    ['encrypted prediction, a sample', `${seconds.perSample.toFixed(3)} s (median)`],
    ['threads', String(result.threads)],
  ];
  return textTable(rows);
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
