// Second layer of a net: what is built from the recipes. `initialize` turns each recipe `x` into a live `x_`; a change of
// parameters rebuilds as little as it can.

import { manualSeed } from '@tacit/nn';
import { Generator, type Tensor } from '@tacit/tensor';
import type {
  AnyInputModule,
  Criterion,
  DataLoaderLike,
  DatasetLike,
  Inputs,
  Module,
  Optimizer,
  Target,
} from '../components.js';
import { printLine } from '../environment.js';
import { NotFittedError, ParameterError } from '../errors.js';
import { History } from '../history.js';
import { singleInputName } from '../inputs.js';
import {
  applyGroupOptions,
  groupParameters,
  isGroupOption,
  type NamedParameters,
  type ParamGroupRule,
} from '../param-groups.js';
import { buildFromRecipe, declaredDefaults, recipeName } from '../recipe.js';
import { StreamDataset } from '../stream.js';
import { warn } from '../warnings.js';
import { type Listeners, type LiveCallback, listenersOf } from './callback-list.js';
import { NetParameters, type ParamRecord } from './parameters.js';
import { type ComponentKind, ComponentRegistry, kindOfDeclaration } from './registry.js';

/** What is known of the data only when it arrives. */
export interface DataDimensions {
  /** Length of the last axis of X: the number of columns of a table. null for several inputs. */
  readonly inputDim: number | null;
  /** Number of classes, or of numbers to predict. */
  readonly outputDim: number;
}

interface LiveComponents {
  readonly module: Module;
  readonly criterion: Criterion;
  readonly optimizer: Optimizer;
}

/** What each row brings along besides its targets. */
export interface RowExtras {
  /** [nRows], at least 0: how much each row counts in the loss. */
  readonly sampleWeight?: Tensor | null;
  /** The group of each row, for a split that keeps groups together. */
  readonly groups?: ArrayLike<unknown> | null;
}

export abstract class NetComponents extends NetParameters {
  /** What was recorded; cleared by `fit`, continued by `partialFit`. */
  readonly history = new History();
  /** Whether the components have been built. */
  initialized_ = false;
  /** The seed that the last initialization used: `seed`, or the one drawn for null. */
  seed_: number | null = null;
  /** Shape of a row of each input at the last fit, by name; a single input's name is 'X'. null before. */
  inputShapes_: Readonly<Record<string, readonly number[]>> | null = null;
  /** Names of the columns at the last fit, if X was a table that names them; null else. */
  featureNamesIn_: readonly string[] | null = null;
  protected dimensions: DataDimensions | null = null;
  protected needsCalibration = false;
  protected listeners: Listeners = listenersOf([]);
  readonly #registry = new ComponentRegistry();
  #callbacks: readonly LiveCallback[] = [];
  #streams: {
    readonly initialize: Generator;
    readonly shuffle: Generator;
    readonly split: Generator;
  } | null = null;

  /** Shape of a row of X at the last fit; null before, and for several inputs. */
  get featureShape_(): readonly number[] | null {
    return this.inputShapes_?.[singleInputName] ?? null;
  }

  /** Number of columns of X at the last fit; null before. */
  get nFeaturesIn_(): number | null {
    return this.dimensions?.inputDim ?? null;
  }

  /** All modules by name: `module`, and what a subclass registered. */
  get modules_(): Readonly<Record<string, AnyInputModule>> {
    return this.#built('modules_').get('module');
  }

  /** All criteria by name: `criterion`, and what a subclass registered. */
  get criteria_(): Readonly<Record<string, Criterion>> {
    return this.#built('criteria_').get('criterion');
  }

  /** All optimizers by name: `optimizer`, and what a subclass registered. */
  get optimizers_(): Readonly<Record<string, Optimizer>> {
    return this.#built('optimizers_').get('optimizer');
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
    this.#rebuild(['module', 'criterion', 'optimizer'], [], wasInitialized);
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

  /**
   * Builds the main module. `inputDim` and `outputDim` come from the data where the class declares them and nobody gave them.
   * Override it to build more modules, and `registerModule` them.
   */
  initializeModule(): Module {
    const recipe = this.param('module');
    return buildFromRecipe<Module>(recipe, [], this.#moduleOptions(recipe));
  }

  /** Builds the main criterion; the place to `registerCriterion` more. */
  initializeCriterion(): Criterion {
    return buildFromRecipe<Criterion>(this.param('criterion'), [], this.paramsFor('criterion'));
  }

  /**
   * Builds the main optimizer; the place to `registerOptimizer` more.
   *
   * @param parameters - those of all modules and criteria, without those that declared optimizers take.
   */
  initializeOptimizer(parameters: NamedParameters): Optimizer {
    return this.buildOptimizer('optimizer', parameters);
  }

  /** An optimizer from the parameters `NAME` and `NAME__option`; its lr is the net's unless `NAME__lr` is given. */
  buildOptimizer(name: string, parameters: NamedParameters): Optimizer {
    const all = Object.entries(this.paramsFor(name));
    const { paramGroups, ...options } = Object.fromEntries(all.filter(([option]) => !isGroupOption(option)));
    const rules = (paramGroups ?? []) as readonly ParamGroupRule[];
    const params = rules.length === 0 ? parameters : groupParameters(parameters, rules);
    const optimizer = buildFromRecipe<Optimizer>(this.param(name), [params], {
      lr: this.param('lr'),
      ...options,
    });
    applyGroupOptions(name, optimizer, Object.fromEntries(all.filter(([option]) => isGroupOption(option))));
    return optimizer;
  }

  /** Adds a module to those that are trained; within `initializeModule` only. @throws ComponentError `REGISTER_OUTSIDE`. */
  registerModule<T extends AnyInputModule>(name: string, module: T): T {
    this.#registry.add('module', name, module);
    return module;
  }

  /** Adds a criterion; its parameters, if any, are trained. Within `initializeCriterion` only. */
  registerCriterion<T extends Criterion>(name: string, criterion: T): T {
    this.#registry.add('criterion', name, criterion);
    return criterion;
  }

  /** Adds an optimizer that `trainStep` steps too; within `initializeOptimizer` only. */
  registerOptimizer<T extends Optimizer>(name: string, optimizer: T): T {
    this.#registry.add('optimizer', name, optimizer);
    return optimizer;
  }

  /**
   * Parameters of all modules and criteria (or of those named), each once. Those of the main module have their own paths, all
   * others begin with the component's name: `discriminator.0.weight`.
   */
  learnableParameters(components?: readonly string[]): NamedParameters {
    return this.#registry.learnable(components);
  }

  /** Checked rows as data that batches can be taken from, by the parameter `dataset`; override it for data in another form. */
  getDataset(X: Inputs, y: Target | null, extras: RowExtras = {}): DatasetLike {
    return buildFromRecipe<DatasetLike>(this.param('dataset'), [X, y], {
      ...extras,
      ...this.paramsFor('dataset'),
    });
  }

  /** Frees what only training needs: callbacks and optimizers. */
  protected dropTrainingParts(): void {
    this.#callbacks = [];
    this.listeners = listenersOf([]);
    this.#registry.refill('optimizer', () => {});
  }

  /** The loader of the training rows, or the one of all other rows. */
  getIterator(dataset: DatasetLike, training: boolean): DataLoaderLike {
    const component = training ? 'iteratorTrain' : 'iteratorValid';
    const recipe = this.param(component);
    const options = { batchSize: this.param<number>('batchSize'), ...this.paramsFor(component) };
    if (dataset instanceof StreamDataset) return dataset.batches(options.batchSize);
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

  /** The main components. @throws NotFittedError before the net is initialized. */
  protected get live(): LiveComponents {
    const registry = this.#built('module_');
    return {
      module: registry.get('module').module as Module,
      criterion: registry.get('criterion').criterion!,
      optimizer: registry.get('optimizer').optimizer!,
    };
  }

  #built(asked: string): ComponentRegistry {
    if (!this.initialized_) throw new NotFittedError(this.constructor.name, asked);
    return this.#registry;
  }

  /** Prints a message, unless `verbose` is 0. */
  protected say(message: string): void {
    if (this.verbose > 0) printLine(message);
  }

  /** Stores changes of parameters and, if the net is initialized, brings the live components up to date: both or neither. */
  protected changeParams(changes: ParamRecord): void {
    this.tryParams(changes, () => {
      if (this.initialized_) this.#registry.attempt(() => this.#bringUpToDate(changes));
    });
  }

  #bringUpToDate(changes: ParamRecord): void {
    const names = Object.keys(changes).sort();
    if (names.some((name) => name.startsWith('callbacks__'))) this.#initializeCallbacks();
    const of = (kind: ComponentKind) =>
      this.#componentsOf(kind).flatMap((component) =>
        names.filter((name) => name === component || name.startsWith(`${component}__`)),
      );
    if (of('module').length > 0) this.#rebuild(['module', 'criterion', 'optimizer'], of('module'), true);
    else if (of('criterion').length > 0) this.#rebuild(['criterion', 'optimizer'], of('criterion'), true);
    else this.#updateOptimizers(names);
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

  /** Names of the components of a kind, the main one first. */
  #componentsOf(kind: ComponentKind): string[] {
    const declared = Object.entries(this.declaredComponents);
    return [kind, ...declared.filter(([, one]) => kindOfDeclaration(one) === kind).map(([name]) => name)];
  }

  /** Builds components anew, in order; the first kind is what asked for it. */
  #rebuild(kinds: readonly ComponentKind[], changed: readonly string[], isAnnounced: boolean): void {
    for (const kind of kinds) {
      const reason = kind === kinds[0] && changed.length > 0 ? `, because of ${changed.join(', ')}` : '';
      if (isAnnounced) this.say(`Building ${kind} anew${reason}.`);
      this.#registry.refill(kind, () => this.#build(kind));
    }
  }

  #build(kind: ComponentKind): void {
    if (kind === 'module') {
      // Modules draw their initial weights from the default generator of @tacit/nn.
      manualSeed(new Generator(this.seed_!).fork('initialize').integer(2 ** 32));
      this.needsCalibration = true;
      this.registerModule('module', this.initializeModule());
    } else if (kind === 'criterion') this.registerCriterion('criterion', this.initializeCriterion());
    else this.registerOptimizer('optimizer', this.initializeOptimizer(this.#parametersLeft()));
    const built: Readonly<Record<string, unknown>> = this.#registry.get(kind);
    for (const name of this.#componentsOf(kind)) if (built[name] === undefined) this.#buildDeclared(name);
  }

  /** What a subclass declared and did not register itself. */
  #buildDeclared(name: string): void {
    const declaration = this.declaredComponents[name]!;
    const build = <T>() => buildFromRecipe<T>(this.param(name), [], this.paramsFor(name));
    if (declaration === 'module') this.registerModule(name, build<AnyInputModule>());
    else if (declaration === 'criterion') this.registerCriterion(name, build<Criterion>());
    else {
      const parameters = this.learnableParameters(declaration.optimizes);
      this.registerOptimizer(name, this.buildOptimizer(name, parameters));
    }
  }

  #parametersLeft(): NamedParameters {
    const taken = Object.values(this.declaredComponents).flatMap((declaration) =>
      typeof declaration === 'string' ? [] : declaration.optimizes,
    );
    const others = [...this.#componentsOf('module'), ...this.#componentsOf('criterion')];
    return taken.length === 0
      ? this.learnableParameters()
      : this.learnableParameters(others.filter((name) => !taken.includes(name)));
  }

  // Written into the live groups where they hold the option, so that momentum and the like are kept.
  #updateOptimizers(names: readonly string[]): void {
    const all = this.#registry.get('optimizer');
    const live = this.#componentsOf('optimizer').flatMap((name) =>
      this.#liveChanges(name, all[name]!, names),
    );
    if (live.some((change) => change === null)) {
      const ofOptimizers = names.filter((name) =>
        this.#componentsOf('optimizer').some((one) => name === one || name.startsWith(`${one}__`)),
      );
      this.#rebuild(['optimizer'], ofOptimizers, true);
      return;
    }
    for (const change of live) change!();
  }

  /** What writes the changes of an optimizer's options into its groups; null for one that needs a new optimizer. */
  #liveChanges(component: string, optimizer: Optimizer, names: readonly string[]): ((() => void) | null)[] {
    const groups = optimizer.paramGroups as readonly Record<string, unknown>[];
    const values: ParamRecord = { lr: this.param('lr'), ...this.paramsFor(component) };
    return names.flatMap((name) => {
      if (name === component) return [null];
      if (name !== 'lr' && !name.startsWith(`${component}__`)) return [];
      const option = name === 'lr' ? 'lr' : name.slice(component.length + 2);
      const value = values[option];
      if (value === undefined) return [null];
      if (isGroupOption(option)) return [() => applyGroupOptions(component, optimizer, { [option]: value })];
      if (!groups.every((group) => Object.hasOwn(group, option))) return [null];
      return [
        () => {
          for (const group of groups) group[option] = value;
        },
      ];
    });
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
      const dimension = this.dimensions?.[name] ?? null;
      if (dimension === null) throw dimensionUnknown(name, recipeName(recipe));
      options[name] = dimension;
    }
    return options;
  }
}

function dimensionUnknown(name: string, moduleName: string): ParameterError {
  return new ParameterError(
    `${name} of ${moduleName} is not known before the net has seen data of a single input.`,
    {
      code: 'INPUT_DIM_UNKNOWN',
      got: `no module__${name}, and no data`,
      expected: `module__${name}, or data to take it from`,
      hint: `Call fit instead of initialize, or pass module__${name}.`,
    },
  );
}
