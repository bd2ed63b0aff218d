// What compiling reads of a fitted estimator, by structure: a net of `@tacit/learn`, alone, at the end of a pipeline, or
// behind a transformation of its targets.

import type { Module } from '@tacit/nn';
import { CircuitError } from './errors.js';
import type { ClassLabel, ClientStep, Task } from './spec/index.js';

/** A fitted net, as far as compiling is concerned. */
interface FittedNet {
  readonly initialized_?: boolean;
  readonly module_?: Module;
}

/** A fitted classifier: `NeuralNetClassifier`, or `NeuralNetBinaryClassifier`, whose module has one output. */
export interface FittedClassifier extends FittedNet {
  readonly classes_?: readonly ClassLabel[];
  getParams?(): Readonly<Record<string, unknown>>;
}

/** A fitted regressor. */
export interface FittedRegressor extends FittedNet {
  readonly classes_?: undefined;
  /** Whether y was one number a row. */
  readonly isPlain_?: boolean | null;
}

/** A step for the client, or the reason why there is none. */
interface DescribedStep {
  readonly step: ClientStep | null;
  readonly reason: string | null;
}

/** A fitted pipeline: steps that can run on the client, and a net at its end. */
export interface FittedPipeline<Net = unknown> {
  readonly finalEstimator_: Net;
  clientStep(): DescribedStep;
}

/** A regressor whose targets were transformed before the fit. */
export interface FittedTargetRegressor<Net = unknown> {
  readonly regressor_: Net;
  readonly transformer_: { clientStep(): DescribedStep } | null;
  getParams?(): Readonly<Record<string, unknown>>;
}

/** What can be compiled. */
export type FittedEstimator = FittedClassifier | FittedRegressor | FittedPipeline | FittedTargetRegressor;

/** What a circuit needs of an estimator. */
export interface EstimatorParts {
  readonly module: Module;
  /** What the client does to raw rows first. */
  readonly steps: readonly ClientStep[];
  /** Prediction = output · scale + offset, output by output; null where they are the same. */
  readonly targets: { readonly scale: readonly number[]; readonly offset: readonly number[] } | null;
  readonly taskOf: (outputs: number) => Task;
}

/**
 * Takes an estimator apart.
 *
 * @throws CircuitError `NOT_FITTED`; `UNSUPPORTED_STEP` for a step that no client can do, named with its reason.
 */
export function estimatorParts(estimator: FittedEstimator): EstimatorParts {
  if (isPipeline(estimator)) {
    const { step, reason } = estimator.clientStep();
    if (step === null) throw unsupportedStep(reason);
    const parts = estimatorParts(estimator.finalEstimator_ as FittedEstimator);
    return { ...parts, steps: [...flatSteps(step), ...parts.steps] };
  }
  if (isTargetRegressor(estimator)) {
    const parts = estimatorParts(estimator.regressor_ as FittedEstimator);
    return { ...parts, targets: targetMap(estimator) };
  }
  const { module_: module, initialized_: isInitialized } = estimator;
  if (isInitialized !== true || module === undefined) throw notFitted();
  return { module, steps: [], targets: null, taskOf: (outputs) => taskOf(estimator, outputs) };
}

function isPipeline(estimator: FittedEstimator): estimator is FittedPipeline {
  return 'clientStep' in estimator && 'finalEstimator_' in estimator;
}

function isTargetRegressor(estimator: FittedEstimator): estimator is FittedTargetRegressor {
  return 'regressor_' in estimator;
}

function flatSteps(step: ClientStep): readonly ClientStep[] {
  return step.kind === 'pipeline' ? step.steps.flatMap(flatSteps) : [step];
}

function taskOf(net: FittedClassifier | FittedRegressor, outputs: number): Task {
  const classes = net.classes_;
  if (classes === undefined) {
    return { kind: 'regression', isPlain: outputs === 1 && (net as FittedRegressor).isPlain_ !== false };
  }
  if (outputs > 1) return { kind: 'classification', classes };
  const [no, yes] = classes;
  if (no === undefined || yes === undefined) throw notFitted();
  const threshold = (net as FittedClassifier).getParams?.().threshold;
  return { kind: 'binary', classes: [no, yes], threshold: typeof threshold === 'number' ? threshold : 0.5 };
}

/** The way back from scaled targets, which is a line for each output. */
function targetMap(estimator: FittedTargetRegressor): EstimatorParts['targets'] {
  const { transformer_: transformer } = estimator;
  if (transformer === null) {
    const func = estimator.getParams?.().func ?? null;
    if (func === null) return null;
    throw unsupportedStep('func of the targets is a function of your own');
  }
  const { step, reason } = transformer.clientStep();
  if (step === null) throw unsupportedStep(reason);
  if (step.kind === 'standardScaler' || step.kind === 'robustScaler') {
    const shift = step.kind === 'standardScaler' ? step.mean : step.center;
    const width = (step.scale ?? shift ?? []).length;
    return {
      scale: step.scale ?? new Array<number>(width).fill(1),
      offset: shift ?? new Array<number>(width).fill(0),
    };
  }
  if (step.kind === 'minMaxScaler' && step.clip === null) {
    return {
      scale: step.scale.map((scale) => 1 / scale),
      offset: step.min.map((min, k) => -min / step.scale[k]!),
    };
  }
  throw unsupportedStep(`${step.kind} of the targets is no line`);
}

function notFitted(): CircuitError {
  return new CircuitError('NOT_FITTED', 'The net was not fitted yet.', {
    expected: 'a fitted classifier, regressor, or pipeline that ends in one',
    hint: 'Call await net.fit(X, y) before compile.',
  });
}

function unsupportedStep(reason: string | null): CircuitError {
  return new CircuitError('UNSUPPORTED_STEP', `A step cannot run on the client: ${reason ?? 'unknown'}.`, {
    got: reason,
    hint: 'Do it before the rows reach the pipeline, or use a scaler, an encoder, an imputer or PCA.',
  });
}
