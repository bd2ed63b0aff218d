// Lets the event loop breathe during long computations: a page stays responsive, a server answers. Goes by elapsed time
// and not by batch, so that many tiny batches cost nothing and a few slow ones still yield.

import { host, now } from './environment.js';

/** Longest stretch of computing without a pause, in milliseconds: below one frame of a 60 Hz display. */
const SLICE_MS = 12;

/** Keeps the time of the last pause of one computation. */
export class Breather {
  #last = now();

  /** Whether a pause is due. Cheaper than awaiting {@link pause} for nothing. */
  isDue(): boolean {
    return now() - this.#last >= SLICE_MS;
  }

  /** Resolves after whatever waits in the event loop had its turn. */
  async pause(): Promise<void> {
    await nextMacrotask();
    this.#last = now();
  }
}

// Not setTimeout: browsers delay a nested one by at least 4 ms, a third of the slice.
function nextMacrotask(): Promise<void> {
  return new Promise((resolve) => {
    if (host.setImmediate !== undefined) {
      host.setImmediate(resolve);
      return;
    }
    if (host.MessageChannel === undefined) {
      resolve();
      return;
    }
    const { port1, port2 } = new host.MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
