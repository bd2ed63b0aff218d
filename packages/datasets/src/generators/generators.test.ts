// Made data against what it is said to be. Statistics leave ±5.5 standard deviations with probability 4e-8; there are fewer
// than 20 here, and seeds are fixed, so the bound says how suspicious a failure after a change is.

import { describe, expect, it } from 'vitest';
import { DatasetError } from '../errors.js';
import { makeBlobs, makeCircles, makeClassification, makeMoons, makeRegression } from './index.js';
import { randomOrthonormal } from './matrix.js';
import { makeGenerator } from './options.js';

const DEVIATIONS = 5.5;

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
const variance = (values: readonly number[]) => {
  const center = mean(values);
  return mean(values.map((value) => (value - center) ** 2));
};
const column = (X: readonly number[][], index: number) => X.map((row) => row[index]!);
const countOf = (y: readonly number[], label: number) => y.filter((other) => other === label).length;

const makers = {
  makeClassification: (seed: number | null) => makeClassification({ nSamples: 40, seed }),
  makeRegression: (seed: number | null) => makeRegression({ nSamples: 40, noise: 1, seed }),
  makeMoons: (seed: number | null) => makeMoons({ nSamples: 40, noise: 0.1, seed }),
  makeCircles: (seed: number | null) => makeCircles({ nSamples: 40, noise: 0.1, seed }),
  makeBlobs: (seed: number | null) => makeBlobs({ nSamples: 40, seed }),
};

it.each(Object.entries(makers))('%s: a seed gives the same rows, another seed others', (_, make) => {
  expect(make(3)).toEqual(make(3));
  expect(make(3)).not.toEqual(make(4));
  expect(make(null)).not.toEqual(make(null));
  expect(make(3).X).toHaveLength(40);
  expect(make(3).y).toHaveLength(40);
});

describe('makeClassification', () => {
  it('has the classes and features that were asked for', () => {
    const { X, y } = makeClassification({
      nSamples: 301,
      nFeatures: 7,
      nClasses: 3,
      nInformative: 3,
      seed: 0,
    });
    expect(X.every((row) => row.length === 7 && row.every(Number.isFinite))).toBe(true);
    expect([...new Set(y)].sort()).toEqual([0, 1, 2]);
  });

  it('without noise in labels each class has its share, exactly', () => {
    const { y } = makeClassification({ nSamples: 1000, weights: [0.9], flipY: 0, seed: 1 });
    expect([countOf(y, 0), countOf(y, 1)]).toEqual([900, 100]);
  });

  it('flipY gives that share of rows a class at random', () => {
    const nSamples = 20_000;
    const { y } = makeClassification({ nSamples, flipY: 0.5, weights: [1, 0], seed: 2 });
    // Of all rows a quarter: half are drawn anew, and half of those become class 1.
    const deviation = Math.sqrt((0.25 * 0.75) / nSamples);
    expect(Math.abs(countOf(y, 1) / nSamples - 0.25)).toBeLessThan(DEVIATIONS * deviation);
  });

  it('clouds lie around corners of a hypercube', () => {
    const perCluster = 5000;
    const { X } = makeClassification({
      nSamples: 4 * perCluster,
      nFeatures: 2,
      nRedundant: 0,
      classSep: 4,
      flipY: 0,
      shuffle: false,
      seed: 3,
    });
    const corners = [0, 1, 2, 3].map((k) => {
      const cloud = X.slice(k * perCluster, (k + 1) * perCluster);
      return [0, 1].map((feature) => {
        const values = column(cloud, feature);
        const center = mean(values);
        const deviation = Math.sqrt(variance(values) / perCluster);
        expect(Math.abs(Math.abs(center) - 4)).toBeLessThan(DEVIATIONS * deviation);
        return Math.sign(center);
      });
    });
    expect(new Set(corners.map(String)).size).toBe(4);
  });

  it('redundant features are combinations of the informative ones, repeated ones are copies', () => {
    const { X } = makeClassification({
      nSamples: 50,
      nFeatures: 5,
      nInformative: 2,
      nRedundant: 1,
      nRepeated: 1,
      shuffle: false,
      seed: 4,
    });
    // Two rows determine the two factors; all others follow.
    const [[a, b, c], [d, e, f]] = X as [number[], number[]] as [
      [number, number, number],
      [number, number, number],
    ];
    const determinant = a * e - b * d;
    const [first, second] = [(c * e - b * f) / determinant, (a * f - c * d) / determinant];
    for (const row of X) {
      expect(Math.abs(row[0]! * first + row[1]! * second - row[2]!)).toBeLessThan(1e-9);
      expect([row[0], row[1], row[2]]).toContain(row[3]);
    }
  });

  it('shift and scale apply to every feature, or to each its own, or are drawn', () => {
    const options = { nSamples: 30, nFeatures: 2, nRedundant: 0, shuffle: false, seed: 5 };
    const plain = makeClassification(options).X;
    const moved = makeClassification({ ...options, shift: [1, -1], scale: 10 }).X;
    moved.forEach((row, i) => {
      expect(row[0]).toBeCloseTo((plain[i]![0]! + 1) * 10, 9);
      expect(row[1]).toBeCloseTo((plain[i]![1]! - 1) * 10, 9);
    });
    const drawn = makeClassification({ ...options, shift: null, scale: null }).X;
    expect(drawn).not.toEqual(plain);
  });

  it('shuffling moves rows with their labels, and columns', () => {
    const options = { nSamples: 60, nFeatures: 6, seed: 6 };
    const inOrder = makeClassification({ ...options, shuffle: false });
    const shuffled = makeClassification(options);
    const keyed = ({ X, y }: { readonly X: number[][]; readonly y: number[] }) =>
      X.map((row, i) => JSON.stringify([[...row].sort((a, b) => a - b), y[i]])).sort();
    expect(shuffled.X).not.toEqual(inOrder.X);
    expect(keyed(shuffled)).toEqual(keyed(inOrder));
  });
});

describe('makeRegression', () => {
  it('targets are the stated combination of features', () => {
    const { X, y, coef } = makeRegression({ nSamples: 50, nFeatures: 6, nInformative: 2, bias: 3, seed: 0 });
    expect(coef.filter((value) => value !== 0)).toHaveLength(2);
    X.forEach((row, i) => {
      expect(row.reduce((sum, value, j) => sum + value * coef[j]!, 3)).toBeCloseTo(y[i]!, 8);
    });
  });

  it('several targets have coefficients and a bias each', () => {
    const { X, y, coef } = makeRegression({
      nSamples: 20,
      nFeatures: 4,
      nInformative: 4,
      nTargets: 2,
      bias: [1, -1],
      seed: 1,
    });
    expect(coef).toHaveLength(4);
    X.forEach((row, i) => {
      for (const target of [0, 1]) {
        const sum = row.reduce((total, value, j) => total + value * coef[j]![target]!, target === 0 ? 1 : -1);
        expect(sum).toBeCloseTo(y[i]![target]!, 8);
      }
    });
  });

  it('noise has the stated deviation', () => {
    const nSamples = 5000;
    const { X, y, coef } = makeRegression({ nSamples, nFeatures: 3, nInformative: 3, noise: 7, seed: 2 });
    const errors = X.map((row, i) => y[i]! - row.reduce((sum, value, j) => sum + value * coef[j]!, 0));
    // The variance of a sample variance of normal values is 2σ⁴/n.
    expect(Math.abs(variance(errors) / 49 - 1)).toBeLessThan(DEVIATIONS * Math.sqrt(2 / nSamples));
    expect(Math.abs(mean(errors))).toBeLessThan((DEVIATIONS * 7) / Math.sqrt(nSamples));
  });

  it('with effectiveRank few directions hold the features', () => {
    const { X } = makeRegression({ nSamples: 40, nFeatures: 20, effectiveRank: 2, tailStrength: 0, seed: 3 });
    // The sum of squares is that of the singular values exp(−(i/2)²), which rotations leave alone.
    const expected = Array.from({ length: 20 }, (_, i) => Math.exp(-2 * (i / 2) ** 2)).reduce(
      (a, b) => a + b,
    );
    expect(X.flat().reduce((sum, value) => sum + value ** 2, 0)).toBeCloseTo(expected, 9);
  });

  it('random directions are perpendicular and of length 1', () => {
    const basis = randomOrthonormal(30, 10, makeGenerator(4));
    for (let a = 0; a < 10; a++) {
      for (let b = 0; b < 10; b++) {
        const product = basis.reduce((sum, row) => sum + row[a]! * row[b]!, 0);
        expect(product).toBeCloseTo(a === b ? 1 : 0, 12);
      }
    }
  });
});

describe('makeMoons and makeCircles', () => {
  it('without noise points lie on half circles', () => {
    const { X, y } = makeMoons({ nSamples: 101, seed: 0 });
    expect([countOf(y, 0), countOf(y, 1)]).toEqual([50, 51]);
    X.forEach(([x, v], i) => {
      const [cx, cy] = y[i] === 0 ? [0, 0] : [1, 0.5];
      expect(Math.hypot(x! - cx!, v! - cy!)).toBeCloseTo(1, 12);
      expect(y[i] === 0 ? v! >= -1e-12 : v! <= 0.5 + 1e-12).toBe(true);
    });
  });

  it('in order, moons begin and end where half circles do', () => {
    const { X } = makeMoons({ nSamples: [3, 2], shuffle: false });
    const expected = [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, 0.5],
      [2, 0.5],
    ];
    for (const [i, point] of X.entries()) {
      for (const [j, value] of point.entries()) expect(value).toBeCloseTo(expected[i]![j]!, 12);
    }
  });

  it('without noise points lie on two circles', () => {
    const { X, y } = makeCircles({ nSamples: 60, factor: 0.3, seed: 0 });
    for (const [i, [x, v]] of X.entries()) expect(Math.hypot(x!, v!)).toBeCloseTo(y[i] === 0 ? 1 : 0.3, 12);
    expect(new Set(X.map(String)).size).toBe(60);
  });

  it('noise has the stated deviation in both coordinates', () => {
    const nSamples = 10_000;
    const options = { nSamples, shuffle: false, seed: 1 } as const;
    const clean = makeCircles(options).X;
    const noisy = makeCircles({ ...options, noise: 0.2 }).X;
    for (const axis of [0, 1]) {
      const errors = noisy.map((point, i) => point[axis]! - clean[i]![axis]!);
      expect(Math.abs(variance(errors) / 0.04 - 1)).toBeLessThan(DEVIATIONS * Math.sqrt(2 / nSamples));
    }
  });
});

describe('makeBlobs', () => {
  it('clouds have their centers and deviations', () => {
    const size = 5000;
    const clusterStd = [0.5, 2];
    const { X, y, centers } = makeBlobs({
      nSamples: 2 * size,
      centers: 2,
      clusterStd,
      nFeatures: 3,
      seed: 0,
    });
    for (const [k, center] of centers.entries()) {
      const cloud = X.filter((_, row) => y[row] === k);
      expect(cloud).toHaveLength(size);
      for (const [feature, expected] of center.entries()) {
        const values = column(cloud, feature);
        const deviation = clusterStd[k]!;
        expect(Math.abs(mean(values) - expected)).toBeLessThan((DEVIATIONS * deviation) / Math.sqrt(size));
        expect(Math.abs(variance(values) / deviation ** 2 - 1)).toBeLessThan(
          DEVIATIONS * Math.sqrt(2 / size),
        );
      }
    }
  });

  it('takes centers and the rows of each', () => {
    const { y, centers, X } = makeBlobs({
      nSamples: [3, 5],
      centers: [
        [0, 0, 0],
        [9, 9, 9],
      ],
      clusterStd: 0,
    });
    expect([countOf(y, 0), countOf(y, 1)]).toEqual([3, 5]);
    expect(X.every((row, i) => row.every((value) => value === (y[i] === 0 ? 0 : 9)))).toBe(true);
    expect(centers).toEqual([
      [0, 0, 0],
      [9, 9, 9],
    ]);
    expect(makeBlobs({ nSamples: [1, 1, 1, 1] }).centers).toHaveLength(4);
  });

  it('draws centers within the box', () => {
    const { centers } = makeBlobs({ centers: 200, nSamples: 200, centerBox: [2, 3], seed: 1 });
    expect(centers.flat().every((value) => value >= 2 && value < 3)).toBe(true);
    expect(new Set(centers.flat()).size).toBe(400);
  });
});

const wrong: readonly (readonly [what: string, make: () => unknown, message: RegExp])[] = [
  ['no rows', () => makeMoons({ nSamples: 0 }), /makeMoons cannot use nSamples 0/],
  ['half a row', () => makeBlobs({ nSamples: 2.5 }), /nSamples 2.5/],
  ['negative noise', () => makeCircles({ noise: -1 }), /noise -1.*at least 0, or null/],
  ['a factor of 1', () => makeCircles({ factor: 1 }), /factor 1.*below 1/],
  ['text for a number', () => makeRegression({ noise: '1' as unknown as number }), /noise "1"/],
  ['two wrong options', () => makeRegression({ noise: -1, tailStrength: 2 }), /tailStrength 2, noise -1/],
  ['too many features in use', () => makeClassification({ nFeatures: 3 }), /4 informative.*nFeatures 3/],
  [
    'more clusters than corners',
    () => makeClassification({ nClasses: 3 }),
    /6 clusters.*nInformative 2.*Raise/,
  ],
  ['weights beyond 1', () => makeClassification({ weights: [0.7, 0.7] }), /2 weights that add up to 1.4/],
  ['too many weights', () => makeClassification({ weights: [0.1, 0.2, 0.3] }), /3 weights/],
  [
    'a shift for another number of features',
    () => makeClassification({ shift: [1, 2] }),
    /2 values of shift/,
  ],
  ['a bias for another number of targets', () => makeRegression({ bias: [1, 2] }), /2 values of bias/],
  ['centers of different lengths', () => makeBlobs({ centers: [[1], [1, 2]] }), /centers \[\[1\],\[1,2\]\]/],
  [
    'deviations for another number of clouds',
    () => makeBlobs({ clusterStd: [1, 2] }),
    /2 values of clusterStd with 3/,
  ],
  ['a box the wrong way round', () => makeBlobs({ centerBox: [1, 0] }), /centerBox/],
];

it.each(wrong)('%s is refused with the option and what it may be', (_, make, message) => {
  let error: unknown;
  try {
    make();
  } catch (reason) {
    error = reason;
  }
  expect(error).toBeInstanceOf(DatasetError);
  expect(error).toMatchObject({ code: 'PARAMETER_VALUE', message: expect.stringMatching(message) });
});
