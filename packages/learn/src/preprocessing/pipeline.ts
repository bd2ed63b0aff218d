// Steps one after the other as one estimator: what is fitted to the training rows alone, and done again to rows to predict.

import { BaseEstimator } from '../base-estimator.js';
import type { ClientStep, ClientStepResult } from '../client-step.js';
import { clone } from '../clone.js';
import { ComponentError, NotFittedError, ParameterError } from '../errors.js';
import {
  type Estimator,
  isParametrized,
  isTransformer,
  type Parametrized,
  type Transformed,
  type Transformer,
} from '../estimator.js';
import type { TableInput } from '../table.js';
import type { Features, Label, Labels, Targets } from '../validate-input.js';
import { fitStep, StepCache } from './step-cache.js';
import type { NamedParams } from './step-types.js';

/** A step: a transformer; the last one may be an estimator that predicts. 'passthrough' (or null) does nothing. */
export type Step = Parametrized | 'passthrough' | null;

/** Steps by name, in the order in which they are done. */
export type Steps = { readonly [name: string]: Step };

/** Parameters of {@link Pipeline}. */
export type PipelineParams<S extends Steps = Steps> = {
  /** All but the last one are transformers. Names are not whole numbers, hold no `__`, and are no parameters of the pipeline. */
  steps: S;
  /** Where fitted transformers are kept for other fits to the same rows, as in a search. null, nowhere. */
  memory?: StepCache | null;
};

/** A step after the fit. */
export interface FittedStep {
  readonly name: string;
  /** null for a step that passes everything through. */
  readonly estimator: Parametrized | null;
}

/**
 * Transformers, and at the end an estimator (or one more transformer), as one estimator; scikit-learn's.
 *
 * `fit` fits copies of the steps, which are in `namedSteps_` then; the steps that were given stay as they are, so a pipeline can be
 * cloned, searched and fitted again without traces of other fits. (scikit-learn fits the steps themselves.)
 *
 * Compiling a pipeline puts all steps before the net on the client of the encrypted circuit, if each of them can run there:
 * {@link Pipeline.clientStep}.
 *
 * @example
 * const pipeline = new Pipeline({
 *   steps: { scale: new StandardScaler(), net: new NeuralNetClassifier({ module: SparseQuantNeuralNet, seed: 0 }) },
 * });
 * pipeline.setParams({ net__lr: 0.05, scale__withMean: false });
 * await pipeline.fit(X, y);
 * await pipeline.predict(X);
 */
export class Pipeline<S extends Steps = Steps> extends BaseEstimator<PipelineParams<S>, NamedParams<S>> {
  static override readonly defaults = { steps: null, memory: null };
  static override readonly rules = {
    memory: {
      expected: 'a StepCache or null',
      isValid: (value: unknown) => value === null || value instanceof StepCache,
    },
  };
  #fitted: readonly FittedStep[] | null = null;

  constructor(params: PipelineParams<S>) {
    super(params);
  }

  /** The fitted steps by name. @throws NotFittedError */
  get namedSteps_(): { readonly [K in keyof S]: S[K] } {
    const entries = this.#require('namedSteps_').map(({ name, estimator }) => [
      name,
      estimator ?? 'passthrough',
    ]);
    return Object.fromEntries(entries);
  }

  /** The fitted last step. @throws NotFittedError */
  get finalEstimator_(): Parametrized | null {
    return this.#require('finalEstimator_').at(-1)!.estimator;
  }

  /** Columns at the fit, null if the net takes other inputs than columns. @throws NotFittedError */
  get nFeaturesIn_(): number {
    return this.#first<Transformer>('nFeaturesIn_').nFeaturesIn_;
  }

  /** Names of the columns at the fit, null where they had none. @throws NotFittedError */
  get featureNamesIn_(): readonly string[] | null {
    return this.#first<Transformer>('featureNamesIn_').featureNamesIn_;
  }

  /** The labels that the last step knows. @throws NotFittedError; ComponentError `STEP_METHOD` if it is no classifier. */
  get classes_(): readonly Label[] {
    return this.#last<{ classes_: readonly Label[] }>('classes_').classes_;
  }

  /**
   * Fits each step to what the steps before it make of the rows.
   *
   * @param options - what the `fit` of the last step takes besides, such as `{ signal }` of a net.
   * @throws ParameterError `PARAMETER_VALUE` for steps that cannot stand where they are; whatever the steps throw.
   */
  async fit(X: TableInput | Features, y?: Targets | null, options?: object): Promise<this> {
    await this.#fitSteps(X, y ?? null, options);
    return this;
  }

  /** What the last step, a transformer, makes of the rows of the fit; no step does its work twice. */
  async fitTransform(X: TableInput | Features, y?: Targets | null): Promise<Transformed> {
    const { data, last } = await this.#fitSteps(X, y ?? null, undefined);
    if (last === null) return data as Transformed;
    return withMethod<Transformer>(this, last, 'transform').transform(data as TableInput);
  }

  /** What the last step predicts. @throws NotFittedError; ComponentError `STEP_METHOD`; whatever the steps throw. */
  async predict(X: TableInput | Features): Promise<Awaited<ReturnType<Estimator['predict']>>> {
    const last = this.#last<Estimator>('predict');
    return last.predict(await this.#beforeLast(X));
  }

  /** The probability of each class, [nRows][nClasses]. @throws as `predict`. */
  async predictProba(X: TableInput | Features): Promise<number[][]> {
    const last = this.#last<{ predictProba(X: Features): Promise<number[][]> }>('predictProba');
    return last.predictProba(await this.#beforeLast(X));
  }

  /** The score of the last step. @throws as `predict`. */
  async score(X: TableInput | Features, y: Targets): Promise<number> {
    const last = this.#last<Estimator>('score');
    return last.score(await this.#beforeLast(X), y as Labels);
  }

  /** What all steps, the last one included, make of the rows. @throws NotFittedError; ComponentError `STEP_METHOD`. */
  async transform(X: TableInput | Features): Promise<Transformed> {
    const data = await this.#beforeLast(X);
    const { estimator } = this.#require('transform').at(-1)!;
    if (estimator === null) return data as Transformed;
    return this.#last<Transformer>('transform').transform(data as TableInput);
  }

  /** The rows from before, through all steps from the last one to the first. @throws ComponentError `STEP_METHOD`. */
  async inverseTransform(X: TableInput): Promise<Transformed> {
    let data: TableInput = X;
    for (const step of [...this.#require('inverseTransform')].reverse()) {
      if (step.estimator === null) continue;
      data = await withMethod<Required<Transformer>>(this, step, 'inverseTransform').inverseTransform(data);
    }
    return data as Transformed;
  }

  /** Names of the columns that come out of the last transformer. @throws NotFittedError */
  getFeatureNamesOut(inputFeatures: readonly string[] | null = null): readonly string[] {
    return this.#transformers('getFeatureNamesOut').reduce<readonly string[] | null>(
      (names, step) => step.getFeatureNamesOut(names),
      inputFeatures,
    )!;
  }

  /** All transformers, those before a net as well as a last one, as one step for a client. @throws NotFittedError */
  clientStep(): ClientStepResult {
    const steps: ClientStep[] = [];
    for (const step of this.#transformers('clientStep')) {
      const result = step.clientStep();
      if (result.step === null) return result;
      steps.push(result.step);
    }
    return { step: { kind: 'pipeline', steps }, reason: null };
  }

  /** The fitted steps, which {@link Pipeline.restoreLearned} takes. @throws NotFittedError */
  saveLearned(): { readonly steps: readonly FittedStep[] } {
    return { steps: this.#require('saveLearned') };
  }

  /** Makes this pipeline the one whose fitted steps these are. */
  restoreLearned({ steps }: { readonly steps: readonly FittedStep[] }): this {
    this.#fitted = steps;
    return this;
  }

  protected override nestedEstimators(): ReadonlyMap<string, unknown> {
    return new Map(Object.entries(this.param<S | null>('steps') ?? {}));
  }

  protected override storeOwn(changes: Readonly<Record<string, unknown>>): void {
    const { steps = this.param('steps'), memory = this.param('memory'), ...replaced } = changes;
    super.storeOwn({ steps: { ...(steps as S), ...replaced }, memory });
  }

  async #fitSteps(X: unknown, y: Targets | null, options: object | undefined) {
    this.checkValues();
    const entries = checkedSteps(this.param('steps'), Object.keys(Pipeline.defaults));
    const memory = this.param<StepCache | null>('memory');
    const fitted: FittedStep[] = [];
    let data = X;
    for (const [name, step] of entries.slice(0, -1)) {
      if (isPassthrough(step)) {
        fitted.push({ name, estimator: null });
        continue;
      }
      const made = await (memory === null
        ? fitStep(step as Transformer, data as TableInput, y)
        : memory.fitTransform(step as Transformer, data as TableInput, y));
      fitted.push({ name, estimator: made.transformer });
      data = made.output;
    }
    const [name, step] = entries.at(-1)!;
    const last: FittedStep = { name, estimator: isPassthrough(step) ? null : clone(step as never) };
    await (last.estimator as Estimator | null)?.fit(
      data as Features,
      ...([y, options] as unknown as [Labels]),
    );
    this.#fitted = [...fitted, last];
    return { data, last: last.estimator === null ? null : last };
  }

  async #beforeLast(X: unknown): Promise<Features> {
    let data = X;
    for (const { estimator } of this.#require('predict').slice(0, -1))
      if (estimator !== null) data = await (estimator as Transformer).transform(data as TableInput);
    return data as Features;
  }

  #transformers(asked: string): Transformer[] {
    return this.#require(asked)
      .map(({ estimator }) => estimator)
      .filter(isTransformer);
  }

  #first<T>(asked: string): T {
    const first = this.#require(asked).find(({ estimator }) => estimator !== null);
    if (first === undefined) throw new NotFittedError(this.constructor.name, asked);
    return first.estimator as T;
  }

  #last<T>(method: string): T {
    return withMethod<T>(this, this.#require(method).at(-1)!, method);
  }

  #require(asked: string): readonly FittedStep[] {
    if (this.#fitted === null) throw new NotFittedError(this.constructor.name, asked);
    return this.#fitted;
  }
}

function isPassthrough(step: unknown): step is 'passthrough' | null {
  return step === null || step === 'passthrough';
}

function withMethod<T>(pipeline: object, { name, estimator }: FittedStep, method: string): T {
  if (estimator !== null && method in estimator) return estimator as T;
  const kind = estimator === null ? 'passes everything through' : `is a ${estimator.constructor.name}`;
  throw new ComponentError(
    `The ${pipeline.constructor.name} has no ${method}, since its step ${name} ${kind}.`,
    {
      code: 'STEP_METHOD',
      got: `step ${name}, which ${kind}`,
      expected: `a step with ${method}`,
      hint: `Put an estimator with ${method} there.`,
    },
  );
}

/** The steps in order. @throws ParameterError `PARAMETER_VALUE`, naming the step. */
function checkedSteps(steps: unknown, ownNames: readonly string[]): readonly (readonly [string, Step])[] {
  const entries = Object.entries((steps ?? {}) as Steps);
  if (entries.length === 0)
    throw wrongStep('has no steps', 'at least one step', 'Pass steps: { name: transformer, … }.');
  for (const [index, [name, step]] of entries.entries()) {
    checkStepName(name, ownNames);
    const isLast = index === entries.length - 1;
    if (isPassthrough(step) || (isLast ? isFittable(step) : isTransformer(step))) continue;
    const got = isParametrized(step)
      ? step.constructor.name
      : typeof step === 'string'
        ? `'${step}'`
        : typeof step;
    throw wrongStep(
      `has ${got} as its step ${name}`,
      isLast
        ? 'an estimator or a transformer'
        : 'a transformer: something with fit, transform and parameters',
      "A step that does nothing is 'passthrough'; what predicts comes last.",
    );
  }
  return entries;
}

/** @throws ParameterError `PARAMETER_VALUE` for names that could not be told apart, or would lose their place. */
export function checkStepName(name: string, ownNames: readonly string[]): void {
  const isTaken = ownNames.includes(name);
  // A record keeps its names in order, but for whole numbers.
  if (!isTaken && !name.includes('__') && !/^\d+$/.test(name) && name !== '') return;
  throw wrongStep(
    `has a step with the name '${name}'`,
    `names that hold no __, are no whole numbers and none of ${ownNames.join(', ')}`,
    'Rename the step.',
  );
}

function isFittable(step: unknown): boolean {
  return isParametrized(step) && typeof (step as Partial<Estimator>).fit === 'function';
}

function wrongStep(got: string, expected: string, hint: string): ParameterError {
  return new ParameterError(`The Pipeline ${got}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got,
    expected,
    hint,
  });
}
