// Hostile artefacts: whatever bytes or JSON arrive, what comes out is a valid artefact or an error with a code, and no
// claim of a length makes anyone allocate by it.

import { Decoder, Encoder } from '@msgpack/msgpack';
import { Generator } from '@tacit/tensor';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { engineParameters } from '../../test/engine-parameters.js';
import { parseCostTable } from '../noise/cost-table.js';
import { referenceCosts } from '../noise/reference-costs.js';
import { circuitRunner } from '../run/run-circuit.js';
import {
  CircuitError,
  type ClientSpec,
  circuitErrorCodes,
  decodeOutputs,
  decodeServerCircuit,
  encodeServerCircuit,
  hashPayload,
  matrixOfDense,
  openEnvelope,
  parseClientSpec,
  prepareRows,
  type ServerCircuit,
  sealEnvelope,
} from './index.js';

const runs = 3000;

const circuit: ServerCircuit = {
  parameters: engineParameters[0]!,
  inputs: 2,
  responseBits: 16,
  layers: [
    {
      rows: 3,
      terms: [
        {
          edge: 0,
          gains: Uint32Array.of(1, 2, 3),
          weights: matrixOfDense(3, 2, [1, 0, -300, 4, 0, 0]),
        },
      ],
      offsets: BigUint64Array.of(1n, 2n, 3n),
      boxes: 2,
      tables: Uint32Array.of(1, 2, 3, 4),
      tableOf: Uint32Array.of(0, 1, 1),
    },
    {
      rows: 2,
      terms: [
        { edge: 1, gains: Uint32Array.of(1, 1), weights: matrixOfDense(2, 3, [1, 2, 3, 4, 5, 6]) },
        { edge: 0, gains: Uint32Array.of(7, 1), weights: matrixOfDense(2, 2, [0, 1, 0, 0]) },
      ],
      offsets: BigUint64Array.of(5n, 6n),
      boxes: 0,
      tables: new Uint32Array(0),
      tableOf: new Uint32Array(0),
    },
  ],
};
const { bytes: serverBin, hash } = encodeServerCircuit(circuit);
const { payload } = openEnvelope(serverBin, { kind: 'serverCircuit' });

const spec: ClientSpec = {
  format: 'tacit.client',
  version: 2,
  circuitHash: hash,
  parameters: circuit.parameters,
  steps: [{ kind: 'standardScaler', mean: [0, 1], scale: [1, 2] }],
  inputs: {
    scaleLog2: 50,
    features: [
      { low: 0, step: 0.5, levels: 15, minimum: 0, maximum: 7 },
      { low: -1, step: 0, levels: 0, minimum: -1, maximum: -1 },
    ],
  },
  outputs: [
    { scale: 3, offset: 0 },
    { scale: -2, offset: 1 },
  ],
  responseBits: 16,
  task: { kind: 'classification', classes: ['a', true] },
};

/** Runs something on hostile data: a CircuitError with a known code is as good as an answer. Gives null for an error. */
function guarded<T>(work: () => T): T | null {
  const before = process.memoryUsage().arrayBuffers;
  try {
    return work();
  } catch (error) {
    expect(error).toBeInstanceOf(CircuitError);
    expect(circuitErrorCodes).toContain((error as CircuitError).code);
    return null;
  } finally {
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 24);
  }
}

/** Bytes with some changed, cut off or put in; numbers that lengths are likely to be taken for among them. */
function mutated(original: Uint8Array): fc.Arbitrary<Uint8Array> {
  const position = fc.nat(original.length - 1);
  const hostile = fc.constantFrom(
    [0xff, 0xff, 0xff, 0xff],
    [0x7f, 0xff, 0xff, 0xff],
    [0xdd, 0xff, 0xff, 0xff, 0xff],
    [0xdd, 0x01, 0xff, 0xff, 0xff],
    [0xc6, 0x40, 0, 0, 0],
    [0xdf, 0x10, 0, 0, 0],
    [0],
  );
  const change = fc.oneof(
    fc.record({ at: position, bit: fc.nat(7) }).map(({ at, bit }) => (bytes: number[]) => {
      bytes[at % bytes.length]! ^= 1 << bit;
    }),
    fc.record({ at: position, values: hostile }).map(({ at, values }) => (bytes: number[]) => {
      for (const [i, value] of values.entries()) if (at + i < bytes.length) bytes[at + i] = value;
    }),
    position.map((at) => (bytes: number[]) => {
      bytes.length = Math.max(1, Math.min(bytes.length, at));
    }),
    fc
      .record({ at: position, values: fc.array(fc.nat(255), { minLength: 1, maxLength: 9 }) })
      .map(({ at, values }) => (bytes: number[]) => {
        bytes.splice(at, 0, ...values);
      }),
    fc
      .record({ at: position, count: fc.integer({ min: 1, max: 40 }) })
      .map(({ at, count }) => (bytes: number[]) => {
        if (bytes.length > count) bytes.splice(at, count);
      }),
  );
  return fc.array(change, { minLength: 1, maxLength: 3 }).map((changes) => {
    const bytes = Array.from(original);
    for (const apply of changes) apply(bytes);
    return Uint8Array.from(bytes);
  });
}

it('refuses mutated envelopes with a code, whatever was changed', () => {
  fc.assert(
    fc.property(mutated(serverBin), (bytes) => {
      const decoded = guarded(() => decodeServerCircuit(bytes));
      // The checksum covers everything, so only what was put back as it was is still a circuit.
      if (decoded !== null) expect(bytes).toEqual(serverBin);
    }),
    { numRuns: runs, seed: 1 },
  );
});

it('refuses mutated circuits in sound envelopes, or gives circuits that can be run', () => {
  let accepted = 0;
  fc.assert(
    fc.property(mutated(payload), (bytes) => {
      const sealed = sealEnvelope('serverCircuit', hashPayload(bytes), bytes);
      const decoded = guarded(() => decodeServerCircuit(sealed));
      if (decoded === null) return;
      accepted++;
      const turns = circuitRunner(decoded, 50)(new Int32Array(decoded.inputs), 1, new Generator(0));
      expect(turns.every((turn) => turn >= -0.5 && turn <= 0.5)).toBe(true);
    }),
    { numRuns: runs, seed: 2 },
  );
  // Changed weights, offsets and tables make other circuits, which are as good.
  expect(accepted).toBeGreaterThan(30);
});

const hostileValues: readonly unknown[] = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  -1,
  -0,
  0.5,
  1e308,
  2 ** 53,
  4294967296,
  '',
  'NaN',
  '__proto__',
  'x'.repeat(10_000),
  null,
  undefined,
  true,
  [],
  {},
  [[[]]],
  new Array(10_000).fill(0),
  { length: 1e9 },
  { __proto__: null, toString: 1 },
];

/** The value of JSON with something in it replaced, taken out or doubled. */
function mutatedJson<T>(original: T): fc.Arbitrary<unknown> {
  const paths = pathsOf(original);
  const change = fc.record({
    path: fc.constantFrom(...paths),
    value: fc.constantFrom(...hostileValues),
    kind: fc.constantFrom('replace', 'remove', 'double'),
  });
  return fc.array(change, { minLength: 1, maxLength: 2 }).map((changes) => {
    const document: { root: unknown } = { root: structuredClone(original) };
    for (const { path, value, kind } of changes) apply(document, ['root', ...path], kind, value);
    return document.root;
  });
}

function pathsOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return [[], ...Object.entries(value).flatMap(([key, item]) => pathsOf(item).map((path) => [key, ...path]))];
}

function apply(document: object, path: readonly string[], kind: string, value: unknown): void {
  let parent = document as Record<string, unknown>;
  for (const key of path.slice(0, -1)) {
    const next = parent[key];
    if (typeof next !== 'object' || next === null) return;
    parent = next as Record<string, unknown>;
  }
  const last = path.at(-1)!;
  if (kind === 'remove') delete parent[last];
  else if (kind === 'double' && Array.isArray(parent)) parent.push(parent[Number(last)]);
  else parent[last] = value;
}

it('refuses mutated client specs with a code, or gives specs that a client can work with', () => {
  let accepted = 0;
  fc.assert(
    fc.property(mutatedJson(spec), (json) => {
      const parsed = guarded(() => parseClientSpec(json));
      if (parsed === null) return;
      accepted++;
      const row = parsed.steps.length === 0 ? parsed.inputs.features.map(() => 1) : [1, 2];
      guarded(() => prepareRows(parsed, [row]));
      decodeOutputs(
        parsed,
        parsed.outputs.map(() => 0.25),
      );
    }),
    { numRuns: runs, seed: 3 },
  );
  expect(accepted).toBeGreaterThan(100);
});

it('refuses text and JSON of any other kind as a client spec', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect(guarded(() => parseClientSpec(json))).toBeNull();
    }),
    { numRuns: 500, seed: 4 },
  );
});

it('refuses mutated tables of costs with a code', () => {
  fc.assert(
    fc.property(mutatedJson(referenceCosts), (json) => {
      guarded(() => parseCostTable(json));
    }),
    { numRuns: 1000, seed: 5 },
  );
});

it('refuses rows of anything with a code', () => {
  fc.assert(
    fc.property(fc.array(fc.anything(), { maxLength: 3 }), (rows) => {
      guarded(() => prepareRows(spec, rows as number[][]));
    }),
    { numRuns: 1000, seed: 6 },
  );
});

it('does not allocate what a length claims', () => {
  // Documents of a few bytes that claim arrays, maps, texts and binaries of up to 4 GiB.
  const claims = [
    [0xdd, 0xff, 0xff, 0xff, 0xff],
    [0xdf, 0xff, 0xff, 0xff, 0xff],
    [0xdb, 0xff, 0xff, 0xff, 0xff],
    [0xc6, 0xff, 0xff, 0xff, 0xff],
    [0xc9, 0xff, 0xff, 0xff, 0xff, 0],
  ];
  for (const claim of claims) {
    for (const prefix of [[], [0x81, 0xa6, ...new TextEncoder().encode('layers')]]) {
      const bytes = Uint8Array.from([...prefix, ...claim]);
      const sealed = sealEnvelope('serverCircuit', hashPayload(bytes), bytes);
      const before = process.memoryUsage().heapUsed;
      expect(guarded(() => decodeServerCircuit(sealed))).toBeNull();
      expect(process.memoryUsage().heapUsed - before).toBeLessThan(2 ** 24);
    }
  }
});

it('reads what it wrote', () => {
  expect(decodeServerCircuit(serverBin)).toEqual({ ...circuit, hash });
  expect(parseClientSpec(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  expect(new Encoder().encode(new Decoder().decode(payload))).toEqual(payload);
});
