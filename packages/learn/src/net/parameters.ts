// First layer of a net: its parameters. What the constructor was given is stored untouched and can be read, changed and
// copied; nothing is built here.

import type { Callback } from '../callbacks/callback.js';
import { type ComponentName, checkParameterNames, componentNames } from '../parameter-names.js';
import { checkParameterValues, commonRules, type ValueRule } from '../parameter-values.js';
import { declaredDefaults } from '../recipe.js';
import { type NamedCallback, namedCallbacks } from './callback-list.js';
import { type ComponentDeclarations, kindOfDeclaration } from './registry.js';

/** Parameters by name, as text. */
export type ParamRecord = Readonly<Record<string, unknown>>;

/** Options that the net sets itself unless they are given, so a component's own default says nothing. */
const governedByNet: ReadonlySet<string> = new Set([
  'optimizer__lr',
  'iteratorTrain__batchSize',
  'iteratorValid__batchSize',
  'iteratorTrain__generator',
  'iteratorValid__generator',
]);

export abstract class NetParameters {
  /** The net's own parameters with their defaults; subclasses add to them. */
  static readonly defaults: ParamRecord = {};
  /**
   * Components that a subclass adds: a module or criterion by its kind, an optimizer by what it optimizes. Each name is a
   * parameter, as is `NAME__option`; give recipes among `defaults`.
   *
   * @example static override readonly components = { critic: 'module', criticOptimizer: { optimizes: ['critic'] } } as const;
   */
  static readonly components: ComponentDeclarations = {};
  #given: ParamRecord;

  /** @throws ParameterError `UNKNOWN_PARAMETER`, naming all unknown names. */
  constructor(params: ParamRecord) {
    this.#given = withoutUndefined(params);
    this.#checkNames(this.#given);
  }

  /**
   * The default callbacks by name, made anew at each call; override it to change them. It is called before the fields of a
   * subclass exist.
   */
  getDefaultCallbacks(): Readonly<Record<string, Callback<object>>> {
    return {};
  }

  /** What is printed by default: 0 nothing, 1 a row an epoch and messages. */
  get verbose(): number {
    return this.param<number>('verbose');
  }

  /** The components that the class adds. */
  protected get declaredComponents(): ComponentDeclarations {
    return (this.constructor as typeof NetParameters).components;
  }

  /** A parameter as given, or its default. */
  protected param<T = unknown>(name: string): T {
    return (Object.hasOwn(this.#given, name) ? this.#given[name] : this.#defaults[name]) as T;
  }

  /** All parameters, given or default, without those that only components know. */
  protected get params(): ParamRecord {
    return this.#withDefaults(this.#given);
  }

  /** The options given for a component, without its prefix: `{ b: 1 }` for `a__b: 1`. */
  protected paramsFor(component: string): Record<string, unknown> {
    const prefix = `${component}__`;
    return Object.fromEntries(
      Object.entries(this.params)
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name.slice(prefix.length), value]),
    );
  }

  /** What each parameter's value has to fulfill; a subclass adds rules for its own. */
  protected get valueRules(): Readonly<Record<string, ValueRule>> {
    return commonRules;
  }

  /** @throws ParameterError `PARAMETER_VALUE`, naming all values that cannot be used. */
  protected checkValues(): void {
    checkParameterValues(this.constructor.name, this.params, this.valueRules);
  }

  /** The callbacks that the parameters ask for, in the order of their calls. */
  protected configuredCallbacks(params: ParamRecord = this.params): NamedCallback[] {
    return namedCallbacks(() => this.getDefaultCallbacks(), params);
  }

  /** Parameters by name; `deep` adds the declared defaults of components, and the callbacks with their options. */
  protected readParams(deep: boolean): ParamRecord {
    const shallow = this.params;
    if (!deep) return shallow;
    const declared: Record<string, unknown> = {};
    for (const component of [...componentNames, ...Object.keys(this.declaredComponents)])
      addOptions(declared, component, shallow[component]);
    for (const { name, callback } of this.configuredCallbacks()) {
      declared[`callbacks__${name}`] = callback;
      for (const [option, value] of Object.entries(callback?.options ?? {})) {
        declared[`callbacks__${name}__${option}`] = value;
      }
    }
    return { ...declared, ...shallow };
  }

  /** Stores changes; `undefined` goes back to the default. @throws ParameterError `UNKNOWN_PARAMETER`; nothing is stored then. */
  protected storeParams(changes: ParamRecord): void {
    const next = withoutUndefined({ ...this.#given, ...changes });
    this.#checkNames({ ...next, ...withoutUndefined(changes) });
    this.#given = next;
  }

  /** Runs `task` with the parameters changed; if it throws, they are what they were. */
  protected tryParams(changes: ParamRecord, task: () => void): void {
    const before = this.#given;
    this.storeParams(changes);
    try {
      task();
    } catch (error) {
      this.#given = before;
      throw error;
    }
  }

  get #defaults(): ParamRecord {
    return (this.constructor as typeof NetParameters).defaults;
  }

  #checkNames(params: ParamRecord): void {
    const all = this.#withDefaults(params);
    const own = Object.keys(this.#defaults).filter((name) => !name.includes('__'));
    checkParameterNames(Object.keys(params), {
      estimatorName: this.constructor.name,
      ownNames: [...own, ...componentNames, 'callbacks', ...Object.keys(this.declaredComponents)],
      components: this.#components(),
      params: all,
      callbacks: () => new Map(this.configuredCallbacks(all).map(({ name, recipe }) => [name, recipe])),
    });
  }

  #components(): Map<string, ComponentName> {
    const declared = Object.entries(this.declaredComponents);
    return new Map<string, ComponentName>([
      ...componentNames.map((name) => [name, name] as const),
      ...declared.map(([name, declaration]) => [name, kindOfDeclaration(declaration)] as const),
    ]);
  }

  // A default option of a component, such as `iteratorTrain__shuffle`, holds for classes that declare the option: the default
  // class or one that extends it. An instance has its own, and of another class nothing is known.
  #withDefaults(given: ParamRecord): ParamRecord {
    const all = { ...this.#defaults, ...given };
    const holds = (name: string): boolean => {
      const [component, option] = name.split('__');
      if (option === undefined || Object.hasOwn(given, name)) return true;
      const recipe = all[component!];
      return typeof recipe === 'function' && option in (declaredDefaults(recipe) ?? {});
    };
    return Object.fromEntries(Object.entries(all).filter(([name]) => holds(name)));
  }
}

function withoutUndefined(params: ParamRecord): ParamRecord {
  return Object.fromEntries(Object.entries(params).filter(([, value]) => value !== undefined));
}

// An instance has options of its own that its class's defaults do not tell.
function addOptions(target: Record<string, unknown>, component: string, recipe: unknown): void {
  if (typeof recipe !== 'function') return;
  for (const [option, value] of Object.entries(declaredDefaults(recipe) ?? {})) {
    const name = `${component}__${option}`;
    if (!governedByNet.has(name)) target[name] = value;
  }
}
