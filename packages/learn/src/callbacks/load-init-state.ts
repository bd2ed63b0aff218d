// Begins a fit where an earlier one, perhaps of another process, left off.

import { Callback } from './callback.js';
import type { Checkpoint, TrainEndCheckpoint } from './checkpoint.js';
import type { Net } from './net.js';

/** Options of {@link LoadInitState}. */
export type LoadInitStateOptions = {
  /** Whose files are loaded. Required. */
  checkpoint: Checkpoint | TrainEndCheckpoint;
};

/**
 * Loads what a checkpoint saved when the first fit after an initialization begins, before other callbacks see the net. If
 * nothing has been saved yet, the fit starts anew: the same program may be run again and again.
 *
 * Either all files of the checkpoint are there, or none: a half of them is an error, and the net stays as it is.
 *
 * @throws PersistenceError as `loadParams`.
 * @example
 * const cp = new Checkpoint({ monitor: null, store: new DirectoryStore('runs/1') });
 * new NeuralNetClassifier({ module: Mlp, callbacks: { cp, load: new LoadInitState({ checkpoint: cp }) } });
 */
export class LoadInitState extends Callback<LoadInitStateOptions> {
  // Others take up the history, or are given back what they remembered, when the fit begins.
  static override readonly callOrder = -1;
  static readonly defaults = { checkpoint: null };
  #isLoaded = false;

  override initialize(): void {
    this.#isLoaded = false;
  }

  override async onTrainBegin(net: Net): Promise<void> {
    if (this.#isLoaded) return;
    const { checkpoint } = this.options;
    if ((await checkpoint.readParts(net)) !== null) await net.loadParams({ checkpoint });
    this.#isLoaded = true;
  }
}
