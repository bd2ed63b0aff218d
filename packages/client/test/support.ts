// What the tests of this package share: a spec with real 128-bit parameters, and a server of linear circuits that
// works on the wire format alone, with the mask generator of tfhe-rs rebuilt from AES.

import { createCipheriv } from 'node:crypto';
import { Decoder, Encoder } from '@msgpack/msgpack';
import {
  type ClassificationPrediction,
  type ClientSpec,
  type CryptoParameters,
  hashPayload,
  type InputFeature,
  largeLweDimension,
  openEnvelope,
  type Prediction,
  sealEnvelope,
} from '@tacit/circuit/spec';

/** Standard deviation of Gaussian noise that gives 128 bits of security to a binary key of this dimension. */
function secureNoise(dimension: number): number {
  return 2 ** (0.5 * Math.log2(2 ** (4 - 128) + 2 ** (5.31469187675068 - 0.0497829131652661 * dimension)));
}

export const parameters: CryptoParameters = {
  lweDimension: 844,
  glweDimension: 2,
  polynomialSize: 1024,
  lweNoise: secureNoise(844),
  glweNoise: secureNoise(2048),
  pbsBaseLog: 23,
  pbsLevel: 1,
  ksBaseLog: 3,
  ksLevel: 5,
};

export const lweDimension = largeLweDimension(parameters);
export const circuitHash = hashPayload(Uint8Array.of(1));
export const otherHash = hashPayload(Uint8Array.of(2));

const feature: InputFeature = { low: 0, step: 1, levels: 15, minimum: 0, maximum: 15 };

export const classes = ['left', 'middle', 'right'];

/** A spec of 4 features, levels 0 to 15 of the raw values themselves, and 3 outputs in units of a level. */
export const spec: ClientSpec = {
  format: 'tacit.client',
  version: 2,
  circuitHash,
  parameters,
  steps: [],
  inputs: { scaleLog2: 54, features: [feature, feature, feature, feature] },
  outputs: [
    { scale: 2 ** 10, offset: 0 },
    { scale: 2 ** 10, offset: 0.5 },
    { scale: 2 ** 10, offset: -3 },
  ],
  responseBits: 64,
  task: { kind: 'classification', classes },
};

/** A prediction of this spec: one of classes. */
export function classified(prediction: Prediction): ClassificationPrediction {
  if (prediction.kind !== 'classification') throw new TypeError(`a ${prediction.kind} came back`);
  return prediction;
}

/** [outputs][inputs] of a linear circuit. */
export type Matrix = readonly (readonly number[])[];

export const weights: Matrix = [
  [1, 0, -1, 2],
  [0, 3, 0, -7],
  [-1, -1, -1, -1],
];

/** Logits of `weights` on one row of levels. */
export function expectedLogits(row: ArrayLike<number>, matrix: Matrix = weights): number[] {
  return matrix.map((line, k) => spec.outputs[k]!.offset + line.reduce((sum, w, i) => sum + w * row[i]!, 0));
}

/** Mask words of a seed: AES-128 under the seed of the counters 0, 1, 2, …, both little-endian. */
export function expandMask(seed: Uint8Array, words: number = lweDimension): BigUint64Array {
  const counters = new BigUint64Array(words);
  for (let block = 0; 2 * block < words; block++) counters[2 * block] = BigInt(block);
  const cipher = createCipheriv('aes-128-ecb', seed, null).setAutoPadding(false);
  const stream = cipher.update(new Uint8Array(counters.buffer));
  return new BigUint64Array(new Uint8Array(stream).buffer);
}

/** The ciphertexts of a request: [samples · inputs][k·N + 1] words. */
export function expandRequest(request: Uint8Array): { samples: number; ciphertexts: BigUint64Array[] } {
  const { payload } = openEnvelope(request, { kind: 'request', circuitHash });
  const { samples, seeds, bodies } = new Decoder().decode(payload) as {
    samples: number;
    seeds: Uint8Array;
    bodies: Uint8Array;
  };
  const bodyWords = new BigUint64Array(bodies.slice().buffer);
  const ciphertexts = Array.from(bodyWords, (body, i) =>
    BigUint64Array.of(...expandMask(seeds.slice(16 * i, 16 * (i + 1))), body),
  );
  return { samples, ciphertexts };
}

/** What a server answers whose circuit is one linear layer, without any bootstrap. */
export function evaluateLinear(request: Uint8Array, matrix: Matrix = weights): Uint8Array {
  const { samples, ciphertexts } = expandRequest(request);
  const inputs = ciphertexts.length / samples;
  const outputs = Array.from({ length: samples }, (_, s) =>
    matrix.map((line) => {
      const sum = new BigUint64Array(lweDimension + 1);
      for (const [i, w] of line.entries()) addScaled(sum, ciphertexts[s * inputs + i]!, BigInt(w));
      return sum;
    }),
  );
  return sealResponse(samples, outputs.flat());
}

function addScaled(sum: BigUint64Array, ciphertext: BigUint64Array, factor: bigint): void {
  for (let j = 0; j < sum.length; j++) sum[j] = sum[j]! + factor * ciphertext[j]!;
}

/** A ciphertext that anyone can read: mask zero. */
export function trivialCiphertext(body: bigint): BigUint64Array {
  const words = new BigUint64Array(lweDimension + 1);
  words[lweDimension] = body;
  return words;
}

export function sealResponse(samples: unknown, ciphertexts: readonly BigUint64Array[]): Uint8Array {
  const words = new BigUint64Array(ciphertexts.length * (lweDimension + 1));
  for (const [i, ciphertext] of ciphertexts.entries()) words.set(ciphertext, i * (lweDimension + 1));
  return sealFields({ samples, ciphertexts: new Uint8Array(words.buffer) });
}

/** A response envelope around whatever is given. */
export function sealFields(fields: unknown, hash: string = circuitHash): Uint8Array {
  return sealEnvelope('response', hash, new Encoder().encode(fields));
}
