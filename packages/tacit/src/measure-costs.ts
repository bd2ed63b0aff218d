// What the engine costs on this machine, for the compiler's choice of parameters and for its reports. Timing needs no
// secrets: evaluation keys and requests are random bytes in the right layout, and what comes out means nothing.

import { randomFillSync } from 'node:crypto';
import { cpus } from 'node:os';
import { Encoder } from '@msgpack/msgpack';
import { type Circuit, type CostTable, tfheRsNoise } from '@tacit/circuit';
import {
  type CryptoParameters,
  decodeServerCircuit,
  encodeServerCircuit,
  evaluationKeyBytes,
  largeLweDimension,
  matrixOfDense,
  type ServerCircuit,
  type ServerLayer,
  sealEnvelope,
} from '@tacit/circuit/spec';
import { engineThreads, evaluate, loadCircuit, loadEvaluationKey } from '@tacit/engine';

/** A bootstrap to be timed: k, N and the levels of its decomposition. */
export type TimedShape = readonly [glweDimension: number, polynomialSize: number, level: number];

/** Shapes that searches choose among on the 132-bit curve. */
const defaultShapes: readonly TimedShape[] = [
  [4, 256, 1],
  [5, 256, 1],
  [6, 256, 1],
  [7, 256, 1],
  [8, 256, 1],
  [6, 256, 2],
  [2, 512, 1],
  [3, 512, 1],
  [4, 512, 1],
  [4, 512, 2],
  [1, 1024, 1],
  [2, 1024, 1],
  [2, 1024, 2],
  [1, 2048, 1],
  [1, 2048, 2],
  [1, 4096, 1],
  [1, 4096, 2],
  [1, 8192, 1],
  [1, 8192, 2],
];

/** Small enough to be quick, large enough to be in the engine's range. */
const lweDimension = 500;
/** Of the key switch, while bootstraps are timed. */
const ksLevel = 3;
/** Bootstraps in a batch: many enough that all threads are busy nearly to its end. */
const batch = 32;
const repeats = 5;

/** Options of {@link measureCosts}. */
export interface MeasureCostsOptions {
  /** Default: 19 shapes from N = 256 to 8192. Others are estimated from the nearest. */
  readonly shapes?: readonly TimedShape[];
  /** Rounds over all shapes, of which each takes its best time, so that other load on the machine counts less; default 2. */
  readonly rounds?: number;
  /** Called before each measurement with how many are done, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Rejects with its reason at the next measurement. */
  readonly signal?: AbortSignal;
}

/**
 * Times key switch, bootstraps, weighted sums and the expansion of inputs on this machine, with the engine's threads. Takes
 * about a minute; keep the table (it is plain JSON) and pass it as `costs` when compiling.
 */
export async function measureCosts({
  shapes = defaultShapes,
  rounds = 2,
  onProgress,
  signal,
}: MeasureCostsOptions = {}): Promise<CostTable> {
  const measurements: (() => Promise<void>)[] = [];
  const best = new Map<string, number>();
  const keep = (name: string, measure: () => Promise<number>) =>
    measurements.push(async () => {
      best.set(name, Math.min(best.get(name) ?? Number.POSITIVE_INFINITY, await measure()));
    });
  for (let round = 0; round < rounds; round++) {
    for (const level of keySwitchLevels) keep(`ks ${level}`, () => timeBootstrap([1, 2048, 1], level));
    for (const shape of shapes) keep(shape.join(), () => timeBootstrap(shape, ksLevel));
    for (const [inputs, rows] of linearShapes) keep(`${inputs} ${rows}`, () => timeLinear(inputs, rows));
  }
  for (const [done, measure] of measurements.entries()) {
    signal?.throwIfAborted();
    onProgress?.(done, measurements.length);
    await measure();
  }
  return tableOf(shapes, (name) => best.get(name)!);
}

const keySwitchLevels = [2, 12] as const;
/** Inputs and rows of circuits without tables: their differences tell inputs from weights. */
const linearShapes = [
  [64, 4],
  [512, 4],
  [512, 132],
] as const;

function tableOf(shapes: readonly TimedShape[], best: (name: string) => number): CostTable {
  const words = 2048 + 1;
  const [few, many] = keySwitchLevels;
  const keySwitch =
    Math.max(best(`ks ${many}`) - best(`ks ${few}`), 1e-9) / (2048 * (many - few) * (lweDimension + 1));
  const [small, wide, tall] = linearShapes.map(([inputs, rows]) => best(`${inputs} ${rows}`));
  const multisum = Math.max(tall! - wide!, 1e-9) / (512 * 128 * words);
  const inputs = Math.max(wide! - small! - multisum * 448 * 4 * words, 1e-9) / (448 * words);
  return {
    format: 'tacit.costs',
    version: 1,
    machine: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}`,
    threads: engineThreads(),
    blindRotation: shapes.map(([glweDimension, polynomialSize, level]) => {
      const switched = keySwitch * glweDimension * polynomialSize * ksLevel * (lweDimension + 1);
      const perBit = (best([glweDimension, polynomialSize, level].join()) - switched) / lweDimension;
      return { glweDimension, polynomialSize, level, seconds: Math.max(perBit, 1e-12) };
    }),
    keySwitch,
    multisum,
    expansion: inputs,
  };
}

/** Seconds of one key switch and bootstrap of a batch. */
async function timeBootstrap([k, size, level]: TimedShape, keySwitchLevel: number): Promise<number> {
  const parameters = parametersOf(k, size, level, keySwitchLevel);
  const column = { edge: 0, gains: new Uint32Array(batch).fill(1), weights: ones(batch, 1) };
  const first: ServerLayer = {
    rows: batch,
    terms: [column],
    offsets: new BigUint64Array(batch),
    boxes: 2,
    tables: Uint32Array.of(1 << 28, 1 << 29),
    tableOf: new Uint32Array(batch),
  };
  const last = { ...linearLayer(1, batch), terms: [{ ...linearTerm(1, batch), edge: 1 }] };
  const seconds = await timeCircuit({ parameters, inputs: 1, responseBits: 64, layers: [first, last] });
  return seconds / batch;
}

/** Seconds of a circuit without tables. */
function timeLinear(inputs: number, rows: number): Promise<number> {
  const parameters = parametersOf(1, 2048, 1, ksLevel);
  return timeCircuit({ parameters, inputs, responseBits: 64, layers: [linearLayer(rows, inputs)] });
}

function linearLayer(rows: number, columns: number): ServerLayer {
  return {
    rows,
    terms: [linearTerm(rows, columns)],
    offsets: new BigUint64Array(rows),
    boxes: 0,
    tables: new Uint32Array(0),
    tableOf: new Uint32Array(0),
  };
}

function linearTerm(rows: number, columns: number) {
  return { edge: 0, gains: new Uint32Array(rows).fill(1), weights: ones(rows, columns) };
}

function ones(rows: number, columns: number) {
  return matrixOfDense(rows, columns, new Int32Array(rows * columns).fill(1));
}

function parametersOf(
  glweDimension: number,
  polynomialSize: number,
  pbsLevel: number,
  keySwitchLevel: number,
): CryptoParameters {
  const { secureNoise } = tfheRsNoise();
  return {
    lweDimension,
    glweDimension,
    polynomialSize,
    lweNoise: secureNoise(lweDimension),
    glweNoise: secureNoise(glweDimension * polynomialSize),
    pbsBaseLog: Math.floor(23 / pbsLevel),
    pbsLevel,
    ksBaseLog: 2,
    ksLevel: keySwitchLevel,
  };
}

/** Best of some evaluations of one sample, in seconds. */
async function timeCircuit(circuit: ServerCircuit): Promise<number> {
  const { bytes, hash } = encodeServerCircuit(circuit);
  const loaded = await loadCircuit(bytes);
  const key = await loadEvaluationKey(
    loaded,
    sealEnvelope('evaluationKey', hash, timingKey(circuit.parameters)),
  );
  const request = sealEnvelope(
    'request',
    hash,
    new Encoder().encode({
      samples: 1,
      seeds: random(16 * circuit.inputs),
      bodies: random(8 * circuit.inputs),
    }),
  );
  try {
    let best = Number.POSITIVE_INFINITY;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const start = performance.now();
      await evaluate(loaded, key, request);
      best = Math.min(best, performance.now() - start);
    }
    return best / 1000;
  } finally {
    key.dispose();
  }
}

/**
 * Seconds that the engine takes on this machine for one sample of a circuit: what a report estimates, measured, and still
 * before any key is made.
 */
export function measureCircuit({ serverCircuit }: Pick<Circuit, 'serverCircuit'>): Promise<number> {
  return timeCircuit(decodeServerCircuit(serverCircuit));
}

/** A payload of docs/wire-format.md, 2, with random bodies: it unpacks and computes like a key, and decrypts to nothing. */
function timingKey(parameters: CryptoParameters): Uint8Array {
  const { glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } = parameters;
  const writer = new FieldWriter(evaluationKeyBytes(parameters) + 256);
  const rows = largeLweDimension(parameters) * ksLevel;
  const bodies = parameters.lweDimension * pbsLevel * (glweDimension + 1) * polynomialSize;
  writer.u32(0);
  writer.words(rows);
  for (const field of [ksBaseLog, ksLevel, parameters.lweDimension + 1]) writer.u64(field);
  writer.seedAndModulus();
  writer.u32(0);
  writer.words(bodies);
  for (const field of [glweDimension + 1, polynomialSize, pbsBaseLog, pbsLevel]) writer.u64(field);
  writer.seedAndModulus();
  writer.u32(0); // Standard modulus switch.
  writer.u32(0); // Key switch first.
  const messageModulus = 2n ** 62n;
  for (const field of [messageModulus, 1n, messageModulus - 1n, 1n]) writer.u64(field);
  return writer.bytes;
}

/** Fields of bincode 1.3 with fixed-size integers. */
class FieldWriter {
  readonly bytes: Uint8Array;
  readonly #view: DataView;
  #position = 0;

  constructor(length: number) {
    this.bytes = new Uint8Array(length);
    this.#view = new DataView(this.bytes.buffer);
  }

  u32(value: number): void {
    this.#view.setUint32(this.#position, value, true);
    this.#position += 4;
  }

  u64(value: number | bigint): void {
    this.#view.setBigUint64(this.#position, BigInt(value), true);
    this.#position += 8;
  }

  /** A count and as many random words. */
  words(count: number): void {
    this.u64(count);
    randomFillSync(this.bytes, this.#position, 8 * count);
    this.#position += 8 * count;
  }

  /** Kind and bytes of a seed, its start index, which is 0, and the native modulus 2⁶⁴. */
  seedAndModulus(): void {
    this.u32(0);
    randomFillSync(this.bytes, this.#position, 16);
    this.#position += 16 + 24;
    for (const field of [0, 0, 64]) this.u64(field);
  }
}

function random(length: number): Uint8Array {
  return randomFillSync(new Uint8Array(length));
}
