// Does something to chosen parameters at chosen epochs: sets them, freezes them, lets them go again.

import type { Parameter } from '@tacit/nn';
import { ParameterError } from '../errors.js';
import { globToPattern } from '../param-groups.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/** A glob over parameter names (`*.weight`), a function of the name, or a list of both. */
export type ParamPatterns =
  | string
  | ((name: string) => boolean)
  | readonly (string | ((name: string) => boolean))[];

/** What is done to a parameter; its data is changed in place. */
export type ParamFunction = (parameter: Parameter, name: string) => void;

/** When: the number of an epoch, from 1, or a function that is asked at each. */
export type ParamMoment = number | ((net: Net) => boolean);

/** Options of {@link ParamMapper}. */
export type ParamMapperOptions = {
  /** Which parameters, over all modules. '*'. A parameter that two patterns match is mapped twice. */
  patterns: ParamPatterns;
  /** What is done. Nothing. */
  fn: ParamFunction;
  /** When it is done, at the begin of an epoch. 1. */
  at: ParamMoment;
  /** Says at the begin of each epoch what is done in it, in place of `fn` and `at`; null or undefined: nothing. */
  schedule: ((net: Net) => ParamFunction | null | undefined) | null;
};

/**
 * Calls a function for each parameter whose name matches, at the begin of an epoch.
 *
 * Epochs are counted by the history: with weights that were loaded without theirs, epoch 1 comes again.
 *
 * @throws ParameterError `PARAMETER_VALUE` for an epoch below 1, when the fit begins.
 * @example new ParamMapper({ patterns: 'hidden.*', fn: (parameter) => parameter.data.fill(0), at: 3 })
 */
export class ParamMapper<O extends Partial<ParamMapperOptions> = ParamMapperOptions> extends Callback<
  O & ParamMapperOptions
> {
  static readonly defaults: Readonly<Record<string, unknown>> = {
    patterns: '*',
    fn: () => {},
    at: 1,
    schedule: null,
  };

  override onTrainBegin(): void {
    const { at } = this.options;
    if (typeof at === 'number' && !(Number.isInteger(at) && at >= 1)) throw invalidEpoch(this, at);
  }

  override onEpochBegin(net: Net): void {
    const fn = this.functionFor(net);
    if (fn === null) return;
    const parameters = namedParameters(net);
    for (const pattern of toTests(this.options.patterns)) {
      for (const [name, parameter] of parameters) if (pattern(name)) fn(parameter, name);
    }
  }

  /** What is done in this epoch; null: nothing. */
  protected functionFor(net: Net): ParamFunction | null {
    const { schedule, at, fn } = this.options;
    if (schedule !== null) return schedule(net) ?? null;
    const isDue = typeof at === 'function' ? at(net) : net.history.length === at;
    return isDue ? fn : null;
  }
}

/** Keeps parameters from being trained, from epoch 1 unless `at` says otherwise. */
export class Freezer extends ParamMapper {
  static override readonly defaults = { ...ParamMapper.defaults, fn: freezeParameter };
}

/** Lets parameters be trained again; see {@link Freezer}. */
export class Unfreezer extends ParamMapper {
  static override readonly defaults = { ...ParamMapper.defaults, fn: unfreezeParameter };
}

/**
 * Sets parameters at the begin of epoch 1, or when `at` says.
 *
 * @example new Initializer({ patterns: '*.weight', fn: (parameter) => parameter.data.fill(0.1) })
 */
export class Initializer extends ParamMapper {}

/** Excludes a parameter from training. Gradients that it has are forgotten, so that no step uses them. */
export function freezeParameter(parameter: Parameter): void {
  parameter.requiresGrad = false;
  parameter.grad = null;
}

export function unfreezeParameter(parameter: Parameter): void {
  parameter.requiresGrad = true;
}

interface WithModules {
  readonly modules_?: Readonly<Record<string, Net['module_']>>;
}

/** Those of the main module have their own names; others begin with the component's. */
function namedParameters(net: Net): (readonly [string, Parameter])[] {
  const modules = (net as WithModules).modules_ ?? { module: net.module_ };
  return Object.entries(modules).flatMap(([component, module]) =>
    module
      .namedParameters()
      .map(
        ([path, parameter]) => [component === 'module' ? path : `${component}.${path}`, parameter] as const,
      ),
  );
}

function toTests(patterns: ParamPatterns): ((name: string) => boolean)[] {
  const list = typeof patterns === 'object' ? patterns : [patterns];
  return list.map((pattern) => {
    if (typeof pattern === 'function') return pattern;
    const expression = globToPattern(pattern);
    return (name: string) => expression.test(name);
  });
}

function invalidEpoch(callback: object, at: number): ParameterError {
  const owner = callback.constructor.name;
  return new ParameterError(`${owner}: at is ${at}, expected a whole number, at least 1, or a function.`, {
    code: 'PARAMETER_VALUE',
    got: String(at),
    expected: 'a whole number, at least 1, or a function',
    hint: 'Epochs are counted from 1.',
  });
}
