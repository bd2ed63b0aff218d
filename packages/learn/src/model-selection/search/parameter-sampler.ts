// Random candidates: drawn from distributions, or without repetition from lists.

import type { Generator } from '@tacit/tensor';
import { ParameterError } from '../../errors.js';
import { generatorFrom } from '../../random-state.js';
import { warn } from '../../warnings.js';
import { type Distribution, isDistribution } from './distributions.js';
import { type GridValues, ParameterGrid } from './parameter-grid.js';
import type { SettableParams } from './search-types.js';

/** Distributions or lists of values by parameter name, as text. */
export type DistributionValues = Readonly<Record<string, readonly unknown[] | Distribution>>;

/** As {@link ParamGrid}, with distributions beside lists. */
export type ParamDistributions<E> = {
  readonly [K in keyof SettableParams<E>]?:
    | readonly Exclude<SettableParams<E>[K], undefined>[]
    | Distribution<Exclude<SettableParams<E>[K], undefined>>;
};

/** Options of {@link ParameterSampler}. */
export interface ParameterSamplerOptions {
  readonly paramDistributions: DistributionValues | readonly DistributionValues[];
  /** Candidates to draw, at least 1. */
  readonly nIter: number;
  /** Equal seeds give equal candidates. null: others each time. */
  readonly seed?: number | null;
}

/**
 * Random candidates, by scikit-learn's rules: if all parameters have lists, no candidate comes twice; with a distribution
 * among them, candidates are independent. Of several records one is drawn for each candidate.
 *
 * @example [...new ParameterSampler({ paramDistributions: { lr: logUniform(1e-4, 1e-1) }, nIter: 10, seed: 0 })]
 */
export class ParameterSampler implements Iterable<Record<string, unknown>> {
  readonly #options: ParameterSamplerOptions;
  readonly #grid: ParameterGrid | null;

  /**
   * @throws ParameterError `PARAMETER_VALUE` for an `nIter` that is no whole number from 1; `GRID_EMPTY`, `GRID_INVALID` as
   * {@link ParameterGrid}.
   */
  constructor(options: ParameterSamplerOptions) {
    if (!Number.isSafeInteger(options.nIter) || options.nIter < 1) throw invalidCount(options.nIter);
    this.#options = options;
    const all = recordsOf(options.paramDistributions);
    // A grid is made of lists alone; a distribution counts as one value there, so that everything else is checked.
    const asGrid = new ParameterGrid(all.map(withPlaceholders));
    this.#grid = all.every((record) => !Object.values(record).some(isDistribution)) ? asGrid : null;
  }

  /** Number of candidates: `nIter`, or all there are if these are fewer. */
  get length(): number {
    return Math.min(this.#options.nIter, this.#grid?.length ?? Number.POSITIVE_INFINITY);
  }

  *[Symbol.iterator](): Iterator<Record<string, unknown>> {
    const generator = generatorFrom(this.#options.seed ?? null).fork('candidates');
    if (this.#grid === null) yield* this.#independent(generator);
    else yield* this.#distinct(this.#grid, generator);
  }

  *#independent(generator: Generator): Iterable<Record<string, unknown>> {
    const records = recordsOf(this.#options.paramDistributions);
    for (let i = 0; i < this.#options.nIter; i++) {
      const record = records[records.length === 1 ? 0 : generator.integer(records.length)]!;
      // Sorted, so that the order in which parameters are written changes nothing.
      const names = Object.keys(record).sort();
      yield Object.fromEntries(names.map((name) => [name, drawFrom(record[name]!, generator)]));
    }
  }

  *#distinct(grid: ParameterGrid, generator: Generator): Iterable<Record<string, unknown>> {
    const { nIter } = this.#options;
    if (grid.length < nIter) {
      warn(
        'GRID_SMALL',
        `The lists have ${grid.length} combinations, fewer than nIter ${nIter}: all are tried.`,
      );
    }
    for (const index of distinctNumbers(grid.length, this.length, generator)) yield grid.at(index);
  }
}

function recordsOf(given: ParameterSamplerOptions['paramDistributions']): readonly DistributionValues[] {
  return Array.isArray(given) ? (given as readonly DistributionValues[]) : [given as DistributionValues];
}

function withPlaceholders(record: DistributionValues): GridValues {
  if (typeof record !== 'object' || record === null) return record as unknown as GridValues;
  const entries = Object.entries(record).map(([name, values]) => [
    name,
    isDistribution(values) ? [null] : values,
  ]);
  return Object.fromEntries(entries) as GridValues;
}

function drawFrom(values: readonly unknown[] | Distribution, generator: Generator): unknown {
  return isDistribution(values) ? values.sample(generator) : values[generator.integer(values.length)];
}

/** `count` different whole numbers below `size`, in random order. */
function distinctNumbers(size: number, count: number, generator: Generator): readonly number[] {
  // All in random order where that is cheap; else numbers are drawn until there are enough, of which few repeat.
  if (size <= 2 * count) return Array.from(generator.permutation(size).subarray(0, count));
  const drawn = new Set<number>();
  while (drawn.size < count) drawn.add(Math.floor(generator.uniform() * size));
  return [...drawn];
}

function invalidCount(nIter: unknown): ParameterError {
  return new ParameterError(`nIter is ${String(nIter)}.`, {
    code: 'PARAMETER_VALUE',
    got: String(nIter),
    expected: 'a whole number, at least 1',
    hint: 'Pass how many candidates to draw: nIter: 10.',
  });
}
