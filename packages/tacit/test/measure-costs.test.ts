// Costs of this machine: shape and use of the table, never how large the times are.

import { parseCostTable } from '@tacit/circuit';
import { encodeServerCircuit, matrixOfDense } from '@tacit/circuit/spec';
import { engineThreads } from '@tacit/engine';
import { measureCircuit, measureCosts } from 'tacit';
import { expect, it } from 'vitest';
import { engineParameters } from '../../circuit/test/engine-parameters.js';

it('measures the shapes asked for, in a table that survives JSON', async () => {
  const progress: number[] = [];
  const costs = await measureCosts({
    shapes: [[6, 256, 1]],
    rounds: 1,
    onProgress: (done) => progress.push(done),
  });
  expect(parseCostTable(JSON.parse(JSON.stringify(costs)))).toEqual(costs);
  expect(costs.threads).toBe(engineThreads());
  expect(costs.blindRotation).toMatchObject([{ glweDimension: 6, polynomialSize: 256, level: 1 }]);
  expect(progress).toEqual([0, 1, 2, 3, 4, 5]);
});

it('stops at an abort, with its reason', async () => {
  const controller = new AbortController();
  const measuring = measureCosts({
    rounds: 1,
    onProgress: () => controller.abort('enough'),
    signal: controller.signal,
  });
  await expect(measuring).rejects.toBe('enough');
});

it('times a circuit without any key for it', async () => {
  const { bytes } = encodeServerCircuit({
    parameters: engineParameters[0]!,
    inputs: 2,
    responseBits: 20,
    layers: [
      {
        rows: 1,
        terms: [{ edge: 0, gains: Uint32Array.of(1), weights: matrixOfDense(1, 2, [1, -1]) }],
        offsets: BigUint64Array.of(0n),
        boxes: 4,
        tables: Uint32Array.of(1, 2, 3, 4),
        tableOf: Uint32Array.of(0),
      },
      {
        rows: 1,
        terms: [{ edge: 1, gains: Uint32Array.of(1), weights: matrixOfDense(1, 1, [1]) }],
        offsets: BigUint64Array.of(0n),
        boxes: 0,
        tables: new Uint32Array(0),
        tableOf: new Uint32Array(0),
      },
    ],
  });
  expect(await measureCircuit({ serverCircuit: bytes })).toBeGreaterThan(0);
});
