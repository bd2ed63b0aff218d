// What a client would make of the steps that transformers describe: an independent reading of their documented formulas, for one row
// at a time, to show that the plain data is enough.

import type { ClientStep, FunctionName } from '@tacit/learn';

type Cell = number | string | boolean | null | undefined;

const functions: Readonly<Record<FunctionName, (x: number) => number>> = {
  identity: (x) => x,
  log: Math.log,
  log1p: Math.log1p,
  exp: Math.exp,
  expm1: Math.expm1,
  sqrt: Math.sqrt,
  square: (x) => x * x,
  abs: Math.abs,
};

const isMissing = (cell: Cell) => cell === null || cell === undefined || Number.isNaN(cell);
const numberOf = (cell: Cell) => (isMissing(cell) ? Number.NaN : Number(cell));
const plain = (cell: Cell) => (isMissing(cell) ? null : cell!);

function position(cell: Cell, categories: readonly unknown[]): number {
  return categories.indexOf(plain(cell));
}

/** The row as the step makes it. */
export function applyStep(step: ClientStep, row: readonly Cell[]): readonly Cell[] {
  switch (step.kind) {
    case 'standardScaler':
      return row.map((x, i) => (numberOf(x) - (step.mean?.[i] ?? 0)) / (step.scale?.[i] ?? 1));
    case 'robustScaler':
      return row.map((x, i) => (numberOf(x) - (step.center?.[i] ?? 0)) / (step.scale?.[i] ?? 1));
    case 'minMaxScaler':
      return row.map((x, i) => {
        const scaled = numberOf(x) * step.scale[i]! + step.min[i]!;
        return step.clip === null ? scaled : Math.min(Math.max(scaled, step.clip[0]), step.clip[1]);
      });
    case 'simpleImputer': {
      const isGap = (x: Cell) => isMissing(x) || x === step.missingValue;
      const flags = step.indicators.map((i) => (isGap(row[i]) ? 1 : 0));
      return [...row.map((x, i) => (isGap(x) ? step.fill[i] : x)), ...flags];
    }
    case 'ordinalEncoder':
      return row.map((x, i) => {
        const code = position(x, step.categories[i]!);
        if (code === -1 && step.handleUnknown === 'error') throw new RangeError('unknown');
        if (code === -1) return step.unknownValue ?? Number.NaN;
        return isMissing(x) ? (step.encodedMissingValue ?? Number.NaN) : code;
      });
    case 'oneHotEncoder':
      return row.flatMap((x, i) => {
        const code = position(x, step.categories[i]!);
        if (code === -1 && step.handleUnknown === 'error') throw new RangeError('unknown');
        const bits = step.categories[i]!.map((_, k) => (k === code ? 1 : 0));
        return bits.filter((_, k) => k !== step.drop[i]);
      });
    case 'pca':
      return step.components.map((component, k) => {
        const sum = component.reduce((total, c, i) => total + (numberOf(row[i]) - step.mean[i]!) * c, 0);
        return sum / (step.scale?.[k] ?? 1);
      });
    case 'function':
      return step.name === 'identity' ? row : row.map((x) => functions[step.name](numberOf(x)));
    case 'columnTransformer':
      return step.blocks.flatMap((block) =>
        applyStep(
          block.step,
          block.columns.map((column) => row[column]),
        ),
      );
    case 'pipeline':
      return step.steps.reduce((cells, next) => applyStep(next, cells), row);
  }
}
