// Seventh layer of a net: saving and loading. What was learned leaves the net in parts (each component, the history, and what a
// resumed fit needs besides), or as one file; no file can run code.

import type { Generator } from '@tacit/tensor';
import { PersistenceError } from '../errors.js';
import { History, type HistoryJson } from '../history.js';
import { nearestName } from '../nearest-name.js';
import { isPlainValue, type PlainRecord, type PlainValue, toJsonText } from '../persistence/json.js';
import { decodeNetFile, encodeNetFile, type NetFile } from '../persistence/net-file.js';
import {
  type CheckpointLike,
  decodePart,
  encodePart,
  type PartFile,
  type PartSources,
  type PartState,
} from '../persistence/part-file.js';
import {
  hasState,
  loadModuleState,
  loadOptimizerState,
  loadTrainingState,
  moduleState,
  optimizerState,
  otherNet,
  type TrainingParts,
  trainingState,
} from '../persistence/parts.js';
import { fromUtf8, toUtf8 } from '../persistence/text.js';
import { NetFitting } from './fitting.js';
import type { ParamRecord } from './parameters.js';

/**
 * What a net can be saved in: its components by name (`module`, also called `params`; `criterion`, `optimizer`, and those
 * that a subclass added), `history`, and `training`: random streams, frozen parameters, and what callbacks remember.
 */
export type NetPart =
  | 'params'
  | 'module'
  | 'criterion'
  | 'optimizer'
  | 'history'
  | 'training'
  | (string & {});

export abstract class NetSaving extends NetFitting {
  #isTrimmed = false;

  /**
   * The bytes of parts of the net. Components are safetensors files, with the names of PyTorch's state dict; the history is
   * JSON.
   *
   * @param parts - without any, all that there are.
   * @throws NotFittedError before the net is initialized, except for the history; PersistenceError `PART_UNKNOWN`,
   * `PART_MISSING` for a component that does not say what it learned.
   * @example const { params } = await net.saveParams('params');
   */
  async saveParams<P extends NetPart>(...parts: P[]): Promise<Record<P, Uint8Array<ArrayBuffer>>> {
    const names: readonly string[] = parts.length > 0 ? parts : this.#partsWithState();
    checkOnce(names);
    return Object.fromEntries(names.map((name) => [name, this.#encode(name)])) as Record<
      P,
      Uint8Array<ArrayBuffer>
    >;
  }

  /**
   * Takes over saved parts, all of them or, if one does not fit, none. A history replaces the present one, and `partialFit` goes
   * on from there; `fit` would begin anew.
   *
   * @param sources - bytes by part, as {@link NetSaving.saveParams} gives them; or `{ checkpoint }`, whose parts are then
   * loaded, after building the net if need be. A safetensors file of PyTorch is a `params`.
   * @throws NotFittedError before the net is initialized, except for the history. PersistenceError `PART_UNKNOWN`,
   * `FILE_MISSING`, `FILE_TRUNCATED`, `FILE_FORMAT`, `FILE_DTYPE`, `FILE_OTHER_NET`; HistoryError `HISTORY_FORMAT`.
   */
  async loadParams(sources: PartSources | { readonly checkpoint: CheckpointLike }): Promise<this> {
    const { checkpoint, ...own } = sources as PartSources & { readonly checkpoint?: CheckpointLike };
    const saved = checkpoint === undefined ? {} : await checkpoint.readParts(this as never);
    if (saved === null) throw noCheckpoint();
    const parts = Object.entries({ ...saved, ...own }).map(([name, given]) => {
      const { bytes, source } =
        given instanceof Uint8Array ? { bytes: given, source: `The part ${name}` } : given;
      return { name: partName(name), bytes, source };
    });
    checkOnce(parts.map(({ name }) => name));
    if (checkpoint !== undefined && !this.initialized_) this.#initializeFor(parts);
    const decoded = parts.map((part) => this.#decode(part));
    if (checkpoint !== undefined) checkSameMoment(decoded);
    this.#applyAll(decoded);
    return this;
  }

  /**
   * The whole fitted net as one file: parameters, every component, the history, what a resumed fit needs. Classes and functions
   * are not in it.
   *
   * @throws NotFittedError before the net is initialized.
   */
  async saveNet(): Promise<Uint8Array<ArrayBuffer>> {
    void this.live;
    const { plain, named } = splitParams(this.readParams(false));
    const parts = Object.fromEntries(
      this.#partsWithState()
        .filter(
          (name) =>
            name !== 'history' && !(this.#isTrimmed && (name === 'training' || name in this.optimizers_)),
        )
        .map((name) => [name, { ...this.#capture(name), of: this.#ownerOf(name) }] as const),
    );
    const history = this.history.toJSON() as unknown as PlainRecord;
    return encodeNetFile({
      net: this.constructor.name,
      params: plain,
      named,
      learned: this.learned(),
      isTrimmed: this.#isTrimmed,
      history,
      parts,
    });
  }

  /**
   * Makes this net the one that was saved: its plain parameters, its weights and all that was learned. The classes are this
   * net's own, so build it with the same ones; it need not have been fitted. Callbacks that it lacks are passed over.
   *
   * @param options - `checkNames: false` accepts classes of other names, for code whose names a bundler shortened.
   * @returns this net.
   * @throws PersistenceError `FILE_TRUNCATED`, `FILE_FORMAT`; `FILE_OTHER_NET`, naming every class that differs, or the
   * tensors that do not fit.
   * @example
   * const net = await new NeuralNetClassifier({ module: Mlp, optimizer: Adam }).loadNet(bytes);
   */
  async loadNet(
    bytes: Uint8Array,
    options: { readonly checkNames?: boolean; readonly source?: string } = {},
  ): Promise<this> {
    const { checkNames = true, source = 'The file' } = options;
    const file = decodeNetFile(bytes, source);
    const before = this.readParams(false);
    this.#checkNamed(file, before, checkNames, source);
    const params = Object.fromEntries(Object.entries(file.params).filter(([name]) => !isOfCallbacks(name)));
    this.storeParams(params);
    try {
      this.restoreLearned(file.learned);
      this.initialize();
      this.#applyAll([
        ...Object.entries(file.parts).map(([name, part]) => ({
          name,
          source,
          part: name,
          epochs: null,
          ...part,
        })),
        { name: 'history', source, history: History.fromJSON(file.history as unknown as HistoryJson) },
      ]);
    } catch (error) {
      this.initialized_ = false;
      this.storeParams(Object.fromEntries(Object.keys(params).map((name) => [name, before[name]])));
      throw error;
    }
    if (file.isTrimmed) this.trimForPrediction();
    return this;
  }

  /**
   * Drops all that predictions do not need: optimizer, callbacks, history, split and training loader. Cannot be undone: The criterion stays, for it says what outputs mean; `fit`,
   * `partialFit` and `initialize` throw from now on. Doing it again changes nothing.
   *
   * @throws NotFittedError before the net is initialized.
   */
  trimForPrediction(): this {
    void this.live;
    if (this.#isTrimmed) return this;
    for (const module of Object.values(this.modules_)) module.eval();
    this.storeParams({
      callbacks: 'disable',
      iteratorTrain: null,
      trainSplit: null,
      ...Object.fromEntries(
        Object.keys(this.readParams(false))
          .filter((name) => isOfTraining(name, Object.keys(this.optimizers_)))
          .map((name) => [name, undefined]),
      ),
    });
    this.history.clear();
    this.#isTrimmed = true;
    this.dropTrainingParts();
    return this;
  }

  override initialize(): this {
    this.#requireTrainable();
    return super.initialize();
  }

  protected override async train(...args: Parameters<NetFitting['train']>): Promise<void> {
    this.#requireTrainable();
    await super.train(...args);
  }

  protected override changeParams(changes: ParamRecord): void {
    if (!this.#isTrimmed) super.changeParams(changes);
    else if (Object.keys(changes).some((name) => /^(module|criterion|optimizer)/.test(name)))
      this.#requireTrainable();
    else this.storeParams(changes);
  }

  #requireTrainable(): void {
    if (this.#isTrimmed) throw trainingImpossible(this.constructor.name);
  }

  /** What was learned of the data, as plain values; a subclass adds its own, and takes it up in `restoreLearned`. */
  protected learned(): PlainRecord {
    return {
      seed: this.seed_,
      inputShapes: this.inputShapes_,
      featureNames: this.featureNamesIn_,
      dimensions: this.dimensions === null ? null : { ...this.dimensions },
    };
  }

  protected restoreLearned({ inputShapes, featureNames, dimensions }: PlainRecord): void {
    this.inputShapes_ = (inputShapes ?? null) as typeof this.inputShapes_;
    this.featureNamesIn_ = (featureNames ?? null) as typeof this.featureNamesIn_;
    this.dimensions = (dimensions ?? null) as typeof this.dimensions;
  }

  #partsWithState(): string[] {
    const components = Object.entries(this.#components()).filter(([, { component }]) => hasState(component));
    return [...components.map(([name]) => name), 'history', 'training'];
  }

  #components(): Record<string, { readonly component: object; readonly isOptimizer: boolean }> {
    const entries = (components: Readonly<Record<string, object>>, isOptimizer: boolean) =>
      Object.entries(components).map(([name, component]) => [name, { component, isOptimizer }] as const);
    return Object.fromEntries([
      ...entries(this.modules_, false),
      ...entries(this.criteria_, false),
      ...entries(this.optimizers_, true),
    ]);
  }

  #component(name: string): { readonly component: object; readonly isOptimizer: boolean } {
    const components = this.#components();
    const found = Object.hasOwn(components, name) ? components[name] : undefined;
    if (found === undefined) throw unknownPart(name, Object.keys(components));
    if (!hasState(found.component)) throw stateless(name, found.component);
    return found;
  }

  #ownerOf(name: string): string {
    return name === 'training' ? this.constructor.name : this.#component(name).component.constructor.name;
  }

  #capture(name: string): PartState {
    if (name === 'training') {
      const { tensors, values } = trainingState(this.#trainingParts());
      const plan = this.plan === null ? null : { ...this.plan };
      return { tensors, values: { ...values, learned: this.learned(), plan } };
    }
    const { component, isOptimizer } = this.#component(name);
    return isOptimizer ? optimizerState(component) : moduleState(component);
  }

  #encode(given: string): Uint8Array<ArrayBuffer> {
    const name = partName(given);
    if (name === 'history') return toUtf8(JSON.stringify(this.history));
    void this.live;
    const epochs = this.history.length;
    return encodePart({ part: name, of: this.#ownerOf(name), epochs, ...this.#capture(name) });
  }

  #decode(file: EncodedPart): DecodedPart {
    if (file.name === 'history') {
      return { name: 'history', source: file.source, history: History.fromJSON(textOf(file)) };
    }
    void this.live;
    if (file.name !== 'training') void this.#component(file.name);
    const part = decodePart(file.bytes, file.source);
    const isOther = part.part !== null && part.part !== file.name;
    // Components that a subclass named may trade places, and with the main module too.
    if (isOther && isKnownPart(part.part) && isKnownPart(file.name)) throw otherPart(file, part.part);
    return { ...part, name: file.name, source: file.source };
  }

  #applyAll(parts: readonly DecodedPart[]): void {
    const before = parts.map((part) =>
      isHistory(part) ? null : ({ ...this.#capture(part.name), name: part.name } as const),
    );
    const history = new History();
    history.replaceWith(this.history);
    try {
      for (const part of parts) this.#apply(part);
    } catch (error) {
      for (const part of before) if (part !== null) this.#load(part.name, part);
      this.history.replaceWith(history);
      throw error;
    }
  }

  #apply(part: DecodedPart): void {
    if (isHistory(part)) {
      this.history.replaceWith(part.history);
      return;
    }
    try {
      this.#load(part.name, part);
    } catch (cause) {
      const value = part.name === 'training' ? this : this.#component(part.name).component;
      throw otherNet(part, { part: part.name, value }, cause);
    }
    // What was fitted to the first rows came with the weights; rows that follow must not change it.
    if (part.name === 'module') this.needsCalibration = false;
  }

  #load(name: string, part: PartState): void {
    if (name === 'training') {
      loadTrainingState(this.#trainingParts(), part);
      const learned = (part.values.learned ?? {}) as PlainRecord;
      if (typeof learned.seed === 'number') this.seed_ = learned.seed;
      if (this.inputShapes_ === null) this.restoreLearned(learned);
      this.plan = (part.values.plan ?? null) as typeof this.plan;
      return;
    }
    const { component, isOptimizer } = this.#component(name);
    if (isOptimizer) loadOptimizerState(component, part);
    else loadModuleState(component, part);
  }

  #trainingParts(): TrainingParts {
    const generators: Record<string, Generator> = {
      initialize: this.stream('initialize'),
      shuffle: this.stream('shuffle'),
      split: this.stream('split'),
    };
    return {
      generators,
      components: { ...this.modules_, ...this.criteria_ },
      callbacks: this.callbacks_,
    };
  }

  /** A net that was never built learns what it needs to know of the data from the checkpoint. */
  #initializeFor(parts: readonly EncodedPart[]): void {
    const training = parts.find(({ name }) => name === 'training');
    if (training !== undefined) {
      const { values } = decodePart(training.bytes, training.source);
      if (this.dimensions === null) this.restoreLearned((values.learned ?? {}) as PlainRecord);
    }
    this.initialize();
  }

  #checkNamed(file: NetFile, own: ParamRecord, checkNames: boolean, source: string): void {
    const wrong = Object.entries(file.named).filter(([name, saved]) => {
      if (isOfCallbacks(name)) return false;
      const present = own[name];
      if (isPlainValue(present)) return true;
      return checkNames && recipeNameOf(present) !== saved;
    });
    if (wrong.length === 0) return;
    const describe = (record: (name: string) => string) =>
      wrong.map(([name]) => `${name}: ${record(name)}`).join(', ');
    const got = describe((name) => String(file.named[name]));
    const expected = describe((name) =>
      isPlainValue(own[name]) ? toJsonText(own[name]) : recipeNameOf(own[name]),
    );
    throw new PersistenceError(
      `${source} was saved from a ${file.net} with ${got}; this net has ${expected}.`,
      {
        code: 'FILE_OTHER_NET',
        got,
        expected,
        hint: 'Classes and functions are not in the file: build the net with the ones that it was saved with.',
      },
    );
  }
}

interface EncodedPart {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly source: string;
}

type HistoryPart = { readonly name: 'history'; readonly source: string; readonly history: History };
type DecodedPart = (PartFile & { readonly name: string; readonly source: string }) | HistoryPart;

function isHistory(part: DecodedPart): part is HistoryPart {
  return 'history' in part;
}

/** Files of one checkpoint that were written after different epochs are what an ended process left. */
function checkSameMoment(parts: readonly DecodedPart[]): void {
  const epochOf = (part: DecodedPart) => (isHistory(part) ? part.history.length : part.epochs);
  const epochs = new Set(parts.map(epochOf).filter((epoch) => epoch !== null));
  if (epochs.size <= 1) return;
  const got = parts.map((part) => `${part.source}: epoch ${epochOf(part) ?? 'unknown'}`).join(', ');
  throw new PersistenceError(`The files of the checkpoint were saved after different epochs (${got}).`, {
    code: 'FILE_OTHER_NET',
    got,
    expected: 'files of one epoch',
    hint: 'A process was ended while it saved. Load the weights alone, and give files names with {epoch} from now on.',
  });
}

function partName(name: string): string {
  return name === 'params' ? 'module' : name;
}

/** Parts that every net has; others are named by whoever wrote the net. */
function isKnownPart(name: string | null): boolean {
  return name !== null && ['module', 'criterion', 'optimizer', 'training'].includes(name);
}

function textOf({ bytes, source }: EncodedPart): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new PersistenceError(`${source} is no text.`, {
      code: 'FILE_FORMAT',
      got: 'bytes that are not UTF-8',
      expected: 'the JSON text of a history',
      hint: "Pass what saveParams('history') gave.",
      cause,
    });
  }
}

/** The callbacks of a net are its own: those of a file are objects of whoever saved it. */
function isOfCallbacks(name: string): boolean {
  return name === 'callbacks' || name.startsWith('callbacks__');
}

function isOfTraining(name: string, optimizers: readonly string[]): boolean {
  const component = name.split('__')[0]!;
  return optimizers.includes(component) || /^(callbacks|trainSplit|iteratorTrain)__/.test(name);
}

/** Parameters that a file can hold, and the names of the others. */
function splitParams(params: ParamRecord): {
  readonly plain: PlainRecord;
  readonly named: Record<string, string>;
} {
  const plain: Record<string, PlainValue> = {};
  const named: Record<string, string> = {};
  for (const [name, value] of Object.entries(params)) {
    if (isPlainValue(value)) plain[name] = value;
    else if (value !== undefined) named[name] = recipeNameOf(value);
  }
  return { plain, named };
}

function recipeNameOf(value: unknown): string {
  if (typeof value === 'function') return value.name || 'a function';
  if (Array.isArray(value)) return 'an array';
  return value === null || value === undefined ? 'nothing' : (value as object).constructor.name;
}

function checkOnce(names: readonly string[]): void {
  const real = names.map(partName);
  const twice = real.find((name, index) => real.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new PersistenceError(`The part ${twice} was given twice.`, {
    code: 'PART_UNKNOWN',
    got: names.join(', '),
    expected: 'each part once',
    hint: 'params and module are the same part: give one of them.',
  });
}

function unknownPart(name: string, components: readonly string[]): PersistenceError {
  const known = [...components, 'params', 'history', 'training'];
  const nearest = nearestName(name, known);
  return new PersistenceError(`This net has no part ${name}.`, {
    code: 'PART_UNKNOWN',
    got: name,
    expected: known.join(', '),
    hint: nearest === null ? `It has ${known.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}

function stateless(name: string, component: object): PersistenceError {
  const { name: className } = component.constructor;
  return new PersistenceError(`The ${name} of this net, ${className}, does not say what it learned.`, {
    code: 'PART_MISSING',
    got: `${className} without stateDict and loadStateDict`,
    expected: 'both methods',
    hint: `Give ${className} these methods, or leave the part out.`,
  });
}

function otherPart({ name, source }: EncodedPart, saved: string): PersistenceError {
  return new PersistenceError(`${source} holds the part ${saved}, not ${name}.`, {
    code: 'FILE_OTHER_NET',
    got: saved,
    expected: name,
    hint: `Load it as ${saved}.`,
  });
}

function noCheckpoint(): PersistenceError {
  return new PersistenceError('There is no checkpoint yet.', {
    code: 'FILE_MISSING',
    got: 'a checkpoint that has saved nothing',
    expected: 'files of an earlier fit',
    hint: 'Look at the store of the checkpoint, or use LoadInitState, which starts anew without files.',
  });
}

function trainingImpossible(name: string): PersistenceError {
  return new PersistenceError(`This ${name} was trimmed for prediction, so it cannot be trained.`, {
    code: 'TRAINING_IMPOSSIBLE',
    got: 'a fit or initialize after trimForPrediction',
    expected: 'predictions only',
    hint: 'Build a new net, or load one that was saved before it was trimmed.',
  });
}
