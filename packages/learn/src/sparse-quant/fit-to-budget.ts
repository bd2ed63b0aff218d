// The smallest net that keeps the accuracy: gradual pruning of neurons, the net trained on after each cut, until what is
// lost is more than may be lost.

import { QuantNet } from '@tacit/nn';
import { clone } from '../clone.js';
import { ParameterError } from '../errors.js';
import type { FitOptions, StopSignal } from '../net/index.js';
import { trainTestSplit } from '../train-test-split.js';
import type { Features } from '../validate-input.js';
import { Frontier, type FrontierPoint } from './frontier.js';
import { prunedEstimator } from './prune-estimator.js';

/** What the net has to keep within; at least one of the first two says how small it must get. */
export interface Budget {
  /** Most programmable bootstraps a sample; default: no limit. */
  readonly maxPbs?: number;
  /** Most seconds a sample, as `secondsOf` estimates them; default: no limit. */
  readonly maxSecondsPerSample?: number;
  /** How much score (accuracy, or R²) may be lost against the net that was begun with; default 0.01. */
  readonly maxAccuracyLoss?: number;
}

/** Options of {@link fitToBudget}. */
export interface FitToBudgetOptions extends Budget {
  /** Part of the rows that nets are judged by and not trained on; default 0.2. */
  readonly validationSize?: number;
  /** Part of the neurons of each layer that goes at each cut, between 0 and 1; default 0.25. */
  readonly cut?: number;
  /** Epochs of training after each cut; default a half of `maxEpochs`. */
  readonly epochs?: number;
  /** Estimates the seconds of an encrypted sample; needed for `maxSecondsPerSample`. The package `tacit` brings one. */
  readonly secondsOf?: (estimator: Budgetable, X: Features) => number | Promise<number>;
  readonly signal?: StopSignal;
  /** Told of each net as it is measured. */
  readonly onPoint?: (point: FrontierPoint) => void;
}

/** An estimator around a quantized net: `SparseQuantClassifier`, `SparseQuantRegressor`, or any net with such a module. */
export interface Budgetable {
  readonly module_: object;
  fit(X: never, y: never, options?: FitOptions): Promise<unknown>;
  partialFit(X: never, y: never, options?: FitOptions): Promise<unknown>;
  score(X: never, y: never): Promise<number>;
  getParams(deep?: boolean): object;
  setParams(changes: never): unknown;
}

/** What {@link fitToBudget} found. */
export interface BudgetFit<E> {
  /** The chosen net, trained on all rows in the end. */
  readonly estimator: E;
  /** Which of the frontier's points it is. */
  readonly chosen: FrontierPoint;
  /** Every net that was measured, the widest first. */
  readonly frontier: Frontier;
}

/**
 * Finds the smallest net that keeps the accuracy and fits a budget.
 *
 * Trains the estimator as it is, then takes out the least important neurons of each layer, trains on, and so forth, judging
 * each net by rows set aside. Of the nets within the budget that lose at most `maxAccuracyLoss`, the one with the fewest
 * bootstraps is trained on with all rows. The given estimator stays unfitted.
 *
 * @param X, y - training rows.
 * @throws ParameterError `BUDGET_UNREACHABLE` when no net is within the budget and accurate enough: it names the best there
 * was; `PARAMETER_VALUE` for a budget that is none.
 * @example
 * const { estimator, frontier } = await fitToBudget(new SparseQuantClassifier({ seed: 0 }), X, y, { maxPbs: 8 });
 * console.log(frontier.toTable());
 */
export async function fitToBudget<E extends Budgetable>(
  estimator: E,
  X: Features,
  y: ArrayLike<unknown>,
  options: FitToBudgetOptions = {},
): Promise<BudgetFit<E>> {
  const settings = checkedOptions(options);
  const parts = split(X, y, settings.validationSize);
  const points: { point: FrontierPoint; estimator: E }[] = [];
  let current = clone(estimator);
  await current.fit(parts.XTrain as never, parts.yTrain as never, { signal: settings.signal });
  for (;;) {
    const point = await measure(current, parts, settings);
    points.push({ point, estimator: current });
    options.onPoint?.(point);
    const best = points[0]!.point.score;
    // Scores go up and down: one net that lost too much is not the end, twice as much is.
    if (point.score < best - 2 * settings.maxAccuracyLoss - 1e-9) break;
    const widths = narrowed(quantNetOf(current).widths, settings.cut);
    if (widths === null) break;
    current = await prunedEstimator(current, parts.XTrain, parts.yTrain, widths, trainOn(current, settings));
  }
  const frontier = new Frontier(points.map(({ point }) => point));
  const chosen = choose(points, settings, frontier);
  await chosen.estimator.partialFit(X as never, y as never, trainOn(chosen.estimator, settings));
  return { estimator: chosen.estimator, chosen: chosen.point, frontier };
}

type Settings = ReturnType<typeof checkedOptions>;

function checkedOptions(options: FitToBudgetOptions) {
  const {
    maxPbs = Number.POSITIVE_INFINITY,
    maxSecondsPerSample = Number.POSITIVE_INFINITY,
    maxAccuracyLoss = 0.01,
    validationSize = 0.2,
    cut = 0.25,
    epochs,
    secondsOf,
    signal,
  } = options;
  requireThat('maxPbs', maxPbs, maxPbs >= 1, 'at least 1');
  requireThat('maxSecondsPerSample', maxSecondsPerSample, maxSecondsPerSample > 0, 'above 0');
  requireThat('maxAccuracyLoss', maxAccuracyLoss, maxAccuracyLoss >= 0, 'at least 0');
  requireThat('cut', cut, cut > 0 && cut < 1, 'between 0 and 1');
  requireThat('validationSize', validationSize, validationSize > 0 && validationSize < 1, 'between 0 and 1');
  if (Number.isFinite(maxSecondsPerSample) && secondsOf === undefined) {
    throw invalid('secondsOf', 'missing', 'a function; fitToBudget of the package tacit has one');
  }
  return { maxPbs, maxSecondsPerSample, maxAccuracyLoss, validationSize, cut, epochs, secondsOf, signal };
}

function requireThat(name: string, got: unknown, isValid: boolean, expected: string): void {
  if (!isValid) throw invalid(name, got, expected);
}

function invalid(name: string, got: unknown, expected: string): ParameterError {
  return new ParameterError(`${name} is ${String(got)}, expected ${expected}.`, {
    code: 'PARAMETER_VALUE',
    got: String(got),
    expected,
    hint: '',
  });
}

interface Parts {
  readonly XTrain: Features;
  readonly XTest: Features;
  readonly yTrain: unknown;
  readonly yTest: unknown;
}

/** Labels are stratified; of numbers, which hardly repeat, rows are drawn. Always the same rows: nets are compared on them. */
function split(X: Features, y: ArrayLike<unknown>, testSize: number): Parts {
  const labels = Array.from(y);
  const counts = new Map<unknown, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  const areClasses = counts.size <= labels.length / 4 && [...counts.values()].every((count) => count > 1);
  return trainTestSplit(X as number[][], labels as number[], {
    testSize,
    stratify: areClasses ? (labels as number[]) : null,
    seed: 0,
  });
}

async function measure(estimator: Budgetable, { XTrain, XTest, yTest }: Parts, settings: Settings) {
  const module = quantNetOf(estimator);
  const score = await estimator.score(XTest as never, yTest as never);
  const secondsPerSample = (await settings.secondsOf?.(estimator, XTrain)) ?? null;
  return { widths: module.widths, pbs: module.bootstraps, score, secondsPerSample };
}

function quantNetOf(estimator: Budgetable): QuantNet {
  const module = estimator.module_;
  if (module instanceof QuantNet) return module;
  throw invalid('module', module.constructor.name, 'SparseQuantNeuralNet or SparseQuantConvNet');
}

/** At least one neuron less in some layer; null where every layer has only one left. */
function narrowed(widths: readonly number[], cut: number): readonly number[] | null {
  const next = widths.map((width) => Math.max(1, Math.min(width - 1, Math.round(width * (1 - cut)))));
  return next.some((width, i) => width < widths[i]!) ? next : null;
}

function trainOn(estimator: Budgetable, { epochs, signal }: Settings): FitOptions {
  const { maxEpochs } = estimator.getParams(false) as { readonly maxEpochs: number };
  return { epochs: epochs ?? Math.ceil(maxEpochs / 2), signal };
}

function choose<E>(
  points: readonly { readonly point: FrontierPoint; readonly estimator: E }[],
  { maxPbs, maxSecondsPerSample, maxAccuracyLoss }: Settings,
  frontier: Frontier,
) {
  const least = points[0]!.point.score - maxAccuracyLoss - 1e-9;
  const fitting = points.filter(
    ({ point }) =>
      point.pbs <= maxPbs && (point.secondsPerSample ?? 0) <= maxSecondsPerSample && point.score >= least,
  );
  const chosen = fitting.sort((a, b) => a.point.pbs - b.point.pbs || b.point.score - a.point.score)[0];
  if (chosen !== undefined) return chosen;
  throw new ParameterError(`No net within the budget keeps the accuracy:\n${frontier.toTable()}`, {
    code: 'BUDGET_UNREACHABLE',
    got: `maxPbs ${maxPbs}, maxSecondsPerSample ${maxSecondsPerSample}, maxAccuracyLoss ${maxAccuracyLoss}`,
    expected: 'a budget that one of these nets meets',
    hint: 'Raise maxAccuracyLoss or the budget, train longer, or begin with another activation or more weight bits.',
  });
}
