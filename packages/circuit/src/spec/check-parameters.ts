// What parameters of foreign origin must be before anyone makes a key for them or allocates by them: in the engine's
// range, and on a security curve. The engine checks the same on its own.

import { CircuitError } from '../errors.js';
import { requireSecure } from '../noise/security.js';
import { type CryptoParameters, largeLweDimension } from './crypto-parameters.js';

/** Inclusive ranges; packages/engine/crates/evaluator/src/parameters.rs has the same. */
const ranges = {
  lweDimension: [450, 1200],
  glweDimension: [1, 8],
  polynomialSize: [256, 16_384],
  pbsBaseLog: [1, 50],
  pbsLevel: [1, 63],
  ksBaseLog: [1, 31],
  ksLevel: [1, 63],
} as const;
const largestDimension = 16_384;
const decomposedBits = 63;

/**
 * Checks a parameter set.
 *
 * @throws CircuitError `SPEC_INVALID` that names the first value out of range, `PARAMETERS_INSECURE` below 128 bits of
 *   security.
 */
export function checkParameters(parameters: CryptoParameters): void {
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const value = parameters[name as keyof typeof ranges];
    requireThat(name, value, Number.isInteger(value) && value >= low && value <= high, `${low} to ${high}`);
  }
  const { polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } = parameters;
  requireThat(
    'polynomialSize',
    polynomialSize,
    Number.isInteger(Math.log2(polynomialSize)),
    'a power of two',
  );
  const dimension = largeLweDimension(parameters);
  requireThat(
    'glweDimension · polynomialSize',
    dimension,
    dimension <= largestDimension,
    `at most ${largestDimension}`,
  );
  for (const [name, bits] of [
    ['pbsBaseLog · pbsLevel', pbsBaseLog * pbsLevel],
    ['ksBaseLog · ksLevel', ksBaseLog * ksLevel],
  ] as const) {
    requireThat(name, bits, bits <= decomposedBits, `at most ${decomposedBits}`);
  }
  for (const name of ['lweNoise', 'glweNoise'] as const) {
    const noise = parameters[name];
    requireThat(name, noise, noise > 0 && noise < 1, 'a number between 0 and 1');
  }
  requireSecure(parameters);
}

function requireThat(name: string, got: unknown, isRight: boolean, expected: string): void {
  if (isRight) return;
  throw new CircuitError('SPEC_INVALID', `${name} of the parameters is ${String(got)}, not ${expected}.`, {
    got,
    expected,
    hint: 'Use the client.json and server.bin that compiling wrote.',
  });
}
