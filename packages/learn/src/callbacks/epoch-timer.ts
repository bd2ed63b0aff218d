// How long each epoch takes.

import { now } from '../environment.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/**
 * Records `dur`, the seconds from its own `onEpochBegin` to its own `onEpochEnd`. It comes first among the default
 * callbacks, so the work that later ones do at the end of an epoch is not counted.
 */
export class EpochTimer extends Callback {
  static readonly defaults = {};
  #start = 0;

  override onEpochBegin(): void {
    this.#start = now();
  }

  override onEpochEnd(net: Net): void {
    net.history.record('dur', (now() - this.#start) / 1000);
  }
}
