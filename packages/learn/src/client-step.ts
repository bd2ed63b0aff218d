// What a fitted transformer is, as plain data: enough for a client that knows nothing of this package to do the same to a raw
// row before it encrypts it. Numbers are float64, and the formulas are given to the operation, so that both sides agree to the bit.

import type { Label } from './validate-input.js';

/** A category, or null for a missing value. */
export type Category = Label | null;

/** (x − mean) / scale, column by column; a null leaves its operation out. */
export interface StandardScalerStep {
  readonly kind: 'standardScaler';
  readonly mean: readonly number[] | null;
  readonly scale: readonly number[] | null;
}

/** x · scale + min, column by column, then cut to `clip` where it is not null. */
export interface MinMaxScalerStep {
  readonly kind: 'minMaxScaler';
  readonly scale: readonly number[];
  readonly min: readonly number[];
  readonly clip: readonly [low: number, high: number] | null;
}

/** (x − center) / scale, column by column; a null leaves its operation out. */
export interface RobustScalerStep {
  readonly kind: 'robustScaler';
  readonly center: readonly number[] | null;
  readonly scale: readonly number[] | null;
}

/**
 * A missing value of input column i becomes `fill[i]`. After the columns, in their order, one column of 0 and 1 for each entry of
 * `indicators`: whether that input column was missing. Missing is NaN, null, undefined, and a value equal to `missingValue`.
 */
export interface SimpleImputerStep {
  readonly kind: 'simpleImputer';
  readonly fill: readonly Label[];
  readonly indicators: readonly number[];
  readonly missingValue: Category;
}

/**
 * The position of the value in `categories[i]` of its column. A value that is not there is refused, or becomes `unknownValue` where
 * `handleUnknown` says so. A missing value in a column with the category null becomes `encodedMissingValue`. Either value may be
 * null, which stands for a missing number (NaN).
 */
export interface OrdinalEncoderStep {
  readonly kind: 'ordinalEncoder';
  readonly categories: readonly (readonly Category[])[];
  readonly handleUnknown: 'error' | 'useEncodedValue';
  readonly unknownValue: number | null;
  readonly encodedMissingValue: number | null;
}

/**
 * Input column i becomes one column a category of `categories[i]`, 1 where the value is it and 0 else, without the category at
 * position `drop[i]` (null: none is dropped). A value that is not there is refused, or gives zeros where `handleUnknown` is 'ignore'.
 */
export interface OneHotEncoderStep {
  readonly kind: 'oneHotEncoder';
  readonly categories: readonly (readonly Category[])[];
  readonly drop: readonly (number | null)[];
  readonly handleUnknown: 'error' | 'ignore';
}

/** Σᵢ (xᵢ − meanᵢ) · components[k][i] for each k, divided by `scale[k]` where it is not null. */
export interface PCAStep {
  readonly kind: 'pca';
  readonly mean: readonly number[];
  /** [nComponents][nFeatures] */
  readonly components: readonly (readonly number[])[];
  readonly scale: readonly number[] | null;
}

/** A function of each number on its own; `log1p` of x is ln(1 + x). */
export interface FunctionStep {
  readonly kind: 'function';
  readonly name: FunctionName;
}

/** Functions that a client knows by their names. */
export type FunctionName = 'identity' | 'log' | 'log1p' | 'exp' | 'expm1' | 'sqrt' | 'square' | 'abs';

/** Blocks side by side, each made from some input columns, which may serve several blocks or none. */
export interface ColumnTransformerStep {
  readonly kind: 'columnTransformer';
  readonly blocks: readonly {
    readonly name: string;
    /** Positions of the input columns. */
    readonly columns: readonly number[];
    /** What is done to them; 'identity' where they pass as they are. */
    readonly step: ClientStep;
  }[];
}

/** One step after the other; none leaves the rows as they are. */
export interface PipelineStep {
  readonly kind: 'pipeline';
  readonly steps: readonly ClientStep[];
}

/** What a client does to a row of raw values before encrypting it. */
export type ClientStep =
  | StandardScalerStep
  | MinMaxScalerStep
  | RobustScalerStep
  | SimpleImputerStep
  | OrdinalEncoderStep
  | OneHotEncoderStep
  | PCAStep
  | FunctionStep
  | ColumnTransformerStep
  | PipelineStep;

/** A step for the client of an encrypted circuit, or why there is none. */
export type ClientStepResult =
  | { readonly step: ClientStep; readonly reason: null }
  | { readonly step: null; readonly reason: string };
