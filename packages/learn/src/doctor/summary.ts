// What is kept of the many numbers of a layer at one step: enough to see whether they vanish, explode or die.

/** Statistics and histogram of some numbers. */
export interface Summary {
  readonly count: number;
  /** Mean, standard deviation (of all, not of a sample), smallest and largest of the finite numbers; NaN without any. */
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  /** Share of exact zeros: units that are off. */
  readonly zeros: number;
  /** How many numbers are NaN or infinite. */
  readonly nonFinite: number;
  /** Counts of equal bins from `min` to `max`. */
  readonly histogram: readonly number[];
}

const BINS = 32;

export function summarize(values: Float32Array): Summary {
  let [count, sum, min, max, zeros] = [0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    count++;
    sum += value;
    if (value < min) min = value;
    if (value > max) max = value;
    if (value === 0) zeros++;
  }
  const mean = sum / count;
  return {
    count: values.length,
    mean,
    std: deviation(values, mean, count),
    min: count === 0 ? Number.NaN : min,
    max: count === 0 ? Number.NaN : max,
    zeros: zeros / values.length,
    nonFinite: values.length - count,
    histogram: histogramOf(values, min, max),
  };
}

/** Standard deviation of numbers, all of them taken to be finite. */
export function standardDeviation(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return deviation(values, sum / values.length, values.length);
}

function deviation(values: Float32Array, mean: number, count: number): number {
  let squares = 0;
  for (const value of values) if (Number.isFinite(value)) squares += (value - mean) ** 2;
  return Math.sqrt(squares / count);
}

function histogramOf(values: Float32Array, min: number, max: number): number[] {
  const bins = new Array<number>(BINS).fill(0);
  const width = max > min ? (max - min) / BINS : 1;
  for (const value of values) {
    if (Number.isFinite(value)) bins[Math.min(BINS - 1, Math.floor((value - min) / width))]!++;
  }
  return bins;
}
