// The condition that piecewise activations choose by.

import { IntTensor, type Tensor } from '@tacit/tensor';

/** 1 where x is above the threshold or NaN, so that NaN is chosen and stays; 0 elsewhere. */
export function isAbove(x: Tensor, threshold: number): IntTensor {
  const mask = new Int32Array(x.size);
  for (let i = 0; i < mask.length; i++) mask[i] = x.data[i] <= threshold ? 0 : 1;
  return new IntTensor(mask, x.shape);
}
