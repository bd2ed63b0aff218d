// The report as text.

import type { CircuitFigures } from './circuit-report.js';
import type { LayerReport } from './layer-report.js';

/** Columns of the table of layers, for text and page alike. */
export const layerColumns: readonly (readonly [heading: string, cell: (layer: LayerReport) => string])[] = [
  ['layer', (layer) => layer.name],
  ['shape', (layer) => `${layer.inputs}→${layer.rows}`],
  ['non-zeros', (layer) => String(layer.nonZeros)],
  ['most/row', (layer) => String(layer.largestRow)],
  ['Ω', (layer) => String(layer.omega ?? '–')],
  ['bits exact', (layer) => String(layer.exactBits ?? '–')],
  ['observed', (layer) => String(layer.observedBits ?? '–')],
  ['norm', (layer) => layer.norm.toFixed(1)],
  ['table bits', (layer) => String(layer.tableBits ?? '–')],
  ['entries', (layer) => String(layer.tableEntries ?? '–')],
  ['tables', (layer) => (layer.tables === 0 ? '–' : String(layer.tables))],
  ['noise', (layer) => layer.noiseSteps?.toFixed(2) ?? '–'],
  ['p(overflow)', (layer) => formatLog2(layer.overflowLog2)],
  ['PBS', (layer) => String(layer.bootstraps)],
];

/** What holds of the whole circuit, as pairs of name and value. */
export function totals(figures: CircuitFigures): readonly (readonly [name: string, value: string])[] {
  const { parameters, bytes, seconds } = figures;
  return [
    ['bootstraps a sample', `${figures.pbs} PBS`],
    ['products a sample', `${figures.macs} MACs`],
    ['widest table input', `${figures.accumulatorBits} bits`],
    ['widest integer sum', `${figures.integerBits} bits`],
    ['parameters', parameters.name],
    ['security', `${parameters.securityBits} bits`],
    ['p(overflow) per PBS', `at most ${formatLog2(parameters.pErrorLog2)}`],
    ['p(overflow) per sample', formatLog2(figures.overflowLog2)],
    ['label changes expected', `${(100 * figures.simulatedLabelFlips).toPrecision(2)} %`],
    ['evaluation key', formatBytes(bytes.evaluationKey)],
    ['secret key', formatBytes(bytes.secretKey)],
    ['request a sample', formatBytes(bytes.request)],
    ['response a sample', formatBytes(bytes.response)],
    ['server circuit', formatBytes(bytes.circuit)],
    ['memory of the server', formatBytes(figures.memoryBytes)],
    ['seconds a sample', `${seconds.perSample.toPrecision(2)} s: ${secondsSource(seconds)}`],
  ];
}

/** The report for a terminal. */
export function formatReport(figures: CircuitFigures): string {
  const table = [
    layerColumns.map(([heading]) => heading),
    ...figures.layers.map((layer) => layerColumns.map(([, cell]) => cell(layer))),
  ];
  const names = totals(figures);
  const width = Math.max(...names.map(([name]) => name.length));
  return [formatTable(table), '', ...names.map(([name, value]) => `${name.padEnd(width)}  ${value}`)].join(
    '\n',
  );
}

function secondsSource({
  bootstraps,
  linear,
  machine,
  threads,
  isMeasured,
}: CircuitFigures['seconds']): string {
  const parts = `bootstraps ${bootstraps.toPrecision(2)}, linear layers ${linear.toPrecision(2)}`;
  const source = isMeasured ? `measured on ${machine}` : `as on ${machine}, not measured here`;
  return `${parts}; ${threads} threads, ${source}`;
}

function formatTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join('  ')).join('\n');
}

function formatLog2(log2: number | null): string {
  if (log2 === null) return '–';
  return log2 === Number.NEGATIVE_INFINITY ? '0' : `2^${log2.toFixed(0)}`;
}

function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
