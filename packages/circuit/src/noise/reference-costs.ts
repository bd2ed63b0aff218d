// Times of one machine, for circuits whose compiler was given no times of the machine that will evaluate them: better than
// counted operations, since these say too little of small polynomials. Made by `measureCosts` of the package `tacit`.

import type { CostTable } from './cost-table.js';

/** Two cores of an EPYC server with AVX2. */
export const referenceCosts: CostTable = {
  format: 'tacit.costs',
  version: 1,
  machine: '2 cores of an AMD EPYC server',
  threads: 2,
  blindRotation: [
    { glweDimension: 3, polynomialSize: 256, level: 1, seconds: 1.155e-6 },
    { glweDimension: 4, polynomialSize: 256, level: 1, seconds: 2.04e-6 },
    { glweDimension: 5, polynomialSize: 256, level: 1, seconds: 2.658e-6 },
    { glweDimension: 6, polynomialSize: 256, level: 1, seconds: 3.275e-6 },
    { glweDimension: 7, polynomialSize: 256, level: 1, seconds: 4.556e-6 },
    { glweDimension: 8, polynomialSize: 256, level: 1, seconds: 4.815e-6 },
    { glweDimension: 5, polynomialSize: 256, level: 2, seconds: 4.855e-6 },
    { glweDimension: 6, polynomialSize: 256, level: 2, seconds: 6.179e-6 },
    { glweDimension: 2, polynomialSize: 512, level: 1, seconds: 2.029e-6 },
    { glweDimension: 3, polynomialSize: 512, level: 1, seconds: 2.913e-6 },
    { glweDimension: 4, polynomialSize: 512, level: 1, seconds: 3.805e-6 },
    { glweDimension: 3, polynomialSize: 512, level: 2, seconds: 5.064e-6 },
    { glweDimension: 4, polynomialSize: 512, level: 2, seconds: 7.113e-6 },
    { glweDimension: 1, polynomialSize: 1024, level: 1, seconds: 2.529e-6 },
    { glweDimension: 2, polynomialSize: 1024, level: 1, seconds: 4.088e-6 },
    { glweDimension: 1, polynomialSize: 1024, level: 2, seconds: 4.558e-6 },
    { glweDimension: 2, polynomialSize: 1024, level: 2, seconds: 7.705e-6 },
    { glweDimension: 3, polynomialSize: 1024, level: 1, seconds: 6.314e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 1, seconds: 5.684e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 2, seconds: 9.697e-6 },
    { glweDimension: 1, polynomialSize: 2048, level: 3, seconds: 1.314e-5 },
    { glweDimension: 1, polynomialSize: 4096, level: 1, seconds: 1.177e-5 },
    { glweDimension: 1, polynomialSize: 4096, level: 2, seconds: 1.959e-5 },
    { glweDimension: 1, polynomialSize: 8192, level: 1, seconds: 2.408e-5 },
    { glweDimension: 1, polynomialSize: 8192, level: 2, seconds: 4.048e-5 },
    { glweDimension: 1, polynomialSize: 16384, level: 1, seconds: 4.647e-5 },
    { glweDimension: 1, polynomialSize: 16384, level: 2, seconds: 7.877e-5 },
  ],
  keySwitch: 2.0e-10,
  multisum: 1.4e-10,
  expansion: 3.0e-8,
};
