// Native keys against node-tfhe at 128 bits of security.

import { evaluate, loadCircuit, loadEvaluationKey } from '@tacit/engine';
import { deriveEvaluationKey, generateClientKey, isKeyGenerationAvailable } from '@tacit/engine/keygen';
import { describe, expect, it } from 'vitest';
import { Client, kinds, layer, parameters, seal, sealCircuit, seededClientKey, term } from './client.js';

/** A sixteenth of the torus. */
const step = 1n << 60n;

describe('native key generation', () => {
  it('makes the client key that the WASM package makes of the same seed', async () => {
    const [high, low] = [0x0123456789abcdefn, 0xfedcba9876543210n];
    const native = await generateClientKey(parameters, { seed: (high << 64n) | low });
    expect(Buffer.from(native).equals(seededClientKey(high, low))).toBe(true);
    expect(isKeyGenerationAvailable()).toBe(true);
  });

  it('draws another key each time without a seed', async () => {
    const keys = await Promise.all([generateClientKey(parameters), generateClientKey(parameters)]);
    expect(Buffer.from(keys[0]!).equals(keys[1]!)).toBe(false);
  });

  it('derives an evaluation key under which tables are read right', async () => {
    const clientKey = await generateClientKey(parameters);
    const client = new Client(clientKey); // WASM reads it, encrypts and decrypts with it.
    const evaluationKey = await deriveEvaluationKey(parameters, clientKey);
    const { lweDimension, glweDimension, polynomialSize, pbsLevel, ksLevel } = parameters;
    const bootstrapping = lweDimension * pbsLevel * (glweDimension + 1) * polynomialSize;
    expect(evaluationKey.length).toBe(256 + 8 * (bootstrapping + glweDimension * polynomialSize * ksLevel));

    // Four boxes of an eighth of the torus; the offset puts eighths into their middles.
    const table = [0n, step, 2n * step, 4n * step];
    const { bytes, hash } = sealCircuit({
      parameters,
      inputs: 1,
      layers: [layer([term(0, 1, [1])], [step], 4, table), layer([term(1, 1, [1])], [0n])],
    });
    const circuit = await loadCircuit(bytes);
    const key = await loadEvaluationKey(circuit, seal(kinds.evaluationKey, hash, evaluationKey));
    const eighths = [0n, 1n, 2n, 3n];
    const request = client.request(
      hash,
      4,
      eighths.map((eighth) => eighth << 61n),
    );
    const phases = client.decrypt(await evaluate(circuit, key, request));
    for (const [i, phase] of phases.entries()) {
      const distance = Number(BigInt.asIntN(64, phase - table[i]!)) / Number(step);
      expect(Math.abs(distance)).toBeLessThan(0.1); // Noise of a table is 5e-4 steps.
    }
    key.dispose();
  });

  it('refuses keys and parameters that cannot be right', async () => {
    const clientKey = await generateClientKey(parameters);
    const refusal = (code: string) => expect.objectContaining({ name: 'EngineError', code });
    await expect(deriveEvaluationKey(parameters, clientKey.subarray(1))).rejects.toEqual(
      refusal('KEY_INVALID'),
    );
    const damaged = clientKey.with(4, 255);
    await expect(deriveEvaluationKey(parameters, damaged)).rejects.toEqual(refusal('KEY_INVALID'));
    const weak = { ...parameters, lweNoise: 1e-9 };
    await expect(generateClientKey(weak)).rejects.toEqual(refusal('PARAMETERS_INSECURE'));
    await expect(generateClientKey({ ...parameters, lweNoise: Number.NaN })).rejects.toEqual(
      refusal('PARAMETERS_UNSUPPORTED'),
    );
    for (const seed of [-1n, 1n << 128n]) {
      await expect(generateClientKey(parameters, { seed })).rejects.toEqual(refusal('ARGUMENT_INVALID'));
    }
  });

  it('rejects an abort with its reason', async () => {
    const clientKey = await generateClientKey(parameters);
    const abort = new AbortController();
    const key = deriveEvaluationKey(parameters, clientKey, { signal: abort.signal });
    setTimeout(() => abort.abort('enough'), 20);
    await expect(key).rejects.toBe('enough');
  });
});
