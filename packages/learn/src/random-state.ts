// Random numbers from a seed that may be left out.

import { Generator } from '@tacit/tensor';

/** The numbers that follow from a seed; from null, others at each call. */
export function generatorFrom(randomState: number | null): Generator {
  return new Generator(randomState ?? Math.floor(Math.random() * 2 ** 32));
}
