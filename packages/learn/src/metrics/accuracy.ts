// The share of right labels.

/**
 * The share of equal labels, 0 to 1.
 *
 * @param yTrue - [n], at least one.
 * @param yPred - [n]
 */
export function accuracyScore(yTrue: ArrayLike<unknown>, yPred: ArrayLike<unknown>): number {
  let hits = 0;
  for (let row = 0; row < yTrue.length; row++) if (yTrue[row] === yPred[row]) hits++;
  return hits / yTrue.length;
}
