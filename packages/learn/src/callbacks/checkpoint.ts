// Saves the net while it is trained: after every epoch, or after those in which a score was the best.

import { HistoryError, ParameterError } from '../errors.js';
import { type BatchRecord, type EpochRecord, History } from '../history.js';
import { type FileStore, MemoryStore } from '../persistence/store.js';
import { fromUtf8 } from '../persistence/text.js';
import { warn } from '../warnings.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/** What a file name may be made of. */
export interface FileNameContext {
  readonly net: Net;
  /** The record of the epoch that is saved. */
  readonly epoch: EpochRecord;
  /** The record of its last batch, if it has any. */
  readonly batch: BatchRecord | undefined;
}

/** Bytes of a part, and where they were found. */
export interface SavedPart {
  readonly bytes: Uint8Array;
  readonly source: string;
}

/** A name, in which `{key}` stands for what the epoch recorded under the key; or a function that makes one. null: not saved. */
export type FileName = string | ((context: FileNameContext) => string) | null;

/** Where the parts of a net go: those that every net has, and `fNAME` for a component NAME of one's own. */
export type PartFiles = {
  /** Weights and buffers of the module. 'params.safetensors'. */
  fParams: FileName;
  /** What the optimizer remembers. 'optimizer.safetensors'. */
  fOptimizer: FileName;
  /** Weights of the criterion, if it has any. 'criterion.safetensors'. */
  fCriterion: FileName;
  /** The history, this epoch included. 'history.json'. */
  fHistory: FileName;
  /** Random streams, frozen parameters and what callbacks remember: what a resumed fit needs. 'training.safetensors'. */
  fTraining: FileName;
};

/** Options of {@link Checkpoint}. */
export type CheckpointOptions = PartFiles & {
  /**
   * When to save: after an epoch whose history value under this key is true, or for which the function says so; null, after
   * every epoch. 'valid_loss_best'.
   */
  monitor: string | ((net: Net) => boolean) | null;
  /** Put before each file name. ''. */
  fnPrefix: string;
  /** Where the files go. A memory of the callback's own, unless given: `new DirectoryStore('runs/1')` of `@tacit/learn/node`. */
  store: FileStore | null;
  /** Key of the history that tells whether an epoch was saved; null records nothing. 'event_cp'. */
  eventName: string | null;
  /** Whether to go back to the last checkpoint at the end of the fit. The history stays whole (skorch cuts it off). false. */
  loadBest: boolean;
  /** Takes a message for each checkpoint. null: none. */
  sink: ((line: string) => void) | null;
  [component: `f${Capitalize<string>}`]: FileName;
};

export const partFileDefaults = {
  fParams: 'params.safetensors',
  fOptimizer: 'optimizer.safetensors',
  fCriterion: 'criterion.safetensors',
  fHistory: 'history.json',
  fTraining: 'training.safetensors',
};

/**
 * Saves parts of the net after chosen epochs, each file as a whole. It is called after the other callbacks (PrintLog comes
 * later still), so what they did in the epoch is saved.
 *
 * A part that cannot be saved fails the fit; skorch goes on without a word. Files of fixed names are replaced one by one, and a
 * process that is ended in between leaves some of each epoch, which loading refuses; names with `{epoch}` are safe. Give `monitor` a key that ends in
 * `_best`: the plain key of a score is almost always true.
 *
 * @throws ParameterError `UNKNOWN_PARAMETER`, `PARAMETER_VALUE`; HistoryError `HISTORY_KEY` when the history has no
 * such key, which is so without validation data; PersistenceError `FILE_NOT_WRITTEN`.
 * @example callbacks: { cp: new Checkpoint({ monitor: 'valid_acc_best', store: new DirectoryStore('runs/1') }) }
 */
export class Checkpoint extends Callback<CheckpointOptions> {
  // What other callbacks did in the epoch is to be saved with it.
  static override readonly callOrder: number = 1;
  static readonly defaults = {
    monitor: 'valid_loss_best',
    ...partFileDefaults,
    fnPrefix: '',
    store: null,
    eventName: 'event_cp',
    loadBest: false,
    sink: null,
  };
  readonly #memory = new MemoryStore();
  /** Files of the last checkpoint by part. */
  #last: Readonly<Record<string, string>> | null = null;
  #isWarned = false;

  constructor(options: Partial<CheckpointOptions> & { startEpoch?: number } = {}) {
    super(options);
    checkPartNames(this);
  }

  /** Where the files are. */
  get store(): FileStore {
    return this.options.store ?? this.#memory;
  }

  override initialize(): void {
    this.#last = null;
  }

  override onTrainBegin(): void {
    this.#isWarned = false;
  }

  override async onEpochEnd(net: Net): Promise<void> {
    const { eventName } = this.options;
    const isDue = this.#isDue(net);
    if (eventName !== null) net.history.record(eventName, isDue);
    if (isDue) await this.save(net);
  }

  override async onTrainEnd(net: Net): Promise<void> {
    if (!this.options.loadBest) return;
    const files = this.#last ?? this.#earlierFiles(net);
    if (files === null) return;
    const parts = Object.keys(files).filter((part) => part !== 'history' && part !== 'training');
    await net.loadParams(await this.#read(files, parts));
  }

  /** Saves now. */
  async save(net: Net): Promise<void> {
    const { criterion, history, ...others } = this.fileNames(net);
    // The history comes last: it says that the others are there.
    const files = {
      ...others,
      ...(criterion !== undefined && 'stateDict' in net.criterion_ ? { criterion } : {}),
      ...(history === undefined ? {} : { history }),
    };
    const bytes = await net.saveParams(...Object.keys(files));
    for (const [part, name] of Object.entries<string>(files)) await this.store.write(name, bytes[part]!);
    this.#last = files;
    const { sink } = this.options;
    sink?.(`Checkpoint of epoch ${net.history.length}: ${Object.values(files).join(', ')}.`);
  }

  /** Names of the files by part: of the last epoch that was saved, or of the latest. */
  fileNames(net: Net, history: History = net.history): Record<string, string> {
    const epoch = this.#savedEpoch(history);
    const context: FileNameContext = { net, epoch, batch: epoch.batches.at(-1) };
    const entries = partFiles(this.options).map(
      ([part, name]) => [part, `${this.options.fnPrefix}${resolveName(name, context)}`] as const,
    );
    return Object.fromEntries(entries);
  }

  /**
   * The parts of the last checkpoint in the store, or null if it has none of the files.
   *
   * @throws PersistenceError `FILE_MISSING` when only some of the files are there; ParameterError `PARAMETER_VALUE` when the
   * names cannot be known, since they depend on a history whose own name does.
   */
  async readParts(net: Net): Promise<Readonly<Record<string, SavedPart>> | null> {
    const history = await this.#savedHistory(net);
    if (history === null) return null;
    const files = this.fileNames(net, history);
    const isThere = async (name: string) => this.store.has(name);
    const found = await Promise.all(Object.values(files).map(isThere));
    if (!found.some(Boolean)) return null;
    // A criterion without weights of its own has no file.
    const parts = Object.keys(files).filter((part, index) => part !== 'criterion' || found[index]);
    return this.#read(files, parts);
  }

  /** The history that says which epoch was saved last, and so what the files are called; null before a checkpoint. */
  async #savedHistory(net: Net): Promise<History | null> {
    const { fHistory, fnPrefix } = this.options;
    if (isFixed(fHistory)) {
      const name = `${fnPrefix}${fHistory}`;
      if (await this.store.has(name)) return History.fromJSON(fromUtf8(await this.store.read(name)));
    }
    if (net.history.length > 0) return net.history;
    const areAllFixed = partFiles(this.options).every(([, name]) => isFixed(name));
    if (areAllFixed) return withOneEpoch();
    if (isFixed(fHistory)) return null;
    throw namesUnknown();
  }

  #savedEpoch(history: History): EpochRecord {
    const { eventName } = this.options;
    const saved = eventName === null ? [] : [...history].filter((epoch) => epoch[eventName] === true);
    return saved.at(-1) ?? history.last();
  }

  /** What a fit saved that this one goes on from. */
  #earlierFiles(net: Net): Readonly<Record<string, string>> | null {
    const { eventName } = this.options;
    if (eventName === null || ![...net.history].some((epoch) => epoch[eventName] === true)) return null;
    const { criterion, ...others } = this.fileNames(net);
    return criterion !== undefined && 'stateDict' in net.criterion_ ? { ...others, criterion } : others;
  }

  async #read(
    files: Readonly<Record<string, string>>,
    parts: readonly string[],
  ): Promise<Record<string, SavedPart>> {
    const entries = parts.map(async (part) => {
      const name = files[part]!;
      return [part, { bytes: await this.store.read(name), source: this.store.describe(name) }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  #isDue(net: Net): boolean {
    const { monitor } = this.options;
    if (monitor === null) return true;
    if (typeof monitor === 'function') return Boolean(monitor(net));
    const epoch = net.history.last();
    if (!Object.hasOwn(epoch, monitor)) throw nothingToMonitor(monitor, Object.keys(epoch));
    if (Object.hasOwn(epoch, `${monitor}_best`) && !this.#isWarned) {
      this.#isWarned = true;
      warn(
        'CHECKPOINT_MONITOR',
        `Checkpoint watches ${monitor}, which is true whenever it is not 0. Did you mean ${monitor}_best?`,
      );
    }
    return Boolean(epoch[monitor]);
  }
}

/** Options of {@link TrainEndCheckpoint}. */
export type TrainEndCheckpointOptions = PartFiles & {
  /** Put before each file name. 'train_end_'. */
  fnPrefix: string;
  /** As of {@link CheckpointOptions}. */
  store: FileStore | null;
  /** Takes a message for the checkpoint. null: none. */
  sink: ((line: string) => void) | null;
  [component: `f${Capitalize<string>}`]: FileName;
};

/**
 * Saves the net once, at the end of the fit; also after a stop, an abort or an error, if at least one epoch was begun.
 *
 * @throws as {@link Checkpoint}.
 */
export class TrainEndCheckpoint extends Callback<TrainEndCheckpointOptions> {
  static override readonly callOrder: number = 1;
  static readonly defaults = { ...partFileDefaults, fnPrefix: 'train_end_', store: null, sink: null };
  #checkpoint: Checkpoint | null = null;

  constructor(options: Partial<TrainEndCheckpointOptions> & { startEpoch?: number } = {}) {
    super(options);
    checkPartNames(this);
  }

  /** Where the files are. */
  get store(): FileStore {
    return this.#inner().store;
  }

  override setOptions(changes: Partial<TrainEndCheckpointOptions>): void {
    super.setOptions(changes);
    this.#checkpoint = null;
  }

  override async onTrainEnd(net: Net): Promise<void> {
    if (net.history.length > 0) await this.#inner().save(net);
  }

  /** Names of the files by part. */
  fileNames(net: Net): Record<string, string> {
    return this.#inner().fileNames(net);
  }

  /** The saved parts, or null if there are none. @throws PersistenceError `FILE_MISSING` when only some files are there. */
  async readParts(net: Net): Promise<Readonly<Record<string, SavedPart>> | null> {
    return this.#inner().readParts(net);
  }

  // Made when it is needed: options may be set after construction.
  #inner(): Checkpoint {
    this.#checkpoint ??= new Checkpoint({ ...this.options, monitor: null, eventName: null });
    return this.#checkpoint;
  }
}

/** `fParams` → `module`, `fOptimizer` → `optimizer`, … for the names that are not null. */
function partFiles(options: object): [part: string, name: Exclude<FileName, null>][] {
  return Object.entries(options as Readonly<Record<string, FileName>>)
    .filter(([option, name]) => isPartOption(option) && name !== null)
    .map(([option, name]) => [partOf(option), name as Exclude<FileName, null>]);
}

function isPartOption(option: string): boolean {
  return /^f[A-Z]/.test(option);
}

function partOf(option: string): string {
  const name = option[1]!.toLowerCase() + option.slice(2);
  return name === 'params' ? 'module' : name;
}

function resolveName(name: Exclude<FileName, null>, context: FileNameContext): string {
  if (typeof name === 'function') return name(context);
  return name.replace(/\{(\w+)\}/g, (_, key: string) => String(context.epoch[key]));
}

function isFixed(name: FileName): name is string {
  return typeof name === 'string' && !name.includes('{');
}

/** For names that depend on no history. */
function withOneEpoch(): History {
  const history = new History();
  history.newEpoch();
  return history;
}

function checkPartNames(callback: Callback<object>): void {
  const { defaults } = callback.constructor as unknown as { readonly defaults: object };
  const given = Object.keys(callback.options).filter((name) => name !== 'startEpoch');
  const unknown = given.filter((name) => !(name in defaults) && !isPartOption(name));
  const { name: owner } = callback.constructor;
  if (unknown.length > 0) {
    const proposal = (name: string) => `f${name[0]!.toUpperCase()}${name.slice(1)}`;
    throw new ParameterError(`${owner} has no option ${unknown.join(', ')}.`, {
      code: 'UNKNOWN_PARAMETER',
      got: unknown.join(', '),
      expected: `${Object.keys(defaults).join(', ')}, or f and the name of a component`,
      hint: `Did you mean ${unknown.map(proposal).join(', ')}?`,
    });
  }
  if (given.includes('fModule') && given.includes('fParams') && !isDefault(callback, 'fParams')) {
    throw new ParameterError(`${owner} was given fParams and fModule, which are the same part.`, {
      code: 'PARAMETER_VALUE',
      got: 'fParams and fModule',
      expected: 'one of them',
      hint: '',
    });
  }
}

function isDefault(callback: Callback<object>, option: keyof typeof partFileDefaults): boolean {
  return (callback.options as PartFiles)[option] === partFileDefaults[option];
}

function namesUnknown(): ParameterError {
  return new ParameterError('The file names of this checkpoint depend on a history that cannot be found.', {
    code: 'PARAMETER_VALUE',
    got: 'an fHistory that is null or depends on the epoch, and other names that do',
    expected: 'an fHistory with a fixed name',
    hint: "Pass fHistory: 'history.json'; it tells which files were saved last.",
  });
}

function nothingToMonitor(monitor: string, keys: readonly string[]): HistoryError {
  return new HistoryError(`Checkpoint watches ${monitor}, which the epoch did not record.`, {
    code: 'HISTORY_KEY',
    got: monitor,
    expected: keys.filter((key) => key !== 'batches').join(', '),
    hint: 'Without validation data there are no valid_ values: watch train_loss_best, or pass a trainSplit.',
  });
}
