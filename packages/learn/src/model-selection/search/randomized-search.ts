// Search over random candidates.

import { type DistributionValues, type ParamDistributions, ParameterSampler } from './parameter-sampler.js';
import { checkedCandidates } from './run-fits.js';
import { BaseSearch, type Rounds, type SearchContext, type SearchParams, searchDefaults } from './search.js';
import type { SearchableEstimator } from './search-types.js';

/** Parameters of {@link RandomizedSearchCV}. */
export type RandomizedSearchParams<E> = SearchParams<E> & {
  /** Distributions or lists of values by parameter name; or several such records, of which one is drawn for each candidate. */
  readonly paramDistributions: NoInfer<ParamDistributions<E>> | readonly NoInfer<ParamDistributions<E>>[];
  /** Candidates to draw. 10. */
  readonly nIter?: number;
};

/**
 * Tries random candidates with cross-validation, and fits the best one on all rows. `seed` decides which candidates are drawn;
 * with lists alone none comes twice.
 *
 * @example
 * const search = new RandomizedSearchCV({
 *   estimator: net, paramDistributions: { lr: logUniform(1e-3, 1e-1), batchSize: randint(16, 129) }, nIter: 20, seed: 0,
 * });
 */
export class RandomizedSearchCV<E extends SearchableEstimator> extends BaseSearch<
  E,
  RandomizedSearchParams<E>
> {
  static override readonly defaults: Readonly<Record<string, unknown>> = {
    ...searchDefaults,
    paramDistributions: null,
    nIter: 10,
  };
  #candidates: readonly Readonly<Record<string, unknown>>[] = [];

  protected override countFits({ estimator, splits, seed }: SearchContext): number {
    const paramDistributions = this.param<DistributionValues | readonly DistributionValues[]>(
      'paramDistributions',
    );
    const sampler = new ParameterSampler({
      paramDistributions,
      nIter: this.param('nIter'),
      seed,
    });
    this.#candidates = checkedCandidates(estimator, [...sampler]);
    return this.#candidates.length * splits.length;
  }

  protected override async search({ evaluate }: Rounds): Promise<void> {
    await evaluate(this.#candidates);
  }
}
