// What a client does to raw rows before quantizing them: the fitted steps of a pipeline before the net, as plain data, whose
// types and formulas are learn's. Numbers are float64, the formulas are given to the operation, and logarithms are not the
// engine's own, so that training and client agree to the bit.

import type {
  Category,
  ClientStep,
  FunctionName,
  OneHotEncoderStep,
  OrdinalEncoderStep,
  PCAStep,
  SimpleImputerStep,
} from '@tacit/learn';
import { elementary } from '@tacit/tensor';
import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';
import type { ClassLabel } from './client-spec.js';

export type { Category, ClientStep } from '@tacit/learn';

/** One value of a raw row; null, undefined and NaN are missing. */
export type Cell = ClassLabel | null | undefined;

const functions = {
  identity: (x: number) => x,
  log: elementary.log,
  log1p: elementary.log1p,
  exp: elementary.exp,
  expm1: elementary.expm1,
  sqrt: Math.sqrt,
  square: (x: number) => x * x,
  abs: Math.abs,
} satisfies Record<FunctionName, (x: number) => number>;

const numbers = z.array(z.number());
const natural = z.int().check(z.nonnegative());
const label = z.union([z.string(), z.number(), z.boolean()]);
const categories = z.array(z.array(z.nullable(label)));
const functionNames = Object.keys(functions) as (keyof typeof functions)[];

/** Checks a step that came in a `client.json`. */
export const clientStepSchema: z.ZodMiniType<ClientStep> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('standardScaler'),
      mean: z.nullable(numbers),
      scale: z.nullable(numbers),
    }),
    z.object({
      kind: z.literal('minMaxScaler'),
      scale: numbers,
      min: numbers,
      clip: z.nullable(z.tuple([z.number(), z.number()])),
    }),
    z.object({
      kind: z.literal('robustScaler'),
      center: z.nullable(numbers),
      scale: z.nullable(numbers),
    }),
    z.object({
      kind: z.literal('simpleImputer'),
      fill: z.array(label),
      indicators: z.array(natural),
      missingValue: z.nullable(label),
    }),
    z.object({
      kind: z.literal('ordinalEncoder'),
      categories,
      handleUnknown: z.enum(['error', 'useEncodedValue']),
      unknownValue: z.nullable(z.number()),
      encodedMissingValue: z.nullable(z.number()),
    }),
    z.object({
      kind: z.literal('oneHotEncoder'),
      categories,
      drop: z.array(z.nullable(natural)),
      handleUnknown: z.enum(['error', 'ignore']),
    }),
    z.object({
      kind: z.literal('pca'),
      mean: numbers,
      components: z.array(numbers),
      scale: z.nullable(numbers),
    }),
    z.object({ kind: z.literal('function'), name: z.enum(functionNames) }),
    z.object({
      kind: z.literal('columnTransformer'),
      blocks: z.array(z.object({ name: z.string(), columns: z.array(natural), step: clientStepSchema })),
    }),
    z.object({ kind: z.literal('pipeline'), steps: z.array(clientStepSchema) }),
  ]),
);

/**
 * What the steps make of raw rows: [nRows][nFeatures], still with missing values where the steps leave them.
 *
 * @param rows - [nRows, nColumns] raw values.
 * @throws CircuitError `INPUT_INVALID` for rows that are none or hold what a step refuses; `FEATURE_COUNT`. A message
 *   names row and column, never the value.
 */
export function applySteps(
  steps: readonly ClientStep[],
  rows: ArrayLike<ArrayLike<Cell>>,
): ArrayLike<ArrayLike<Cell>> {
  if (steps.length === 0) return rows;
  return Array.from(rows, (row, index) => {
    if (typeof row !== 'object' || row === null || !('length' in row)) {
      throw new CircuitError('INPUT_INVALID', `Row ${index} is no array of values.`, {
        expected: 'an array of values',
        hint: 'Pass an array of rows, for a single sample [[…]].',
      });
    }
    return steps.reduce<readonly Cell[]>((values, step) => applyStep(step, values, index), Array.from(row));
  });
}

function applyStep(step: ClientStep, values: readonly Cell[], row: number): readonly Cell[] {
  switch (step.kind) {
    case 'standardScaler':
      return shiftAndScale(values, step.mean, step.scale, step.kind, row);
    case 'robustScaler':
      return shiftAndScale(values, step.center, step.scale, step.kind, row);
    case 'minMaxScaler':
      return eachNumber(values, step.scale.length, step.kind, row, (x, i) => {
        const y = x * step.scale[i]! + step.min[i]!;
        return step.clip === null ? y : Math.min(step.clip[1], Math.max(step.clip[0], y));
      });
    case 'function':
      return eachNumber(values, values.length, step.kind, row, functions[step.name]);
    case 'simpleImputer':
      return impute(step, values, row);
    case 'ordinalEncoder':
      return encodeOrdinal(step, values, row);
    case 'oneHotEncoder':
      return encodeOneHot(step, values, row);
    case 'pca':
      return project(step, values, row);
    case 'columnTransformer':
      return step.blocks.flatMap(({ columns, step: inner }) => {
        checkWidth(values, Math.max(0, ...columns) + 1, row, 'at least');
        return applyStep(
          inner,
          columns.map((column) => values[column]),
          row,
        );
      });
    case 'pipeline':
      return step.steps.reduce((before, inner) => applyStep(inner, before, row), values);
  }
}

function shiftAndScale(
  values: readonly Cell[],
  shift: readonly number[] | null,
  scale: readonly number[] | null,
  kind: string,
  row: number,
): readonly Cell[] {
  const width = shift?.length ?? scale?.length ?? values.length;
  return eachNumber(values, width, kind, row, (x, i) => {
    const shifted = shift === null ? x : x - shift[i]!;
    return scale === null ? shifted : shifted / scale[i]!;
  });
}

/** A function of every number; missing values stay missing. */
function eachNumber(
  values: readonly Cell[],
  width: number,
  kind: string,
  row: number,
  apply: (x: number, column: number) => number,
): readonly Cell[] {
  checkWidth(values, width, row);
  return values.map((value, column) => {
    if (isMissing(value)) return Number.NaN;
    if (typeof value === 'number') return apply(value, column);
    throw invalid(row, column, `a ${typeof value}, and ${kind} takes numbers`);
  });
}

function impute(
  { fill, indicators, missingValue }: SimpleImputerStep,
  values: readonly Cell[],
  row: number,
): readonly Cell[] {
  checkWidth(values, fill.length, row);
  const missing = values.map(
    (value) => isMissing(value) || (missingValue !== null && value === missingValue),
  );
  return [
    ...values.map((value, column) => (missing[column] ? fill[column] : value)),
    ...indicators.map((column) => Number(missing[column])),
  ];
}

function encodeOrdinal(step: OrdinalEncoderStep, values: readonly Cell[], row: number): readonly Cell[] {
  checkWidth(values, step.categories.length, row);
  return values.map((value, column) => {
    const position = positionOf(value, step.categories[column]!);
    if (position >= 0) return isMissing(value) ? (step.encodedMissingValue ?? Number.NaN) : position;
    if (step.handleUnknown === 'error') throw unknownCategory(row, column);
    return step.unknownValue ?? Number.NaN;
  });
}

function encodeOneHot(step: OneHotEncoderStep, values: readonly Cell[], row: number): readonly Cell[] {
  checkWidth(values, step.categories.length, row);
  return values.flatMap((value, column) => {
    const known = step.categories[column]!;
    const position = positionOf(value, known);
    if (position < 0 && step.handleUnknown === 'error') throw unknownCategory(row, column);
    const dropped = step.drop[column] ?? null;
    return known.flatMap((_, i) => (i === dropped ? [] : [Number(i === position)]));
  });
}

function project(
  { mean, components, scale }: PCAStep,
  values: readonly Cell[],
  row: number,
): readonly Cell[] {
  const centered = eachNumber(values, mean.length, 'pca', row, (x, i) => x - mean[i]!) as readonly number[];
  return components.map((component, k) => {
    const sum = centered.reduce((total, x, i) => total + x * component[i]!, 0);
    return scale === null ? sum : sum / scale[k]!;
  });
}

function positionOf(value: Cell, known: readonly Category[]): number {
  return isMissing(value) ? known.indexOf(null) : known.indexOf(value!);
}

function isMissing(value: Cell): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

function checkWidth(values: readonly Cell[], width: number, row: number, bound = ''): void {
  if (values.length === width || (bound !== '' && values.length >= width)) return;
  throw new CircuitError('FEATURE_COUNT', `Row ${row} has ${values.length} columns, not ${bound} ${width}.`, {
    got: values.length,
    expected: width,
    hint: 'Pass the columns of the training data in their order.',
  });
}

function unknownCategory(row: number, column: number): CircuitError {
  return invalid(row, column, 'a category that training did not have');
}

// Tells the kind and never the value: features are what encryption hides.
function invalid(row: number, column: number, got: string): CircuitError {
  return new CircuitError('INPUT_INVALID', `Row ${row}, column ${column} (counted from 0) holds ${got}.`, {
    got,
    hint: 'Pass values of the kind that the pipeline was fitted on.',
  });
}
