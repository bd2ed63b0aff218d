// Hands what the history records to whoever keeps or shows it: a file, TensorBoard, MLflow, a page.

import type { Awaitable } from '../../components.js';
import { ParameterError } from '../../errors.js';
import { type BatchEndRecord, Callback } from '../callback.js';
import type { Net } from '../net.js';

/** Numbers of one epoch or batch. */
export interface MetricsEntry {
  readonly level: 'epoch' | 'batch';
  /** Number of the epoch in the history, or of the batch in this fit, training and validation batches counted together; from 1. */
  readonly step: number;
  /** Milliseconds since 1970. */
  readonly time: number;
  /** By key; may be NaN or infinite. */
  readonly values: Readonly<Record<string, number>>;
}

/** What is known of a fit when it begins. */
export interface RunInfo {
  /** Parameters of the net that are numbers, text, booleans or names of classes. */
  readonly params: Readonly<Record<string, string>>;
}

/** Takes the numbers of a fit. Each method is awaited. */
export interface MetricsWriter {
  open?(run: RunInfo): Awaitable<void>;
  /** Some entries in the order of time; a call an epoch. */
  write(entries: readonly MetricsEntry[]): Awaitable<void>;
  /** Keeps a part of the net as a file. */
  saveFile?(name: string, bytes: Uint8Array): Awaitable<void>;
  close?(): Awaitable<void>;
}

/** Options of {@link MetricsLogger}. */
export type MetricsLoggerOptions = {
  /** What takes the numbers, or a function that makes a new one for each fit. Required. */
  writer: MetricsWriter | (() => MetricsWriter);
  /** Whether the values of epochs are logged. true. */
  logEpochs: boolean;
  /** Whether the values of batches are logged; they are handed over at the end of their epoch. false. */
  logBatches: boolean;
  /** Put behind the keys of epochs. null: '_epoch' if batches are logged too, else nothing. */
  epochSuffix: string | null;
  /** Put behind the keys of batches. null: '_batch' if epochs are logged too, else nothing. */
  batchSuffix: string | null;
  /** Keys of the history that are not logged. null: none. */
  keysIgnored: string | readonly string[] | null;
  /** Parts of the net that are saved at the end of a fit, with writers that keep files: ['params', 'history']. []. */
  artifacts: readonly string[];
  /** Whether the writer is closed at the end of a fit. true. */
  closeAfterTrain: boolean;
};

/**
 * Logs the numbers of the history, `event_lr` among them; flags (`*_best`, events), `epoch` and `*_batch_count` are left out.
 *
 * @throws ParameterError `PARAMETER_VALUE` without a writer; what the writer throws.
 * @example callbacks: { log: new MetricsLogger({ writer: () => jsonLinesFile('runs/1.jsonl') }) }
 */
export class MetricsLogger extends Callback<MetricsLoggerOptions> {
  // Later callbacks record what is to be logged as well.
  static override readonly callOrder = 1;
  static readonly defaults = {
    writer: null,
    logEpochs: true,
    logBatches: false,
    epochSuffix: null,
    batchSuffix: null,
    keysIgnored: null,
    artifacts: [],
    closeAfterTrain: true,
  };
  #writer: MetricsWriter | null = null;
  #batches = 0;
  #entries: MetricsEntry[] = [];

  override async onTrainBegin(net: Net): Promise<void> {
    const writer: unknown = this.options.writer;
    if (writer === null) throw noWriter();
    this.#writer = typeof writer === 'function' ? (writer() as MetricsWriter) : (writer as MetricsWriter);
    this.#batches = 0;
    this.#entries = [];
    await this.#writer.open?.({ params: describedParams(net.getParams(true)) });
  }

  override onBatchEnd(net: Net, _record: BatchEndRecord): void {
    this.#batches++;
    if (this.options.logBatches) this.#log('batch', this.#batches, net.history.lastBatch());
  }

  override async onEpochEnd(net: Net): Promise<void> {
    if (this.options.logEpochs) this.#log('epoch', net.history.length, net.history.last());
    await this.#flush();
  }

  override async onTrainEnd(net: Net): Promise<void> {
    const writer = this.#writer;
    if (writer === null) return;
    await this.#flush();
    const { artifacts, closeAfterTrain } = this.options;
    if (writer.saveFile !== undefined && artifacts.length > 0) {
      for (const [part, bytes] of Object.entries(await net.saveParams(...artifacts))) {
        await writer.saveFile(part === 'history' ? 'history.json' : `${part}.safetensors`, bytes);
      }
    }
    if (!closeAfterTrain) return;
    this.#writer = null;
    await writer.close?.();
  }

  #log(level: MetricsEntry['level'], step: number, record: Readonly<Record<string, unknown>>): void {
    const { logEpochs, logBatches, keysIgnored } = this.options;
    const given = level === 'epoch' ? this.options.epochSuffix : this.options.batchSuffix;
    const suffix = given ?? (logEpochs && logBatches ? `_${level}` : '');
    const ignored = new Set(typeof keysIgnored === 'string' ? [keysIgnored] : keysIgnored);
    const values = Object.entries(record)
      .filter((entry): entry is [string, number] => isLogged(entry) && !ignored.has(entry[0]))
      .map(([key, value]) => [`${key}${suffix}`, value] as const);
    if (values.length === 0) return;
    this.#entries.push({ level, step, time: Date.now(), values: Object.fromEntries(values) });
  }

  async #flush(): Promise<void> {
    const entries = this.#entries;
    this.#entries = [];
    if (entries.length > 0) await this.#writer?.write(entries);
  }
}

function isLogged([key, value]: [string, unknown]): boolean {
  return (
    typeof value === 'number' && key !== 'epoch' && !key.endsWith('_best') && !key.endsWith('_batch_count')
  );
}

function describedParams(params: object): Record<string, string> {
  const described = Object.entries(params).flatMap(([name, value]): [string, string][] => {
    if (['number', 'string', 'boolean'].includes(typeof value)) return [[name, String(value)]];
    return typeof value === 'function' && value.name !== '' ? [[name, value.name]] : [];
  });
  return Object.fromEntries(described);
}

function noWriter(): ParameterError {
  return new ParameterError('MetricsLogger has no writer.', {
    code: 'PARAMETER_VALUE',
    got: 'no writer',
    expected: 'a MetricsWriter, or a function that makes one',
    hint: 'Pass writer: () => jsonLinesFile(path) of @tacit/learn/node, or one of your own.',
  });
}
