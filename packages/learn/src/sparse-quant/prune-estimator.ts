// A fitted estimator with fewer neurons: the module is made smaller, and the rest of the training goes on with it.

import { QuantNet } from '@tacit/nn';
import { clone } from '../clone.js';
import { ComponentError } from '../errors.js';
import { singleInput, toInputs } from '../inputs.js';
import type { FitOptions } from '../net/index.js';

interface Prunable {
  readonly module_: object;
  partialFit(X: never, y: never, options?: FitOptions): Promise<unknown>;
  getParams(deep?: boolean): object;
  setParams(changes: never): unknown;
}

/** Options of a quantized net that say how wide its layers are. */
const widths = ['hiddenSizes', 'convolutions'] as const;

/**
 * @param amount - the fraction of each hidden layer to remove, or how many neurons to keep of each.
 * @returns a new estimator, fine-tuned on the rows.
 */
export async function prunedEstimator<E extends Prunable>(
  estimator: E,
  X: unknown,
  y: unknown,
  amount: number | readonly number[],
  options: FitOptions,
): Promise<E> {
  const module: unknown = estimator.module_;
  if (!(module instanceof QuantNet)) throw notPrunable(module);
  const rows = singleInput(toInputs(X as never).inputs);
  if (rows === null) throw notPrunable(module);
  const smaller = module.pruned(rows, amount);
  const settings = smaller.settings as unknown as Readonly<Record<string, unknown>>;
  const changes = {
    ...Object.fromEntries(
      widths.filter((name) => name in settings).map((name) => [`module__${name}`, settings[name]]),
    ),
    // Done: what is left is what shall stay.
    module__nPruneNeuronsPercentage: 0,
  };
  const result = clone(estimator, changes as Parameters<E['setParams']>[0]);
  // Without an epoch: makes the module, its calibration and what is learned of the labels; the weights come after.
  await result.partialFit(X as never, y as never, { ...options, epochs: 0 });
  (result.module_ as QuantNet).loadStateDict(smaller.stateDict());
  await result.partialFit(X as never, y as never, options);
  return result;
}

function notPrunable(module: unknown): ComponentError {
  const got = (module as object).constructor.name;
  return new ComponentError(`${got} has no neurons that can be taken out.`, {
    code: 'NOT_PRUNABLE',
    got,
    expected: 'a SparseQuantNeuralNet or SparseQuantConvNet on one input',
    hint: 'Use one of these modules, which fold what a removed neuron emits into the next layer.',
  });
}
