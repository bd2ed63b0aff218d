// Search on a table: the parameters of a grid are tried with cross-validation on the training rows, and the best model is judged
// on rows that no fit has seen.

import { type FitBackend, GridSearchCV, type Pipeline, RandomizedSearchCV, StepCache } from '@tacit/learn';
import type { Progress } from '../commands/progress.js';
import type { TrainedModel } from '../model/model-directory.js';
import { buildModel, type ModelPlan, netPrefix } from './build-model.js';
import type { Grid } from './grid-file.js';
import { prefixedGrid, withoutPrefix } from './grid-file.js';
import type { Parameters } from './parameters.js';
import { describeTraining, splitRows, type Training, type TrainingSummary } from './train-model.js';
import type { TrainingData } from './training-data.js';

/** What to search. */
export interface SearchRequest {
  readonly data: TrainingData;
  readonly grid: Grid | readonly Grid[];
  /** Candidates to draw from the grid; null tries all of it. */
  readonly nIter: number | null;
  readonly cv: number;
  /** Null: accuracy, or R². */
  readonly scoring: string | null;
  readonly nJobs: number;
  /** Where fits run in place of this process; null: here. */
  readonly backend: FitBackend | null;
  readonly testSize: number;
  readonly seed: number;
  /** Parameters that all candidates have. */
  readonly parameters: Parameters;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** One candidate. */
export interface CandidateSummary {
  /** 1 is the best one. */
  readonly rank: number;
  readonly parameters: Parameters;
  /** Over the folds. */
  readonly meanTestScore: number;
  readonly stdTestScore: number;
  /** Seconds of a fit. */
  readonly meanFitTime: number;
}

/** What came of it; also the document of `--json`. */
export interface SearchSummary {
  readonly scoring: string;
  readonly cv: number;
  readonly fits: number;
  /** Best ones first. */
  readonly candidates: readonly CandidateSummary[];
  readonly bestParameters: Parameters;
  readonly bestScore: number;
  /** Of the whole search, the last fit on all training rows included. */
  readonly seconds: number;
  /** The best candidate, trained on all training rows. */
  readonly best: TrainingSummary;
}

/** A search with the model that it chose. */
export interface SearchOutcome {
  readonly summary: SearchSummary;
  readonly training: Training;
}

/**
 * Searches.
 *
 * @throws before any fit: ParameterError `UNKNOWN_PARAMETER`, `SCORING_UNKNOWN`; SplitError; UsageError. SearchError; the signal's reason.
 */
export async function searchModels(request: SearchRequest): Promise<SearchOutcome> {
  const { data, signal, progress } = request;
  const search = makeSearch(request, progress);
  const { train, test } = splitRows(request);
  const start = performance.now();
  await search.estimator.fit(train.X, train.y, { signal }).finally(() => search.stop());
  const seconds = (performance.now() - start) / 1000;
  const model = search.estimator.bestEstimator_ as unknown as Pipeline & TrainedModel;
  const training = await describeTraining(model, { data, train, test, seconds: search.estimator.refitTime_ });
  return { training, summary: summarize(request, search.estimator, training.summary, seconds) };
}

type AnySearch = GridSearchCV<Pipeline> | RandomizedSearchCV<Pipeline>;

function makeSearch(request: SearchRequest, progress: Progress) {
  const { data, grid, nIter, cv, scoring, nJobs, backend, seed, parameters } = request;
  const plan = { task: data.task, columns: data.columns, rows: data.y.length, seed, parameters };
  // The steps before the net are fitted once a fold, and not once a candidate.
  const estimator = buildModel(plan).setParams({ memory: new StepCache() });
  checkNames(grid, plan);
  const names = prefixedGrid(grid, netPrefix(data.task));
  let bar: ReturnType<Progress['bar']> | null = null;
  const common = {
    ...{ estimator, scoring, cv, nJobs, backend, seed },
    onFit: ({ total }: { readonly total: number }) => {
      bar ??= progress.bar('fits', total);
      bar.advance();
    },
  };
  const search: AnySearch =
    nIter === null
      ? new GridSearchCV({ ...common, paramGrid: names as never })
      : new RandomizedSearchCV({ ...common, paramDistributions: names as never, nIter });
  return { estimator: search, stop: () => bar?.stop() };
}

/** Names are checked as those of the net, which is how they were written. */
function checkNames(grid: SearchRequest['grid'], plan: ModelPlan): void {
  for (const one of [grid].flat() as readonly Grid[]) {
    const firsts = Object.fromEntries(Object.entries(one).map(([name, values]) => [name, values[0]]));
    buildModel({ ...plan, parameters: { ...plan.parameters, ...firsts } });
  }
}

function summarize(
  { data, cv, scoring }: SearchRequest,
  search: AnySearch,
  best: TrainingSummary,
  seconds: number,
): SearchSummary {
  const results = search.cvResults_ as Readonly<Record<string, readonly number[]>> & {
    readonly params: readonly Parameters[];
  };
  const prefix = netPrefix(data.task);
  const candidates = results.params.map((params, index) => ({
    rank: results.rank_test_score![index]!,
    parameters: named(withoutPrefix(params, prefix)),
    meanTestScore: results.mean_test_score![index]!,
    stdTestScore: results.std_test_score![index]!,
    meanFitTime: results.mean_fit_time![index]!,
  }));
  return {
    scoring: scoring ?? (data.task === 'classification' ? 'accuracy' : 'r2'),
    cv,
    fits: candidates.length * cv,
    candidates: candidates.sort((a, b) => a.rank - b.rank),
    bestParameters: named(withoutPrefix(search.bestParams_, prefix)),
    bestScore: search.bestScore_,
    seconds,
    best,
  };
}

/** Classes by their names, as they were given. */
function named(parameters: Parameters): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name,
      typeof value === 'function' ? value.name : value,
    ]),
  );
}
