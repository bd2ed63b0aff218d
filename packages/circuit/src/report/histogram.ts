// Counts of values in bins of equal width, small enough for a report.

/** How many values lie in each bin; bin i reaches from low + i · width to the next, the last one includes its end. */
export interface Histogram {
  readonly low: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/**
 * Histogram of finite values with at most `bins` bins. Integers get bins of whole width with the integers in their middle,
 * so that none is counted twice as often as its neighbor.
 */
export function histogramOf(values: Int32Array | Float64Array, bins = 41): Histogram {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let isIntegral = true;
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
    isIntegral &&= Number.isInteger(value);
  }
  if (values.length === 0) return { low: 0, width: 1, counts: [] };
  const { low, width, count } = isIntegral
    ? integerBins(least, most, bins)
    : { low: least, width: (most - least) / bins || 1, count: most === least ? 1 : bins };
  const counts = new Array<number>(count).fill(0);
  for (const value of values) counts[Math.min(count - 1, Math.floor((value - low) / width))]!++;
  return { low, width, counts };
}

function integerBins(least: number, most: number, bins: number) {
  const width = Math.ceil((most - least + 1) / bins);
  return { low: least - 0.5, width, count: Math.ceil((most - least + 1) / width) };
}
