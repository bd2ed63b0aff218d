// The generator that modules draw their initial weights from when they are given none, as in PyTorch.

import { Generator } from '@tacit/tensor';

let current = new Generator(0);

/**
 * Restarts the default generator. Estimators do this before they build a module, which is what makes a fit repeatable.
 * Without a call the seed is 0: a program that never asks for randomness gives the same result at every run.
 *
 * @returns the generator, shared by all modules built without an option `generator`.
 * @throws ArgumentError `SEED_INVALID` of @tacit/tensor.
 */
export function manualSeed(seed: number): Generator {
  current = new Generator(seed);
  return current;
}

/** The generator that modules use unless they are given one. */
export function defaultGenerator(): Generator {
  return current;
}
