// Ends training when a score no longer improves.

import type { StateDict } from '@tacit/nn';
import { printLine } from '../environment.js';
import { ParameterError } from '../errors.js';
import { Callback, type CallbackState } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link EarlyStopping}. */
export type EarlyStoppingOptions = {
  /** Key of the history to watch. 'valid_loss'. */
  monitor: string;
  /** Training ends after so many epochs in a row without an improvement. 5. */
  patience: number;
  /** Smallest change that counts as an improvement. 1e-4. */
  threshold: number;
  /** Whether `threshold` is a share of the best score ('rel') or a difference ('abs'). 'rel'. */
  thresholdMode: 'rel' | 'abs';
  /** false for a score such as accuracy. true, as the default monitor is a loss. */
  lowerIsBetter: boolean;
  /** Whether to go back to the weights of the best epoch at the end of training, however it ended. false, as in skorch. */
  loadBest: boolean;
  /** Takes the messages. Default: the console, and then only if the net's `verbose` is not 0. */
  sink: (line: string) => void;
};

/**
 * Stops the fit after `patience` epochs in a row in which `monitor` did not improve by more than `threshold`. The callbacks
 * after it still see the last epoch, and each call of `fit` or `partialFit` starts counting anew. NaN never improves.
 *
 * Unlike skorch's, a relative threshold is a share of the score's magnitude, so it also works for negative scores.
 */
export class EarlyStopping extends Callback<EarlyStoppingOptions> {
  static readonly defaults = {
    monitor: 'valid_loss',
    patience: 5,
    threshold: 1e-4,
    thresholdMode: 'rel',
    lowerIsBetter: true,
    loadBest: false,
    sink: printLine,
  };
  /** Epochs in a row without an improvement. */
  misses_ = 0;
  /** What the next score has to beat. */
  dynamicThreshold_ = Number.POSITIVE_INFINITY;
  /** Number of the best epoch, from 1; 0 before there is one. */
  bestEpoch_ = 0;
  #bestWeights: StateDict | null = null;
  #isFitting = false;
  #isResuming = false;

  override initialize(): void {
    this.#isResuming = false;
  }

  override onTrainBegin(): void {
    checkOptions(this.options);
    this.#isFitting = true;
    if (this.#isResuming) {
      this.#isResuming = false;
      return;
    }
    this.misses_ = 0;
    this.dynamicThreshold_ = this.options.lowerIsBetter ? Number.POSITIVE_INFINITY : Number.NEGATIVE_INFINITY;
    this.bestEpoch_ = 0;
    this.#bestWeights = null;
  }

  override onEpochEnd(net: Net): void {
    const { monitor, patience, loadBest } = this.options;
    const score = this.#scoreOf(net);
    if (this.#isImprovement(score)) {
      this.misses_ = 0;
      this.dynamicThreshold_ = this.#nextThreshold(score);
      this.bestEpoch_ = net.history.length;
      if (loadBest) this.#bestWeights = net.module_.stateDict();
      return;
    }
    this.misses_ += 1;
    if (this.misses_ >= patience) {
      const reason = `${monitor} has not improved in the last ${patience} epochs`;
      this.#say(net, `Stopping: ${reason}.`);
      net.requestStop(reason);
    }
  }

  override onTrainEnd(net: Net): void {
    this.#isFitting = false;
    if (this.#bestWeights === null) return;
    if (this.bestEpoch_ !== net.history.length) {
      net.restoreWeights(this.#bestWeights);
      this.#say(net, `Restored the weights of epoch ${this.bestEpoch_}, the best one.`);
    }
    // A second copy of the weights is of no use after the fit.
    this.#bestWeights = null;
  }

  override stateDict(): CallbackState {
    const { misses_: misses, dynamicThreshold_: threshold, bestEpoch_: bestEpoch } = this;
    return {
      values: { misses, threshold, bestEpoch, isFitting: this.#isFitting },
      tensors: this.#bestWeights ?? {},
    };
  }

  override loadStateDict({ values, tensors = {} }: CallbackState): void {
    this.misses_ = values.misses as number;
    this.dynamicThreshold_ = values.threshold as number;
    this.bestEpoch_ = values.bestEpoch as number;
    this.#bestWeights = Object.keys(tensors).length > 0 ? tensors : null;
    // A fit that had ended is not gone on with: the next one counts anew.
    this.#isResuming = values.isFitting as boolean;
  }

  #scoreOf(net: Net): number {
    const value = net.history.last()[this.options.monitor];
    if (typeof value === 'number') return value;
    return net.history.column(this.options.monitor).at(-1) ?? Number.NaN;
  }

  #isImprovement(score: number): boolean {
    return this.options.lowerIsBetter ? score < this.dynamicThreshold_ : score > this.dynamicThreshold_;
  }

  #nextThreshold(score: number): number {
    const { threshold, thresholdMode, lowerIsBetter } = this.options;
    const change = thresholdMode === 'rel' ? threshold * Math.abs(score) : threshold;
    return lowerIsBetter ? score - change : score + change;
  }

  #say(net: Net, message: string): void {
    const { sink } = this.options;
    if (sink !== printLine || net.verbose > 0) sink(message);
  }
}

function checkOptions({ thresholdMode, patience }: EarlyStoppingOptions): void {
  if (thresholdMode !== 'rel' && thresholdMode !== 'abs') {
    throw invalid('thresholdMode', thresholdMode, "'rel' or 'abs'");
  }
  if (!Number.isInteger(patience) || patience < 1)
    throw invalid('patience', patience, 'a whole number, at least 1');
}

function invalid(name: string, got: unknown, expected: string): ParameterError {
  return new ParameterError(`EarlyStopping: ${name} is ${String(got)}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got: String(got),
    expected,
    hint: '',
  });
}
