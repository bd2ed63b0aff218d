// Averages what was recorded for each batch into a value for the epoch: how losses reach the history.

import { BestSoFar } from './best-so-far.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link PassthroughScoring}. */
export type PassthroughScoringOptions = {
  /** Key of the batch records, and of the epoch record written. */
  name: string;
  /** Which direction `<name>_best` calls better; null records no such flag. true: losses are the usual case. */
  lowerIsBetter: boolean | null;
  /** Whether the value is one of the training batches. false: of the validation batches. */
  onTrain: boolean;
};

/**
 * Records the mean over the batches of the epoch, weighted by their sizes, under `name`, and whether it is the best so far
 * under `<name>_best`. Batches without the value are left out; without any, nothing is recorded.
 */
export class PassthroughScoring extends Callback<PassthroughScoringOptions> {
  static readonly defaults = { name: 'train_loss', lowerIsBetter: true, onTrain: false };
  #best = new BestSoFar();

  override initialize(): void {
    this.#best = new BestSoFar();
  }

  override onTrainBegin(net: Net): void {
    this.#best.restore(net.history, this.options.name);
  }

  override onEpochEnd(net: Net): void {
    const { name, lowerIsBetter, onTrain } = this.options;
    const mean = weightedMean(
      net.history.last().batches,
      name,
      onTrain ? 'train_batch_size' : 'valid_batch_size',
    );
    if (mean === null) return;
    net.history.record(name, mean);
    if (lowerIsBetter !== null) net.history.record(`${name}_best`, this.#best.update(mean, lowerIsBetter));
  }
}

/** Mean of `key` weighted by `sizeKey`, over the records that have both; null if none has. */
export function weightedMean(
  batches: readonly Readonly<Record<string, unknown>>[],
  key: string,
  sizeKey: string,
): number | null {
  let sum = 0;
  let rows = 0;
  for (const batch of batches) {
    const value = batch[key];
    const size = batch[sizeKey];
    if (typeof value !== 'number' || typeof size !== 'number') continue;
    sum += value * size;
    rows += size;
  }
  return rows === 0 ? null : sum / rows;
}
