// Costs of this machine: shape and use of the table, never how large the times are.

import { parseCostTable, type SecurityLevel, secureNoise } from '@tacit/circuit';
import {
  type CryptoParameters,
  encodeServerCircuit,
  largeLweDimension,
  matrixOfDense,
} from '@tacit/circuit/spec';
import { engineThreads, loadCircuit } from '@tacit/engine';
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

function smallCircuit(parameters: CryptoParameters): Uint8Array {
  return encodeServerCircuit({
    parameters,
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
  }).bytes;
}

const onCurve = (security: SecurityLevel): CryptoParameters => ({
  ...engineParameters[0]!,
  lweNoise: secureNoise(engineParameters[0]!.lweDimension, security),
  glweNoise: secureNoise(largeLweDimension(engineParameters[0]!), security),
});

it.each([132, 128] as const)(
  'times a circuit of %i bits of security without any key for it',
  async (security) => {
    expect(await measureCircuit({ serverCircuit: smallCircuit(onCurve(security)) })).toBeGreaterThan(0);
  },
);

it('times nothing below 128 bits of security, and the engine loads no such circuit', async () => {
  const parameters = { ...onCurve(128), lweNoise: 0.99 * onCurve(128).lweNoise };
  const serverCircuit = smallCircuit(parameters);
  // One reads the circuit before the engine does.
  const insecure = expect.objectContaining({ code: 'PARAMETERS_INSECURE' });
  await expect((async () => measureCircuit({ serverCircuit }))()).rejects.toEqual(insecure);
  await expect(loadCircuit(serverCircuit)).rejects.toEqual(insecure);
});
