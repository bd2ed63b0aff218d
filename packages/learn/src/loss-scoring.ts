// The loss that a net is trained on, as a score of any rows.

import { noGrad, type Tensor } from '@tacit/tensor';
import type { Net } from './callbacks/net.js';
import type {
  Awaitable,
  Batch,
  Criterion,
  DataLoaderLike,
  DatasetLike,
  Inputs,
  ModuleOutput,
  Target,
} from './components.js';
import { ComponentError, ParameterError } from './errors.js';
import type { CheckedData } from './net/index.js';
import { isStream } from './stream.js';
import type { Features, Targets } from './validate-input.js';

/** What is used of a net; every net of this package has it. */
export interface LossNet {
  readonly criterion_: Criterion;
  checkData(X: Features | DatasetLike, y: Targets | null, isFresh: boolean): CheckedData;
  datasetOf(data: CheckedData): DatasetLike;
  getIterator(dataset: DatasetLike, training: boolean): DataLoaderLike;
  evaluationStep(batch: Batch<Inputs>): Awaitable<ModuleOutput>;
  getLoss(yPred: ModuleOutput, yTrue: Target | null, X: Inputs, training: boolean): Tensor;
}

/**
 * The loss of fitted nets on rows, with the criterion of the training, in evaluation mode: the mean over all rows (whatever the
 * batches), or the sum for a criterion that sums. Usable as `scoring` of `EpochScoring`.
 *
 * @throws NotFittedError; ParameterError `PARAMETER_VALUE` for a `reduction` that is none of 'mean', 'sum', 'none'.
 * @example await lossScoring(net, XTest, yTest); // 0.31
 */
export async function lossScoring(
  net: Net | LossNet,
  X: Features | DatasetLike,
  y: Targets | readonly unknown[] | null = null,
): Promise<number> {
  const { reduction, batches } = await lossesOf(net as LossNet, X, y as Targets | null);
  const rows = batches.reduce((sum, { size }) => sum + size, 0);
  const total = (weight: (size: number) => number) =>
    batches.reduce((sum, { losses, size }) => sum + meanOf(losses) * weight(size), 0);
  return reduction === 'sum' ? total(() => 1) : total((size) => size / rows);
}

/**
 * The loss of each row, for a criterion that does not reduce; of several outputs, their mean.
 *
 * @throws ComponentError `LOSS_REDUCED` for one that does.
 */
export async function lossPerRow(
  net: Net | LossNet,
  X: Features | DatasetLike,
  y: Targets | readonly unknown[] | null = null,
): Promise<number[]> {
  const { batches } = await lossesOf(net as LossNet, X, y as Targets | null);
  return batches.flatMap(({ losses, size }) => {
    if (losses.length % size !== 0 || (losses.length === 1 && size > 1)) throw reducedAlready();
    const width = losses.length / size;
    return Array.from({ length: size }, (_, row) => meanOf(losses.slice(row * width, (row + 1) * width)));
  });
}

interface BatchLosses {
  /** One number, or one for each row and output. */
  readonly losses: readonly number[];
  readonly size: number;
}

async function lossesOf(
  net: LossNet,
  X: Features | DatasetLike,
  y: Targets | null,
): Promise<{ readonly reduction: string; readonly batches: readonly BatchLosses[] }> {
  const reduction = checkedReduction(net.criterion_);
  if (isStream(X)) throw streamGiven();
  const data = net.checkData(X, y, false);
  const batches: BatchLosses[] = [];
  for await (const batch of net.getIterator(net.datasetOf(data), false)) {
    const output = await net.evaluationStep(batch);
    const loss = noGrad(() => net.getLoss(output, batch.y, batch.X, false));
    batches.push({ losses: [...loss.data], size: batch.size });
  }
  return { reduction, batches };
}

// A criterion of the user's own that says nothing gives a mean, as most do.
function checkedReduction(criterion: Criterion): string {
  const { reduction = 'mean' } = criterion as { readonly reduction?: unknown };
  if (reduction === 'mean' || reduction === 'sum' || reduction === 'none') return reduction;
  throw new ParameterError(`The reduction of the criterion is ${String(reduction)}.`, {
    code: 'PARAMETER_VALUE',
    got: String(reduction),
    expected: "'mean', 'sum' or 'none'",
    hint: '',
  });
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function reducedAlready(): ComponentError {
  return new ComponentError('The criterion gives one loss for all rows of a batch.', {
    code: 'LOSS_REDUCED',
    got: 'one number a batch',
    expected: 'one loss a row',
    hint: "Build the net with criterion__reduction: 'none'.",
  });
}

function streamGiven(): ComponentError {
  return new ComponentError('The loss of a stream cannot be scored.', {
    code: 'STREAM_ROWS',
    got: 'a stream',
    expected: 'rows in memory',
    hint: 'Score chunk by chunk, and average by their numbers of rows.',
  });
}
