// What optimizers share: groups of parameters with options of their own, steps, and a state that can be saved.

import { noGrad, Tensor } from '@tacit/tensor';
import { OptimizerError, requireAtLeast, StateError } from '../errors.js';
import { Parameter } from '../module.js';

/** Options that every optimizer has. */
export type OptimizerOptions = {
  /** Learning rate: factor of each step. */
  lr: number;
};

/** Parameters, or pairs of a name and a parameter as `namedParameters` gives them. */
export type ParameterList = Iterable<Parameter | readonly [string, Parameter]>;

/** Parameters with options that replace the optimizer's. */
export type ParamGroupOptions<Options extends OptimizerOptions> = {
  readonly params: ParameterList;
} & Partial<Readonly<Options>>;

/** What an optimizer may be built from. */
export type OptimizerParams<Options extends OptimizerOptions> =
  | ParameterList
  | Iterable<ParamGroupOptions<Options>>;

/** Parameters that share options. The options may be changed between steps: schedules set `lr` here. */
export type ParamGroup<Options extends OptimizerOptions> = {
  readonly params: readonly Parameter[];
  /** Names of the parameters where pairs were given, else their positions. */
  readonly names: readonly string[];
} & Options;

/** What an optimizer remembers about one parameter: running averages and counters by name. */
export type ParameterState = Record<string, Tensor | number>;

/** State of an optimizer as plain data: parameters are numbered through all groups in order, as in PyTorch. */
export interface OptimizerStateDict<Options extends OptimizerOptions = OptimizerOptions> {
  readonly state: Readonly<Record<string, ParameterState>>;
  readonly paramGroups: readonly ({ readonly params: readonly number[] } & Options)[];
}

/**
 * Base class of optimizers: a subclass defines `update`, and checks its options in `checkOptions`.
 *
 * @typeParam Options - all its options, none optional.
 */
export abstract class Optimizer<Options extends OptimizerOptions = OptimizerOptions> {
  /** The groups in order; parameters given outside of any group come first, as one. */
  readonly paramGroups: readonly ParamGroup<Options>[];
  readonly #state = new Map<Parameter, ParameterState>();

  /**
   * @throws OptimizerError `OPTIMIZER_EMPTY` without any parameter, `OPTIMIZER_DUPLICATE` when one occurs twice;
   * ParameterError for an option outside its range.
   */
  constructor(params: OptimizerParams<Options>, options: Options) {
    this.paramGroups = toGroups(params, options);
    for (const group of this.paramGroups) this.checkOptions(group);
    checkParameters(this.paramGroups.flatMap((group) => group.params));
  }

  /** Changes one parameter by its gradient. `state` is empty at the first step and kept between steps. */
  protected abstract update(
    parameter: Parameter,
    gradient: Float32Array,
    group: ParamGroup<Options>,
    state: ParameterState,
  ): void;

  /** Refuses options outside their range; called for each group. */
  protected checkOptions(group: Options): void {
    requireAtLeast(`${this.constructor.name}: lr`, group.lr, 0);
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * @param closure - if given, called first: it clears gradients, computes the loss, runs backward and returns the loss.
   * @returns what the closure returned.
   */
  step(closure: () => Tensor): Tensor;
  step(): undefined;
  step(closure?: () => Tensor): Tensor | undefined;
  step(closure?: () => Tensor): Tensor | undefined {
    const loss = closure?.();
    noGrad(() => {
      for (const group of this.paramGroups) {
        for (const parameter of group.params) {
          if (parameter.grad === null) continue;
          this.update(parameter, parameter.grad.data, group, this.#stateOf(parameter));
        }
      }
    });
    return loss;
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const group of this.paramGroups) for (const parameter of group.params) parameter.grad = null;
  }

  /** A copy of what the optimizer remembers, and of the groups' options. */
  stateDict(): OptimizerStateDict<Options> {
    const state: Record<string, ParameterState> = {};
    let index = 0;
    const paramGroups = this.paramGroups.map(({ params, names: _, ...options }) => ({
      ...(options as unknown as Options),
      params: params.map((parameter) => {
        const own = this.#state.get(parameter);
        if (own !== undefined) state[index] = copyState(own);
        return index++;
      }),
    }));
    return { state, paramGroups };
  }

  /**
   * Continues from a saved state, which belongs to the parameters at the same positions.
   *
   * @throws StateError `STATE_GROUPS` when the groups have other sizes, `STATE_SHAPE` when a tensor has another size than
   * its parameter. Nothing is changed then.
   */
  loadStateDict(saved: OptimizerStateDict<Options>): void {
    const sizes = (groups: readonly { readonly params: readonly unknown[] }[]): string =>
      groups.map((group) => group.params.length).join(', ');
    const got = sizes(saved.paramGroups);
    const expected = sizes(this.paramGroups);
    if (got !== expected) throw wrongGroups(got, expected);
    const parameters = this.paramGroups.flatMap((group) => group.params);
    this.checkState(saved.state, parameters);
    this.#state.clear();
    parameters.forEach((parameter, index) => {
      const own = saved.state[index];
      if (own !== undefined) this.#state.set(parameter, copyState(own));
    });
    saved.paramGroups.forEach(({ params: _, ...options }, index) => {
      Object.assign(this.paramGroups[index], options);
    });
  }

  /** Refuses a state whose tensors do not fit the parameters. */
  protected checkState(state: OptimizerStateDict['state'], parameters: readonly Parameter[]): void {
    parameters.forEach((parameter, index) => {
      checkParameterState(parameter, state[index], index);
    });
  }

  #stateOf(parameter: Parameter): ParameterState {
    let state = this.#state.get(parameter);
    if (state === undefined) {
      state = {};
      this.#state.set(parameter, state);
    }
    return state;
  }
}

/** The options given, and the defaults for those that are missing or undefined. */
export function withDefaults<Options extends OptimizerOptions>(
  defaults: Readonly<Options>,
  options: Readonly<Partial<Options>>,
): Options {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}

/** The running average `name` of a parameter, zeros of its shape at first. */
export function runningAverage(state: ParameterState, name: string, parameter: Parameter): Float32Array {
  const existing = state[name];
  if (existing instanceof Tensor) return existing.data;
  const created = new Tensor(new Float32Array(parameter.size), parameter.shape);
  state[name] = created;
  return created.data;
}

function toGroups<Options extends OptimizerOptions>(
  params: OptimizerParams<Options>,
  options: Options,
): ParamGroup<Options>[] {
  const loose: (Parameter | readonly [string, Parameter])[] = [];
  const groups: ParamGroup<Options>[] = [];
  for (const entry of params) {
    if (entry instanceof Parameter || isPair(entry)) loose.push(entry);
    else groups.push(toGroup(entry, options));
  }
  return loose.length > 0 ? [toGroup({ params: loose }, options), ...groups] : groups;
}

function toGroup<Options extends OptimizerOptions>(
  { params, ...own }: { readonly params: ParameterList },
  options: Options,
): ParamGroup<Options> {
  const entries = [...params];
  return {
    ...withDefaults(options, own as Partial<Options>),
    params: entries.map((entry) => (isPair(entry) ? entry[1] : entry)),
    names: entries.map((entry, index) => (isPair(entry) ? entry[0] : String(index))),
  };
}

function isPair(entry: unknown): entry is readonly [string, Parameter] {
  return Array.isArray(entry);
}

function checkParameters(parameters: readonly Parameter[]): void {
  if (parameters.length === 0) {
    throw new OptimizerError('The optimizer was given no parameters.', {
      code: 'OPTIMIZER_EMPTY',
      got: 'no parameters',
      expected: 'at least one',
      hint: 'Pass module.parameters(); a module registers what is assigned to its properties.',
    });
  }
  if (new Set(parameters).size !== parameters.length) {
    throw new OptimizerError('A parameter occurs twice among the groups.', {
      code: 'OPTIMIZER_DUPLICATE',
      got: 'a parameter in several places',
      expected: 'each parameter once',
      hint: 'It would be stepped twice; leave it in one group.',
    });
  }
}

function copyState(state: ParameterState): ParameterState {
  return Object.fromEntries(
    Object.entries(state).map(([name, value]) => [name, value instanceof Tensor ? value.clone() : value]),
  );
}

function checkParameterState(parameter: Parameter, state: ParameterState | undefined, index: number): void {
  for (const [name, value] of Object.entries(state ?? {})) {
    if (value instanceof Tensor && String(value.shape) !== String(parameter.shape)) {
      throw new StateError(`State ${name} of parameter ${index} has the shape [${value.shape.join(', ')}].`, {
        code: 'STATE_SHAPE',
        got: `[${value.shape.join(', ')}]`,
        expected: `[${parameter.shape.join(', ')}]`,
        hint: 'Load the state into an optimizer of the same parameters, in the same order.',
      });
    }
  }
}

function wrongGroups(got: string, expected: string): StateError {
  return new StateError(`The saved groups have ${got} parameters, this optimizer's ${expected}.`, {
    code: 'STATE_GROUPS',
    got,
    expected,
    hint: 'Build the optimizer with the groups it was saved with.',
  });
}
