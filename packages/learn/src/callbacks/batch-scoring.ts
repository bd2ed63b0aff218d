// One score a batch, and their mean for the epoch.

import type { Target } from '../components.js';
import type { Scorer } from '../metrics/scorer.js';
import { BestSoFar } from './best-so-far.js';
import { type BatchEndRecord, Callback } from './callback.js';
import type { Net } from './net.js';
import { weightedMean } from './passthrough-scoring.js';
import { recordedScorer } from './scorer-options.js';

/** Options of {@link BatchScoring}; as those of {@link EpochScoring}. */
export type BatchScoringOptions = {
  /** The name of a metric ('accuracy'), a function of net, data and targets, or null for `net.score`. */
  scoring: string | Scorer<Net> | null;
  /** Which direction `<name>_best` calls better; null records no such flag. 'auto' knows it for metrics by name. */
  lowerIsBetter: boolean | null | 'auto';
  /** Whether to score training batches. false: validation batches. */
  onTrain: boolean;
  /** Key of the history. null: the metric's name, the function's name, or 'score'. */
  name: string | null;
  /**
   * Whether to score the outputs that the step computed, which costs nothing, instead of computing them again with the weights
   * after the step, in evaluation mode. true. `useCaching` of the net wins.
   */
  useCaching: boolean;
};

/**
 * Records a score of each batch under its name in the batch's record, and at the end of the epoch their mean, weighted by the
 * sizes of the batches, and whether it is the best so far under `<name>_best`.
 *
 * @throws ParameterError `SCORING_UNKNOWN` (as the cause of `CALLBACK_FAILED`) when no metric has the name.
 */
export class BatchScoring extends Callback<BatchScoringOptions> {
  static readonly defaults = {
    scoring: null,
    lowerIsBetter: 'auto',
    onTrain: false,
    name: null,
    useCaching: true,
  };
  #best = new BestSoFar();
  #isCaching = true;

  override initialize(): void {
    this.#best = new BestSoFar();
  }

  override onTrainBegin(net: Net): void {
    this.#best.restore(net.history, recordedScorer(this.options).name);
  }

  override onEpochBegin(net: Net): void {
    const { useCaching } = net.getParams(false) as { useCaching?: unknown };
    this.#isCaching = typeof useCaching === 'boolean' ? useCaching : this.options.useCaching;
  }

  // Not async itself: a batch of the other kind costs no promise.
  override onBatchEnd(net: Net, record: BatchEndRecord): Promise<void> | undefined {
    return record.training === this.options.onTrain ? this.#score(net, record) : undefined;
  }

  override onEpochEnd(net: Net): void {
    const { name, lowerIsBetter } = recordedScorer(this.options);
    const sizeKey = this.options.onTrain ? 'train_batch_size' : 'valid_batch_size';
    const mean = weightedMean(net.history.last().batches, name, sizeKey);
    if (mean === null) return;
    net.history.record(name, mean);
    if (lowerIsBetter !== null) net.history.record(`${name}_best`, this.#best.update(mean, lowerIsBetter));
  }

  async #score(net: Net, { batch, yPred }: BatchEndRecord): Promise<void> {
    const { scorer, name } = recordedScorer(this.options);
    const { X } = batch;
    const run = async () => scorer(net, X, targetsOf(net, batch.y));
    const score = this.#isCaching ? await net.withCachedOutputs(X, [yPred.detach()], run) : await run();
    net.history.recordBatch(name, score);
  }
}

function targetsOf(net: Net, y: Target | null): readonly unknown[] {
  return y === null ? [] : net.decodeTargets(y);
}
