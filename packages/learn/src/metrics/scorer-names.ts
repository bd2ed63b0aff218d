// Scorers by scikit-learn's names.

import { ParameterError } from '../errors.js';
import { nearestName } from '../nearest-name.js';
import { accuracyScore, balancedAccuracyScore } from './accuracy.js';
import { matthewsCorrcoef } from './confusion-matrix.js';
import { averagePrecisionScore } from './precision-recall-curve.js';
import { type Average, f1Score, precisionScore, recallScore } from './precision-recall-fscore.js';
import { brierScoreLoss, logLoss } from './probability-loss.js';
import {
  explainedVarianceScore,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
} from './regression.js';
import { rocAucScore } from './roc.js';
import { makeScorer, type Scorer } from './scorer.js';
import { topKAccuracyScore } from './top-k-accuracy.js';

const loss = { greaterIsBetter: false } as const;
const proba = { responseMethod: 'predictProba' } as const;

const scorers: Readonly<Record<string, Scorer>> = {
  accuracy: makeScorer(accuracyScore),
  balanced_accuracy: makeScorer(balancedAccuracyScore),
  matthews_corrcoef: makeScorer(matthewsCorrcoef),
  top_k_accuracy: makeScorer(topKAccuracyScore, proba),
  ...averagesOf('precision', precisionScore),
  ...averagesOf('recall', recallScore),
  ...averagesOf('f1', f1Score),
  average_precision: makeScorer(averagePrecisionScore, proba),
  roc_auc: makeScorer(rocAucScore, proba),
  roc_auc_ovr: makeScorer(rocAucScore, { ...proba, multiClass: 'ovr' }),
  roc_auc_ovo: makeScorer(rocAucScore, { ...proba, multiClass: 'ovo' }),
  roc_auc_ovr_weighted: makeScorer(rocAucScore, { ...proba, multiClass: 'ovr', average: 'weighted' }),
  roc_auc_ovo_weighted: makeScorer(rocAucScore, { ...proba, multiClass: 'ovo', average: 'weighted' }),
  neg_log_loss: makeScorer(logLoss, { ...proba, ...loss }),
  neg_brier_score: makeScorer(brierScoreLoss, { ...proba, ...loss }),
  r2: makeScorer(r2Score),
  explained_variance: makeScorer(explainedVarianceScore),
  neg_mean_squared_error: makeScorer(meanSquaredError, loss),
  neg_root_mean_squared_error: makeScorer(rootMeanSquaredError, loss),
  neg_mean_absolute_error: makeScorer(meanAbsoluteError, loss),
  neg_median_absolute_error: makeScorer(medianAbsoluteError, loss),
  neg_mean_absolute_percentage_error: makeScorer(meanAbsolutePercentageError, loss),
  neg_max_error: makeScorer(maxError, loss),
};

function averagesOf(name: string, metric: typeof f1Score): Readonly<Record<string, Scorer>> {
  const scorer = (average: Average) => makeScorer(metric, { average });
  return {
    [name]: scorer('binary'),
    [`${name}_micro`]: scorer('micro'),
    [`${name}_macro`]: scorer('macro'),
    [`${name}_weighted`]: scorer('weighted'),
  };
}

for (const [name, scorer] of Object.entries(scorers)) Object.defineProperty(scorer, 'name', { value: name });

/** The names that {@link getScorer} knows, sorted. */
export function getScorerNames(): string[] {
  return Object.keys(scorers).sort();
}

/**
 * The scorer that scikit-learn has under this name. Higher is always better: losses are negative, and their names begin with
 * `neg_`.
 *
 * @throws ParameterError `SCORING_UNKNOWN`, with the nearest name.
 * @example await getScorer('f1_macro')(net, XTest, yTest); // 0.97
 */
export function getScorer(name: string): Scorer {
  if (typeof name === 'string' && Object.hasOwn(scorers, name)) return scorers[name]!;
  const names = getScorerNames();
  const nearest = typeof name === 'string' ? nearestName(name, names) : null;
  throw new ParameterError(`scoring is ${String(name)}, which is no metric.`, {
    code: 'SCORING_UNKNOWN',
    got: String(name),
    expected: `one of ${names.join(', ')}, a function, or null`,
    hint: nearest === null ? `Take one of ${names.join(', ')}.` : `Did you mean ${nearest}?`,
  });
}
