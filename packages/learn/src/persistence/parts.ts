// What the parts of a net hold, and how they are taken out of it and put back: components with a state of their own, and
// what else a resumed fit needs to go on as if it had never stopped.

import type { OptimizerStateDict, ParameterState, StateDict } from '@tacit/nn';
import { Generator, Tensor } from '@tacit/tensor';
import type { Callback } from '../callbacks/callback.js';
import { PersistenceError } from '../errors.js';
import { isPlainValue, type PlainRecord, type PlainValue } from './json.js';
import type { PartState } from './part-file.js';

interface WithTensors {
  stateDict(): StateDict;
  loadStateDict(state: StateDict): void;
}

interface WithOptimizerState {
  stateDict(): OptimizerStateDict;
  loadStateDict(state: OptimizerStateDict): void;
}

/** Whether a component says what it learned. */
export function hasState(component: object): boolean {
  return 'stateDict' in component && 'loadStateDict' in component;
}

/** The weights and buffers of a module, or of a loss that has any. Names are those of PyTorch's state dict. */
export function moduleState(module: object): PartState {
  return { tensors: (module as WithTensors).stateDict(), values: {} };
}

export function loadModuleState(module: object, { tensors }: PartState): void {
  (module as WithTensors).loadStateDict({ ...tensors });
}

/** What an optimizer remembers of each parameter (`0.expAvg`, by position), and the options of its groups. */
export function optimizerState(optimizer: object): PartState {
  const { state, paramGroups } = (optimizer as WithOptimizerState).stateDict();
  const tensors: StateDict = {};
  const numbers: Record<string, Record<string, number>> = {};
  for (const [index, entries] of Object.entries(state)) {
    numbers[index] = {};
    for (const [name, value] of Object.entries(entries)) {
      if (value instanceof Tensor) tensors[`${index}.${name}`] = value;
      else numbers[index][name] = value;
    }
  }
  const groups = paramGroups.map((group) =>
    Object.fromEntries(Object.entries(group).filter(([, value]) => isPlainValue(value))),
  );
  return { tensors, values: { numbers, paramGroups: groups as PlainValue[] } };
}

export function loadOptimizerState(optimizer: object, { tensors, values }: PartState): void {
  const state: Record<string, ParameterState> = {};
  const numbers = (values.numbers ?? {}) as Record<string, Record<string, number>>;
  for (const [index, entries] of Object.entries(numbers)) state[index] = { ...entries };
  for (const [path, tensor] of Object.entries(tensors)) {
    const dot = path.indexOf('.');
    const index = path.slice(0, dot);
    state[index] = { ...state[index], [path.slice(dot + 1)]: tensor };
  }
  const paramGroups = (values.paramGroups ?? []) as unknown as OptimizerStateDict['paramGroups'];
  (optimizer as WithOptimizerState).loadStateDict({ state, paramGroups });
}

/** What a resumed fit needs besides weights, optimizers and history. */
export interface TrainingParts {
  /** Every stream of random numbers by a name that does not change. */
  readonly generators: Readonly<Record<string, Generator>>;
  /** Modules and losses by name: their parameters may be frozen, and they may hold generators (Dropout). */
  readonly components: Readonly<Record<string, object>>;
  readonly callbacks: readonly { readonly name: string; readonly callback: Callback<object> }[];
}

interface ModuleLike {
  namedModules(): [string, object][];
  namedParameters(): [string, Tensor][];
}

/** Random streams, frozen parameters and what callbacks remember. */
export function trainingState(parts: TrainingParts): PartState {
  const tensors: StateDict = {};
  const callbacks: Record<string, PlainRecord> = {};
  for (const { name, callback } of parts.callbacks) {
    const state = callback.stateDict?.();
    if (state === undefined) continue;
    callbacks[name] = state.values;
    for (const [path, tensor] of Object.entries(state.tensors ?? {})) tensors[`${name}.${path}`] = tensor;
  }
  const generators = Object.entries(allGenerators(parts)).map(
    ([name, { state }]) => [name, { key: state.key, words: state.words }] as const,
  );
  return {
    tensors,
    values: { generators: Object.fromEntries(generators), frozen: frozenParameters(parts), callbacks },
  };
}

/** Streams and callbacks that the state does not know keep what they have: a net may have gained a callback. */
export function loadTrainingState(parts: TrainingParts, { tensors, values }: PartState): void {
  const { generators = {}, frozen = [], callbacks = {} } = values;
  for (const [name, generator] of Object.entries(allGenerators(parts))) {
    const state = (generators as unknown as Readonly<Record<string, Generator['state']>>)[name];
    if (state !== undefined) generator.state = state;
  }
  const isFrozen = new Set(frozen as readonly string[]);
  for (const [path, parameter] of allParameters(parts)) parameter.requiresGrad = !isFrozen.has(path);
  for (const { name, callback } of parts.callbacks) {
    const own = (callbacks as Readonly<Record<string, PlainRecord>>)[name];
    if (own === undefined || callback.loadStateDict === undefined) continue;
    const prefix = `${name}.`;
    const ownTensors = Object.entries(tensors)
      .filter(([path]) => path.startsWith(prefix))
      .map(([path, tensor]) => [path.slice(prefix.length), tensor] as const);
    callback.loadStateDict({ values: own, tensors: Object.fromEntries(ownTensors) });
  }
}

function allGenerators({ generators, components }: TrainingParts): Record<string, Generator> {
  const found: Record<string, Generator> = { ...generators };
  for (const [name, component] of Object.entries(components)) {
    for (const [path, module] of (component as Partial<ModuleLike>).namedModules?.() ?? []) {
      for (const [property, value] of Object.entries(module)) {
        if (value instanceof Generator) found[`${name}:${path}.${property}`] = value;
      }
    }
  }
  return found;
}

function allParameters({ components }: TrainingParts): [string, Tensor][] {
  return Object.entries(components).flatMap(([name, component]) =>
    ((component as Partial<ModuleLike>).namedParameters?.() ?? []).map(
      ([path, parameter]): [string, Tensor] => [`${name}:${path}`, parameter],
    ),
  );
}

function frozenParameters(parts: TrainingParts): string[] {
  return allParameters(parts)
    .filter(([, parameter]) => !parameter.requiresGrad)
    .map(([path]) => path);
}

/** The error of a part that does not fit, which names both sides. */
export function otherNet(
  file: { readonly source: string; readonly of: string | null; readonly tensors: Readonly<StateDict> },
  component: { readonly part: string; readonly value: object },
  cause: unknown,
): PersistenceError {
  const own = component.value.constructor.name;
  const saved = file.of ?? 'another program';
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PersistenceError(
    `${file.source} was saved from ${saved} and does not fit the ${component.part} of this net, ${own}: ${reason}`,
    {
      code: 'FILE_OTHER_NET',
      got: `${saved} with ${list(file.tensors)}`,
      expected: `${own}${'namedParameters' in component.value ? ` with ${list(shapesOf(component.value))}` : ''}`,
      hint: 'Build the net with the parameters that it was saved with.',
      cause,
    },
  );
}

function shapesOf(component: object): Readonly<Record<string, Tensor>> {
  return hasState(component) ? (component as WithTensors).stateDict() : {};
}

function list(tensors: Readonly<Record<string, Tensor>>): string {
  const entries = Object.entries(tensors);
  const shown = entries.slice(0, 20).map(([name, { shape }]) => `${name} [${shape.join(', ')}]`);
  if (entries.length === 0) return 'no tensors';
  return `${shown.join(', ')}${entries.length > 20 ? ', …' : ''}`;
}
