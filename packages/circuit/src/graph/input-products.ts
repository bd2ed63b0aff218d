// The first layer's integer sums, which most of the arithmetic of a wide net goes into and which all variants of a circuit
// share: rounded output weights, other scales, other parameters.

import { type IntegerMatrix, multiply } from '../spec/index.js';

/** Gives [samples, rows] products of a matrix with input levels, [samples, columns]. */
export type InputProducts = (
  weights: IntegerMatrix,
  levels: ArrayLike<number>,
  samples: number,
) => Float64Array;

/** Products of more numbers than this are computed anew: 128 MiB. */
const mostNumbers = 2 ** 24;

/**
 * Products that are computed once for each pair of matrix and levels. For as long as it is used, neither may change; what it
 * gives may not be written to.
 */
export function keptProducts(): InputProducts {
  const kept = new WeakMap<IntegerMatrix, Map<ArrayLike<number>, Float64Array>>();
  return (weights, levels, samples) => {
    if (weights.rows * samples > mostNumbers) return multiply(weights, levels, samples);
    const ofWeights = kept.get(weights) ?? new Map<ArrayLike<number>, Float64Array>();
    kept.set(weights, ofWeights);
    const products = ofWeights.get(levels) ?? multiply(weights, levels, samples);
    ofWeights.set(levels, products);
    return products;
  };
}
