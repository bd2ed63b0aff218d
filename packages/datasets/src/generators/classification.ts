// Classes as clouds of points around corners of a hypercube, after Guyon 2003, "Design of experiments for the NIPS 2003
// variable selection benchmark"; options are scikit-learn's.

import type { Generator } from '@tacit/tensor';
import { type Matrix, matrixOf, multiply } from './matrix.js';
import {
  atLeastZero,
  checkOptions,
  count,
  countOrNone,
  type GeneratorOptions,
  makeGenerator,
  number,
  orList,
  orNull,
  type Requirement,
  share,
  shuffleRows,
  wrongOption,
} from './options.js';

/** Options of {@link makeClassification}. */
export interface ClassificationOptions extends GeneratorOptions {
  /** Default 100. */
  readonly nSamples?: number;
  /** All features: informative, redundant, repeated, and noise for the rest. Default 20. */
  readonly nFeatures?: number;
  /** Features that the classes differ in. Default 2. */
  readonly nInformative?: number;
  /** Random linear combinations of the informative features. Default 2. */
  readonly nRedundant?: number;
  /** Copies of informative and redundant features. Default 0. */
  readonly nRepeated?: number;
  /** Default 2. */
  readonly nClasses?: number;
  /** Default 2. */
  readonly nClustersPerClass?: number;
  /** Share of each class; the last may be left out. Default null: equal shares. */
  readonly weights?: readonly number[] | null;
  /** Share of rows that get a class at random. Default 0.01. */
  readonly flipY?: number;
  /** Half the side of the hypercube: larger is easier. Default 1. */
  readonly classSep?: number;
  /** Whether clusters sit on corners of a hypercube, or of a random box. Default true. */
  readonly hypercube?: boolean;
  /** Added to features; null draws one for each within ±classSep. Default 0. */
  readonly shift?: number | readonly number[] | null;
  /** Features are multiplied by it, after the shift; null draws one for each from 1 to 101. Default 1. */
  readonly scale?: number | readonly number[] | null;
}

/** Made rows and their labels. */
export interface Classification {
  /** [nSamples, nFeatures] */
  readonly X: number[][];
  /** [nSamples], classes from 0 on. */
  readonly y: number[];
}

const defaults = {
  nSamples: 100,
  nFeatures: 20,
  nInformative: 2,
  nRedundant: 2,
  nRepeated: 0,
  nClasses: 2,
  nClustersPerClass: 2,
  weights: null,
  flipY: 0.01,
  classSep: 1,
  hypercube: true,
  shift: 0,
  scale: 1,
  shuffle: true,
  seed: null,
} as const;

type Settings = Required<ClassificationOptions>;

const listOfShares: Requirement = [
  'a list of numbers from 0 to 1',
  (value) => Array.isArray(value) && value.every(share[1]),
];

const requirements: Readonly<Record<string, Requirement>> = {
  nSamples: count,
  nFeatures: count,
  nInformative: count,
  nRedundant: countOrNone,
  nRepeated: countOrNone,
  nClasses: count,
  nClustersPerClass: count,
  weights: orNull(listOfShares),
  flipY: share,
  classSep: atLeastZero,
  shift: orNull(orList(number)),
  scale: orNull(orList(number)),
};

/**
 * A classification problem: each class is made of normal clouds around corners of a hypercube with sides of 2·`classSep`, each
 * stretched by a random matrix of its own; features without information are added. Without `shuffle`, features come in the
 * order informative, redundant, repeated, noise. The random numbers are this project's own, so a seed does not give the
 * rows that it gives in scikit-learn.
 *
 * @throws DatasetError `PARAMETER_VALUE`, also for more clusters than corners.
 * @example const { X, y } = makeClassification({ nSamples: 500, nClasses: 3, nInformative: 4, seed: 0 });
 */
export function makeClassification(options: ClassificationOptions = {}): Classification {
  const settings: Settings = { ...defaults, ...options };
  checkOptions('makeClassification', { ...settings }, requirements);
  checkCombination(settings);
  const generator = makeGenerator(settings.seed);
  const clusters = clusterSizes(settings);
  const centers = clusterCenters(clusters.length, settings, generator);
  const labels = clusters.flatMap((size, k) => new Array<number>(size).fill(k % settings.nClasses));
  const informative = clusters.flatMap((size, k) => cloud(size, centers[k]!, generator));
  const features = withOtherFeatures(informative, settings, generator);
  const y = labels.map((label) =>
    generator.uniform() < settings.flipY ? generator.integer(settings.nClasses) : label,
  );
  const X = shiftedAndScaled(features, settings, generator);
  if (!settings.shuffle) return { X, y };
  const shuffled = shuffleRows(X, y, generator);
  const order = Array.from(generator.permutation(settings.nFeatures));
  return { X: shuffled.X.map((row) => order.map((feature) => row[feature]!)), y: shuffled.y };
}

function checkCombination(settings: Settings): void {
  const { nFeatures, nInformative, nRedundant, nRepeated, nClasses, nClustersPerClass, weights } = settings;
  const used = nInformative + nRedundant + nRepeated;
  if (used > nFeatures) {
    throw wrongOption(
      'makeClassification',
      `${used} informative, redundant and repeated features with nFeatures ${nFeatures}`,
      'at most nFeatures',
      'Raise nFeatures, or lower nInformative, nRedundant or nRepeated.',
    );
  }
  const clusters = nClasses * nClustersPerClass;
  if (clusters > 2 ** nInformative) {
    throw wrongOption(
      'makeClassification',
      `${clusters} clusters (nClasses × nClustersPerClass) with nInformative ${nInformative}`,
      `at most 2^nInformative = ${2 ** nInformative}`,
      'Raise nInformative, or lower nClasses or nClustersPerClass.',
    );
  }
  const total = (weights ?? []).reduce((sum, weight) => sum + weight, 0);
  if (
    weights !== null &&
    ((weights.length !== nClasses && weights.length !== nClasses - 1) || total > 1 + 1e-9)
  ) {
    throw wrongOption(
      'makeClassification',
      `${weights.length} weights that add up to ${total}`,
      `${nClasses} or ${nClasses - 1} weights that add up to at most 1`,
      'Give the share of each class; the last may be left out.',
    );
  }
}

/** Rows of each cluster. Clusters belong to the classes in turn. */
function clusterSizes({ nSamples, nClasses, nClustersPerClass, weights }: Settings): number[] {
  const given = weights ?? new Array<number>(nClasses).fill(1 / nClasses);
  const rest = Math.max(0, 1 - given.reduce((sum, weight) => sum + weight, 0));
  const shares = given.length === nClasses ? given : [...given, rest];
  // With a little more before rounding down: 1 − 0.9 is not quite 0.1.
  const sizes = Array.from({ length: nClasses * nClustersPerClass }, (_, k) =>
    Math.floor((nSamples * shares[k % nClasses]!) / nClustersPerClass + 1e-9),
  );
  const missing = nSamples - sizes.reduce((sum, size) => sum + size, 0);
  for (let i = 0; i < missing; i++) sizes[i % sizes.length]!++;
  return sizes;
}

/** Different corners of a hypercube around 0. */
function clusterCenters(
  clusters: number,
  { nInformative, classSep, hypercube }: Settings,
  generator: Generator,
): Matrix {
  const corners = new Map<string, number[]>();
  while (corners.size < clusters) {
    const corner = Array.from({ length: nInformative }, () => generator.integer(2));
    corners.set(corner.join(''), corner);
  }
  const centers = [...corners.values()].map((corner) => corner.map((bit) => (2 * bit - 1) * classSep));
  if (hypercube) return centers;
  const lengths = centers.map(() => generator.uniform());
  const widths = Array.from({ length: nInformative }, () => generator.uniform());
  return centers.map((center, k) => center.map((value, i) => value * lengths[k]! * widths[i]!));
}

/** Normal rows around a center, mixed by a random matrix. */
function cloud(size: number, center: readonly number[], generator: Generator): Matrix {
  const points = matrixOf(size, center.length, () => generator.normal());
  const mixing = matrixOf(center.length, center.length, () => 2 * generator.uniform() - 1);
  return multiply(points, mixing).map((row) => row.map((value, i) => value + center[i]!));
}

/** Informative features, followed by redundant and repeated ones and by noise. */
function withOtherFeatures(informative: Matrix, settings: Settings, generator: Generator): Matrix {
  const { nInformative, nRedundant, nRepeated, nFeatures } = settings;
  const mixing = matrixOf(nInformative, nRedundant, () => 2 * generator.uniform() - 1);
  const redundant = multiply(informative, mixing);
  const copied = Array.from({ length: nRepeated }, () => generator.integer(nInformative + nRedundant));
  const noise = nFeatures - nInformative - nRedundant - nRepeated;
  return informative.map((row, i) => {
    const known = [...row, ...redundant[i]!];
    const repeated = copied.map((feature) => known[feature]!);
    return [...known, ...repeated, ...Array.from({ length: noise }, () => generator.normal())];
  });
}

function shiftedAndScaled(
  X: Matrix,
  { shift, scale, classSep, nFeatures }: Settings,
  generator: Generator,
): Matrix {
  const shifts = perFeature(shift, nFeatures, 'shift', () => (2 * generator.uniform() - 1) * classSep);
  const scales = perFeature(scale, nFeatures, 'scale', () => 1 + 100 * generator.uniform());
  return X.map((row) => row.map((value, i) => (value + shifts[i]!) * scales[i]!));
}

function perFeature(
  value: number | readonly number[] | null,
  nFeatures: number,
  name: string,
  draw: () => number,
): readonly number[] {
  if (value === null) return Array.from({ length: nFeatures }, draw);
  if (typeof value === 'number') return new Array<number>(nFeatures).fill(value);
  if (value.length === nFeatures) return value;
  throw wrongOption(
    'makeClassification',
    `${value.length} values of ${name} with nFeatures ${nFeatures}`,
    `one number, or ${nFeatures}`,
    `Give one ${name} for all features, or one for each.`,
  );
}
