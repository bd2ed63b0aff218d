// How near predicted numbers are to the true ones.

/**
 * R², the share of the targets' variance that predictions explain; the mean over columns. 1 is perfect, 0 as good as the mean,
 * below 0 worse. A column without variance counts 1 if predicted exactly, else 0, as in scikit-learn.
 *
 * @param yTrue - [n] numbers, or [n] rows of numbers; n of at least 2, else NaN.
 * @param yPred - of the same form.
 */
export function r2Score(
  yTrue: readonly (number | readonly number[])[],
  yPred: readonly (number | readonly number[])[],
): number {
  if (yTrue.length < 2) return Number.NaN;
  const columns = columnsOf(yTrue);
  const predicted = columnsOf(yPred);
  const scores = columns.map((column, index) => r2OfColumn(column, predicted[index]!));
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** The mean of squared differences, over all rows and columns. */
export function meanSquaredError(
  yTrue: readonly (number | readonly number[])[],
  yPred: readonly (number | readonly number[])[],
): number {
  const [truth, guess] = [yTrue.flat() as number[], yPred.flat() as number[]];
  return truth.reduce((sum, value, index) => sum + (value - guess[index]!) ** 2, 0) / truth.length;
}

function columnsOf(rows: readonly (number | readonly number[])[]): number[][] {
  const first = rows[0]!;
  if (typeof first === 'number') return [rows as number[]];
  return first.map((_, column) => (rows as readonly (readonly number[])[]).map((row) => row[column]!));
}

function r2OfColumn(truth: readonly number[], guess: readonly number[]): number {
  const mean = truth.reduce((sum, value) => sum + value, 0) / truth.length;
  const unexplained = truth.reduce((sum, value, row) => sum + (value - guess[row]!) ** 2, 0);
  const variance = truth.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  if (variance === 0) return unexplained === 0 ? 1 : 0;
  return 1 - unexplained / variance;
}
