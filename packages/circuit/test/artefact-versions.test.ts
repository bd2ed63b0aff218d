// Artefacts of earlier releases still predict what they did; those of later ones are refused with the way out.

import { readFileSync } from 'node:fs';
import { Encoder } from '@msgpack/msgpack';
import {
  decodeOutputs,
  decodeServerCircuit,
  encodeServerCircuit,
  hashPayload,
  openEnvelope,
  parseClientSpec,
  prepareRows,
  sealEnvelope,
} from '@tacit/circuit/spec';
import { describe, expect, it } from 'vitest';
import { circuitRunner } from '../src/run/run-circuit.js';

interface Golden {
  readonly clientSpec: Record<string, unknown>;
  readonly serverBin: string;
  readonly rows: number[][];
  readonly labels: string[];
  readonly logits: number[][];
}
const golden = JSON.parse(
  readFileSync(new URL('./golden/artefacts-version-1.json', import.meta.url), 'utf8'),
) as Golden;
const serverBin = new Uint8Array(Buffer.from(golden.serverBin, 'base64'));

describe('artefacts of version 1', () => {
  it('predict what they did', () => {
    const spec = parseClientSpec(golden.clientSpec);
    const circuit = decodeServerCircuit(serverBin);
    expect(spec).toMatchObject({ version: 2, steps: [], responseBits: 64, circuitHash: circuit.hash });
    const { levels } = prepareRows(spec, golden.rows);
    const turns = circuitRunner(circuit, spec.inputs.scaleLog2)(levels, golden.rows.length, null);
    const prediction = decodeOutputs(spec, turns);
    if (prediction.kind !== 'classification') throw new Error('not a classifier');
    expect(prediction.predictions).toEqual(golden.labels);
    // Tables are rounded to 32 of their 64 bits.
    for (const [row, logits] of prediction.logits.entries())
      for (const [k, logit] of logits.entries()) expect(logit).toBeCloseTo(golden.logits[row]![k]!, 5);
  });

  it('are written anew in the newest format, smaller, with a hash of its own', () => {
    const circuit = decodeServerCircuit(serverBin);
    const { bytes, hash } = encodeServerCircuit(circuit);
    expect(bytes.length).toBeLessThan(serverBin.length);
    expect(hash).not.toBe(circuit.hash);
    expect(decodeServerCircuit(bytes)).toEqual({ ...circuit, hash });
    // Pinned: keys that clients hold name it, so the same circuit must have it in every release, on every machine.
    expect(hash).toBe('32a8be2b1806b3b192d8a0c09573c8489e44be9d99e2b68c96b21a04c06ea70f');
  });

  it('have the hash under which keys were made for them', () => {
    const { payload, circuitHash } = openEnvelope(serverBin, { kind: 'serverCircuit' });
    expect(hashPayload(payload)).toBe(circuitHash);
    expect(circuitHash).toBe(golden.clientSpec.circuitHash);
  });
});

describe('artefacts of a later release', () => {
  const later = expect.objectContaining({
    code: 'SPEC_VERSION',
    hint: expect.stringMatching(/Update Tacit .* or compile again/),
  });

  it('are told apart from damaged ones, as a client spec', () => {
    expect(() => parseClientSpec({ format: 'tacit.client', version: 3, anything: 'else' })).toThrow(later);
    expect(() => parseClientSpec({ format: 'other', version: 3 })).toThrow(/no client spec/);
  });

  it('are told apart from damaged ones, as a server circuit', () => {
    const payload = new Encoder().encode({ format: 3, anything: 'else' });
    const sealed = sealEnvelope('serverCircuit', hashPayload(payload), payload);
    expect(() => decodeServerCircuit(sealed)).toThrow(later);
  });

  it('are told apart from damaged ones, as an envelope', () => {
    const bytes = serverBin.slice();
    new DataView(bytes.buffer).setUint16(4, 2, true);
    expect(() => openEnvelope(bytes, { kind: 'serverCircuit' })).toThrow(
      expect.objectContaining({ code: 'ENVELOPE_VERSION', got: 2, expected: 1 }),
    );
  });
});

describe('what an artefact tells', () => {
  it('is no weight in the client spec, and no label or name in the server circuit', () => {
    const text = Buffer.from(serverBin).toString('latin1');
    for (const word of ['classes', 'label', 'feature', 'minimum']) expect(text).not.toContain(word);
    expect(JSON.stringify(golden.clientSpec)).not.toMatch(/weight|table|bias/);
  });
});
