// Round clouds of points, a class each; options are scikit-learn's.

import type { Generator } from '@tacit/tensor';
import type { Classification } from './classification.js';
import { matrixOf } from './matrix.js';
import {
  atLeastZero,
  checkOptions,
  count,
  equalParts,
  type GeneratorOptions,
  makeGenerator,
  orList,
  type Requirement,
  shuffleRows,
  wrongOption,
} from './options.js';

/** Options of {@link makeBlobs}. */
export interface BlobsOptions extends GeneratorOptions {
  /** All rows, shared out equally, or the rows of each cloud. Default 100. */
  readonly nSamples?: number | readonly number[];
  /** Default 2, or as the centers have. */
  readonly nFeatures?: number;
  /** Number of clouds, or the center of each. Default null: 3, or as many as `nSamples` lists. */
  readonly centers?: number | readonly (readonly number[])[] | null;
  /** Standard deviation of the clouds, or of each. Default 1. */
  readonly clusterStd?: number | readonly number[];
  /** Range that centers are drawn from, for every feature. Default [−10, 10]. */
  readonly centerBox?: readonly [low: number, high: number];
}

/** Made rows, their labels, and the centers of the clouds. */
export interface Blobs extends Classification {
  /** [nCenters, nFeatures] */
  readonly centers: number[][];
}

const isNumbers = (value: unknown): value is number[] => Array.isArray(value) && value.every(Number.isFinite);

const centersOrCount: Requirement = [
  'a whole number of at least 1, a list of centers of equal length, or null',
  (value) =>
    value === null ||
    count[1](value) ||
    (Array.isArray(value) &&
      value.length > 0 &&
      value.every((center) => isNumbers(center) && center.length > 0 && center.length === value[0].length)),
];
const box: Requirement = [
  'two numbers, the smaller one first',
  (value) => isNumbers(value) && value.length === 2 && value[0]! <= value[1]!,
];

/**
 * Normal clouds with the same deviation in every direction, a class each, in the order of their centers.
 *
 * @throws DatasetError `PARAMETER_VALUE`, also for lists of different lengths.
 * @example const { X, y, centers } = makeBlobs({ nSamples: 300, centers: 4, clusterStd: 0.5, seed: 0 });
 */
export function makeBlobs(options: BlobsOptions = {}): Blobs {
  const { nSamples = 100, nFeatures = 2, centers = null, clusterStd = 1, centerBox = [-10, 10] } = options;
  const { shuffle = true, seed = null } = options;
  checkOptions(
    'makeBlobs',
    { nSamples, nFeatures, centers, clusterStd, centerBox },
    {
      nSamples: orList(count),
      nFeatures: count,
      centers: centersOrCount,
      clusterStd: orList(atLeastZero),
      centerBox: box,
    },
  );
  const generator = makeGenerator(seed);
  const places = placesOf({ nSamples, nFeatures, centers, centerBox }, generator);
  const sizes = typeof nSamples === 'number' ? equalParts(nSamples, places.length) : nSamples;
  const deviations =
    typeof clusterStd === 'number' ? new Array<number>(places.length).fill(clusterStd) : clusterStd;
  checkLength('nSamples', sizes, places.length);
  checkLength('clusterStd', deviations, places.length);
  const X = places.flatMap((center, k) =>
    Array.from({ length: sizes[k]! }, () =>
      center.map((value) => value + deviations[k]! * generator.normal()),
    ),
  );
  const y = sizes.flatMap((size, k) => new Array<number>(size).fill(k));
  return { ...(shuffle ? shuffleRows(X, y, generator) : { X, y }), centers: places };
}

function placesOf(
  {
    nSamples,
    nFeatures,
    centers,
    centerBox: [low, high],
  }: Required<Omit<BlobsOptions, 'clusterStd' | 'shuffle' | 'seed'>>,
  generator: Generator,
): number[][] {
  if (typeof centers === 'object' && centers !== null) return centers.map((center) => [...center]);
  const clouds = centers ?? (typeof nSamples === 'number' ? 3 : nSamples.length);
  return matrixOf(clouds, nFeatures, () => low + (high - low) * generator.uniform());
}

function checkLength(name: string, list: readonly number[], clouds: number): void {
  if (list.length === clouds) return;
  throw wrongOption(
    'makeBlobs',
    `${list.length} values of ${name} with ${clouds} centers`,
    `one number, or ${clouds}`,
    `Give one ${name} for all clouds, or one for each.`,
  );
}
