// Successive halving: all candidates with few resources, the best of them with more, and so on.

import { Generator } from '@tacit/tensor';
import type { ValueRule } from '../../parameter-values.js';
import { invalidParameter } from './fit-failure.js';
import type { RowSplit } from './fit-task.js';
import { type HalvingSchedule, halvingSchedule } from './halving-schedule.js';
import { isClassifier } from './is-classifier.js';
import { type GridValues, ParameterGrid, type ParamGrid } from './parameter-grid.js';
import { type DistributionValues, type ParamDistributions, ParameterSampler } from './parameter-sampler.js';
import { type CvResults, missingScore } from './results.js';
import { type Candidate, checkedCandidates, type OutcomeTable } from './run-fits.js';
import { singleScore } from './scoring-list.js';
import { BaseSearch, type Rounds, type SearchContext, type SearchParams, searchDefaults } from './search.js';
import type { SearchableEstimator, SearchEstimator } from './search-types.js';

/** Parameters of both halving searches. */
export type HalvingParams = {
  /** By how much candidates become fewer, and resources more, from round to round; above 1. 3. */
  readonly factor?: number;
  /** What grows: 'nSamples', the rows, or a parameter with whole numbers such as 'maxEpochs'. 'nSamples'. */
  readonly resource?: string;
  /** Most of the resource that a candidate gets. 'auto': all rows; has to be a number for a parameter. */
  readonly maxResources?: number | 'auto';
  /**
   * What a candidate gets in the first round. 'smallest': 2 rows for each fold, and for each class of a classifier; 1 of a
   * parameter. 'exhaust' raises that so that the last round uses as much as there is.
   */
  readonly minResources?: number | 'exhaust' | 'smallest';
  /** Whether early rounds repeat the smallest resources where there are too few to be left with about one candidate. false. */
  readonly aggressiveElimination?: boolean;
};

/** Parameters of {@link HalvingGridSearchCV}. */
export type HalvingGridSearchParams<E> = SearchParams<E> &
  HalvingParams & {
    /** As for `GridSearchCV`. */
    readonly paramGrid: NoInfer<ParamGrid<E>> | readonly NoInfer<ParamGrid<E>>[];
  };

/** Parameters of {@link HalvingRandomSearchCV}. */
export type HalvingRandomSearchParams<E> = SearchParams<E> &
  HalvingParams & {
    /** As for `RandomizedSearchCV`. */
    readonly paramDistributions: NoInfer<ParamDistributions<E>> | readonly NoInfer<ParamDistributions<E>>[];
    /** Candidates of the first round. 'exhaust': so many that the last round uses as much of the resource as there is. */
    readonly nCandidates?: number | 'exhaust';
  };

const isWhole = (value: unknown) => Number.isSafeInteger(value) && (value as number) >= 1;

const halvingDefaults = {
  ...searchDefaults,
  factor: 3,
  resource: 'nSamples',
  maxResources: 'auto',
  aggressiveElimination: false,
} as const;

/** What a halving search is going to do. */
interface Plan {
  readonly candidates: readonly Candidate[];
  readonly schedule: HalvingSchedule;
  readonly maxResources: number;
  readonly rows: number;
}

abstract class BaseHalvingSearch<
  E extends SearchableEstimator,
  P extends SearchParams<E> & HalvingParams,
> extends BaseSearch<E, P> {
  static override readonly rules: Readonly<Record<string, ValueRule>> = {
    ...BaseSearch.rules,
    factor: {
      expected: 'a number above 1',
      isValid: (value) => typeof value === 'number' && value > 1 && Number.isFinite(value),
    },
    resource: {
      expected: "'nSamples' or the name of a parameter",
      isValid: (value) => typeof value === 'string',
    },
    maxResources: {
      expected: "a whole number from 1, or 'auto'",
      isValid: (value) => value === 'auto' || isWhole(value),
    },
    minResources: {
      expected: "a whole number from 1, 'exhaust' or 'smallest'",
      isValid: (value) => value === 'exhaust' || value === 'smallest' || isWhole(value),
    },
    aggressiveElimination: { expected: 'true or false', isValid: (value) => typeof value === 'boolean' },
  };
  #plan: Plan | null = null;

  /** The candidates of the first round. @param most - how many the resources are enough for. */
  protected abstract candidates(most: number, seed: number): readonly Candidate[];

  /** Candidates of each round. */
  get nCandidates_(): readonly number[] {
    return this.#schedule('nCandidates_').rounds.map(({ candidates }) => candidates);
  }

  /** What a candidate got in each round. */
  get nResources_(): readonly number[] {
    return this.#schedule('nResources_').rounds.map(({ resources }) => resources);
  }

  /** Rounds. */
  get nIterations_(): number {
    return this.#schedule('nIterations_').rounds.length;
  }

  /** Rounds that it would take to be left with fewer candidates than `factor`. */
  get nRequiredIterations_(): number {
    return this.#schedule('nRequiredIterations_').requiredIterations;
  }

  /** Rounds that the resources allow. */
  get nPossibleIterations_(): number {
    return this.#schedule('nPossibleIterations_').possibleIterations;
  }

  /** Candidates that a further round would have. */
  get nRemainingCandidates_(): number {
    return this.#schedule('nRemainingCandidates_').remaining;
  }

  /** What a candidate got in the first round. */
  get minResources_(): number {
    return this.#schedule('minResources_').minResources;
  }

  /** Most that a candidate could get. */
  get maxResources_(): number {
    this.#schedule('maxResources_');
    return this.#plan!.maxResources;
  }

  protected override get takesSeveralMetrics(): boolean {
    return false;
  }

  protected override countFits(context: SearchContext): number {
    this.#plan = this.#planFor(context);
    return (
      this.#plan.schedule.rounds.reduce((sum, { candidates }) => sum + candidates, 0) * context.splits.length
    );
  }

  protected override async search({ run, splits, evaluate }: Rounds): Promise<void> {
    const { candidates, schedule, rows } = this.#plan!;
    const resource = this.param<string>('resource');
    let left = candidates.map((params, number) => ({ params, number }));
    for (const [round, { resources }] of schedule.rounds.entries()) {
      const isRows = resource === 'nSamples';
      const columns = { iter: round, n_resources: resources };
      const table = await evaluate(
        left.map(({ params }) => (isRows ? params : { ...params, [resource]: resources })),
        {
          numbers: left.map(({ number }) => number),
          columns,
          ...(isRows && {
            splits: subsampled(splits, resources / rows, new Generator(run.seed).fork('rows').fork(round)),
          }),
        },
      );
      const next = schedule.rounds[round + 1]?.candidates ?? schedule.remaining;
      left = this.#worstFirst(table)
        .slice(-next)
        .map((place) => left[place]!);
    }
  }

  // Only the last round counts: scores of other rounds come from fewer resources.
  protected override chooseBest(results: CvResults, metric: string): number {
    const rounds = results.iter as readonly number[];
    const means = results[`mean_test_${metric}`] as readonly number[];
    const last = rounds.at(-1);
    return means.reduce((best, score, index) => {
      if (rounds[index] !== last || Number.isNaN(score)) return best;
      return best === -1 || score > means[best]! ? index : best;
    }, -1);
  }

  #schedule(asked: string): HalvingSchedule {
    // Asked for its error, when nothing has been fitted.
    if (this.cvResults_ === undefined || this.#plan === null) throw new Error(asked);
    return this.#plan.schedule;
  }

  /** Places of the candidates by rising mean score, those without a score first; scikit-learn's order, so that rows are its. */
  #worstFirst(table: OutcomeTable): number[] {
    const errorScore = missingScore(this.param<number | 'raise'>('errorScore'));
    const means = table.map((folds) => {
      const scores = folds.map(({ testScores }) => testScores[singleScore] ?? errorScore);
      const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
      return Number.isNaN(mean) ? Number.NEGATIVE_INFINITY : mean;
    });
    return means
      .map((_, place) => place)
      .sort((a, b) => (means[a] === means[b] ? a - b : means[a]! - means[b]!));
  }

  #planFor({ estimator, splits, y, seed }: SearchContext): Plan {
    const resource = this.param<string>('resource');
    const rows = rowCount(splits);
    const maxResources = this.#maxResources(resource, rows);
    const given = this.param<number | 'exhaust' | 'smallest'>('minResources');
    const minResources = typeof given === 'number' ? given : smallest(resource, splits.length, estimator, y);
    const candidates = this.candidates(Math.max(1, Math.floor(maxResources / minResources)), seed);
    if (resource !== 'nSamples') checkFree(resource, candidates);
    const withResource = candidates.map((params) =>
      resource === 'nSamples' ? params : { ...params, [resource]: minResources },
    );
    checkedCandidates(estimator, withResource);
    const schedule = halvingSchedule({
      candidates: candidates.length,
      factor: this.param('factor'),
      minResources,
      maxResources,
      aggressiveElimination: this.param('aggressiveElimination'),
      exhausts: given === 'exhaust',
    });
    return { candidates, schedule, maxResources, rows };
  }

  #maxResources(resource: string, rows: number): number {
    const given = this.param<number | 'auto'>('maxResources');
    if (resource !== 'nSamples' && given === 'auto') {
      throw invalidParameter(
        'maxResources',
        "'auto'",
        `a whole number, the most of ${resource} that a candidate gets`,
      );
    }
    if (given === 'auto') return rows;
    if (resource !== 'nSamples' || given <= rows) return given;
    throw invalidParameter('maxResources', String(given), `at most ${rows}, the rows that there are`);
  }
}

/**
 * A grid search by successive halving: all candidates with few rows (or epochs, …), the best third with three times as many, and so
 * on. Columns `iter` and `n_resources` of `cvResults_` tell the rounds apart.
 *
 * @example
 * const search = new HalvingGridSearchCV({
 *   estimator: net, paramGrid: { lr: [0.3, 0.1, 0.03, 0.01] }, resource: 'maxEpochs', maxResources: 40, seed: 0,
 * });
 */
export class HalvingGridSearchCV<E extends SearchableEstimator> extends BaseHalvingSearch<
  E,
  HalvingGridSearchParams<E>
> {
  static override readonly defaults: Readonly<Record<string, unknown>> = {
    ...halvingDefaults,
    minResources: 'exhaust',
    paramGrid: null,
  };

  protected override candidates(): readonly Candidate[] {
    return [...new ParameterGrid(this.param<GridValues | readonly GridValues[]>('paramGrid'))];
  }
}

/** A randomized search by successive halving; see {@link HalvingGridSearchCV}. */
export class HalvingRandomSearchCV<E extends SearchableEstimator> extends BaseHalvingSearch<
  E,
  HalvingRandomSearchParams<E>
> {
  static override readonly defaults: Readonly<Record<string, unknown>> = {
    ...halvingDefaults,
    minResources: 'smallest',
    paramDistributions: null,
    nCandidates: 'exhaust',
  };

  protected override candidates(most: number, seed: number): readonly Candidate[] {
    const paramDistributions = this.param<DistributionValues | readonly DistributionValues[]>(
      'paramDistributions',
    );
    const given = this.param<number | 'exhaust'>('nCandidates');
    const nIter = given === 'exhaust' ? most : given;
    return [...new ParameterSampler({ paramDistributions, nIter, seed })];
  }
}

/** Rows of all folds. */
function rowCount(splits: readonly RowSplit[]): number {
  return splits.reduce((most, [train, test]) => Math.max(most, train.length + test.length), 0);
}

/** Two rows for each fold, and for each class. */
function smallest(resource: string, folds: number, estimator: SearchEstimator, y: unknown): number {
  if (resource !== 'nSamples') return 1;
  const labels = ((y as { readonly data?: unknown })?.data ?? y) as Iterable<unknown>;
  return 2 * folds * (isClassifier(estimator) ? new Set(labels).size : 1);
}

/** A share of the rows of each fold, at random. */
function subsampled(splits: readonly RowSplit[], share: number, generator: Generator): readonly RowSplit[] {
  return splits.map(([train, test], fold) => [
    sample(train, share, generator.fork(fold).fork('train')),
    sample(test, share, generator.fork(fold).fork('test')),
  ]);
}

function sample(rows: Int32Array, share: number, generator: Generator): Int32Array {
  const count = Math.floor(share * rows.length);
  return generator
    .permutation(rows.length)
    .subarray(0, count)
    .map((place) => rows[place]!);
}

function checkFree(resource: string, candidates: readonly Candidate[]): void {
  if (!candidates.some((params) => Object.hasOwn(params, resource))) return;
  throw invalidParameter(
    'resource',
    `'${resource}', which candidates set themselves`,
    'a parameter that is not searched',
  );
}
