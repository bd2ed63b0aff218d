// The engine against node-tfhe at 128 bits of security: keys and ciphertexts of the WASM package in, phases out.

import {
  type EngineError,
  type EvaluationKey,
  engineErrorCodes,
  engineThreads,
  evaluate,
  loadCircuit,
  loadEvaluationKey,
  type ServerCircuit,
} from '@tacit/engine';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { nativeEngine } from '../src/native.js';
import {
  Client,
  hex,
  kinds,
  layer,
  parameters,
  seal,
  sealCircuit,
  sealCircuitPayload,
  term,
} from './client.js';

/** A sixteenth of the torus. */
const step = 1n << 60n;
/** Samples, and tables of each, so that an evaluation takes a second or so. */
const samples = 6;
const rows = 8;

/** Inputs a and b; eight tables of four boxes read a + b, the output is their sum plus a skip of a. */
const spec = {
  parameters,
  inputs: 2,
  layers: [
    layer(
      [term(0, rows, Array(rows).fill([1, 1]).flat())],
      // Boxes are an eighth of the torus wide; the offset puts eighths into their middles.
      Array(rows).fill(step),
      4,
      Array(rows)
        .fill([0n, step / 8n, step / 4n, step / 2n])
        .flat(),
    ),
    layer([term(1, 1, Array(rows).fill(1)), term(0, 1, [1, 0], [2])], [step]),
  ],
};
const { bytes: serverBin, hash: circuitHash } = sealCircuit(spec);

/** What the circuit gives for inputs in eighths of the torus, in sixteenths. */
function expected(a: number, b: number): number {
  const sum = (a + b) % 8;
  const entry = (index: number) => [0, 1, 2, 4][index] ?? Number.NaN;
  const table = sum < 4 ? entry(sum) : -entry(sum - 4);
  return (((table + 4 * a + 1) % 16) + 16) % 16;
}

const inputs = Array.from({ length: samples }, (_, sample) => [(sample * 3) % 8, (sample * 5 + 1) % 8]);
const phases = inputs.flat().map((eighths) => BigInt(eighths) << 61n);

function sixteenths(phase: bigint): number {
  return Number(phase) / Number(step);
}

async function failure(promise: Promise<unknown>): Promise<EngineError> {
  return promise.then(
    () => {
      throw new Error('resolved');
    },
    (error) => error,
  );
}

let client: Client;
let keyPayload: Uint8Array;
let keyBytes: Uint8Array;
let circuit: ServerCircuit;
let key: EvaluationKey;
let request: Uint8Array;

beforeAll(async () => {
  client = new Client();
  keyPayload = client.evaluationKey();
  keyBytes = seal(kinds.evaluationKey, circuitHash, keyPayload);
  request = client.request(circuitHash, samples, phases);
  circuit = await loadCircuit(serverBin);
  key = await loadEvaluationKey(circuit, keyBytes);
});

async function expectAnswer(): Promise<void> {
  const outputs = client.decrypt(await evaluate(circuit, key, request));
  expect(outputs).toHaveLength(samples);
  outputs.forEach((output, sample) => {
    const [a, b] = inputs[sample]!;
    const distance = sixteenths(BigInt.asIntN(64, output - BigInt(expected(a!, b!)) * step));
    expect(Math.abs(distance)).toBeLessThan(0.1);
  });
}

describe('a loaded circuit', () => {
  it('tells its hash, counts and parameters', () => {
    expect(circuit.hash).toBe(hex(circuitHash));
    expect(circuit).toMatchObject({ inputs: 2, outputs: 1, bootstraps: rows, parameters });
  });
});

describe('a loaded key', () => {
  it('tells its memory until it is disposed of, and is refused afterwards', async () => {
    const other = await loadEvaluationKey(circuit, keyBytes);
    expect(other.circuitHash).toBe(circuit.hash);
    expect(other.memoryBytes).toBeGreaterThan(keyBytes.length);
    other.dispose();
    other.dispose();
    expect(other.memoryBytes).toBe(0);
    expect(await failure(evaluate(circuit, other, request))).toMatchObject({ code: 'KEY_DISPOSED' });
  });

  it('serves an evaluation that started before it was disposed of', async () => {
    const other = await loadEvaluationKey(circuit, keyBytes);
    const response = await evaluate(circuit, other, request, { onProgress: () => other.dispose() });
    expect(client.decrypt(response)).toHaveLength(samples);
  });
});

describe('evaluate', () => {
  it('gives what the circuit computes on the decrypted samples', expectAnswer);

  it('queues evaluations and answers each', async () => {
    const responses = await Promise.all([1, 2, 3].map(() => evaluate(circuit, key, request)));
    for (const response of responses) expect(client.decrypt(response)).toHaveLength(samples);
  });

  it('leaves the event loop free', async () => {
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    let turnsAtFirstReport = 0;
    await evaluate(circuit, key, request, {
      onProgress: () => {
        turnsAtFirstReport ||= turns;
      },
    });
    isDone = true;
    expect(turnsAtFirstReport).toBeGreaterThan(0);
    expect(turns).toBeGreaterThan(turnsAtFirstReport);
  });

  it('reports progress in rising order up to the total', async () => {
    const reports: number[] = [];
    const total = samples * rows;
    await evaluate(circuit, key, request, {
      onProgress: (done, of) => {
        expect(of).toBe(total);
        reports.push(done);
      },
    });
    expect(reports.at(-1)).toBe(total);
    expect(reports).toEqual([...new Set(reports)].sort((a, b) => a - b));
  });

  it('keeps to a memory limit, which one sample must not exceed', async () => {
    const wanted = client.decrypt(await evaluate(circuit, key, request));
    // Two inputs, the rows and the output, of 2,049 words each.
    const oneSample = (2 + rows + 1) * 2049 * 8;
    const limited = client.decrypt(await evaluate(circuit, key, request, { maxMemoryBytes: oneSample }));
    limited.forEach((phase, sample) => {
      const distance = sixteenths(BigInt.asIntN(64, phase - wanted[sample]!));
      expect(Math.abs(distance)).toBeLessThan(0.1);
    });
    const tooLittle = evaluate(circuit, key, request, { maxMemoryBytes: oneSample - 1 });
    expect(await failure(tooLittle)).toMatchObject({ code: 'MEMORY_LIMIT', got: `${oneSample} bytes` });
    for (const maxMemoryBytes of [0, -1, Number.NaN]) {
      const impossible = evaluate(circuit, key, request, { maxMemoryBytes });
      expect(await failure(impossible)).toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
  });

  it('rejects with the error that onProgress throws', async () => {
    const error = new Error('enough');
    const onProgress = () => {
      throw error;
    };
    expect(await failure(evaluate(circuit, key, request, { onProgress }))).toBe(error);
    await expectAnswer();
  });
});

describe('an abort', () => {
  it('rejects with its reason before, during and while waiting for an evaluation', async () => {
    const reason = { why: 'changed my mind' };
    const before = AbortSignal.abort(reason);
    expect(await failure(evaluate(circuit, key, request, { signal: before }))).toBe(reason);

    const during = new AbortController();
    const stopped = evaluate(circuit, key, request, {
      signal: during.signal,
      onProgress: () => during.abort(reason),
    });
    const waiting = new AbortController();
    const queued = evaluate(circuit, key, request, { signal: waiting.signal });
    setImmediate(() => waiting.abort(reason));
    expect(await failure(queued)).toBe(reason);
    expect(await failure(stopped)).toBe(reason);
    await expectAnswer();
  });

  it('rejects the load of a key with its reason', async () => {
    const reason = new Error('not needed');
    const signal = AbortSignal.abort(reason);
    expect(await failure(loadEvaluationKey(circuit, keyBytes, { signal }))).toBe(reason);
    const during = new AbortController();
    const load = loadEvaluationKey(circuit, keyBytes, { signal: during.signal });
    setTimeout(() => during.abort(reason));
    expect(await failure(load)).toBe(reason);
    await expectAnswer();
  });
});

/** Wrong bytes for any reader, by the code that refuses them. */
function hostile(kind: number, payload: Uint8Array): [string, Uint8Array][] {
  const whole = seal(kind, circuitHash, payload);
  const flipped = whole.slice();
  flipped[whole.length - 1]! ^= 1;
  const huge = whole.slice();
  new DataView(huge.buffer).setBigUint64(40, 2n ** 64n - 1n, true);
  return [
    ['ENVELOPE_TRUNCATED', new Uint8Array()],
    ['ENVELOPE_TRUNCATED', whole.subarray(0, 79)],
    ['ENVELOPE_LENGTH', whole.subarray(0, whole.length - 1)],
    ['ENVELOPE_LENGTH', huge],
    ['ENVELOPE_FOREIGN', new Uint8Array(1000).fill(0x42)],
    ['ENVELOPE_KIND', seal(kinds.response, circuitHash, payload)],
    ['ENVELOPE_CHECKSUM', flipped],
  ];
}

describe('bad bytes', () => {
  it('are refused as a request, and the next request is answered', async () => {
    const payload = request.subarray(80);
    const cases = [
      ...hostile(kinds.request, payload),
      ['REQUEST_INVALID', seal(kinds.request, circuitHash, new Uint8Array())],
      ['REQUEST_INVALID', seal(kinds.request, circuitHash, new Uint8Array(100_000).fill(0x91))],
      ['REQUEST_INVALID', seal(kinds.request, circuitHash, payload.subarray(0, 100))],
      ['CIRCUIT_MISMATCH', seal(kinds.request, new Uint8Array(32), payload)],
    ] as const;
    for (const [code, bytes] of cases) {
      expect(await failure(evaluate(circuit, key, bytes))).toMatchObject({ name: 'EngineError', code });
    }
    await expectAnswer();
  });

  it('are refused as a key, and the next request is answered', async () => {
    const cases = [
      ...hostile(kinds.evaluationKey, keyPayload),
      ['KEY_SIZE', seal(kinds.evaluationKey, circuitHash, keyPayload.subarray(0, 1000))],
      ['KEY_INVALID', seal(kinds.evaluationKey, circuitHash, new Uint8Array(keyPayload.length))],
      ['KEY_INVALID', seal(kinds.evaluationKey, circuitHash, keyPayload.slice().fill(255))],
    ] as const;
    for (const [code, bytes] of cases) {
      expect(await failure(loadEvaluationKey(circuit, bytes))).toMatchObject({ code });
    }
    await expectAnswer();
  });

  it('are refused as a circuit, and the next request is answered', async () => {
    const payload = serverBin.subarray(80);
    const insecure = sealCircuit({ ...spec, parameters: { ...parameters, lweNoise: 1e-9 } }).bytes;
    const unsupported = sealCircuit({ ...spec, parameters: { ...parameters, polynomialSize: 1000 } }).bytes;
    const narrow = sealCircuit({ ...spec, inputs: 1 }).bytes;
    const cases = [
      ...hostile(kinds.serverCircuit, payload),
      ['CIRCUIT_MISMATCH', seal(kinds.serverCircuit, new Uint8Array(32), payload)],
      ['PARAMETERS_INSECURE', insecure],
      ['PARAMETERS_UNSUPPORTED', unsupported],
      ['CIRCUIT_INVALID', narrow],
    ] as const;
    for (const [code, bytes] of cases) {
      expect(await failure(loadCircuit(bytes))).toMatchObject({ code });
    }
    await expectAnswer();
  });

  it('of another circuit are refused with both hashes', async () => {
    const foreign = new Uint8Array(32).fill(0xab);
    const error = await failure(loadEvaluationKey(circuit, seal(kinds.evaluationKey, foreign, keyPayload)));
    expect(error).toMatchObject({ code: 'CIRCUIT_MISMATCH', got: hex(foreign), expected: circuit.hash });
    expect(error.message).toContain(hex(foreign));
    expect(error.message).toContain(circuit.hash);
    expect(error.hint).toBeTruthy();
  });

  it('of any damage give a result or an error with a code', async () => {
    const damages = fc.array(fc.record({ at: fc.nat(), value: fc.nat(255), cut: fc.boolean() }), {
      minLength: 1,
      maxLength: 4,
    });
    const damaged = (bytes: Uint8Array, changes: { at: number; value: number; cut: boolean }[]) =>
      changes.reduce((whole, { at, value, cut }) => {
        const place = at % whole.length;
        return cut && place > 0 ? whole.slice(0, place) : whole.with(place, value);
      }, bytes);
    const answerOf = async (promise: Promise<unknown>) =>
      promise.then(
        () => 'accepted',
        (error: EngineError) => error.code,
      );
    const payload = serverBin.slice(80);
    await fc.assert(
      fc.asyncProperty(damages, async (changes) => {
        const circuits = [damaged(serverBin, changes), sealCircuitPayload(damaged(payload, changes))];
        for (const bytes of circuits) {
          const code = await answerOf(loadCircuit(bytes));
          expect(['accepted', ...engineErrorCodes]).toContain(code);
          expect(code).not.toBe('ENGINE_FAILURE');
        }
        // No seal of its own: a damaged request that passed the checksum would be evaluated, for seconds.
        const changed = damaged(request, changes);
        if (!Buffer.from(changed).equals(request)) {
          expect(await answerOf(evaluate(circuit, key, changed))).toMatch(/^ENVELOPE_|^CIRCUIT_MISMATCH$/);
        }
      }),
      { numRuns: 300 },
    );
    await expectAnswer();
  });

  it('that are no bytes at all are refused', async () => {
    for (const value of [undefined, null, 'bytes', [1, 2], new ArrayBuffer(100)]) {
      const bytes = value as unknown as Uint8Array;
      expect(await failure(loadCircuit(bytes))).toMatchObject({ code: 'ARGUMENT_INVALID' });
      expect(await failure(evaluate(circuit, key, bytes))).toMatchObject({ code: 'ARGUMENT_INVALID' });
    }
  });
});

describe('a key or circuit that the engine did not load', () => {
  it('is refused', async () => {
    const fakeCircuit = { ...circuit } as ServerCircuit;
    const fakeKey = {} as EvaluationKey;
    expect(await failure(evaluate(fakeCircuit, key, request))).toMatchObject({ code: 'ARGUMENT_INVALID' });
    expect(await failure(evaluate(circuit, fakeKey, request))).toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});

describe('the engine', () => {
  it('has a pool of its own', () => {
    expect(engineThreads()).toBeGreaterThan(0);
    expect(nativeEngine().threads()).toBe(engineThreads());
  });
});
