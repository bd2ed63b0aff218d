// A bar for each epoch that grows with its batches. What draws it is passed in: a terminal, a page.

import { ParameterError } from '../errors.js';
import { Callback, type EpochHookRecord } from './callback.js';
import type { Net } from './net.js';

/** Draws one bar at a time. */
export interface ProgressDisplay {
  /** A new bar. `total`: batches until it is full; null when nobody knows. */
  start(total: number | null, label: string): void;
  /** So many batches are done; `values` are the latest numbers to show beside the bar. */
  update(done: number, values: Readonly<Record<string, number>>): void;
  /** Takes the bar away. */
  stop(): void;
}

/** Options of {@link ProgressBar}. */
export type ProgressBarOptions = {
  /** Draws the bars: `terminalDisplay()` of `@tacit/learn/node`, or one of your own. Required. */
  display: ProgressDisplay;
  /**
   * When a bar is full: 'auto' computes it from rows and batch sizes, 'count' takes the batches of the epoch before, a number is
   * taken as it is, null leaves it open. 'auto'.
   */
  batchesPerEpoch: 'auto' | 'count' | number | null;
  /** Keys of the batch records that are shown beside the bar; those that are not there are passed over. */
  postfixKeys: readonly string[];
};

/**
 * Shows how far an epoch has come: a bar each, which grows with training and validation batches and goes away at the end.
 *
 * @throws ParameterError `PARAMETER_VALUE` without a display.
 */
export class ProgressBar extends Callback<ProgressBarOptions> {
  static readonly defaults = {
    display: null,
    batchesPerEpoch: 'auto',
    postfixKeys: ['train_loss', 'valid_loss'],
  };
  #done = 0;
  #lastCount: number | null = null;
  #isShown = false;
  #values: Record<string, number> = {};

  override initialize(): void {
    this.#lastCount = null;
  }

  override onTrainBegin(): void {
    if ((this.options.display as unknown) === null) throw noDisplay();
  }

  override onEpochBegin(net: Net, record: EpochHookRecord): void {
    this.#done = 0;
    this.#values = {};
    this.#isShown = true;
    this.options.display.start(this.#total(net, record), `epoch ${net.history.length}`);
  }

  override onBatchEnd(net: Net): void {
    this.#done++;
    const batch = net.history.lastBatch();
    for (const key of this.options.postfixKeys) {
      const value = batch[key];
      if (typeof value === 'number') this.#values[key] = value;
    }
    this.options.display.update(this.#done, { ...this.#values });
  }

  override onEpochEnd(): void {
    this.#lastCount = this.#done;
    this.#stop();
  }

  // An epoch that was stopped in the middle has no end of its own.
  override onTrainEnd(): void {
    this.#stop();
  }

  #stop(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.options.display.stop();
  }

  #total(net: Net, { datasetTrain, datasetValid }: EpochHookRecord): number | null {
    const { batchesPerEpoch } = this.options;
    if (batchesPerEpoch === 'count') return this.#lastCount;
    if (batchesPerEpoch !== 'auto') return batchesPerEpoch;
    const params = net.getParams(false) as Readonly<Record<string, number | undefined>>;
    const batches = (rows: number, size: number | undefined) => {
      const given = size ?? params.batchSize ?? 1;
      return given === -1 ? Math.min(rows, 1) : Math.ceil(rows / given);
    };
    const train = batches(datasetTrain.length, params.iteratorTrain__batchSize);
    const valid = datasetValid === null ? 0 : batches(datasetValid.length, params.iteratorValid__batchSize);
    return Number.isFinite(train + valid) ? train + valid : null;
  }
}

function noDisplay(): ParameterError {
  return new ParameterError('ProgressBar has nothing to draw on.', {
    code: 'PARAMETER_VALUE',
    got: 'no display',
    expected: 'a ProgressDisplay',
    hint: 'Pass display: terminalDisplay() of @tacit/learn/node.',
  });
}
