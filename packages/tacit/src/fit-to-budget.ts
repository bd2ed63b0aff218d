// fitToBudget with the seconds that compiling estimates.

import {
  type Budgetable,
  type BudgetFit,
  type FitToBudgetOptions,
  fitToBudget as search,
} from '@tacit/learn';
import { compile } from './compile.js';

/**
 * `fitToBudget` of `@tacit/learn`, with `secondsOf` from the report of the compiled circuit: those of this machine where
 * `costs` were measured on it, else of the reference machine.
 */
export async function fitToBudget<E extends Budgetable>(
  estimator: E,
  X: readonly number[][],
  y: ArrayLike<unknown>,
  options: FitToBudgetOptions & Pick<NonNullable<Parameters<typeof compile>[2]>, 'costs'> = {},
): Promise<BudgetFit<E>> {
  const { costs, ...others } = options;
  const secondsOf = async (net: Budgetable): Promise<number> =>
    (await compile(net as Parameters<typeof compile>[0], X, { costs })).report().seconds.perSample;
  return search(estimator, X as number[][], y, { secondsOf, ...others });
}
