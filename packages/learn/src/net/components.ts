// Second layer of a net: what is built from the recipes. `initialize` turns each recipe `x` into a live `x_`; a change of
// parameters rebuilds as little as it can.

import { manualSeed } from '@tacit/nn';
import { Generator } from '@tacit/tensor';
import type { Criterion, DataLoaderLike, DatasetLike, Module, Optimizer } from '../components.js';
import { printLine } from '../environment.js';
import { NotFittedError, ParameterError } from '../errors.js';
import { History } from '../history.js';
import { groupParameters, type NamedParameters, type ParamGroupRule } from '../param-groups.js';
import { buildFromRecipe, declaredDefaults, recipeName } from '../recipe.js';
import { warn } from '../warnings.js';
import { type Listeners, type LiveCallback, listenersOf } from './callback-list.js';
import { NetParameters, type ParamRecord } from './parameters.js';

/** What is known of the data only when it arrives. */
export interface DataDimensions {
  /** Length of the last axis of X: the number of columns of a table. */
  readonly inputDim: number;
  /** Number of classes, or of numbers to predict. */
  readonly outputDim: number;
}

interface LiveComponents {
  readonly module: Module;
  readonly criterion: Criterion;
  readonly optimizer: Optimizer;
}

/** Components that follow each other: a new one of them needs new ones of those behind it. */
type Rebuilt = 'module' | 'criterion' | 'optimizer';

export abstract class NetComponents extends NetParameters {
  /** What was recorded; cleared by `fit`, continued by `partialFit`. */
  readonly history = new History();
  /** Whether the components have been built. */
  initialized_ = false;
  /** The seed that the last initialization used: `seed`, or the one drawn for null. */
  seed_: number | null = null;
  /** Shape of a row of X at the last fit; null before. */
  featureShape_: readonly number[] | null = null;
  protected dimensions: DataDimensions | null = null;
  protected needsCalibration = false;
  protected listeners: Listeners = listenersOf([]);
  #live: LiveComponents | null = null;
  #callbacks: readonly LiveCallback[] = [];
  #streams: {
    readonly initialize: Generator;
    readonly shuffle: Generator;
    readonly split: Generator;
  } | null = null;

  /** Number of columns of X at the last fit; null before. */
  get nFeaturesIn_(): number | null {
    return this.dimensions?.inputDim ?? null;
  }

  /** The callbacks in the order in which they are called. */
  get callbacks_(): readonly LiveCallback[] {
    return this.#callbacks;
  }

  /**
   * Builds everything anew: callbacks, module, criterion, optimizer, in this order; clears the history. `fit` calls it, and
   * tells it about the data first: before a fit, a module that takes its dimensions from the data cannot be built.
   *
   * @throws ParameterError; what the components throw.
   */
  initialize(): this {
    this.checkValues();
    const wasInitialized = this.initialized_;
    // Until everything is built the net counts as not initialized, so that a failure leaves nothing half built in use.
    this.initialized_ = false;
    this.#initializeSeeds();
    this.#initializeCallbacks();
    this.#rebuild('module', [], wasInitialized);
    this.history.clear();
    this.initialized_ = true;
    if (this.param('iteratorValid__shuffle') === true) {
      warn('VALID_SHUFFLED', 'iteratorValid__shuffle is true: predictions come in random order.');
    }
    return this;
  }

  /** Prepares the live callbacks; override it to add to them in code. */
  initializeCallbacks(): LiveCallback[] {
    const live = this.configuredCallbacks().flatMap(({ name, callback }) =>
      callback === null ? [] : [{ name, callback }],
    );
    for (const { name, callback } of live) {
      const options = this.paramsFor(`callbacks__${name}`);
      if (Object.keys(options).length > 0) callback.setOptions(options);
      callback.initialize();
    }
    return live;
  }

  /** Builds the module. `inputDim` and `outputDim` come from the data where the class declares them and nobody gave them. */
  initializeModule(): Module {
    const recipe = this.param('module');
    return buildFromRecipe<Module>(recipe, [], this.#moduleOptions(recipe));
  }

  initializeCriterion(): Criterion {
    return buildFromRecipe<Criterion>(this.param('criterion'), [], this.paramsFor('criterion'));
  }

  /** Builds the optimizer over the parameters of the module, and of the criterion if it has any. */
  initializeOptimizer(parameters: NamedParameters): Optimizer {
    const { paramGroups, ...options } = this.paramsFor('optimizer');
    const rules = (paramGroups ?? []) as readonly ParamGroupRule[];
    const params = rules.length === 0 ? parameters : groupParameters(parameters, rules);
    return buildFromRecipe<Optimizer>(this.param('optimizer'), [params], {
      lr: this.param('lr'),
      ...options,
    });
  }

  /** The loader of the training rows, or the one of all other rows. */
  getIterator(dataset: DatasetLike, training: boolean): DataLoaderLike {
    const component = training ? 'iteratorTrain' : 'iteratorValid';
    const recipe = this.param(component);
    const options = { batchSize: this.param('batchSize'), ...this.paramsFor(component) };
    if (options.batchSize === -1) options.batchSize = dataset.length;
    const declared = declaredDefaults(recipe);
    const takesGenerator = declared === null || 'generator' in declared;
    const generator = training && takesGenerator ? { generator: this.stream('shuffle') } : {};
    return buildFromRecipe<DataLoaderLike>(recipe, [dataset], { ...generator, ...options });
  }

  /** The random numbers for one purpose; they follow from the seed. */
  protected stream(purpose: 'initialize' | 'shuffle' | 'split'): Generator {
    if (this.#streams === null) throw new NotFittedError(this.constructor.name, 'random stream');
    return this.#streams[purpose];
  }

  protected get live(): LiveComponents {
    if (this.#live === null || !this.initialized_) throw new NotFittedError(this.constructor.name, 'module_');
    return this.#live;
  }

  /** Prints a message, unless `verbose` is 0. */
  protected say(message: string): void {
    if (this.verbose > 0) printLine(message);
  }

  /** Stores changes of parameters and, if the net is initialized, brings the live components up to date. */
  protected changeParams(changes: ParamRecord): void {
    this.storeParams(changes);
    if (!this.initialized_) return;
    const names = Object.keys(changes).sort();
    const of = (component: string) =>
      names.filter((name) => name === component || name.startsWith(`${component}__`));
    if (names.some((name) => name.startsWith('callbacks__'))) this.#initializeCallbacks();
    if (of('module').length > 0) this.#rebuild('module', of('module'), true);
    else if (of('criterion').length > 0) this.#rebuild('criterion', of('criterion'), true);
    else this.#updateOptimizer([...of('optimizer'), ...names.filter((name) => name === 'lr')]);
  }

  #initializeSeeds(): void {
    this.seed_ = this.param<number | null>('seed') ?? Math.floor(Math.random() * 2 ** 32);
    const root = new Generator(this.seed_);
    this.#streams = {
      initialize: root.fork('initialize'),
      shuffle: root.fork('shuffle'),
      split: root.fork('split'),
    };
  }

  #initializeCallbacks(): void {
    this.#callbacks = this.initializeCallbacks();
    this.listeners = listenersOf(this.#callbacks);
  }

  #rebuild(from: Rebuilt, changed: readonly string[], isAnnounced: boolean): void {
    const announce = (component: Rebuilt) => {
      const reason = component === from && changed.length > 0 ? `, because of ${changed.join(', ')}` : '';
      if (isAnnounced) this.say(`Building ${component} anew${reason}.`);
    };
    const module = from === 'module' ? this.#buildModule(announce) : this.#live!.module;
    const criterion = from === 'optimizer' ? this.#live!.criterion : this.#buildCriterion(announce);
    announce('optimizer');
    const optimizer = this.initializeOptimizer(learnable(module, criterion));
    this.#live = { module, criterion, optimizer };
  }

  #buildModule(announce: (component: Rebuilt) => void): Module {
    announce('module');
    // Modules draw their initial weights from the default generator of @tacit/nn.
    manualSeed(new Generator(this.seed_!).fork('initialize').integer(2 ** 32));
    this.needsCalibration = true;
    return this.initializeModule();
  }

  #buildCriterion(announce: (component: Rebuilt) => void): Criterion {
    announce('criterion');
    return this.initializeCriterion();
  }

  // Written into the live groups where they hold the option, so that momentum and the like are kept.
  #updateOptimizer(names: readonly string[]): void {
    const groups = this.#live!.optimizer.paramGroups as readonly Record<string, unknown>[];
    const options = names.map((name) => (name === 'lr' ? 'lr' : name.slice('optimizer__'.length)));
    const values: ParamRecord = { lr: this.param('lr'), ...this.paramsFor('optimizer') };
    const isLive = (option: string) =>
      values[option] !== undefined && groups.every((group) => Object.hasOwn(group, option));
    if (names.includes('optimizer') || !options.every(isLive)) {
      this.#rebuild('optimizer', names, true);
      return;
    }
    for (const group of groups) for (const option of options) group[option] = values[option];
  }

  #moduleOptions(recipe: unknown): Record<string, unknown> {
    const options = this.paramsFor('module');
    const declared = typeof recipe === 'function' ? declaredDefaults(recipe) : null;
    for (const name of ['inputDim', 'outputDim'] as const) {
      const isLeftToData =
        declared !== null &&
        name in declared &&
        (declared[name] ?? null) === null &&
        (options[name] ?? null) === null;
      if (!isLeftToData) continue;
      if (this.dimensions === null) throw dimensionUnknown(name, recipeName(recipe));
      options[name] = this.dimensions[name];
    }
    return options;
  }
}

interface WithParameters {
  namedParameters?(): NamedParameters;
}

function learnable(module: Module, criterion: Criterion): NamedParameters {
  const ofCriterion = (criterion as WithParameters).namedParameters?.() ?? [];
  return [...module.namedParameters(), ...ofCriterion];
}

function dimensionUnknown(name: string, moduleName: string): ParameterError {
  return new ParameterError(`${name} of ${moduleName} is not known before the net has seen data.`, {
    code: 'INPUT_DIM_UNKNOWN',
    got: `no module__${name}, and no data`,
    expected: `module__${name}, or data to take it from`,
    hint: `Call fit instead of initialize, or pass module__${name}.`,
  });
}
