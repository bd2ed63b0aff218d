import { expect, it } from 'vitest';
import { secureNoise } from '../noise/security.js';
import { checkParameters } from './check-parameters.js';
import type { CryptoParameters } from './crypto-parameters.js';

const good: CryptoParameters = {
  lweDimension: 866,
  glweDimension: 1,
  polynomialSize: 2048,
  lweNoise: secureNoise(866),
  glweNoise: secureNoise(2048),
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 3,
  ksLevel: 5,
};

it('accepts sets on the 132-bit and on the 128-bit curve, and nothing below', () => {
  expect(() => checkParameters(good)).not.toThrow();
  const at128 = { ...good, lweNoise: secureNoise(866, 128), glweNoise: secureNoise(2048, 128) };
  expect(() => checkParameters(at128)).not.toThrow();
  for (const name of ['lweNoise', 'glweNoise'] as const) {
    const below = { ...at128, [name]: 0.999 * at128[name] };
    expect(() => checkParameters(below)).toThrow(expect.objectContaining({ code: 'PARAMETERS_INSECURE' }));
  }
});

it.each([
  ['lweDimension', 449],
  ['lweDimension', 1e12],
  ['lweDimension', 500.5],
  ['glweDimension', 0],
  ['glweDimension', 9],
  ['polynomialSize', 128],
  ['polynomialSize', 3000],
  ['polynomialSize', 2 ** 40],
  ['pbsBaseLog', 0],
  ['pbsLevel', 3],
  ['ksLevel', 64],
  ['ksBaseLog', 13],
  ['lweNoise', Number.NaN],
  ['lweNoise', 0],
  ['lweNoise', 1],
  ['glweNoise', Number.POSITIVE_INFINITY],
  ['glweNoise', -1e-9],
] as const)('names %s where it is %f', (name, value) => {
  expect(() => checkParameters({ ...good, [name]: value })).toThrow(
    expect.objectContaining({ code: 'SPEC_INVALID', message: expect.stringContaining(name) }),
  );
});

it('names the dimension of the large key where it is too large', () => {
  expect(() => checkParameters({ ...good, glweDimension: 2, polynomialSize: 16_384 })).toThrow(
    /glweDimension · polynomialSize/,
  );
});
