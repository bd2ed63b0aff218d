// Precision, recall, F1 and rows of every class and on average: as a table to read, and as a record.

import { sortedClasses } from '../label-encoder.js';
import type { Label, Labels } from '../validate-input.js';
import { invalidOption, labelPair } from './metric-input.js';
import {
  type Average,
  type PrecisionRecallOptions,
  precisionRecallFscoreSupport,
} from './precision-recall-fscore.js';

/** Options of {@link classificationReport}. */
export interface ClassificationReportOptions
  extends Pick<PrecisionRecallOptions, 'labels' | 'sampleWeight' | 'zeroDivision'> {
  /** Names of the classes to show, in the order of the labels. Default null: the labels themselves. */
  readonly targetNames?: readonly string[] | null;
  /** Decimals of the table, 0 to 40. Default 2. */
  readonly digits?: number;
}

/** Scores of one class, or of an average over all. */
export interface ReportRow {
  readonly precision: number;
  readonly recall: number;
  readonly f1Score: number;
  /** True rows, or the sum of their weights. */
  readonly support: number;
}

/** What {@link classificationReport} gives. `String(report)` is its table. */
export interface ClassificationReport {
  /** By the names of the classes. */
  readonly classes: Readonly<Record<string, ReportRow>>;
  /** The share of right labels; null where `labels` leaves some out, and precision and recall over them differ (`microAverage`). */
  readonly accuracy: number | null;
  readonly microAverage: ReportRow;
  readonly macroAverage: ReportRow;
  readonly weightedAverage: ReportRow;
  /** The table, in scikit-learn's form. */
  readonly table: string;
  toString(): string;
}

/**
 * The scores of every class.
 *
 * @throws as `precisionRecallFscoreSupport`; ParameterError `PARAMETER_VALUE` unless there is a name for each class.
 * @example console.log(String(classificationReport(yTest, await net.predict(XTest))));
 */
export function classificationReport(
  yTrue: Labels | ArrayLike<unknown>,
  yPred: Labels | ArrayLike<unknown>,
  options: ClassificationReportOptions = {},
): ClassificationReport {
  const { targetNames = null, digits = 2, sampleWeight = null, zeroDivision = 'warn' } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 40) {
    throw invalidOption('digits', digits, 'a whole number from 0 to 40');
  }
  const [truth, guess] = labelPair(yTrue, yPred);
  const present = new Set([...truth, ...guess]);
  const labels = options.labels ?? sortedClasses(present);
  const names = namesOf(labels, targetNames);
  const rows = rowsOf(truth, guess, { labels, sampleWeight, zeroDivision });
  const support = rows.reduce((sum, row) => sum + row.support, 0);
  // What is undefined has been warned of by class; averages need not say it again.
  const quiet = { labels, sampleWeight, zeroDivision: zeroDivision === 'warn' ? 0 : zeroDivision };
  const average = (kind: Average): ReportRow => {
    const scores = precisionRecallFscoreSupport(truth, guess, { ...quiet, average: kind });
    return { precision: scores.precision, recall: scores.recall, f1Score: scores.fscore, support };
  };
  const averages = { micro: average('micro'), macro: average('macro'), weighted: average('weighted') };
  // With all labels counted, every wrong row is a false positive once and a false negative once.
  const isAll = [...present].every((label) => labels.includes(label));
  const table = tableOf(names, rows, averages, isAll, digits);
  return {
    classes: Object.fromEntries(names.map((name, code) => [name, rows[code]!])),
    accuracy: isAll ? averages.micro.f1Score : null,
    microAverage: averages.micro,
    macroAverage: averages.macro,
    weightedAverage: averages.weighted,
    table,
    toString: () => table,
  };
}

function rowsOf(
  truth: readonly Label[],
  guess: readonly Label[],
  options: Pick<PrecisionRecallOptions, 'labels' | 'sampleWeight' | 'zeroDivision'>,
): ReportRow[] {
  const { precision, recall, fscore, support } = precisionRecallFscoreSupport(truth, guess, options);
  return support.map((rows, code) => ({
    precision: precision[code]!,
    recall: recall[code]!,
    f1Score: fscore[code]!,
    support: rows,
  }));
}

function namesOf(labels: readonly Label[], targetNames: readonly string[] | null): readonly string[] {
  if (targetNames === null) return labels.map(String);
  if (targetNames.length === labels.length) return targetNames;
  throw invalidOption('targetNames', `${targetNames.length} names`, `${labels.length} names, one a class`);
}

function tableOf(
  names: readonly string[],
  rows: readonly ReportRow[],
  averages: Readonly<Record<'micro' | 'macro' | 'weighted', ReportRow>>,
  isAll: boolean,
  digits: number,
): string {
  const width = Math.max(...names.map(({ length }) => length), 'weighted avg'.length, digits);
  const line = (name: string, cells: readonly string[]) =>
    `${name.padStart(width)} ${cells.map((cell) => ` ${cell.padStart(9)}`).join('')}`;
  const scores = ({ precision, recall, f1Score, support }: ReportRow) => [
    ...[precision, recall, f1Score].map((score) => decimals(score, digits)),
    String(support),
  ];
  const { micro } = averages;
  const first = isAll
    ? line('accuracy', ['', '', decimals(micro.f1Score, digits), String(micro.support)])
    : line('micro avg', scores(micro));
  return [
    line('', ['precision', 'recall', 'f1-score', 'support']),
    '',
    ...names.map((name, code) => line(name, scores(rows[code]!))),
    '',
    first,
    line('macro avg', scores(averages.macro)),
    line('weighted avg', scores(averages.weighted)),
    '',
  ].join('\n');
}

/** With ties to even, as Python prints them; `toFixed` rounds 0.90625 to 0.9063. */
function decimals(score: number, digits: number): string {
  const exact = score.toFixed(digits + 60);
  const cut = exact.slice(0, exact.length - 60);
  const isTie = /^50*$/.test(exact.slice(-60));
  return isTie && Number(cut.at(-1)) % 2 === 0 ? cut : score.toFixed(digits);
}
