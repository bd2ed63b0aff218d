// Integer tensors: class labels, row indices, results of argmax. They carry no gradient and take no part in arithmetic,
// which is why they are a class of their own: a function that takes a Tensor need not ask what its data is.

import { formatShape, invalidArgument, ShapeError, shapeMismatch } from './errors.js';
import { type NestedNumbers, unflatten } from './nested.js';
import { checkShape, type Shape, sizeOf } from './shape.js';

/** Integers of 32 bits with a shape. */
export class IntTensor {
  readonly dtype = 'int32';
  readonly data: Int32Array;
  readonly shape: Shape;
  readonly size: number;

  /**
   * @param data - row-major, stored and not copied.
   * @throws ShapeError `SHAPE_INVALID` when the shape does not hold exactly the data.
   */
  constructor(data: Int32Array, shape: Shape = [data.length]) {
    checkShape(shape);
    this.data = data;
    this.shape = shape;
    this.size = sizeOf(shape);
    if (this.size !== data.length) throw wrongLength(data.length, shape);
  }

  /** The only element. @throws ShapeError when there are more or none. */
  item(): number {
    if (this.size !== 1) throw shapeMismatch('item', this.shape, [], 'item() needs exactly one element.');
    return this.data[0];
  }

  /** Nested arrays of numbers; a plain number for a scalar. */
  toArray(): NestedNumbers {
    return unflatten(this.data, this.shape);
  }

  clone(): IntTensor {
    return new IntTensor(this.data.slice(), this.shape);
  }

  /** The same integers under another shape; the data is shared. One length may be −1: it follows from the size. */
  reshape(shape: Shape): IntTensor {
    return new IntTensor(this.data, inferShape(this.shape, shape));
  }
}

/** The error of data whose length is not the size of its shape. */
export function wrongLength(length: number, shape: Shape): ShapeError {
  return new ShapeError(`${length} elements do not fill the shape ${formatShape(shape)}.`, {
    code: 'SHAPE_INVALID',
    got: `${length} elements`,
    expected: `${sizeOf(shape)} elements`,
    hint: `The shape ${formatShape(shape)} holds ${sizeOf(shape)} elements.`,
  });
}

/** Replaces a −1 in `wanted` by the length that keeps the size of `shape`. */
export function inferShape(shape: Shape, wanted: Shape): Shape {
  const size = sizeOf(shape);
  const unknown = wanted.indexOf(-1);
  if (unknown === -1) {
    checkShape(wanted);
    if (sizeOf(wanted) !== size) throw shapeMismatch('reshape', shape, wanted, 'The sizes must be equal.');
    return wanted;
  }
  if (wanted.lastIndexOf(-1) !== unknown) {
    throw invalidArgument('reshape: shape', formatShape(wanted), 'at most one −1');
  }
  const known = wanted.filter((length) => length !== -1);
  checkShape(known);
  const rest = sizeOf(known);
  if (rest === 0 || size % rest !== 0) {
    throw shapeMismatch('reshape', shape, wanted, 'The known lengths must divide the size.');
  }
  return wanted.map((length) => (length === -1 ? size / rest : length));
}
