// What a key switch and a bootstrap cost under a parameter set: counted operations, or seconds measured on a machine.
// Counts say too little of small polynomials: at N = 256 an operation takes up to 1.8 times as long as at N = 2048, so
// measured seconds rank the sets.

import { type CryptoParameters, largeLweDimension } from '../spec/crypto-parameters.js';
import type { CostTable } from './cost-table.js';
import type { GlweShape } from './noise-model.js';

/** Cost as a search sums it: n · blindRotation + keySwitch. */
export interface CostModel {
  readonly unit: 'operations' | 'seconds';
  /** Of one step of a blind rotation, per bit of the small key; rises with `level`. */
  blindRotation(shape: GlweShape, level: number): number;
  /** Of a key switch from a large to a small dimension; rises with each argument. */
  keySwitch(largeDimension: number, lweDimension: number, level: number): number;
}

/** Operations as the searches of tfhe-rs and Concrete count them: transforms of N·log2 N + N, and products. */
export const operationCount: CostModel = {
  unit: 'operations',
  blindRotation({ glweDimension: k, polynomialSize: N }, level) {
    const transform = N * Math.log2(N) + N;
    return (k + 1) * level * transform + (k + 1) * transform + (k + 1) ** 2 * level * N;
  },
  keySwitch(largeDimension, n, level) {
    const rows = largeDimension * level;
    return rows + rows * (n + 1) + (rows - 1) * (n + 1) + 1;
  },
};

/**
 * Seconds by a measured table. A shape that was not measured costs what the nearest measured one does, times the ratio of
 * their operations; near is first of all the polynomial size.
 */
export function measuredCost(table: CostTable): CostModel {
  const model = models.get(table) ?? modelOf(table);
  models.set(table, model);
  return model;
}

// One model a table, since searches keep what they found by the model.
const models = new WeakMap<CostTable, CostModel>();

function modelOf(table: CostTable): CostModel {
  const known = new Map<string, number>();
  const blindRotation = (shape: GlweShape, level: number): number => {
    const key = `${shape.glweDimension} ${shape.polynomialSize} ${level}`;
    const seconds = known.get(key) ?? scaledFromNearest(table, shape, level);
    known.set(key, seconds);
    return seconds;
  };
  return {
    unit: 'seconds',
    blindRotation,
    keySwitch: (largeDimension, n, level) => table.keySwitch * largeDimension * level * (n + 1),
  };
}

/** Cost of one key switch and bootstrap under a set. */
export function bootstrapCost(parameters: CryptoParameters, cost: CostModel = operationCount): number {
  const { lweDimension, pbsLevel, ksLevel } = parameters;
  const keySwitch = cost.keySwitch(largeLweDimension(parameters), lweDimension, ksLevel);
  return lweDimension * cost.blindRotation(parameters, pbsLevel) + keySwitch;
}

function scaledFromNearest(table: CostTable, shape: GlweShape, level: number): number {
  const distance = (row: CostTable['blindRotation'][number]) =>
    16 * Math.abs(Math.log2(row.polynomialSize / shape.polynomialSize)) +
    4 * Math.abs(Math.log2(row.glweDimension / shape.glweDimension)) +
    Math.abs(row.level - level);
  const nearest = table.blindRotation.reduce((best, row) => (distance(row) < distance(best) ? row : best));
  const ratio =
    operationCount.blindRotation(shape, level) / operationCount.blindRotation(nearest, nearest.level);
  return nearest.seconds * ratio;
}
