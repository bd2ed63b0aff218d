// What a net recorded while it was fitted: a list of epochs, each with a list of batches (after skorch's History).
// Everything visible about a fit (printed tables, plots, early stopping) reads from here.

import { HistoryError } from './errors.js';
import { nearestName } from './nearest-name.js';
import { isPlainObject } from './plain-object.js';
import type { HistoryPlotOptions } from './plots/history-plot.js';
import type { PlotFormat, Plotted } from './plots/render.js';

/** Which epochs or batches: one by its index (negative from the end), ':' for all, [start, end] for a part of them. */
export type HistorySelector = number | ':' | readonly [start?: number, end?: number];

/** What was recorded about one batch: `train_loss` and `train_batch_size`, or `valid_loss` and `valid_batch_size`. */
export type BatchRecord = Record<string, unknown>;

/**
 * What was recorded about one epoch: `epoch` (from 1), `train_loss`, `valid_loss`, `valid_acc`, `dur` (seconds),
 * `train_batch_count`, `*_best` (whether the value was the best so far), `event_*`.
 */
export interface EpochRecord {
  /** Training batches first, then validation batches. */
  readonly batches: BatchRecord[];
  [key: string]: unknown;
}

/** A history as plain data; numbers that JSON cannot hold appear as `{ nonFinite: 'NaN' | 'Infinity' | '-Infinity' }`. */
export interface HistoryJson {
  readonly format: 'tacit-history';
  readonly version: 1;
  readonly epochs: readonly Readonly<Record<string, unknown>>[];
}

/** Epochs and their batches, in order. */
export class History implements Iterable<EpochRecord> {
  #epochs: EpochRecord[] = [];

  /** Number of epochs begun, over all calls of `partialFit` since the last `fit`. */
  get length(): number {
    return this.#epochs.length;
  }

  [Symbol.iterator](): Iterator<EpochRecord> {
    return this.#epochs[Symbol.iterator]();
  }

  /** The epoch at an index from 0; negative ones count from the end. @throws HistoryError `HISTORY_EMPTY` outside. */
  epoch(index: number): EpochRecord {
    const epoch = this.#epochs.at(index);
    if (epoch === undefined) throw noEpoch(index, this.length);
    return epoch;
  }

  /** The latest epoch. @throws HistoryError `HISTORY_EMPTY` before the first one. */
  last(): EpochRecord {
    return this.epoch(-1);
  }

  /** The latest batch of the latest epoch. @throws HistoryError `HISTORY_EMPTY` before the first one. */
  lastBatch(): BatchRecord {
    const batch = this.last().batches.at(-1);
    if (batch === undefined) throw noEpoch(-1, 0, 'batch');
    return batch;
  }

  newEpoch(): void {
    this.#epochs.push({ batches: [] });
  }

  newBatch(): void {
    this.last().batches.push({});
  }

  /** Writes a value of the latest epoch. */
  record(key: string, value: unknown): void {
    this.last()[key] = value;
  }

  /** Writes a value of the latest batch. */
  recordBatch(key: string, value: unknown): void {
    this.lastBatch()[key] = value;
  }

  /**
   * One value an epoch. Epochs without the key are left out, as the last one of a fit that was stopped may be.
   *
   * @typeParam T - what was recorded under the key; numbers unless said otherwise (`column<boolean>('valid_loss_best')`).
   * @throws HistoryError `HISTORY_KEY` when there are epochs and none has the key.
   * @example net.history.column('train_loss'); // [0.69, 0.52, …]
   */
  column<T = number>(key: string): T[] {
    const found = this.#epochs.filter((epoch) => Object.hasOwn(epoch, key));
    if (found.length === 0 && this.length > 0) throw noKey(key, this.#epochs);
    return found.map((epoch) => epoch[key] as T);
  }

  /**
   * One list an epoch with a value for each of its batches that has the key; epochs without such a batch are left out.
   *
   * @throws HistoryError `HISTORY_KEY` when there are epochs and no batch has the key.
   */
  batchColumn<T = number>(key: string): T[][] {
    const found = this.#epochs
      .map((epoch) => epoch.batches.filter((batch) => Object.hasOwn(batch, key)))
      .filter((batches) => batches.length > 0);
    if (found.length === 0 && this.length > 0) {
      throw noKey(
        key,
        this.#epochs.flatMap((epoch) => epoch.batches),
      );
    }
    return found.map((batches) => batches.map((batch) => batch[key] as T));
  }

  /**
   * Reads any part, by skorch's rule of four indices: `get(epochs, key, batches, batchKey)`. An index gives one item, ':' or a
   * range a list; a list of keys gives a list of values each. Epochs and batches that lack a key are left out.
   *
   * @param key - 'batches' where batches are read.
   * @throws HistoryError `HISTORY_KEY` when nothing has the key, `HISTORY_EMPTY` for an index outside, `HISTORY_PARTS` for
   * batches of something else.
   * @example
   * history.get(':', 'valid_loss'); // one an epoch
   * history.get(-1, ['train_loss', 'valid_loss']); // [0.1, 0.2]
   * history.get(':', 'batches', 0, 'train_loss'); // that of the first batch of each epoch
   */
  get<T = unknown>(
    epochs: HistorySelector,
    key?: string | readonly string[],
    batches?: HistorySelector,
    batchKey?: string | readonly string[],
    ...tooMany: readonly never[]
  ): T {
    if (tooMany.length > 0)
      throw wrongParts('more than four parts', 'at most epochs, key, batches, batchKey');
    if (batches !== undefined && key !== 'batches')
      throw wrongParts(`batches of '${String(key)}'`, "'batches' as the key");
    const selected = select(this.#epochs, epochs, 'epoch');
    const found = selected
      .map((epoch) => {
        if (key === undefined) return epoch;
        return batches === undefined ? recordedValue(epoch, key) : batchValues(epoch, batches, batchKey);
      })
      .filter((value) => value !== missing);
    if (found.length === 0 && selected.length > 0) {
      const records = batches === undefined ? selected : selected.flatMap((epoch) => epoch.batches);
      throw noKey(String(batches === undefined ? key : batchKey), records);
    }
    return (typeof epochs === 'number' ? found[0] : found) as T;
  }

  /**
   * Draws the curves: what belongs together, such as `train_loss` and `valid_loss`, shares a panel; the best value is marked.
   * Loads a plotting library when it is first called.
   *
   * @returns SVG, a page of HTML, or the Vega-Lite description, by `options.format`.
   * @throws HistoryError `HISTORY_EMPTY` without anything to draw, `HISTORY_KEY` for an unknown key.
   * @example const svg = await net.history.plot({ keys: ['train_loss', 'valid_loss'] });
   */
  async plot<F extends PlotFormat = 'svg'>(options: HistoryPlotOptions<F> = {}): Promise<Plotted<F>> {
    const { plotHistory } = await import('./plots/history-plot.js');
    return plotHistory(this, options);
  }

  /** Epochs as flat rows without their batches, as `console.table` shows them. */
  toTable(): Record<string, unknown>[] {
    return this.#epochs.map(({ batches: _, ...rest }) => rest);
  }

  /** Forgets all epochs. */
  clear(): void {
    this.#epochs = [];
  }

  /** Takes over the epochs of another history. Who holds this one sees them. */
  replaceWith(other: History): void {
    this.#epochs = other.#epochs;
  }

  /** Plain data for `JSON.stringify`, which calls this by itself. */
  toJSON(): HistoryJson {
    return {
      format: 'tacit-history',
      version: 1,
      epochs: this.#epochs.map((epoch) => encode(epoch) as Record<string, unknown>),
    };
  }

  /**
   * The history that {@link History.toJSON} wrote.
   *
   * @param json - the data, or its text.
   * @throws HistoryError `HISTORY_FORMAT` for anything else.
   */
  static fromJSON(json: string | HistoryJson): History {
    const parsed = typeof json === 'string' ? parse(json) : json;
    if (!isHistoryJson(parsed)) throw badFormat('data of another kind');
    const history = new History();
    history.#epochs = parsed.epochs.map((epoch) => {
      const decoded = decode(epoch) as EpochRecord;
      return { ...decoded, batches: Array.isArray(decoded.batches) ? decoded.batches : [] };
    });
    return history;
  }
}

/** What is not there; undefined may be a value. */
const missing = Symbol('missing');

function select<T>(items: readonly T[], selector: HistorySelector, kind: 'epoch' | 'batch'): readonly T[] {
  if (selector === ':') return items;
  if (typeof selector !== 'number') return items.slice(...selector);
  const index = selector < 0 ? items.length + selector : selector;
  if (items[index] === undefined) throw noEpoch(selector, items.length, kind);
  return [items[index]];
}

function recordedValue(record: Readonly<Record<string, unknown>>, key: string | readonly string[]): unknown {
  if (typeof key === 'string') return Object.hasOwn(record, key) ? record[key] : missing;
  return key.every((one) => Object.hasOwn(record, one)) ? key.map((one) => record[one]) : missing;
}

function batchValues(
  epoch: EpochRecord,
  batches: HistorySelector,
  batchKey: string | readonly string[] | undefined,
): unknown {
  const selected = select(epoch.batches, batches, 'batch');
  if (batchKey === undefined) return typeof batches === 'number' ? selected[0] : selected;
  const values = selected.map((batch) => recordedValue(batch, batchKey)).filter((value) => value !== missing);
  if (values.length === 0) return missing;
  return typeof batches === 'number' ? values[0] : values;
}

function wrongParts(got: string, expected: string): HistoryError {
  return new HistoryError(`The history was asked for ${got}.`, {
    code: 'HISTORY_PARTS',
    got,
    expected,
    hint: "Read epochs by get(':', 'train_loss'), batches by get(':', 'batches', ':', 'train_loss').",
  });
}

// JSON has no NaN and no infinities, and a loss that became NaN is the very thing a saved history has to tell.
function encode(value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) return { nonFinite: String(value) };
  if (Array.isArray(value)) return value.map(encode);
  return isPlainObject(value) ? mapValues(value, encode) : value;
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (!isPlainObject(value)) return value;
  if ('nonFinite' in value) return Number(value.nonFinite);
  return mapValues(value, decode);
}

function mapValues(value: object, change: (entry: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, change(entry)]));
}

function isHistoryJson(value: unknown): value is HistoryJson {
  return (
    isPlainObject(value) &&
    value.format === 'tacit-history' &&
    value.version === 1 &&
    Array.isArray(value.epochs) &&
    value.epochs.every(isPlainObject)
  );
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw badFormat('text that is not JSON', cause);
  }
}

function badFormat(got: string, cause?: unknown): HistoryError {
  return new HistoryError(`This is ${got}, not a saved history.`, {
    code: 'HISTORY_FORMAT',
    got,
    expected: 'what History.toJSON wrote, format tacit-history, version 1',
    hint: 'Pass what JSON.stringify(net.history) gave.',
    cause,
  });
}

function noEpoch(index: number, length: number, kind = 'epoch'): HistoryError {
  return new HistoryError(
    `The history has ${length} ${kind}${length === 1 ? '' : 's'}, so none at ${index}.`,
    {
      code: 'HISTORY_EMPTY',
      got: `index ${index}`,
      expected: length === 0 ? `a fit that began at least one ${kind}` : `${-length} to ${length - 1}`,
      hint: length === 0 ? 'Call fit with at least one epoch first.' : `Pass ${-length} to ${length - 1}.`,
    },
  );
}

function noKey(key: string, records: readonly object[]): HistoryError {
  const known = [...new Set(records.flatMap((record) => Object.keys(record)))].filter((k) => k !== 'batches');
  const nearest = nearestName(key, known);
  return new HistoryError(`The history holds no '${key}'.`, {
    code: 'HISTORY_KEY',
    got: key,
    expected: known.join(', '),
    hint:
      nearest === null
        ? `It holds ${known.length > 0 ? known.join(', ') : 'nothing'}.`
        : `Did you mean ${nearest}?`,
  });
}
