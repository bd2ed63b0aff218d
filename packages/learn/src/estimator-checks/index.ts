// The list of what every estimator has to do, in the spirit of scikit-learn's check_estimator: run on every estimator of Tacit, and
// open to yours.

import { ComponentError } from '../errors.js';
import type { Parametrized } from '../estimator.js';
import { isClassifier } from '../model-selection/search/is-classifier.js';
import type { Label } from '../validate-input.js';
import type { CheckContext, Checked, EstimatorCheck, EstimatorKind } from './check.js';
import { fitChecks } from './fit-checks.js';
import { parameterChecks } from './parameter-checks.js';
import { predictorChecks } from './predictor-checks.js';
import { transformerChecks } from './transformer-checks.js';

export type { EstimatorKind } from './check.js';

/** Options of {@link estimatorChecks} and {@link checkEstimator}. */
export interface EstimatorCheckOptions {
  /** What the estimator is for. 'auto': a transformer if it has no `predict` of its own, a classifier if it has `classes_`. */
  readonly kind?: EstimatorKind | 'auto';
  /** Labels of the rows that a classifier is checked with. Three: 'a', 'b', 'c'. */
  readonly labels?: readonly Label[];
  /** Columns of the rows. 2; a net with a fixed number of inputs needs its own. */
  readonly nFeatures?: number;
}

/** One check, ready to run. */
export interface NamedCheck {
  /** What has to be so. */
  readonly name: string;
  /** Rejects with an Error if it is not. */
  run(): Promise<void>;
}

/**
 * The checks for an estimator, each with a name, to be run one by one in a test runner.
 *
 * The estimator is never fitted itself; it should have a seed, print nothing, and learn clouds of points (or a plane) in one fit.
 *
 * @example
 * test.each(estimatorChecks(new StandardScaler()).map((check) => [check.name, check]))('%s', (_, check) => check.run());
 */
export function estimatorChecks(
  estimator: Parametrized,
  options: EstimatorCheckOptions = {},
): readonly NamedCheck[] {
  const { kind: given = 'auto', labels = ['a', 'b', 'c'], nFeatures = 2 } = options;
  const kind = given === 'auto' ? kindOf(estimator) : given;
  const X = clouds(labels.length, nFeatures);
  const y = kind === 'classifier' ? X.map((_, row) => labels[row % labels.length]!) : X.map(plane);
  const context: CheckContext = { estimator: estimator as Checked, kind, X, y };
  return [...parameterChecks, ...fitChecks, ...predictorChecks, ...transformerChecks]
    .filter((check: EstimatorCheck) => check.kinds.includes(kind))
    .map((check) => ({ name: check.name, run: () => check.run(context) }));
}

/**
 * Runs all checks on an estimator: clones are exact, a fit forgets the last one, input is not changed, what cannot be used is refused
 * with a code, permuted rows give permuted results, …
 *
 * @throws ComponentError `CHECKS_FAILED`, naming every check that failed and why.
 * @example await checkEstimator(new MyTransformer());
 */
export async function checkEstimator(
  estimator: Parametrized,
  options: EstimatorCheckOptions = {},
): Promise<void> {
  const failures: string[] = [];
  const checks = estimatorChecks(estimator, options);
  for (const { name, run } of checks) {
    await run().catch((error: unknown) => {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
  if (failures.length === 0) return;
  throw new ComponentError(
    `${failures.length} of ${checks.length} checks of ${estimator.constructor.name} failed.\n${failures.join('\n')}\n`,
    {
      code: 'CHECKS_FAILED',
      got: failures.join('\n'),
      expected: 'every check to pass',
      hint: 'Each line says what has to be so, and what was found.',
    },
  );
}

function kindOf(estimator: Parametrized): EstimatorKind {
  const { steps } = estimator.getParams(false) as { readonly steps?: object };
  const last: unknown = steps === undefined ? estimator : Object.values(steps).at(-1);
  if (typeof last !== 'object' || last === null || !('predict' in last)) return 'transformer';
  return isClassifier(estimator) ? 'classifier' : 'regressor';
}

/** Rows in as many clouds as there are labels, on a circle in the first two columns. */
function clouds(count: number, nFeatures: number): number[][] {
  return Array.from({ length: 60 }, (_, row) => {
    const angle = ((row % count) * 2 * Math.PI) / count;
    return Array.from({ length: nFeatures }, (_, column) => {
      const center = column === 0 ? Math.cos(angle) : column === 1 ? Math.sin(angle) : 0;
      return 2 * center + 0.3 * Math.sin(row * (5 + 6 * column));
    });
  });
}

function plane(row: readonly number[]): number {
  return 2 * row[0]! - (row[1] ?? 0) + 1;
}
