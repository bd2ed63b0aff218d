// Nested arrays of numbers to and from flat data with a shape.

import { DtypeError, formatShape, ShapeError } from './errors.js';
import type { Shape } from './shape.js';

/** A number, or arrays of numbers nested to any depth, all of the same lengths. */
export type NestedNumbers = number | readonly NestedNumbers[];

/** Lengths along the first element of each level. */
export function shapeOfNested(values: NestedNumbers): number[] {
  const shape: number[] = [];
  let level = values;
  while (Array.isArray(level)) {
    shape.push(level.length);
    if (level.length === 0) break;
    level = level[0];
  }
  return shape;
}

/**
 * Writes nested numbers into `target` in row-major order.
 *
 * @throws ShapeError `SHAPE_RAGGED`; DtypeError for anything that is no number.
 */
export function flattenInto(target: Float32Array | Float64Array, values: NestedNumbers, shape: Shape): void {
  let position = 0;
  const visit = (level: NestedNumbers, axis: number): void => {
    if (axis === shape.length) {
      if (Array.isArray(level)) throw ragged(shape, axis, `an array of ${level.length}`);
      if (typeof level !== 'number') throw notANumber(level);
      target[position++] = level;
      return;
    }
    if (!Array.isArray(level)) throw ragged(shape, axis, 'a number');
    if (level.length !== shape[axis]) throw ragged(shape, axis, `an array of ${level.length}`);
    for (const element of level) visit(element, axis + 1);
  };
  visit(values, 0);
}

/** The data as nested arrays; a plain number for a scalar. */
export function unflatten(data: Float32Array | Int32Array, shape: Shape): NestedNumbers {
  let position = 0;
  const build = (axis: number): NestedNumbers =>
    axis === shape.length ? data[position++] : Array.from({ length: shape[axis] }, () => build(axis + 1));
  return build(0);
}

function ragged(shape: Shape, axis: number, got: string): ShapeError {
  const expected = axis === shape.length ? 'a number' : `an array of ${shape[axis]}`;
  return new ShapeError(`Ragged rows: at depth ${axis} there is ${got}, the first had ${expected}.`, {
    code: 'SHAPE_RAGGED',
    got,
    expected: `${expected}, for the shape ${formatShape(shape)}`,
    hint: 'Give every row the same length.',
  });
}

function notANumber(value: unknown): DtypeError {
  const got = value === null ? 'null' : typeof value;
  return new DtypeError(`An element is ${got}, expected a number.`, {
    code: 'DTYPE_MISMATCH',
    got,
    expected: 'numbers',
    hint: 'Convert the values to numbers first.',
  });
}
