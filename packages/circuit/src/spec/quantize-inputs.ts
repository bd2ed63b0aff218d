// From raw features to the integers that a circuit reads. Client, simulator and clear mode call this one function, so
// that what is encrypted is exactly what was simulated.

import { CircuitError } from '../errors.js';
import type { ClientSpec, InputFeature } from './client-spec.js';
import { applySteps, type Cell } from './client-steps.js';

/** What {@link quantizeRows} gives back. */
export interface QuantizedRows {
  /** [nRows, nFeatures], row by row; each from 0 to its feature's `levels`. */
  readonly levels: Int32Array;
  /** Rows with a feature that is outside its training range by more than half of that range's width. */
  readonly farOutside: number;
}

/**
 * Integers of raw rows for a circuit: what its steps make of them, quantized.
 *
 * @param rows - [nRows, nColumns] as the pipeline takes them, text and missing values included where it does.
 * @throws CircuitError `FEATURE_COUNT` or `INPUT_INVALID`; they name row and column, never the value.
 */
export function prepareRows(
  { steps, inputs }: Pick<ClientSpec, 'steps'> & { readonly inputs: Pick<ClientSpec['inputs'], 'features'> },
  rows: ArrayLike<ArrayLike<Cell>>,
): QuantizedRows {
  checkRows(rows);
  return quantizeRows(inputs.features, applySteps(steps, rows));
}

/**
 * Integers of rows of numbers: `clamp(round((x − low) / step), 0, levels)`, feature by feature.
 *
 * Values half-way between two levels go up (`Math.round`), not to the even one. A feature that was constant in training
 * becomes 0 whatever its value, and never counts as far outside: the circuit does not read it.
 *
 * @param rows - [nRows, nFeatures], at least one row; not kept, not changed.
 * @throws CircuitError `FEATURE_COUNT` for a row of another length, `INPUT_INVALID` for no rows, for something that is
 *   no row, and for a value that is no finite number; both name row and column, counted from 0, and never the value.
 */
export function quantizeRows(
  features: readonly InputFeature[],
  rows: ArrayLike<ArrayLike<Cell>>,
): QuantizedRows {
  checkRows(rows);
  const levels = new Int32Array(rows.length * features.length);
  let farOutside = 0;
  for (let r = 0; r < rows.length; r++) {
    const row = rows[r]!;
    checkRow(row, r, features.length);
    let isFarOutside = false;
    for (const [c, feature] of features.entries()) {
      const value = row[c];
      if (typeof value !== 'number' || !Number.isFinite(value)) throw invalidValue(value, r, c);
      levels[r * features.length + c] = level(value, feature);
      isFarOutside ||= outside(value, feature);
    }
    if (isFarOutside) farOutside++;
  }
  return { levels, farOutside };
}

function level(value: number, { low, step, levels }: InputFeature): number {
  if (step === 0) return 0;
  return Math.min(Math.max(Math.round((value - low) / step), 0), levels);
}

function outside(value: number, { minimum, maximum }: InputFeature): boolean {
  const margin = maximum / 2 - minimum / 2; // Halved before subtracting: the full width may overflow.
  return margin > 0 && (value < minimum - margin || value > maximum + margin);
}

function checkRows(rows: unknown): void {
  if (isArrayLike(rows) && rows.length > 0) return;
  throw new CircuitError('INPUT_INVALID', `Expected rows of features, got ${kindOf(rows)}.`, {
    got: kindOf(rows),
    expected: 'at least one row',
    hint: 'Pass an array of rows, for a single sample [[…]].',
  });
}

function checkRow(row: unknown, index: number, nFeatures: number): void {
  if (!isArrayLike(row)) {
    throw new CircuitError('INPUT_INVALID', `Row ${index} is ${kindOf(row)}, not an array of numbers.`, {
      got: kindOf(row),
      expected: `an array of ${nFeatures} numbers`,
      hint: 'Pass an array of rows, for a single sample [[…]].',
    });
  }
  if (row.length !== nFeatures) {
    throw new CircuitError(
      'FEATURE_COUNT',
      `Row ${index} has ${row.length} features, the circuit was compiled for ${nFeatures}.`,
      { got: row.length, expected: nFeatures, hint: 'Pass the columns of the training data in their order.' },
    );
  }
}

function invalidValue(value: unknown, row: number, column: number): CircuitError {
  const kind = kindOf(value);
  return new CircuitError('INPUT_INVALID', `Row ${row}, column ${column} (counted from 0) holds ${kind}.`, {
    got: kind,
    expected: 'a finite number',
    hint: 'Convert it to a number, or fill in missing values as in training.',
  });
}

function isArrayLike(value: unknown): value is ArrayLike<unknown> {
  return typeof value === 'object' && value !== null && 'length' in value && typeof value.length === 'number';
}

// Names the kind and never the value: features are what encryption hides.
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : String(value);
  if (isArrayLike(value)) return value.length === 0 ? 'an empty array' : 'an array';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
