// Repeating elements along axes, and its transpose: summing them back.

import { planBroadcast, type Shape, sizeOf } from '../shape.js';

/** The data repeated to `to`; the array itself when there is nothing to repeat. */
export function expandTo(data: Float32Array, from: Shape, to: Shape): Float32Array {
  const size = sizeOf(to);
  if (data.length === size) return data;
  const out = new Float32Array(size);
  const { blocks, inner, leftOffsets, leftStep } = planBroadcast(from, to, to);
  let o = 0;
  for (let block = 0; block < blocks; block++) {
    let i = leftOffsets[block];
    for (const end = o + inner; o < end; o++, i += leftStep) out[o] = data[i];
  }
  return out;
}

/** Sums over the axes that were repeated, in double precision; the array itself when none was. */
export function sumTo(data: Float32Array, from: Shape, to: Shape): Float32Array {
  if (data.length === sizeOf(to)) return data;
  const sums = sumToDouble(data, from, to);
  const out = new Float32Array(sums.length);
  for (let i = 0; i < out.length; i++) out[i] = sums[i];
  return out;
}

/** The same before rounding to float32. */
export function sumToDouble(data: Float32Array, from: Shape, to: Shape): Float64Array {
  const sums = new Float64Array(sizeOf(to));
  const { blocks, inner, leftOffsets, leftStep } = planBroadcast(to, from, from);
  let o = 0;
  for (let block = 0; block < blocks; block++) {
    let i = leftOffsets[block];
    if (leftStep === 0) {
      let sum = sums[i];
      for (const end = o + inner; o < end; o++) sum += data[o];
      sums[i] = sum;
    } else {
      for (const end = o + inner; o < end; o++, i++) sums[i] += data[o];
    }
  }
  return sums;
}
