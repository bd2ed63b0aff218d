// What a randomized search draws values from. All draws come from a seeded generator and from elementary functions of the
// project's own, so a seed gives the same candidates on every engine.

import { elementary, type Generator } from '@tacit/tensor';
import { ParameterError } from '../../errors.js';

/** Something to draw values from: those below, or an object of your own with a `sample`. */
export interface Distribution<T = unknown> {
  /** One value. All randomness has to come from `generator`. */
  sample(generator: Generator): T;
}

/** Whether `value` is a distribution and not a list of values. */
export function isDistribution(value: unknown): value is Distribution {
  return (
    typeof value === 'object' && value !== null && 'sample' in value && typeof value.sample === 'function'
  );
}

/**
 * Numbers from `low` to below `high`, all equally likely. (scipy's `uniform` takes the width in place of `high`.)
 *
 * @throws ParameterError `DISTRIBUTION_INVALID` unless low < high, both finite.
 */
export function uniform(low: number, high: number): Distribution<number> {
  checkRange('uniform', low, high, Number.isFinite);
  return { sample: (generator) => low + (high - low) * generator.uniform() };
}

/**
 * Numbers from `low` to `high` whose logarithm is uniform: for learning rates and other scales.
 *
 * @throws ParameterError `DISTRIBUTION_INVALID` unless 0 < low < high, both finite.
 */
export function logUniform(low: number, high: number): Distribution<number> {
  checkRange('logUniform', low, high, (bound) => Number.isFinite(bound) && bound > 0);
  const [start, end] = [elementary.log(low), elementary.log(high)];
  // Rounding may pass a bound by one unit in the last place.
  const within = (value: number) => Math.min(high, Math.max(low, value));
  return { sample: (generator) => within(elementary.exp(start + (end - start) * generator.uniform())) };
}

/**
 * Whole numbers from `low` to `high` − 1, all equally likely, as scipy's `randint`.
 *
 * @throws ParameterError `DISTRIBUTION_INVALID` unless both are whole, low < high, at most 2³² apart.
 */
export function randint(low: number, high: number): Distribution<number> {
  checkRange('randint', low, high, Number.isSafeInteger);
  if (high - low > 2 ** 32) throw invalid(`randint(${low}, ${high})`, 'bounds at most 2³² apart');
  return { sample: (generator) => low + generator.integer(high - low) };
}

/**
 * One of some values.
 *
 * @param weights - how likely each is, in any unit. Default: all equally.
 * @throws ParameterError `DISTRIBUTION_INVALID` for no values, or weights that are not as many finite numbers ≥ 0 with a positive sum.
 */
export function choice<T>(values: readonly T[], weights?: readonly number[]): Distribution<T> {
  if (values.length === 0) throw invalid('choice([])', 'at least one value');
  if (weights === undefined) return { sample: (generator) => values[generator.integer(values.length)]! };
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const isValid = weights.length === values.length && weights.every((weight) => weight >= 0);
  if (!isValid || !(total > 0 && Number.isFinite(total))) {
    throw invalid(
      `choice with the weights ${weights.join(', ')}`,
      'one finite weight ≥ 0 a value, not all 0',
    );
  }
  return { sample: (generator) => values[weightedIndex(weights, generator.uniform() * total)]! };
}

/**
 * Normally distributed numbers.
 *
 * @throws ParameterError `DISTRIBUTION_INVALID` unless both are finite and `standardDeviation` is above 0.
 */
export function normal(mean = 0, standardDeviation = 1): Distribution<number> {
  if (!Number.isFinite(mean) || !Number.isFinite(standardDeviation) || standardDeviation <= 0) {
    throw invalid(`normal(${mean}, ${standardDeviation})`, 'a finite mean and a standard deviation above 0');
  }
  return { sample: (generator) => mean + standardDeviation * generator.normal() };
}

function weightedIndex(weights: readonly number[], position: number): number {
  let last = 0;
  let sum = 0;
  for (const [index, weight] of weights.entries()) {
    if (weight === 0) continue;
    last = index;
    sum += weight;
    if (position < sum) return index;
  }
  // Sums rounded in another order may leave a position of the last unit over.
  return last;
}

function checkRange(name: string, low: number, high: number, isValid: (bound: number) => boolean): void {
  if (isValid(low) && isValid(high) && low < high) return;
  const kind = name === 'randint' ? 'whole' : name === 'logUniform' ? 'finite positive' : 'finite';
  throw invalid(`${name}(${low}, ${high})`, `${kind} bounds, the lower one first`);
}

function invalid(got: string, expected: string): ParameterError {
  return new ParameterError(`${got} is no distribution.`, {
    code: 'DISTRIBUTION_INVALID',
    got,
    expected,
    hint: `Expected ${expected}.`,
  });
}
