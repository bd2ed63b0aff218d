// One score an epoch, on the validation rows or on the training rows.

import type { Tensor } from '@tacit/tensor';
import type { Batch, DatasetLike, Target } from '../components.js';
import type { Scorer } from '../metrics/scorer.js';
import { BestSoFar } from './best-so-far.js';
import { type BatchEndRecord, Callback, type EpochHookRecord } from './callback.js';
import type { Net } from './net.js';
import { recordedScorer } from './scorer-options.js';

/** Options of {@link EpochScoring}. */
export type EpochScoringOptions = {
  /** The name of a metric ('accuracy'), a function of net, data and targets, or null for `net.score`. */
  scoring: string | Scorer<Net> | null;
  /**
   * Which direction `<name>_best` calls better; null records no such flag. 'auto' knows it for metrics by name and for
   * `net.score`, and takes lower for a function, as skorch does.
   */
  lowerIsBetter: boolean | null | 'auto';
  /** Whether to score the training rows. false: the validation rows. */
  onTrain: boolean;
  /** Key of the history. null: the metric's name, the function's name, or 'score'. */
  name: string | null;
  /**
   * Whether to score the outputs of the epoch's own batches, which costs nothing, instead of computing them again at its end.
   * true. On training rows that means outputs from before each step. `useCaching` of the net wins.
   */
  useCaching: boolean;
};

/**
 * Records a score under its name at the end of each epoch, and whether it is the best so far under `<name>_best`. Without
 * rows to score, nothing is recorded.
 *
 * @throws ParameterError `SCORING_UNKNOWN` (as the cause of `CALLBACK_FAILED`) when no metric has the name.
 */
export class EpochScoring extends Callback<EpochScoringOptions> {
  static readonly defaults = {
    scoring: null,
    lowerIsBetter: 'auto',
    onTrain: false,
    name: null,
    useCaching: true,
  };
  #best = new BestSoFar();
  #isCaching = true;
  #outputs: Tensor[] = [];
  #targets: Target[] = [];

  override initialize(): void {
    this.#best = new BestSoFar();
    this.#forget();
  }

  override onTrainBegin(net: Net): void {
    this.#forget();
    this.#best.restore(net.history, recordedScorer(this.options).name);
  }

  override onEpochBegin(net: Net): void {
    this.#forget();
    const { useCaching } = net.getParams(false) as { useCaching?: unknown };
    this.#isCaching = typeof useCaching === 'boolean' ? useCaching : this.options.useCaching;
  }

  override onBatchEnd(_net: Net, { training, batch, yPred }: BatchEndRecord): void {
    if (training !== this.options.onTrain || !this.#isCaching) return;
    this.#outputs.push(yPred.detach());
    if (batch.y !== null) this.#targets.push(batch.y);
  }

  override async onEpochEnd(net: Net, { datasetTrain, datasetValid }: EpochHookRecord): Promise<void> {
    const dataset = this.options.onTrain ? datasetTrain : datasetValid;
    if (dataset === null || dataset.length === 0) return;
    const { name, lowerIsBetter } = recordedScorer(this.options);
    const score = await this.#score(net, dataset);
    net.history.record(name, score);
    if (lowerIsBetter !== null) net.history.record(`${name}_best`, this.#best.update(score, lowerIsBetter));
  }

  override onTrainEnd(): void {
    this.#forget();
  }

  async #score(net: Net, dataset: DatasetLike): Promise<number> {
    const { scorer } = recordedScorer(this.options);
    const run = (targets: readonly Target[]) =>
      Promise.resolve(
        scorer(
          net,
          dataset,
          targets.flatMap((target) => net.decodeTargets(target)),
        ),
      );
    if (!this.#isCaching) return run(targetsOf(dataset.range(0, dataset.length)));
    return net.withCachedOutputs(dataset, this.#outputs, () => run(this.#targets));
  }

  #forget(): void {
    this.#outputs = [];
    this.#targets = [];
  }
}

function targetsOf(batch: Pick<Batch, 'y'>): readonly Target[] {
  return batch.y === null ? [] : [batch.y];
}
