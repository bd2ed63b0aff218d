// The base of everything that computes with learned values. What belongs to a module is what its properties hold:
// parameters and other modules, also within arrays and plain records, in the order in which they were assigned; then its
// buffers. Names in paths are PyTorch's: `features.fc0.weight`, and the index within an array or Sequential: `0.weight`.

import { Tensor } from '@tacit/tensor';
import { StateError } from './errors.js';

/** A tensor that a {@link Module} registers when it is assigned to a property, and that optimizers update in place. */
export class Parameter extends Tensor {
  /**
   * @param values - the initial values; the data is taken over, not copied.
   * @param options - `requiresGrad: false` freezes it: saved and loaded with the module, but not trained. Default true.
   */
  constructor(values: Tensor, options: { readonly requiresGrad?: boolean } = {}) {
    super(values.data, values.shape, { requiresGrad: options.requiresGrad ?? true });
  }
}

/** A module whatever it takes and returns. */
export type AnyModule = Module<never, unknown>;

/** Values of parameters and buffers by their path. Plain tensors, without history. */
export type StateDict = Record<string, Tensor>;

/** Something that does not stop a training but that its user should know. */
export interface TrainingWarning {
  /** Stable, in capitals. */
  readonly code: string;
  readonly message: string;
}

/**
 * Hooks that a module may define, and that estimators call if it does. They go to the outermost module only, which passes
 * them on to the children that need them; Sequential does.
 */
export interface TrainingHooks {
  /** Once, with all training rows, before the first step of a fresh fit: for an initialization that depends on the data. */
  calibrate?(inputs: Tensor): void;
  /**
   * At the start of each epoch with the finished fraction of the planned training, 0 to below 1, and with 1 after the last
   * epoch: gradual schedules such as pruning hang here.
   */
  trainingProgress?(fraction: number): void;
  /** After the last epoch, with all training rows: for statistics that shall be exact, such as those of batch normalization. */
  finishTraining?(inputs: Tensor): void;
  /** After `calibrate`: what a user should know about the data, in sentences. Estimators pass it on as warnings. */
  calibrationWarnings?(): readonly TrainingWarning[];
}

/**
 * Base class of layers, losses and whole networks.
 *
 * Subclasses assign {@link Parameter}s, modules, and arrays or records of either to properties, and define `forward`;
 * `module.forward(x)` runs it. By convention a component's options are the last parameter of its
 * constructor, and `static readonly defaults` holds their default values: estimators read the names of parameters there.
 *
 * @typeParam Inputs - what `forward` takes: one tensor, unless stated.
 * @typeParam Output - what it returns.
 * @example
 * class Net extends Module {
 *   readonly hidden = new Linear(4, 16);
 *   readonly output = new Linear(16, 3);
 *   forward(x: Tensor): Tensor {
 *     return this.output.forward(this.hidden.forward(x).relu());
 *   }
 * }
 */
export abstract class Module<Inputs extends readonly unknown[] = [Tensor], Output = Tensor> {
  /** Whether layers such as Dropout behave as in training (the default) or as in use. Set it by `train` and `eval`. */
  training = true;
  readonly #buffers = new Map<string, Tensor>();

  /** The outputs for a batch of inputs. */
  abstract forward(...inputs: Inputs): Output;

  /**
   * Adds a buffer: a tensor that is saved and loaded with the module but not trained, such as a mask or a running mean.
   * Change its data in place; registering the name again replaces it.
   *
   * @returns the tensor, for `readonly mask = this.registerBuffer('mask', ones([3]))`.
   */
  registerBuffer(name: string, tensor: Tensor): Tensor {
    this.#buffers.set(name, tensor);
    return tensor;
  }

  /** The buffer of this module (not of a child) with this name. @throws StateError `BUFFER_UNKNOWN`. */
  buffer(name: string): Tensor {
    const tensor = this.#buffers.get(name);
    if (tensor !== undefined) return tensor;
    const known = [...this.#buffers.keys()].join(', ') || 'no buffers';
    throw new StateError(`${this.constructor.name} has no buffer ${name}; it has ${known}.`, {
      code: 'BUFFER_UNKNOWN',
      got: name,
      expected: known,
      hint: 'Register it in the constructor with registerBuffer.',
    });
  }

  /** All parameters with their paths, this module's own before its children's. One that occurs twice is listed once. */
  namedParameters(): [string, Parameter][] {
    const seen = new Set<Parameter>();
    return this.#state().flatMap(([path, value]): [string, Parameter][] => {
      if (!(value instanceof Parameter) || seen.has(value)) return [];
      seen.add(value);
      return [[path, value]];
    });
  }

  /** All parameters, each once. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /** All buffers with their paths. */
  namedBuffers(): [string, Tensor][] {
    return this.#state().filter(([, value]) => !(value instanceof Parameter));
  }

  /** This module (path '') and all below it, each once. */
  namedModules(): [string, AnyModule][] {
    const found = new Map<AnyModule, string>();
    const visit = (module: AnyModule, path: string): void => {
      if (found.has(module)) return;
      found.set(module, path);
      for (const [name, child] of module.namedChildren()) visit(child, join(path, name));
    };
    visit(this, '');
    return [...found].map(([module, path]) => [path, module]);
  }

  /** The modules that this one's properties hold directly. */
  namedChildren(): [string, AnyModule][] {
    return members(this).filter((member): member is [string, AnyModule] => member[1] instanceof Module);
  }

  /** Sets this module and all below it to training, or to use. */
  train(mode = true): this {
    for (const [, module] of this.namedModules()) module.training = mode;
    return this;
  }

  /** The same as `train(false)`. */
  eval(): this {
    return this.train(false);
  }

  /** Forgets the gradients of all parameters. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  /**
   * Copies of all parameters and buffers by path. Unlike PyTorch's they do not change with further training, so this is a
   * checkpoint. A shared parameter appears under each of its paths.
   */
  stateDict(): StateDict {
    return Object.fromEntries(this.#state().map(([path, value]) => [path, value.clone()]));
  }

  /**
   * Copies values into the parameters and buffers. Nothing is changed when an error is thrown.
   *
   * @param state - as `stateDict` gives it.
   * @param options - `strict: false` ignores missing and unexpected names; shapes must fit even then. Default true.
   * @throws StateError `STATE_NAMES` or `STATE_SHAPE`, naming every path that does not fit.
   */
  loadStateDict(state: Readonly<StateDict>, options: { readonly strict?: boolean } = {}): void {
    const own = this.#state();
    if (options.strict ?? true) checkNames(new Set(own.map(([path]) => path)), Object.keys(state));
    const common = own.filter(([path]) => Object.hasOwn(state, path));
    const misfits = common.filter(([path, { shape }]) => String(shape) !== String(state[path].shape));
    if (misfits.length > 0) throw wrongShapes(misfits, state);
    for (const [path, value] of common) value.data.set(state[path].data);
  }

  /** Every parameter and buffer by path; shared ones as often as they occur. */
  #state(): [string, Tensor][] {
    const own = members(this).filter(
      (member): member is [string, Parameter] => member[1] instanceof Parameter,
    );
    const below = this.namedChildren().flatMap(([name, child]) =>
      child.#state().map(([path, value]): [string, Tensor] => [join(name, path), value]),
    );
    return [...own, ...this.#buffers, ...below];
  }
}

/** The properties of a module, arrays and plain records opened one level: `layers.0`, `heads.price`. */
function members(module: object): [string, unknown][] {
  return Object.entries(module).flatMap(([name, value]): [string, unknown][] =>
    isCollection(value)
      ? Object.entries(value).map(([key, element]): [string, unknown] => [`${name}.${key}`, element])
      : [[name, value]],
  );
}

function isCollection(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  return Array.isArray(value) || Object.getPrototypeOf(value) === Object.prototype;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

function checkNames(own: ReadonlySet<string>, given: readonly string[]): void {
  const missing = [...own].filter((path) => !given.includes(path));
  const unexpected = given.filter((path) => !own.has(path));
  if (missing.length === 0 && unexpected.length === 0) return;
  const got = [
    missing.length > 0 ? `missing: ${missing.join(', ')}` : '',
    unexpected.length > 0 ? `unexpected: ${unexpected.join(', ')}` : '',
  ].filter((part) => part !== '');
  throw new StateError(`The state does not fit the module; ${got.join('; ')}.`, {
    code: 'STATE_NAMES',
    got: got.join('; '),
    expected: [...own].join(', '),
    hint: 'Build the module with the options it was saved with, or load with { strict: false }.',
  });
}

function wrongShapes(misfits: readonly [string, Tensor][], state: Readonly<StateDict>): StateError {
  const list = (shapes: (path: string, own: Tensor) => readonly number[]): string =>
    misfits.map(([path, own]) => `${path} [${shapes(path, own).join(', ')}]`).join(', ');
  const got = list((path) => state[path].shape);
  const expected = list((_, own) => own.shape);
  return new StateError(`Shapes in the state do not fit the module: got ${got}; expected ${expected}.`, {
    code: 'STATE_SHAPE',
    got,
    expected,
    hint: 'Build the module with the options it was saved with.',
  });
}
