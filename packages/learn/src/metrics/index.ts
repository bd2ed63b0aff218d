export {
  type AccuracyOptions,
  accuracyScore,
  type BalancedAccuracyOptions,
  balancedAccuracyScore,
} from './accuracy.js';
export type { CurveOptions } from './binary-curve.js';
export type { ClassAverage } from './class-average.js';
export {
  type ClassificationReport,
  type ClassificationReportOptions,
  classificationReport,
  type ReportRow,
} from './classification-report.js';
export {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
  matthewsCorrcoef,
} from './confusion-matrix.js';
export type { SampleWeight, WeightOptions } from './metric-input.js';
export {
  type AveragePrecisionOptions,
  averagePrecisionScore,
  type PrecisionRecallCurve,
  precisionRecallCurve,
} from './precision-recall-curve.js';
export {
  type Average,
  type AveragedScores,
  type FbetaOptions,
  f1Score,
  fbetaScore,
  type PrecisionRecallOptions,
  precisionRecallFscoreSupport,
  precisionScore,
  recallScore,
  type ScoresByClass,
} from './precision-recall-fscore.js';
export { type BrierOptions, brierScoreLoss, type LogLossOptions, logLoss } from './probability-loss.js';
export {
  explainedVarianceScore,
  maxError,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanSquaredError,
  medianAbsoluteError,
  r2Score,
  rootMeanSquaredError,
  type VarianceOptions,
} from './regression.js';
export type { MultiOutput, NumberRows, RegressionOptions } from './regression-input.js';
export { auc, type RocAucOptions, type RocCurve, rocAucScore, rocCurve } from './roc.js';
export type { Scores } from './score-input.js';
export {
  type Metric,
  makeScorer,
  type Predictor,
  type ScoredRows,
  type ScoreOptions,
  type Scorer,
  type ScorerOptions,
} from './scorer.js';
export { getScorer, getScorerNames } from './scorer-names.js';
export { type TopKAccuracyOptions, topKAccuracyScore } from './top-k-accuracy.js';
