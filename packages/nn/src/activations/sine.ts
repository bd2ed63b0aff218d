// The sine: what an encrypted table computes best, since a table of TFHE repeats itself with its sign turned after half a
// turn, and so does a sine.

import { sin, type Tensor } from '@tacit/tensor';
import { Module } from '../module.js';

/** sin(x): x is a phase. Encrypted it has no range to leave, and bears about ten times the noise of a ReLU. */
export class Sine extends Module {
  /** What x may be shifted by without a change. */
  static readonly period = 2 * Math.PI;

  forward(x: Tensor): Tensor {
    return sin(x);
  }
}
