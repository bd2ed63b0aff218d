// Fifth layer of a net: what happens with one batch. Each stage is a small method, to be overridden.

import { noGrad, Tensor } from '@tacit/tensor';
import type { Awaitable, Batch, Inputs, ModuleOutput, Optimizer, StepResult, Target } from '../components.js';
import { ComponentError, DataTypeError } from '../errors.js';
import { NetEvents } from './events.js';
import { firstOutput } from './inference.js';

/** Chooses what a training step reports, when the optimizer computes several times. */
export interface StepAccumulator {
  storeStep(step: StepResult): void;
  getStep(): StepResult;
}

/** Keeps the first step: the loss before the parameters changed, as other optimizers report it. */
class FirstStep implements StepAccumulator {
  #step: StepResult | null = null;

  storeStep(step: StepResult): void {
    this.#step ??= step;
  }

  getStep(): StepResult {
    return this.#step!;
  }
}

export abstract class NetSteps extends NetEvents {
  /** Batches whose gradients wait for a step of the optimizers; the last of them. */
  #waiting = 0;
  #lastWaiting: Batch<Inputs> | null = null;

  /**
   * Forgets gradients, computes new ones with `trainStepSingle`, tells `onGradComputed`, and steps every optimizer. With
   * `accumulateBatches` above 1, the step comes after so many batches, with the mean of their gradients.
   */
  async trainStep(batch: Batch<Inputs>): Promise<StepResult> {
    const wanted = this.param<number>('accumulateBatches');
    if (wanted > 1) return this.#accumulate(batch, wanted);
    const accumulator = this.getTrainStepAccumulator();
    const first = await this.#computeGradients(batch, accumulator);
    for (const optimizer of Object.values(this.optimizers_)) {
      await this.#step(optimizer, first, () => this.#computeGradients(batch, accumulator));
    }
    return accumulator.getStep();
  }

  /** Loss and gradients of one batch; the parameters stay as they are. */
  trainStepSingle(batch: Batch<Inputs>): Awaitable<StepResult> {
    this.setTraining(true);
    const yPred = this.infer(batch.X);
    const loss = this.reduceLoss(this.getLoss(yPred, batch.y, batch.X, true), batch);
    loss.backward();
    return stepResult(loss, yPred);
  }

  /** Loss of one validation batch. */
  validationStep(batch: Batch<Inputs>): Awaitable<StepResult> {
    this.setTraining(false);
    return noGrad(() => {
      const yPred = this.infer(batch.X);
      return stepResult(this.reduceLoss(this.getLoss(yPred, batch.y, batch.X, false), batch), yPred);
    });
  }

  /**
   * The loss of a batch: override it to add terms.
   *
   * @param yPred - what `infer` gave; all outputs of a module that has several.
   * @returns a scalar, or a loss for each row for a criterion that does not reduce.
   */
  getLoss(yPred: ModuleOutput, yTrue: Target | null, _X: Inputs, _training: boolean): Tensor {
    if (yTrue === null) throw missingTargets();
    return this.live.criterion.forward(firstOutput(yPred), yTrue);
  }

  /**
   * One number from a loss for each row: their mean, weighted where rows have weights (Σ w·loss ÷ Σ w, so a weight of 2 counts
   * as the row twice). A scalar stays as it is.
   *
   * @throws ComponentError `LOSS_REDUCED` for weighted rows and a loss that is a mean already.
   */
  reduceLoss(loss: Tensor, batch: Batch<Inputs>): Tensor {
    const weight = batch.sampleWeight ?? null;
    if (weight === null) return loss.size === 1 ? loss : loss.mean();
    if (loss.shape[0] !== batch.size) throw reducedAlready(loss);
    const perRow = loss.shape.length === 1 ? loss : loss.reshape([batch.size, -1]).mean(1);
    const total = weight.data.reduce((sum, w) => sum + w, 0);
    // A batch of rows that count nothing has no loss, and no gradients.
    return perRow
      .mul(weight)
      .sum()
      .mul(total > 0 ? 1 / total : 0);
  }

  /** What keeps the results of a training step; override it to report another one than the first. */
  getTrainStepAccumulator(): StepAccumulator {
    return new FirstStep();
  }

  /** Forgets gradients that wait for a step; called before the first batch of each pass. */
  protected forgetGradients(): void {
    this.#waiting = 0;
  }

  /** Steps with the gradients that wait when an epoch ends before `accumulateBatches` batches have come. */
  protected async stepWithWaiting(): Promise<void> {
    if (this.#waiting === 0) return;
    const parameters = this.learnableParameters();
    const share = 1 / this.#waiting;
    this.#waiting = 0;
    for (const [, { grad }] of parameters) {
      if (grad === null) continue;
      for (let i = 0; i < grad.data.length; i++) grad.data[i]! *= share;
    }
    await this.#tellGradients(this.#lastWaiting!);
    for (const optimizer of Object.values(this.optimizers_)) optimizer.step();
  }

  async #accumulate(batch: Batch<Inputs>, wanted: number): Promise<StepResult> {
    if (this.#waiting === 0) this.#zeroGradients();
    const result = await this.trainStepSingle(batch);
    this.#lastWaiting = batch;
    this.#waiting++;
    if (this.#waiting >= wanted) await this.stepWithWaiting();
    return result;
  }

  #computeGradients(batch: Batch<Inputs>, accumulator: StepAccumulator): Awaitable<StepResult> {
    this.#zeroGradients();
    const finish = (step: StepResult): Awaitable<StepResult> => {
      accumulator.storeStep(step);
      const told = this.#tellGradients(batch);
      return told === undefined ? step : told.then(() => step);
    };
    const step = this.trainStepSingle(batch);
    return isPromise(step) ? step.then(finish) : finish(step);
  }

  #tellGradients(batch: Batch<Inputs>): undefined | Promise<void> {
    const namedParameters = { [Symbol.iterator]: () => this.learnableParameters()[Symbol.iterator]() };
    const told = this.notify('onGradComputed', { batch: batch as Batch, namedParameters });
    return isPromise(told) ? told : undefined;
  }

  #zeroGradients(): void {
    for (const optimizer of Object.values(this.optimizers_)) optimizer.zeroGrad();
  }

  /** One step. The first call of the closure costs nothing: its gradients are there, computed with hooks awaited. */
  async #step(optimizer: Optimizer, first: StepResult, compute: () => Awaitable<StepResult>): Promise<void> {
    let calls = 0;
    let isAsync = false;
    const closure = () => {
      if (calls++ === 0) return first.loss;
      const step = compute();
      if (!isPromise(step)) return step.loss;
      isAsync = true;
      return step.then(({ loss }) => loss);
    };
    const stepped = optimizer.step(closure as () => Tensor);
    if (isPromise(stepped)) await stepped;
    else if (isAsync) throw asyncClosure(optimizer);
  }
}

function stepResult(loss: Tensor, output: ModuleOutput): StepResult {
  if (output instanceof Tensor) return { loss, yPred: output };
  return { loss, yPred: firstOutput(output), outputs: output };
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return value instanceof Promise;
}

function missingTargets(): DataTypeError {
  return new DataTypeError('y is missing.', {
    code: 'Y_MISSING',
    got: 'a batch without targets',
    expected: 'one target for each row of X',
    hint: 'Pass y to fit, or override getLoss for a loss that needs none.',
  });
}

function reducedAlready(loss: Tensor): ComponentError {
  return new ComponentError('Rows have weights, and the criterion gives one loss for all of them.', {
    code: 'LOSS_REDUCED',
    got: `a loss of shape [${loss.shape.join(', ')}]`,
    expected: 'one loss a row',
    hint: "Pass criterion__reduction: 'none'; the net then takes the weighted mean.",
  });
}

function asyncClosure(optimizer: Optimizer): ComponentError {
  const name = optimizer.constructor.name;
  return new ComponentError(`${name} computes several times a step, and a hook or step gave a promise.`, {
    code: 'ASYNC_CLOSURE',
    got: 'an asynchronous trainStepSingle or onGradComputed',
    expected: `synchronous ones: ${name} needs the loss at once`,
    hint: 'Make the hook synchronous, or use an optimizer that computes once a step.',
  });
}
