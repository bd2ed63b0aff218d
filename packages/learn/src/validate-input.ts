// All checks of X and y, before any work is done. What passes here is finite float32 of one shape, or an error says which
// row and column, what was got, what was expected and what to do.

import { IntTensor, Tensor } from '@tacit/tensor';
import { type ArrowTable, type ArrowVector, isArrowVector, vectorToList } from './arrow.js';
import type { Target } from './components.js';
import { DataTypeError, DataValueError, type LearnErrorDetails } from './errors.js';
import type { DataStream } from './stream.js';

/** Rows of numbers, numbers with a shape (any rank from 2), or a tensor. */
export type ArrayFeatures =
  | readonly (readonly number[] | NumberVector)[]
  | { readonly data: NumberVector; readonly shape: readonly number[] }
  | Tensor;

/** One of several inputs: as a single X, a number for each row, or integers such as the tokens of a text. */
export type NamedInput = ArrayFeatures | ArrowTable | readonly number[] | NumberVector | IntTensor;

/** Features: rows in memory, an Arrow table, several inputs by name, or a stream. Never changed, copied where needed. */
export type Features = ArrayFeatures | ArrowTable | { readonly [name: string]: NamedInput } | DataStream;

/** One class label. */
export type Label = number | string | boolean;

/** Typed arrays that labels and targets may come in. */
export type NumberVector =
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array;

/** One label a row, all of one type. */
export type Labels = readonly Label[] | NumberVector | IntTensor | ArrowVector;

/** What a net trains towards: numbers, rows of numbers (several outputs), or labels where the net encodes them. */
export type Targets = Labels | readonly (readonly number[])[] | Tensor;

/**
 * X as a tensor of shape [nRows, …features].
 *
 * @throws DataTypeError `X_TYPE`, `X_NOT_NUMERIC`; DataValueError `X_NOT_FINITE`, `X_RAGGED`, `X_EMPTY`, `X_SHAPE`.
 */
export function toFeatures(X: unknown): Tensor {
  if (X instanceof Tensor) return checkedTensor(X);
  if (Array.isArray(X)) return fromRows(X);
  if (isShaped(X)) return fromShaped(X.data, X.shape);
  throw new DataTypeError(`X is ${kindOf(X)}.`, {
    code: 'X_TYPE',
    got: kindOf(X),
    expected: 'rows of numbers, { data, shape }, a tensor, an Arrow table, a record of inputs, or a stream',
    hint: 'Pass an array with one array of numbers a row, or { data: Float32Array, shape: [rows, columns] }.',
  });
}

/** Whether X is `{ data, shape }`, whatever these hold. */
export function isShaped(X: unknown): X is { readonly data: unknown; readonly shape: unknown } {
  return typeof X === 'object' && X !== null && 'data' in X && 'shape' in X;
}

function checkedTensor(X: Tensor): Tensor {
  checkShapeOf(X.shape, X.data.length);
  checkFinite(X.data, X.shape);
  return X.requiresGrad ? X.detach() : X;
}

function fromShaped(data: unknown, shape: unknown): Tensor {
  if (!isNumberVector(data) || !Array.isArray(shape)) {
    const got = `{ data: ${kindOf(data)}, shape: ${kindOf(shape)} }`;
    throw new DataTypeError(`X is ${got}.`, {
      code: 'X_TYPE',
      got,
      expected: '{ data: a typed array of numbers, shape: [rows, columns] }',
      hint: 'Convert the data with Float32Array.from(data), and give the shape as an array of numbers.',
    });
  }
  checkShapeOf(shape, data.length);
  const floats = data instanceof Float32Array ? data : Float32Array.from(data);
  checkFinite(floats, shape, data);
  return new Tensor(floats, shape);
}

function fromRows(rows: readonly unknown[]): Tensor {
  if (rows.length === 0) throw empty('no rows');
  const columns = lengthOfRow(rows[0], 0);
  if (columns === 0) throw empty('no columns');
  const data = new Float32Array(rows.length * columns);
  for (let row = 0; row < rows.length; row++) {
    const cells = rows[row];
    const length = lengthOfRow(cells, row);
    if (length !== columns) throw raggedRow('X', row, length, columns);
    writeRow(data, cells as ArrayLike<unknown>, row, columns);
  }
  return new Tensor(data, [rows.length, columns]);
}

function lengthOfRow(row: unknown, index: number): number {
  if (Array.isArray(row) || isNumberVector(row)) return row.length;
  throw new DataTypeError(`Row ${index} of X is ${kindOf(row)}.`, {
    code: 'X_TYPE',
    got: kindOf(row),
    expected: 'an array of numbers',
    hint:
      typeof row === 'number'
        ? 'Pass one array a row: a single column is [[1], [2]], a single row is [[1, 2]].'
        : 'Pass one array of numbers a row.',
  });
}

function writeRow(data: Float32Array, cells: ArrayLike<unknown>, row: number, columns: number): void {
  const start = row * columns;
  for (let column = 0; column < columns; column++) {
    const cell = cells[column];
    if (typeof cell !== 'number') throw notNumeric(cell, row, column);
    data[start + column] = cell;
    // Checked after rounding to float32, which turns 1e39 into infinity.
    if (!Number.isFinite(data[start + column])) throw notFinite('X', cell, `row ${row}, column ${column}`);
  }
}

function checkShapeOf(shape: readonly unknown[], length: number): void {
  const isWhole = shape.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
  const size = isWhole ? (shape as number[]).reduce((product, n) => product * n, 1) : Number.NaN;
  if (isWhole && shape.length >= 2 && size === length) {
    if (length === 0) throw empty(`the shape [${shape.join(', ')}]`);
    return;
  }
  throw new DataValueError(`X has ${length} numbers and the shape [${shape.join(', ')}].`, {
    code: 'X_SHAPE',
    got: `${length} numbers, shape [${shape.join(', ')}]`,
    expected: 'a shape of at least two whole numbers whose product is the number of values',
    hint: 'Give the shape as [rows, columns], or [rows, …] for inputs such as images.',
  });
}

function checkFinite(data: Float32Array, shape: readonly number[], original: ArrayLike<number> = data): void {
  for (let index = 0; index < data.length; index++) {
    if (!Number.isFinite(data[index])) throw notFinite('X', original[index], placeOf(index, shape));
  }
}

function placeOf(index: number, shape: readonly number[]): string {
  const rowSize = shape.slice(1).reduce((product, n) => product * n, 1);
  const row = Math.floor(index / rowSize);
  if (shape.length === 2) return `row ${row}, column ${index % rowSize}`;
  const position: number[] = [];
  let rest = index % rowSize;
  for (const length of shape.slice(1).reverse()) {
    position.unshift(rest % length);
    rest = Math.floor(rest / length);
  }
  return `row ${row}, position [${position.join(', ')}]`;
}

/**
 * Checks that rows have the shape of those that the net was fitted on.
 *
 * @throws DataValueError `X_FEATURES`.
 */
export function checkSameFeatures(
  X: { readonly shape: readonly number[] },
  featureShape: readonly number[],
  name = 'X',
): void {
  const shape = X.shape.slice(1);
  if (shape.length === featureShape.length && shape.every((n, axis) => n === featureShape[axis])) return;
  const isTable = shape.length === 1 && featureShape.length === 1;
  const got = isTable ? `${shape[0]} columns` : `rows of shape [${shape.join(', ')}]`;
  const expected = isTable ? `${featureShape[0]}` : `rows of shape [${featureShape.join(', ')}]`;
  throw new DataValueError(`${name} has ${got}, the net was fitted on ${expected}.`, {
    code: 'X_FEATURES',
    got,
    expected: isTable ? `${expected} columns` : expected,
    hint: isTable
      ? 'Pass the same columns in the same order, or fit again.'
      : 'Pass rows of the same shape, or fit again.',
  });
}

/** @throws DataValueError `LENGTH_MISMATCH` unless there is one target (or weight, or group) a row. */
export function checkSameLength(rows: number, targets: number, name = 'y'): void {
  if (rows === targets || Number.isNaN(targets)) return;
  throw new DataValueError(`X has ${rows} rows, ${name} has ${targets}.`, {
    code: 'LENGTH_MISMATCH',
    got: `${rows} rows of X, ${targets} of ${name}`,
    expected: 'equally many',
    hint: `Pass one entry of ${name} for each row of X.`,
  });
}

/**
 * Labels as a plain array.
 *
 * @throws DataTypeError `Y_TYPE` for anything that is no list of numbers, strings or booleans of one type, `Y_MISSING`;
 * DataValueError `Y_NOT_FINITE`.
 */
export function toLabels(y: unknown): readonly Label[] {
  const list = listOf(y);
  const type = typeof list[0];
  for (let row = 0; row < list.length; row++) {
    const label = list[row];
    if (!isLabel(label) || typeof label !== type) throw badLabel(label, row, type);
    if (typeof label === 'number' && !Number.isFinite(label)) throw notFinite('y', label, `row ${row}`);
  }
  return list as readonly Label[];
}

/**
 * Numeric targets as a tensor: integers of an Int32Array or IntTensor stay integers (class codes), everything else becomes
 * float32 of shape [n] or [n, nOutputs].
 *
 * @throws DataTypeError `Y_TYPE`, `Y_MISSING`; DataValueError `Y_NOT_FINITE`, `Y_RAGGED`.
 */
export function toTargets(y: unknown): Target {
  if (y instanceof IntTensor) return y;
  if (y instanceof Int32Array) return new IntTensor(y);
  if (y instanceof Tensor) {
    for (let i = 0; i < y.data.length; i++) {
      if (!Number.isFinite(y.data[i])) throw notFinite('y', y.data[i], `element ${i}`);
    }
    return y.requiresGrad ? y.detach() : y;
  }
  const list = listOf(y);
  return Array.isArray(list[0]) ? targetRows(list) : targetColumn(list);
}

function targetColumn(list: ArrayLike<unknown>): Tensor {
  const data = new Float32Array(list.length);
  for (let row = 0; row < list.length; row++) writeTarget(data, row, list[row], `row ${row}`);
  return new Tensor(data);
}

function targetRows(rows: ArrayLike<unknown>): Tensor {
  const width = (rows[0] as readonly unknown[]).length;
  const data = new Float32Array(rows.length * width);
  for (let row = 0; row < rows.length; row++) {
    const cells = rows[row];
    if (!Array.isArray(cells)) throw badTarget(cells, `row ${row}`);
    if (cells.length !== width) throw raggedRow('y', row, cells.length, width);
    for (let column = 0; column < width; column++) {
      writeTarget(data, row * width + column, cells[column], `row ${row}, column ${column}`);
    }
  }
  return new Tensor(data, [rows.length, width]);
}

function writeTarget(data: Float32Array, index: number, value: unknown, place: string): void {
  if (typeof value !== 'number') throw badTarget(value, place);
  data[index] = value;
  if (!Number.isFinite(data[index])) throw notFinite('y', value, place);
}

function listOf(y: unknown): ArrayLike<unknown> {
  if (y === undefined || y === null) {
    throw new DataTypeError('y is missing.', {
      code: 'Y_MISSING',
      got: String(y),
      expected: 'one label or number for each row of X',
      hint: 'Pass y as the second argument.',
    });
  }
  if (y instanceof IntTensor || y instanceof Tensor) return y.data;
  if (Array.isArray(y) || isNumberVector(y)) return y;
  if (isArrowVector(y)) return vectorToList(y);
  throw new DataTypeError(`y is ${kindOf(y)}.`, {
    code: 'Y_TYPE',
    got: kindOf(y),
    expected: 'an array or a typed array',
    hint: 'Pass one label or number for each row of X, in an array.',
  });
}

export function isNumberVector(y: unknown): y is NumberVector {
  return (
    ArrayBuffer.isView(y) &&
    !(y instanceof DataView) &&
    !(y instanceof BigInt64Array) &&
    !(y instanceof BigUint64Array)
  );
}

function isLabel(value: unknown): value is Label {
  return typeof value === 'number' || typeof value === 'string' || typeof value === 'boolean';
}

/** A value's kind in messages; never the value itself, which may be personal. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object') return value.constructor?.name ?? 'an object';
  return typeof value === 'undefined' ? 'undefined' : `a ${typeof value}`;
}

/**
 * Weights of rows as a tensor: [nRows], finite, at least 0, not all 0.
 *
 * @throws DataValueError `SAMPLE_WEIGHT`, `LENGTH_MISMATCH`.
 */
export function toSampleWeight(weights: unknown, rows: number): Tensor {
  return new Tensor(Float32Array.from(checkSampleWeight(weights, rows)), [rows]);
}

/** Weights of rows, one each, finite, at least 0, not all 0. @throws DataValueError `SAMPLE_WEIGHT`, `LENGTH_MISMATCH`. */
export function checkSampleWeight(weights: unknown, rows: number): ArrayLike<number> {
  const list = weights instanceof Tensor ? weights.data : weights;
  const isList = Array.isArray(list) || isNumberVector(list);
  const wrong = isList
    ? Array.prototype.findIndex.call(
        list,
        (w: unknown) => typeof w !== 'number' || !(w >= 0 && w < Number.POSITIVE_INFINITY),
      )
    : -1;
  if (isList) checkSameLength(rows, list.length, 'sampleWeight');
  if (isList && wrong === -1 && Array.prototype.some.call(list, (w: number) => w > 0)) {
    return list as ArrayLike<number>;
  }
  const value = isList && wrong !== -1 ? (list as ArrayLike<unknown>)[wrong] : null;
  const found = typeof value === 'number' ? String(value) : kindOf(value);
  const got = !isList ? kindOf(weights) : wrong === -1 ? 'only zeros' : `${found} in row ${wrong}`;
  throw new DataValueError(`sampleWeight holds ${got}.`, {
    code: 'SAMPLE_WEIGHT',
    got,
    expected: 'one finite number for each row, at least 0, some above 0',
    hint: 'Pass a list of numbers: 1 for a row that counts once.',
  });
}

function notNumeric(cell: unknown, row: number, column: number): DataTypeError {
  const details: LearnErrorDetails = {
    code: 'X_NOT_NUMERIC',
    got: `${kindOf(cell)} in row ${row}, column ${column}`,
    expected: 'numbers only',
    hint:
      typeof cell === 'string'
        ? 'Convert text to numbers, or encode categories as columns of 0 and 1.'
        : 'Fill or drop missing values, and convert all others to numbers.',
  };
  return new DataTypeError(`X holds ${details.got}.`, details);
}

function notFinite(name: 'X' | 'y', value: unknown, place: string): DataValueError {
  const got = Number.isFinite(value) ? 'a number beyond the range of float32' : String(value);
  return new DataValueError(`${name} holds ${got} in ${place}.`, {
    code: name === 'X' ? 'X_NOT_FINITE' : 'Y_NOT_FINITE',
    got: `${got} in ${place}`,
    expected: 'finite numbers',
    hint: 'Fill the missing values, or drop those rows.',
  });
}

function raggedRow(name: 'X' | 'y', row: number, length: number, expected: number): DataValueError {
  return new DataValueError(`Row ${row} of ${name} has ${length} columns, row 0 has ${expected}.`, {
    code: name === 'X' ? 'X_RAGGED' : 'Y_RAGGED',
    got: `${length} columns in row ${row}`,
    expected: `${expected} columns in every row`,
    hint: 'Give every row the same number of columns.',
  });
}

function empty(got: string): DataValueError {
  return new DataValueError(`X is empty: ${got}.`, {
    code: 'X_EMPTY',
    got,
    expected: 'at least one row and one column',
    hint: 'Pass at least one row.',
  });
}

function badLabel(label: unknown, row: number, type: string): DataTypeError {
  const first = isLabel(label) && row > 0 ? ` while row 0 is a ${type}` : '';
  return new DataTypeError(`Row ${row} of y is ${kindOf(label)}${first}.`, {
    code: 'Y_TYPE',
    got: `${kindOf(label)} in row ${row}`,
    expected: 'labels that are all numbers, all strings or all booleans',
    hint: 'Give every row one label of the same type.',
  });
}

function badTarget(value: unknown, place: string): DataTypeError {
  return new DataTypeError(`y holds ${kindOf(value)} in ${place}.`, {
    code: 'Y_TYPE',
    got: `${kindOf(value)} in ${place}`,
    expected: 'numbers, or rows of numbers',
    hint: 'Pass numbers as targets; for labels use NeuralNetClassifier, which encodes them.',
  });
}
