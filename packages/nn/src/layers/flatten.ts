// From images or other grids to rows.

import { reshape, sizeOf, type Tensor } from '@tacit/tensor';
import { Module } from '../module.js';

/** [n, a, b, …] → [n, a·b·…]. */
export class Flatten extends Module {
  forward(x: Tensor): Tensor {
    return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }
}
