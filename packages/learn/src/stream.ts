// Data larger than memory: chunks of rows from anywhere, cut into batches as they arrive.

import type { Batch, DatasetLike, Inputs } from './components.js';
import { Dataset } from './dataset.js';
import { ComponentError, DataValueError } from './errors.js';
import { concatBatches } from './take-rows.js';
import type { Features, Labels, Targets } from './validate-input.js';

/** Some rows of a stream, in the forms that `fit` takes. */
export interface StreamChunk {
  readonly X: Features;
  readonly y?: Labels | Targets | null;
  readonly sampleWeight?: ArrayLike<number> | null;
}

/** Rows that arrive in chunks; each epoch iterates anew. */
export type DataStream = AsyncIterable<StreamChunk>;

/** Checked rows of a chunk. */
export type CheckedChunk = Omit<Batch<Inputs>, 'size'>;

/**
 * A stream that can be read once an epoch, from a function that starts reading.
 *
 * @example await net.fit(streamOf(async function* () { for await (const rows of readFile()) yield { X: rows.x, y: rows.y }; }));
 */
export function streamOf(read: () => AsyncIterable<StreamChunk> | Iterable<StreamChunk>): DataStream {
  return {
    async *[Symbol.asyncIterator]() {
      yield* read();
    },
  };
}

/** Whether X of a call is a stream. */
export function isStream(X: unknown): X is DataStream {
  return typeof X === 'object' && X !== null && Symbol.asyncIterator in X && !('rows' in X);
}

/**
 * A stream as data of a net. Chunks may have any number of rows: batches get the size that the net asks for. Rows come in the
 * order of the stream, never shuffled, and only the rows of a batch and of a chunk are in memory.
 */
export class StreamDataset implements DatasetLike {
  /** Not known before the end. */
  readonly length = Number.POSITIVE_INFINITY;
  readonly y = null;
  readonly #stream: DataStream;
  readonly #check: (chunk: StreamChunk) => CheckedChunk;
  #begun: AsyncIterator<StreamChunk> | null = null;
  #first: StreamChunk | null = null;

  constructor(stream: DataStream, check: (chunk: StreamChunk) => CheckedChunk) {
    this.#stream = stream;
    this.#check = check;
  }

  /** The first chunk, which the next pass begins with. @throws DataValueError `X_EMPTY`. */
  async peek(): Promise<StreamChunk> {
    this.#begun = this.#stream[Symbol.asyncIterator]();
    const next = await this.#begun.next();
    if (next.done === true) throw emptyStream();
    this.#first = next.value;
    return next.value;
  }

  /** The rows of the first chunk, without taking it. Only before the first pass. */
  first(): Batch<Inputs> {
    if (this.#first === null) throw emptyStream();
    const { X, y, sampleWeight = null } = this.#check(this.#first);
    const rows = new Dataset(X, y, { sampleWeight });
    return rows.range(0, rows.length);
  }

  /** The batches of one pass: `size` rows each but for the last, or the chunks as they are for −1. */
  batches(size: number): AsyncIterable<Batch<Inputs>> {
    return { [Symbol.asyncIterator]: () => this.#pass(size) };
  }

  /** @throws ComponentError `STREAM_ROWS`: rows of a stream cannot be picked. */
  rows(): never {
    throw noRows();
  }

  /** @throws ComponentError `STREAM_ROWS`. */
  range(): never {
    throw noRows();
  }

  async *#pass(size: number): AsyncGenerator<Batch<Inputs>, void, undefined> {
    let rest: Batch<Inputs> | null = null;
    let isEmpty = true;
    for await (const chunk of this.#chunks()) {
      isEmpty = false;
      const { X, y, sampleWeight = null } = this.#check(chunk);
      const own = new Dataset(X, y, { sampleWeight });
      if (size === -1) {
        yield own.range(0, own.length);
        continue;
      }
      const rows: Dataset<Inputs> =
        rest === null ? own : datasetOf(concatBatches(rest, own.range(0, own.length)));
      let start = 0;
      for (; start + size <= rows.length; start += size) yield rows.range(start, start + size);
      rest = start < rows.length ? rows.range(start, rows.length) : null;
    }
    if (rest !== null) yield rest;
    if (isEmpty) throw emptyStream();
  }

  async *#chunks(): AsyncGenerator<StreamChunk, void, undefined> {
    const [begun, first] = [this.#begun, this.#first];
    this.#begun = null;
    this.#first = null;
    if (first !== null) yield first;
    yield* { [Symbol.asyncIterator]: () => begun ?? this.#stream[Symbol.asyncIterator]() };
  }
}

function datasetOf({ X, y, sampleWeight = null }: Batch<Inputs>): Dataset<Inputs> {
  return new Dataset(X, y, { sampleWeight });
}

function emptyStream(): DataValueError {
  return new DataValueError('The stream gave no rows.', {
    code: 'X_EMPTY',
    got: 'a stream that ended at once',
    expected: 'at least one chunk in every epoch',
    hint: 'A generator can be read only once: pass streamOf(() => generator()), so that each epoch reads anew.',
  });
}

function noRows(): ComponentError {
  return new ComponentError('Rows of a stream cannot be picked by number.', {
    code: 'STREAM_ROWS',
    got: 'a split, a shuffle or an uncached score of a stream',
    expected: 'batches in the order in which they arrive',
    hint: 'Pass trainSplit: false, or predefinedSplit(XValid, yValid) to validate on rows in memory.',
  });
}
