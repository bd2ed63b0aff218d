// L-BFGS (Liu & Nocedal 1989): a quasi-Newton method for small problems in full batches, with PyTorch's options and ends.

import { Tensor } from '@tacit/tensor';
import { invalidParameter, OptimizerError, requireAtLeast, requireWhole, StateError } from '../errors.js';
import type { Parameter } from '../module.js';
import { CurvatureMemory, dot } from './curvature-memory.js';
import {
  Optimizer,
  type OptimizerParams,
  type OptimizerStateDict,
  type ParameterState,
  withDefaults,
} from './optimizer.js';
import { type LinePoint, searchLine } from './strong-wolfe.js';

/** Options of {@link LBFGS}. */
export type LBFGSOptions = {
  /** Length of the steps as a part of the quasi-Newton ones; with a line search, of its first trials. Default 1. */
  lr: number;
  /** Most iterations in one call of `step`. Default 20. */
  maxIter: number;
  /** Most calls of the closure in one call of `step`. Default null: maxIter · 5/4, rounded down. */
  maxEval: number | null;
  /** Ends a step when no element of the gradient is larger. Default 1e-7. */
  toleranceGrad: number;
  /** Ends a step when neither the loss nor any parameter changes more. Default 1e-9. */
  toleranceChange: number;
  /** Number of past steps that the curvature is estimated from; each takes twice the memory of the parameters. Default 100. */
  historySize: number;
  /** 'strongWolfe' searches along each direction; null takes the step unseen. Default null. */
  lineSearch: 'strongWolfe' | null;
};

/** A point on the line of search with its gradient. */
interface GradientPoint extends LinePoint {
  readonly gradient: Float32Array;
}

/** Where the last iteration left off. */
interface Progress {
  iterations: number;
  evaluations: number;
  direction: Float32Array;
  step: number;
  gradient: Float32Array;
}

/** Most calls of the closure in one line search. */
const LINE_EVALUATIONS = 25;

/**
 * Steps along −H·g, with H an estimate of the inverse Hessian from the last steps. Takes a single group of parameters, and
 * needs the closure: it computes the loss several times a step, on the same data each time.
 */
export class LBFGS extends Optimizer<LBFGSOptions> {
  static readonly defaults: Readonly<LBFGSOptions> = {
    lr: 1,
    maxIter: 20,
    maxEval: null,
    toleranceGrad: 1e-7,
    toleranceChange: 1e-9,
    historySize: 100,
    lineSearch: null,
  };

  readonly #parameters: readonly Parameter[];
  readonly #memory: CurvatureMemory;
  #progress: Progress | null = null;

  /** @throws OptimizerError `OPTIMIZER_GROUPS` for several groups, and as every optimizer; ParameterError. */
  constructor(params: OptimizerParams<LBFGSOptions>, options: Partial<LBFGSOptions> = {}) {
    super(params, withDefaults(LBFGS.defaults, options));
    if (this.paramGroups.length > 1) {
      throw new OptimizerError(`LBFGS was given ${this.paramGroups.length} groups of parameters.`, {
        code: 'OPTIMIZER_GROUPS',
        got: `${this.paramGroups.length} groups`,
        expected: 'one group',
        hint: 'Its steps are joint ones of all parameters; pass them as one list.',
      });
    }
    this.#parameters = this.paramGroups[0].params;
    this.#memory = new CurvatureMemory(this.paramGroups[0].historySize);
  }

  protected override checkOptions(group: LBFGSOptions): void {
    super.checkOptions(group);
    requireWhole('LBFGS: maxIter', group.maxIter, 1);
    if (group.maxEval !== null) requireWhole('LBFGS: maxEval', group.maxEval, 1);
    requireAtLeast('LBFGS: toleranceGrad', group.toleranceGrad, 0);
    requireAtLeast('LBFGS: toleranceChange', group.toleranceChange, 0);
    requireWhole('LBFGS: historySize', group.historySize, 1);
    if (group.lineSearch !== null && group.lineSearch !== 'strongWolfe') {
      throw invalidParameter('LBFGS: lineSearch', group.lineSearch, "'strongWolfe' or null");
    }
  }

  /**
   * Up to `maxIter` iterations.
   *
   * @param closure - clears gradients, computes the loss, runs backward and returns the loss.
   * @returns what the closure returned first, before any change.
   * @throws OptimizerError `CLOSURE_MISSING` without a closure.
   */
  override step(closure: () => Tensor): Tensor;
  override step(): never;
  override step(closure?: () => Tensor): Tensor {
    if (closure === undefined) throw closureMissing();
    const first = closure();
    this.#iterate(first.item(), () => closure().item());
    return first;
  }

  /** Not used: the steps are joint ones of all parameters. */
  protected update(): void {}

  #iterate(firstLoss: number, evaluate: () => number): void {
    const { maxIter, toleranceGrad, toleranceChange, lineSearch } = this.paramGroups[0];
    const maxEval = this.paramGroups[0].maxEval ?? Math.max(1, Math.floor((maxIter * 5) / 4));
    let loss = firstLoss;
    let gradient = this.#gradient();
    let evaluations = 1;
    for (let iteration = 1; iteration <= maxIter && largest(gradient) > toleranceGrad; iteration++) {
      const progress = this.#nextDirection(gradient);
      const slope = dot(gradient, progress.direction);
      if (!(slope <= -toleranceChange)) break; // flat, or not a direction of descent
      const start = this.#values();
      const trial = (step: number): GradientPoint => {
        this.#moveTo(start, step, progress.direction);
        evaluations++;
        const trialLoss = evaluate();
        const trialGradient = this.#gradient();
        return {
          step,
          loss: trialLoss,
          slope: dot(trialGradient, progress.direction),
          gradient: trialGradient,
        };
      };
      const lossBefore = loss;
      if (lineSearch === 'strongWolfe') {
        const reach = largest(progress.direction);
        const point = searchLine({ step: 0, loss, slope, gradient }, progress.step, trial, {
          maxEvaluations: LINE_EVALUATIONS,
          tolerance: toleranceChange / reach,
        });
        this.#moveTo(start, point.step, progress.direction);
        ({ step: progress.step, loss, gradient } = point);
      } else if (iteration < maxIter) {
        ({ loss, gradient } = trial(progress.step));
      } else {
        // The next call computes loss and gradient here anyway.
        this.#moveTo(start, progress.step, progress.direction);
      }
      if (evaluations >= maxEval) break;
      if (largest(progress.direction) * progress.step <= toleranceChange) break;
      if (Math.abs(loss - lossBefore) < toleranceChange) break;
    }
    if (this.#progress !== null) this.#progress.evaluations += evaluations;
  }

  /** Learns from the last iteration, and chooses direction and first step of the next. */
  #nextDirection(gradient: Float32Array): Progress {
    const { lr } = this.paramGroups[0];
    const last = this.#progress;
    if (last !== null) {
      const change = gradient.map((value, i) => value - last.gradient[i]);
      this.#memory.add(
        last.direction.map((value) => value * last.step),
        change,
      );
    }
    // Nothing is known of the scale at first: a step of length lr at most, in the sum of magnitudes, as in PyTorch.
    const step = last === null ? Math.min(1, 1 / sumOfMagnitudes(gradient)) * lr : lr;
    const iterations = (last?.iterations ?? 0) + 1;
    const direction = this.#memory.direction(gradient);
    this.#progress = { iterations, evaluations: last?.evaluations ?? 0, direction, step, gradient };
    return this.#progress;
  }

  /** The curvature and the last iteration, under the first parameter, as in PyTorch. */
  override stateDict(): OptimizerStateDict<LBFGSOptions> {
    const { paramGroups } = super.stateDict();
    if (this.#progress === null) return { state: {}, paramGroups };
    const { iterations, evaluations, direction, step, gradient } = this.#progress;
    const state: ParameterState = {
      nIter: iterations,
      funcEvals: evaluations,
      direction: new Tensor(direction.slice()),
      stepSize: step,
      prevFlatGrad: new Tensor(gradient.slice()),
      ...this.#memory.save(),
    };
    return { state: { 0: state }, paramGroups };
  }

  override loadStateDict(saved: OptimizerStateDict<LBFGSOptions>): void {
    super.loadStateDict(saved);
    const { nIter, funcEvals, direction, stepSize, prevFlatGrad } = saved.state[0] ?? {};
    this.#memory.restore(saved.state[0] ?? {});
    this.#progress =
      direction instanceof Tensor && prevFlatGrad instanceof Tensor
        ? {
            iterations: Number(nIter),
            evaluations: Number(funcEvals),
            direction: direction.data.slice(),
            step: Number(stepSize),
            gradient: prevFlatGrad.data.slice(),
          }
        : null;
  }

  /** Vectors of the state run through all parameters, not one. */
  protected override checkState(state: OptimizerStateDict['state'], parameters: readonly Parameter[]): void {
    const size = parameters.reduce((sum, parameter) => sum + parameter.size, 0);
    for (const [name, value] of Object.entries(state[0] ?? {})) {
      if (value instanceof Tensor && value.shape.at(-1) !== size && value.size > 0) {
        throw new StateError(`State ${name} has ${value.shape.at(-1)} elements, the parameters ${size}.`, {
          code: 'STATE_SHAPE',
          got: `${value.shape.at(-1)} elements`,
          expected: `${size}, one for each element of the parameters`,
        });
      }
    }
  }

  #gradient(): Float32Array {
    return this.#flat((parameter) => parameter.grad?.data ?? null);
  }

  #values(): Float32Array {
    return this.#flat((parameter) => parameter.data);
  }

  #flat(part: (parameter: Parameter) => Float32Array | null): Float32Array {
    const flat = new Float32Array(this.#parameters.reduce((sum, { size }) => sum + size, 0));
    let offset = 0;
    for (const parameter of this.#parameters) {
      const values = part(parameter);
      if (values !== null) flat.set(values, offset);
      offset += parameter.size;
    }
    return flat;
  }

  #moveTo(start: Float32Array, step: number, direction: Float32Array): void {
    let offset = 0;
    for (const { data } of this.#parameters) {
      for (let i = 0; i < data.length; i++, offset++) data[i] = start[offset] + step * direction[offset];
    }
  }
}

function largest(values: Float32Array): number {
  let result = 0;
  for (let i = 0; i < values.length; i++) result = Math.max(result, Math.abs(values[i]));
  return result;
}

function sumOfMagnitudes(values: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]);
  return sum;
}

function closureMissing(): OptimizerError {
  return new OptimizerError('LBFGS.step was called without a closure.', {
    code: 'CLOSURE_MISSING',
    got: 'no closure',
    expected: 'a function that computes the loss and its gradients',
    hint: 'Pass () => { optimizer.zeroGrad(); const loss = …; loss.backward(); return loss; }.',
  });
}
