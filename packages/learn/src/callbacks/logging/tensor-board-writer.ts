// Event files that TensorBoard shows.

import type { Awaitable } from '../../components.js';
import { encodeEvent } from './event-file.js';
import type { MetricsEntry, MetricsWriter } from './metrics-logger.js';

/** Options of {@link TensorBoardWriter}. */
export interface TensorBoardWriterOptions {
  /** Takes whole records, to be put behind those before. */
  readonly append: (bytes: Uint8Array) => Awaitable<void>;
  /** The name that a key is shown under. Default, as in skorch: `Loss/` before keys that begin with train or valid. */
  readonly tagOf?: (key: string) => string;
}

/** Writes each value as a scalar, by the number of its epoch or batch. */
export class TensorBoardWriter implements MetricsWriter {
  readonly #append: TensorBoardWriterOptions['append'];
  readonly #tagOf: (key: string) => string;
  #isOpen = false;

  constructor({ append, tagOf = lossTag }: TensorBoardWriterOptions) {
    this.#append = append;
    this.#tagOf = tagOf;
  }

  async open(): Promise<void> {
    if (this.#isOpen) return;
    this.#isOpen = true;
    await this.#append(encodeEvent(Date.now() / 1000, { fileVersion: 'brain.Event:2' }));
  }

  async write(entries: readonly MetricsEntry[]): Promise<void> {
    for (const { step, time, values } of entries) {
      const scalars = Object.entries(values).map(([key, value]) => [this.#tagOf(key), value] as const);
      await this.#append(encodeEvent(time / 1000, { step, scalars: Object.fromEntries(scalars) }));
    }
  }
}

function lossTag(key: string): string {
  return /^(train|valid)/.test(key) ? `Loss/${key}` : key;
}
