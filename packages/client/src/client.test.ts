import {
  type CircuitError,
  type ClientSpec,
  evaluationKeyBytes,
  openEnvelope,
  sealEnvelope,
} from '@tacit/circuit/spec';
import fc from 'fast-check';
import tfhe from 'node-tfhe';
import { afterEach, beforeAll, expect, it, vi } from 'vitest';
import {
  circuitHash,
  classes,
  classified,
  evaluateLinear,
  expandMask,
  expandRequest,
  expectedLogits,
  lweDimension,
  otherHash,
  parameters,
  sealFields,
  sealResponse,
  spec,
  trivialCiphertext,
} from '../test/support.js';
import { Client, type ClientWarning } from './client.js';
import { ClientError } from './errors.js';

const warnings: ClientWarning[] = [];
const client = new Client(spec, tfhe, { onWarning: (warning) => warnings.push(warning) });
const otherClient = new Client({ ...spec, circuitHash: otherHash }, tfhe);
let secretKey: Uint8Array;

beforeAll(() => {
  secretKey = client.generateSecretKey();
});

afterEach(() => {
  warnings.length = 0;
});

const anyLevel = fc.integer({ min: 0, max: 15 });
const anyRow = fc.array(anyLevel, { minLength: 4, maxLength: 4 });

it('decrypts what a linear circuit made of encrypted rows', () => {
  fc.assert(
    fc.property(fc.array(anyRow, { minLength: 1, maxLength: 3 }), (rows) => {
      const { logits, predictions, probabilities } = classified(
        client.decrypt(evaluateLinear(client.encrypt(rows, secretKey)), secretKey),
      );
      for (const [i, row] of rows.entries()) {
        const expected = expectedLogits(row);
        // A row of weights has a norm below 8 and fresh noise is 2^-48 of a turn: 2^-40 is 30 standard deviations.
        for (const [k, logit] of logits[i]!.entries())
          expect(Math.abs(logit - expected[k]!)).toBeLessThan(2 ** (10 - 40));
        expect(predictions[i]).toBe(classes[expected.indexOf(Math.max(...expected))]);
        expect(probabilities[i]!.reduce((sum, p) => sum + p)).toBeCloseTo(1, 12);
      }
    }),
    // No two logits of this circuit can be equal, so noise decides no label.
    {
      numRuns: 10,
      examples: [
        [
          [
            [15, 15, 15, 15],
            [0, 0, 0, 1],
          ],
        ],
        [[[0, 15, 0, 0]]],
      ],
    },
  );
});

it('decrypts words that travelled rounded', () => {
  const bits = 20;
  const rounded = new Client({ ...spec, responseBits: bits }, tfhe);
  // The body alone counts: 3 levels of 2^54, rounded to a multiple of 2^44; the mask is 0.
  const stream = new Uint8Array(Math.ceil((3 * (lweDimension + 1) * bits) / 8));
  for (let k = 0; k < 3; k++) {
    const at = ((k + 1) * (lweDimension + 1) - 1) * bits;
    const field = 3 * 2 ** 10 * 2 ** (at % 8);
    for (let i = 0; i < 4; i++) stream[(at >> 3) + i]! |= (field >>> (8 * i)) & 255;
  }
  const response = sealFields({ samples: 1, bits, ciphertexts: stream });
  expect(classified(rounded.decrypt(response, secretKey)).logits).toEqual([[3, 3.5, 0]]);
});

it('does the steps of a pipeline to raw rows, and gives a regressor’s numbers', () => {
  const regressor: ClientSpec = {
    ...spec,
    steps: [
      {
        kind: 'columnTransformer',
        blocks: [
          { name: 'size', columns: [1], step: { kind: 'standardScaler', mean: [100], scale: [10] } },
          {
            name: 'city',
            columns: [0],
            step: {
              kind: 'oneHotEncoder',
              categories: [['Bern', 'Chur', 'Genf']],
              drop: [null],
              handleUnknown: 'ignore',
            },
          },
        ],
      },
    ],
    task: { kind: 'regression', isPlain: false },
  };
  const own = new Client(regressor, tfhe);
  const raw = [
    ['Chur', 150],
    ['Basel', 120],
  ];
  expect([...own.quantize(raw).levels]).toEqual([5, 0, 1, 0, 2, 0, 0, 0]);
  const prediction = own.decrypt(evaluateLinear(own.encrypt(raw, secretKey)), secretKey);
  expect(prediction.kind).toBe('regression');
  for (const [i, levels] of [
    [5, 0, 1, 0],
    [2, 0, 0, 0],
  ].entries()) {
    const expected = expectedLogits(levels);
    const got = prediction.predictions[i] as number[];
    for (const [k, value] of got.entries())
      expect(Math.abs(value - expected[k]!)).toBeLessThan(2 ** (10 - 40));
  }
  expect(() => own.encrypt([['Chur', 'large']], secretKey)).toThrow(
    expect.objectContaining({ code: 'INPUT_INVALID', message: expect.not.stringContaining('large') }),
  );
});

it('reads phases from the whole torus, to the last bit but one', () => {
  const word = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
  fc.assert(
    fc.property(fc.tuple(word, word, word), (bodies) => {
      const response = sealResponse(1, bodies.map(trivialCiphertext));
      const turns = bodies.map((body) => Number(BigInt.asIntN(64, body)) / 2 ** 64);
      for (const [k, logit] of classified(client.decrypt(response, secretKey)).logits[0]!.entries()) {
        const { scale, offset } = spec.outputs[k]!;
        const error = (logit - offset) / scale - turns[k]!;
        // One turn off is no error: −½ and ½ are the same phase.
        expect(Math.abs(error - Math.round(error))).toBeLessThan(2 ** -50);
      }
    }),
    {
      numRuns: 30,
      examples: [[[0n, 2n ** 63n, 2n ** 63n - 1n]], [[2n ** 62n, 3n * 2n ** 62n, 2n ** 64n - 1n]]],
    },
  );
});

it('encrypts with the noise of the spec, without bias', () => {
  const n = 400;
  const rows = Array.from({ length: n / 4 }, () => [0, 1, 2, 3]);
  const { ciphertexts } = expandRequest(client.encrypt(rows, secretKey));
  const single = { ...spec, outputs: [{ scale: 1, offset: 0 }, ...spec.outputs.slice(1)] };
  const response = sealResponse(
    n,
    ciphertexts.flatMap((c) => [c, trivialCiphertext(0n), trivialCiphertext(0n)]),
  );
  const { logits } = classified(new Client(single, tfhe).decrypt(response, secretKey));
  const errors = logits.map(([turns], i) => turns! - (i % 4) * 2 ** -10);
  const mean = errors.reduce((sum, e) => sum + e, 0) / n;
  const variance = errors.reduce((sum, e) => sum + e * e, 0) / n;
  const sigma = parameters.glweNoise;
  // Six standard deviations of each estimate; false alarm below 1e-7 (χ² with 400 degrees of freedom: 1 ± 0.42).
  expect(Math.abs(mean)).toBeLessThan((6 * sigma) / Math.sqrt(n));
  expect(Math.abs(variance / sigma ** 2 - 1)).toBeLessThan(6 * Math.sqrt(2 / n));
});

it('rebuilds masks as the TFHE library expands them', () => {
  // Holds the test's own server to account: the library decompresses the same ciphertext.
  const key = tfhe.Shortint.deserialize_client_key(openEnvelope(secretKey, { kind: 'clientKey' }).payload);
  const compressed = tfhe.Shortint.encrypt_compressed(key, 0n);
  const seeded = tfhe.Shortint.serialize_compressed_ciphertext(compressed);
  const full = tfhe.Shortint.serialize_ciphertext(tfhe.Shortint.decompress_ciphertext(compressed));
  const words = new BigUint64Array(full.slice(8, 8 + 8 * lweDimension).buffer);
  expect(Array.from(words)).toEqual(Array.from(expandMask(seeded.slice(20, 36))));
});

it('never uses a seed twice', () => {
  const row = [[1, 2, 3, 4]];
  const masks = [client.encrypt(row, secretKey), client.encrypt(row, secretKey)]
    .flatMap((request) => expandRequest(request).ciphertexts)
    .map((ciphertext) => ciphertext.subarray(0, 2).join());
  expect(new Set(masks).size).toBe(8);
});

it('warns once of all rows far outside the training range, and clamps them', () => {
  const rows = [
    [0, 0, 0, 0],
    [0, 23, 0, -9],
    [15, 0, 0, 1000],
    [22, 0, 0, -7],
  ];
  const { logits } = classified(client.decrypt(evaluateLinear(client.encrypt(rows, secretKey)), secretKey));
  expect(logits[1]![1]).toBeCloseTo(expectedLogits([0, 15, 0, 0])[1]!, 6);
  expect(warnings).toEqual([
    { code: 'FAR_OUTSIDE_TRAINING_RANGE', rows: 2, message: expect.stringMatching(/^2 of 4 rows/) },
  ]);
});

it('warns on the console when nobody asked for warnings, and stays silent otherwise', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const plain = new Client(spec, tfhe);
  plain.encrypt([[0, 0, 0, 22]], secretKey);
  expect(warn).not.toHaveBeenCalled();
  plain.encrypt([[0, 0, 0, 23]], secretKey);
  expect(warn).toHaveBeenCalledTimes(1);
  warn.mockRestore();
});

it('quantizes without a key and without a warning', () => {
  const { levels, farOutside } = client.quantize([[0.4, 7.5, -3, 99]]);
  expect([...levels]).toEqual([0, 8, 0, 15]);
  expect(farOutside).toBe(1);
  expect(warnings).toEqual([]);
});

it('makes an evaluation key of the foretold size that the TFHE library reads', async () => {
  const evaluationKey = await client.deriveEvaluationKey(secretKey);
  const { payload } = openEnvelope(evaluationKey, { kind: 'evaluationKey', circuitHash });
  expect(evaluationKey.length - evaluationKeyBytes(parameters)).toBeGreaterThan(0);
  expect(evaluationKey.length - evaluationKeyBytes(parameters)).toBeLessThan(400);
  expect(() => tfhe.Shortint.deserialize_compressed_server_key(payload).free()).not.toThrow();
});

it('hands a copy of the client key to a maker of evaluation keys, and the signal', async () => {
  const makeEvaluationKey = vi.fn(async (clientKey: Uint8Array) => clientKey.fill(0, 0, 9).subarray(0, 9));
  const { signal } = new AbortController();
  const pair = await new Client(spec, tfhe, { makeEvaluationKey }).generateKeys({ signal });
  expect(makeEvaluationKey).toHaveBeenCalledWith(expect.any(Uint8Array), signal);
  expect(openEnvelope(pair.evaluationKey, { kind: 'evaluationKey', circuitHash }).payload).toEqual(
    new Uint8Array(9),
  );
  expect(() => client.encrypt([[0, 0, 0, 0]], pair.secretKey)).not.toThrow();
});

it('rejects with the reason of an abort that came before', async () => {
  const reason = new Error('changed my mind');
  await expect(client.generateKeys({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  await expect(client.deriveEvaluationKey(secretKey, { signal: AbortSignal.abort(reason) })).rejects.toBe(
    reason,
  );
});

it('notices that the bytes of a key it knows were changed', () => {
  const bytes = secretKey.slice();
  client.encrypt([[0, 0, 0, 0]], bytes);
  bytes.set(client.generateSecretKey());
  const request = client.encrypt([[1, 2, 3, 4]], bytes);
  expect(classified(client.decrypt(evaluateLinear(request), bytes)).logits[0]![0]).toBeCloseTo(
    expectedLogits([1, 2, 3, 4])[0]!,
    6,
  );
  expect(classified(client.decrypt(evaluateLinear(request), secretKey)).logits[0]![0]).not.toBeCloseTo(
    expectedLogits([1, 2, 3, 4])[0]!,
    6,
  );
  bytes.fill(0);
  expect(() => client.encrypt([[1, 2, 3, 4]], bytes)).toThrow(
    expect.objectContaining({ code: 'ENVELOPE_INVALID' }),
  );
});

const payloadOf = (key: Uint8Array) => openEnvelope(key, { kind: 'clientKey' }).payload;
const resealed = (change: (payload: Uint8Array) => Uint8Array) =>
  sealEnvelope('clientKey', circuitHash, change(payloadOf(secretKey).slice()));
const withByte = (at: number, value: number) => (payload: Uint8Array) => payload.fill(value, at, at + 1);

const hostileKeys: [string, () => unknown, string][] = [
  ['nothing', () => undefined, 'ENVELOPE_INVALID'],
  ['null', () => null, 'ENVELOPE_INVALID'],
  ['text', () => 'secret', 'ENVELOPE_INVALID'],
  ['an array of numbers', () => [...secretKey.subarray(0, 100)], 'ENVELOPE_INVALID'],
  ['no bytes', () => new Uint8Array(0), 'ENVELOPE_INVALID'],
  ['noise', () => new Uint8Array(23_000).fill(0xa7), 'ENVELOPE_INVALID'],
  ['a truncated key', () => secretKey.subarray(0, -1), 'ENVELOPE_INVALID'],
  ['a damaged key', () => secretKey.with(5000, secretKey[5000]! ^ 1), 'ENVELOPE_CHECKSUM'],
  ['a request', () => client.encrypt([[0, 0, 0, 0]], secretKey), 'ENVELOPE_KIND'],
  ['the key of another circuit', () => otherClient.generateSecretKey(), 'CIRCUIT_MISMATCH'],
  ['an empty payload', () => resealed(() => new Uint8Array(0)), 'KEY_INVALID'],
  ['a payload cut short', () => resealed((payload) => payload.subarray(0, -1)), 'KEY_INVALID'],
  [
    'a payload with a byte to spare',
    () => resealed((payload) => new Uint8Array([...payload, 0])),
    'KEY_INVALID',
  ],
  ['another variant tag', () => resealed(withByte(0, 1)), 'KEY_INVALID'],
  ['a hostile length', () => resealed(withByte(9, 255)), 'KEY_INVALID'],
  [
    'another parameter block',
    () => resealed((payload) => withByte(payload.length - 100, 77)(payload)),
    'KEY_INVALID',
  ],
  ['a key of other dimensions', () => keyOf({ lweDimension: 845 }), 'KEY_INVALID'],
  ['a key of other noise', () => keyOf({ glweNoise: parameters.glweNoise * 2 }), 'KEY_INVALID'],
];

function keyOf(change: Partial<ClientSpec['parameters']>): Uint8Array {
  return new Client({ ...spec, parameters: { ...parameters, ...change } }, tfhe).generateSecretKey();
}

it.each(hostileKeys)('refuses %s as secret key with a code, and goes on', async (_, makeKey, code) => {
  const key = makeKey() as Uint8Array;
  const response = sealResponse(1, [0n, 0n, 0n].map(trivialCiphertext));
  expect(() => client.encrypt([[1, 2, 3, 4]], key)).toThrow(expect.objectContaining({ code }));
  expect(() => client.decrypt(response, key)).toThrow(expect.objectContaining({ code }));
  await expect(client.deriveEvaluationKey(key)).rejects.toThrow(expect.objectContaining({ code }));
  expect(classified(client.decrypt(response, secretKey)).logits).toEqual([[0, 0.5, -3]]);
});

const oneOutput = new Uint8Array(8 * (lweDimension + 1));
const threeOutputs = new Uint8Array(3 * oneOutput.length);
const answer = () => sealResponse(1, [0n, 0n, 0n].map(trivialCiphertext));
const rawPayload = (...bytes: number[]) => sealEnvelope('response', circuitHash, Uint8Array.from(bytes));

const hostileResponses: [string, () => unknown, string][] = [
  ['nothing', () => undefined, 'ENVELOPE_INVALID'],
  ['text', () => 'response', 'ENVELOPE_INVALID'],
  ['no bytes', () => new Uint8Array(0), 'ENVELOPE_INVALID'],
  ['a truncated response', () => answer().subarray(0, 5000), 'ENVELOPE_INVALID'],
  ['a damaged response', () => answer().with(5000, 1), 'ENVELOPE_CHECKSUM'],
  ['its own request', () => client.encrypt([[0, 0, 0, 0]], secretKey), 'ENVELOPE_KIND'],
  [
    'the response of another circuit',
    () => sealFields({ samples: 1, ciphertexts: threeOutputs }, otherHash),
    'CIRCUIT_MISMATCH',
  ],
  ['an empty payload', () => rawPayload(), 'RESPONSE_INVALID'],
  ['a byte that MessagePack never uses', () => rawPayload(0xc1), 'RESPONSE_INVALID'],
  ['a map of four billion entries', () => rawPayload(0xdf, 255, 255, 255, 255), 'RESPONSE_INVALID'],
  ['an array of four billion entries', () => rawPayload(0xdd, 255, 255, 255, 255), 'RESPONSE_INVALID'],
  ['four gigabytes of binary', () => rawPayload(0xc6, 255, 255, 255, 255), 'RESPONSE_INVALID'],
  ['two documents', () => rawPayload(0x80, 0x80), 'RESPONSE_INVALID'],
  ['a number', () => sealFields(5), 'RESPONSE_INVALID'],
  ['null', () => sealFields(null), 'RESPONSE_INVALID'],
  ['an empty map', () => sealFields({}), 'RESPONSE_INVALID'],
  ['no samples', () => sealFields({ ciphertexts: threeOutputs }), 'RESPONSE_INVALID'],
  ['0 samples', () => sealFields({ samples: 0, ciphertexts: new Uint8Array(0) }), 'RESPONSE_INVALID'],
  ['half a sample', () => sealFields({ samples: 0.5, ciphertexts: threeOutputs }), 'RESPONSE_INVALID'],
  ['−1 samples', () => sealFields({ samples: -1, ciphertexts: threeOutputs }), 'RESPONSE_INVALID'],
  ['NaN samples', () => sealFields({ samples: Number.NaN, ciphertexts: threeOutputs }), 'RESPONSE_INVALID'],
  [
    'endless samples',
    () => sealFields({ samples: Number.MAX_SAFE_INTEGER, ciphertexts: threeOutputs }),
    'RESPONSE_INVALID',
  ],
  ['samples in text', () => sealFields({ samples: '1', ciphertexts: threeOutputs }), 'RESPONSE_INVALID'],
  ['ciphertexts in text', () => sealFields({ samples: 1, ciphertexts: 'abc' }), 'RESPONSE_INVALID'],
  ['ciphertexts as numbers', () => sealFields({ samples: 1, ciphertexts: [1, 2, 3] }), 'RESPONSE_INVALID'],
  [
    '2 outputs',
    () => sealFields({ samples: 1, ciphertexts: threeOutputs.subarray(oneOutput.length) }),
    'RESPONSE_INVALID',
  ],
  [
    '3 outputs for 2 samples',
    () => sealFields({ samples: 2, ciphertexts: threeOutputs }),
    'RESPONSE_INVALID',
  ],
  [
    'words of another length',
    () => sealFields({ samples: 1, bits: 20, ciphertexts: threeOutputs }),
    'RESPONSE_INVALID',
  ],
  [
    'a length in text',
    () => sealFields({ samples: 1, bits: '64', ciphertexts: threeOutputs }),
    'RESPONSE_INVALID',
  ],
  [
    'ciphertexts cut short',
    () => sealFields({ samples: 1, ciphertexts: threeOutputs.subarray(1) }),
    'RESPONSE_INVALID',
  ],
];

it.each(hostileResponses)('refuses %s as response with a code, and goes on', (_, makeResponse, code) => {
  expect(() => client.decrypt(makeResponse() as Uint8Array, secretKey)).toThrow(
    expect.objectContaining({ code }),
  );
  expect(classified(client.decrypt(answer(), secretKey)).logits).toEqual([[0, 0.5, -3]]);
});

it('says how many outputs came and how many were expected', () => {
  const response = sealFields({ samples: 1, ciphertexts: threeOutputs.subarray(oneOutput.length) });
  expect(() => client.decrypt(response, secretKey)).toThrow(/has 2 outputs per sample, not 3/);
});

const hostileRows: [string, unknown, string][] = [
  ['too few features', [[0, 0, 0]], 'FEATURE_COUNT'],
  ['too many features', [[0, 0, 0, 0, 0]], 'FEATURE_COUNT'],
  ['NaN', [[0, 0, Number.NaN, 0]], 'INPUT_INVALID'],
  ['infinity', [[0, 0, Number.POSITIVE_INFINITY, 0]], 'INPUT_INVALID'],
  ['text', [[0, 0, '1', 0]], 'INPUT_INVALID'],
  ['no rows', [], 'INPUT_INVALID'],
  ['a flat row', [0, 0, 0, 0], 'INPUT_INVALID'],
];

it.each(hostileRows)('refuses rows with %s as CircuitError, and goes on', (_, rows, code) => {
  const expected: Partial<CircuitError> = { name: 'CircuitError', code: code as CircuitError['code'] };
  expect(() => client.encrypt(rows as number[][], secretKey)).toThrow(expect.objectContaining(expected));
  expect(() => client.encrypt([[0, 0, 0, 0]], secretKey)).not.toThrow();
});

it('never shows a secret in an error', () => {
  const key = resealed(withByte(9, 255));
  try {
    client.encrypt([[1, 2, 3, 4]], key);
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ClientError);
    expect(`${error} ${JSON.stringify(error)}`).not.toMatch(/(0|1)(,\s*(0|1)){7}/);
    expect(`${error}`.length).toBeLessThan(300);
  }
});

it('reports a failing TFHE module with its cause', () => {
  const cause = new Error('unreachable');
  const failing = {
    ...tfhe,
    Shortint: Object.assign(Object.create(tfhe.Shortint), {
      encrypt_compressed: () => {
        throw cause;
      },
    }),
  };
  expect(() => new Client(spec, failing).encrypt([[0, 0, 0, 0]], secretKey)).toThrow(
    expect.objectContaining({ code: 'TFHE_FAILED', cause }),
  );
});

it.each([
  ['a start index that is not 0', (bytes: Uint8Array) => bytes.with(40, 1)],
  ['another seed variant', (bytes: Uint8Array) => bytes.with(16, 1)],
  ['another size', (bytes: Uint8Array) => new Uint8Array([...bytes, 0])],
])('refuses to encrypt when the module serializes %s', (_, change) => {
  const strange = {
    ...tfhe,
    Shortint: Object.assign(Object.create(tfhe.Shortint), {
      serialize_compressed_ciphertext: (ciphertext: tfhe.ShortintCompressedCiphertext) =>
        change(tfhe.Shortint.serialize_compressed_ciphertext(ciphertext)),
    }),
  };
  expect(() => new Client(spec, strange).encrypt([[0, 0, 0, 0]], secretKey)).toThrow(
    expect.objectContaining({ code: 'TFHE_FAILED' }),
  );
});
