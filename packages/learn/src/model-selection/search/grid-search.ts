// Search over all combinations of a grid.

import { type GridValues, ParameterGrid, type ParamGrid } from './parameter-grid.js';
import { checkedCandidates } from './run-fits.js';
import { BaseSearch, type Rounds, type SearchContext, type SearchParams, searchDefaults } from './search.js';
import type { SearchableEstimator } from './search-types.js';

/** Parameters of {@link GridSearchCV}. */
export type GridSearchParams<E> = SearchParams<E> & {
  /** Lists of values by parameter name; or several such grids, tried one after the other. */
  readonly paramGrid: NoInfer<ParamGrid<E>> | readonly NoInfer<ParamGrid<E>>[];
};

/**
 * Tries all combinations of a grid with cross-validation, and fits the best one on all rows. Parameters, attributes and the
 * columns of `cvResults_` are scikit-learn's; names of the grid are checked by the compiler where the estimator's are.
 *
 * @example
 * const search = new GridSearchCV({
 *   estimator: new NeuralNetClassifier({ module: Mlp, trainSplit: false, verbose: 0 }),
 *   paramGrid: { lr: [0.1, 0.01], module__width: [32, 64] },
 *   cv: 3, nJobs: 2, seed: 0,
 * });
 * await search.fit(X, y);
 * search.bestParams_; // { lr: 0.01, module__width: 64 }
 */
export class GridSearchCV<E extends SearchableEstimator> extends BaseSearch<E, GridSearchParams<E>> {
  static override readonly defaults: Readonly<Record<string, unknown>> = {
    ...searchDefaults,
    paramGrid: null,
  };

  protected override countFits({ estimator, splits }: SearchContext): number {
    return checkedCandidates(estimator, this.#candidates()).length * splits.length;
  }

  protected override async search({ evaluate }: Rounds): Promise<void> {
    await evaluate(this.#candidates());
  }

  #candidates() {
    return [...new ParameterGrid(this.param<GridValues | readonly GridValues[]>('paramGrid'))];
  }
}
