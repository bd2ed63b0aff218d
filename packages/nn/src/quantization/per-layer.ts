// Options that are one value for all layers, or one for each.

import { ParameterError } from '../errors.js';

/** A value for each of `count` layers. @throws ParameterError `LAYERS_INVALID` for another number of them. */
export function perLayer<T extends number | null>(name: string, given: T | readonly T[], count: number): T[] {
  if (!Array.isArray(given)) return new Array<T>(count).fill(given as T);
  if (given.length === count) return [...(given as readonly T[])];
  throw new ParameterError(`${name} has ${given.length} entries, expected one number or ${count} of them.`, {
    code: 'LAYERS_INVALID',
    got: given,
    expected: `one number, or ${count} of them, one for each layer`,
    hint: name === 'nWBits' ? 'Every layer has weights.' : 'Every layer but the last has an activation.',
  });
}
