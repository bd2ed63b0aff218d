// A line of JSON for each epoch or batch: the simplest log that other programs read.

import type { Awaitable } from '../../components.js';
import type { MetricsEntry, MetricsWriter } from './metrics-logger.js';

/** Options of {@link JsonLinesWriter}. */
export interface JsonLinesWriterOptions {
  /** Takes text of whole lines, each with its line feed. */
  readonly append: (text: string) => Awaitable<void>;
}

/** Writes `{"level":"epoch","step":1,"time":…,"train_loss":0.69}`; NaN and the infinities as text ("NaN"), for JSON has none. */
export class JsonLinesWriter implements MetricsWriter {
  readonly #append: JsonLinesWriterOptions['append'];

  constructor({ append }: JsonLinesWriterOptions) {
    this.#append = append;
  }

  async write(entries: readonly MetricsEntry[]): Promise<void> {
    await this.#append(entries.map(toLine).join(''));
  }
}

function toLine({ level, step, time, values }: MetricsEntry): string {
  const numbers = Object.entries(values).map(([key, value]) => [
    key,
    Number.isFinite(value) ? value : String(value),
  ]);
  return `${JSON.stringify({ level, step, time, ...Object.fromEntries(numbers) })}\n`;
}
