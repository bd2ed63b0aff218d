// What accuracy costs: nets of falling width with their scores, as a table and a plot.

import type { PlotFormat, PlotOptions, Plotted } from '../plots/render.js';

/** One net that was measured. */
export interface FrontierPoint {
  /** Neurons or filters of each hidden layer. */
  readonly widths: readonly number[];
  /** Programmable bootstraps a sample. */
  readonly pbs: number;
  /** Accuracy or R² on rows set aside. */
  readonly score: number;
  /** Estimated seconds of an encrypted sample; null where nothing estimates them. */
  readonly secondsPerSample: number | null;
}

/** The nets in the order they were measured, the widest first. */
export class Frontier {
  readonly points: readonly FrontierPoint[];

  constructor(points: readonly FrontierPoint[]) {
    this.points = points;
  }

  /** A line a net: bootstraps, widths, score, seconds. */
  toTable(): string {
    const rows = this.points.map(({ pbs, widths, score, secondsPerSample }) => [
      String(pbs),
      widths.join('-') || 'linear',
      score.toFixed(4),
      secondsPerSample === null ? '' : secondsPerSample.toPrecision(2),
    ]);
    const table = [['PBS', 'hidden', 'score', 's/sample'], ...rows];
    const width = (column: number) => Math.max(...table.map((cells) => cells[column]!.length));
    return table
      .map((cells) => cells.map((cell, column) => cell.padStart(width(column))).join('  '))
      .map((line) => line.trimEnd())
      .join('\n');
  }

  /** Score over bootstraps, on a logarithmic axis. */
  async plot<F extends PlotFormat = 'svg'>(options: PlotOptions<F> = {}): Promise<Plotted<F>> {
    const { renderChart } = await import('../plots/render.js');
    const data = this.points.map(({ pbs, score, widths }) => ({
      pbs: Math.max(1, pbs),
      score,
      hidden: widths.join('-'),
    }));
    const x = { field: 'pbs', type: 'quantitative', scale: { type: 'log' }, title: 'bootstraps a sample' };
    const y = { field: 'score', type: 'quantitative', scale: { zero: false }, title: 'score' };
    const panel = { mark: { type: 'line', point: true, tooltip: true }, encoding: { x, y } };
    return renderChart({ data, panels: [panel] }, options);
  }
}
