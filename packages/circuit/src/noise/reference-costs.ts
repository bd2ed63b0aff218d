// Times of one machine, for circuits whose compiler was given no times of the machine that will evaluate them: better than
// counted operations, since these say too little of small polynomials. Made by `measureCosts` of the package `tacit`.

import type { CostTable } from './cost-table.js';

/** Two cores of an AMD EPYC server with AVX-512, best of three rounds. */
export const referenceCosts: CostTable = {
  format: 'tacit.costs',
  version: 1,
  machine: '2 cores of an AMD EPYC server with AVX-512',
  threads: 2,
  blindRotation: [
    { glweDimension: 3, polynomialSize: 256, level: 1, seconds: 7.3e-7 },
    { glweDimension: 4, polynomialSize: 256, level: 1, seconds: 1.001e-6 },
    { glweDimension: 5, polynomialSize: 256, level: 1, seconds: 1.329e-6 },
    { glweDimension: 6, polynomialSize: 256, level: 1, seconds: 1.747e-6 },
    { glweDimension: 7, polynomialSize: 256, level: 1, seconds: 2.133e-6 },
    { glweDimension: 8, polynomialSize: 256, level: 1, seconds: 2.645e-6 },
    { glweDimension: 4, polynomialSize: 256, level: 2, seconds: 1.812e-6 },
    { glweDimension: 6, polynomialSize: 256, level: 2, seconds: 3.263e-6 },
    { glweDimension: 8, polynomialSize: 256, level: 2, seconds: 4.973e-6 },
    { glweDimension: 2, polynomialSize: 512, level: 1, seconds: 1.006e-6 },
    { glweDimension: 3, polynomialSize: 512, level: 1, seconds: 1.49e-6 },
    { glweDimension: 4, polynomialSize: 512, level: 1, seconds: 2.142e-6 },
    { glweDimension: 3, polynomialSize: 512, level: 2, seconds: 2.541e-6 },
    { glweDimension: 4, polynomialSize: 512, level: 2, seconds: 3.61e-6 },
    { glweDimension: 1, polynomialSize: 1024, level: 1, seconds: 1.289e-6 },
    { glweDimension: 2, polynomialSize: 1024, level: 1, seconds: 2.16e-6 },
    { glweDimension: 1, polynomialSize: 1024, level: 2, seconds: 2.003e-6 },
    { glweDimension: 2, polynomialSize: 1024, level: 2, seconds: 3.588e-6 },
    { glweDimension: 2, polynomialSize: 1024, level: 3, seconds: 4.753e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 1, seconds: 2.666e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 2, seconds: 4.243e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 3, seconds: 5.927e-6 },
    { glweDimension: 1, polynomialSize: 4096, level: 1, seconds: 6.002e-6 },
    { glweDimension: 1, polynomialSize: 4096, level: 2, seconds: 8.965e-6 },
    { glweDimension: 1, polynomialSize: 8192, level: 1, seconds: 1.254e-5 },
    { glweDimension: 1, polynomialSize: 8192, level: 2, seconds: 2.019e-5 },
    { glweDimension: 1, polynomialSize: 16384, level: 1, seconds: 3.039e-5 },
    { glweDimension: 1, polynomialSize: 16384, level: 2, seconds: 4.562e-5 },
  ],
  keySwitch: 7.58e-11,
  multisum: 7.47e-11,
  expansion: 9.94e-10,
};
