// Seeded random numbers: xoshiro128** (Blackman & Vigna 2021), whose state is set from the seed by splitmix64 as its
// authors advise. All arithmetic is on 32-bit integers, so a seed gives the same numbers on every engine. For training and
// tests only: keys and encryption noise never come from here.

import { ArgumentError, invalidArgument } from './errors.js';
import { log } from './kernels/elementary.js';

/** Everything that determines the numbers to come; plain data, fit for JSON. */
export interface GeneratorState {
  /** What `fork` derives children from: fixed by the seed, untouched by draws. Four words of 32 bits. */
  readonly key: readonly number[];
  /** The position in the stream. Four words of 32 bits. */
  readonly words: readonly number[];
}

const MASK_64 = (1n << 64n) - 1n;

/** A stream of random numbers. */
export class Generator {
  #key: Uint32Array;
  #words: Uint32Array;

  /**
   * @param seed - a whole number, 0 to 2⁵³ − 1. There is no default: what is not repeatable should not look so.
   * @throws ArgumentError `SEED_INVALID`.
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new ArgumentError(`The seed is ${String(seed)}.`, {
        code: 'SEED_INVALID',
        got: String(seed),
        expected: 'a whole number from 0 to 2⁵³ − 1',
        hint: 'Pass a whole number from 0 to 2⁵³ − 1.',
      });
    }
    this.#key = wordsFromSeed(BigInt(seed));
    this.#words = this.#key.slice();
  }

  /** 32 random bits, as a number from 0 to 2³² − 1. */
  nextUint32(): number {
    const s = this.#words;
    const product = Math.imul(rotateLeft(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotateLeft(s[3], 11);
    return product;
  }

  /** A number in [0, 1) with 53 random bits. */
  uniform(): number {
    const high = this.nextUint32() >>> 5;
    const low = this.nextUint32() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  /** A draw from the normal distribution with mean 0 and standard deviation 1 (Marsaglia & Bray 1964, polar method). */
  normal(): number {
    for (;;) {
      const x = 2 * this.uniform() - 1;
      const y = 2 * this.uniform() - 1;
      const square = x * x + y * y;
      // The second value of the pair is not kept: the state would have to carry it.
      if (square > 0 && square < 1) return x * Math.sqrt((-2 * log(square)) / square);
    }
  }

  /**
   * A whole number from 0 to `bound` − 1, all equally likely: draws that would favor small ones are repeated.
   *
   * @throws ArgumentError unless `bound` is a whole number from 1 to 2³².
   */
  integer(bound: number): number {
    if (!Number.isInteger(bound) || bound < 1 || bound > 4294967296) {
      throw invalidArgument('integer: bound', bound, 'a whole number from 1 to 2³²');
    }
    const accepted = 4294967296 - (4294967296 % bound);
    for (;;) {
      const draw = this.nextUint32();
      if (draw < accepted) return draw % bound;
    }
  }

  /** The numbers 0 to `count` − 1 in random order, all orders equally likely (Fisher & Yates). */
  permutation(count: number): Int32Array {
    if (!Number.isInteger(count) || count < 0 || count > 2147483647) {
      throw invalidArgument('permutation: count', count, 'a whole number from 0 to 2³¹ − 1');
    }
    const order = new Int32Array(count);
    for (let i = 0; i < count; i++) order[i] = i;
    for (let i = count - 1; i > 0; i--) {
      const j = this.integer(i + 1);
      const moved = order[i];
      order[i] = order[j];
      order[j] = moved;
    }
    return order;
  }

  /**
   * Fills an array with uniform draws of 24 bits, one 32-bit number each.
   *
   * @param range - default [0, 1). Rounding to float32 may reach `high` itself when the range is not [0, 1).
   * @returns the same array.
   */
  fillUniform(
    target: Float32Array,
    range: { readonly low?: number; readonly high?: number } = {},
  ): Float32Array {
    const { low = 0, high = 1 } = range;
    const width = high - low;
    for (let i = 0; i < target.length; i++) target[i] = low + width * ((this.nextUint32() >>> 8) / 16777216);
    return target;
  }

  /**
   * Fills an array with normal draws.
   *
   * @param distribution - default mean 0, standardDeviation 1.
   * @returns the same array.
   */
  fillNormal(
    target: Float32Array,
    distribution: { readonly mean?: number; readonly standardDeviation?: number } = {},
  ): Float32Array {
    const { mean = 0, standardDeviation = 1 } = distribution;
    for (let i = 0; i < target.length; i++) target[i] = mean + standardDeviation * this.normal();
    return target;
  }

  /**
   * An independent stream for a purpose. It depends on this generator's seed and the label only, not on how many numbers
   * have been drawn: adding draws in one place changes nothing in another. The same label gives the same stream.
   *
   * @param label - a name, or a whole number such as the index of a fold; `1` and `'1'` differ.
   */
  fork(label: string | number): Generator {
    const child = new Generator(0);
    child.#key = forkedKey(this.#key, label);
    child.#words = child.#key.slice();
    return child;
  }

  /** A copy of the state. Setting it continues the stream exactly where it was taken. */
  get state(): GeneratorState {
    return { key: [...this.#key], words: [...this.#words] };
  }

  /** @throws ArgumentError `GENERATOR_STATE_INVALID` unless it has the form that the getter gives. */
  set state(state: GeneratorState) {
    const key = checkedWords(state?.key);
    const words = checkedWords(state?.words);
    this.#key = key;
    this.#words = words;
  }
}

function rotateLeft(value: number, bits: number): number {
  return (value << bits) | (value >>> (32 - bits));
}

/** One step of splitmix64 (Steele, Lea & Flood 2014): the state advances by the golden ratio, the output is mixed. */
function mix64(state: bigint): bigint {
  let z = state & MASK_64;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & MASK_64;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & MASK_64;
  return z ^ (z >> 31n);
}

const GOLDEN = 0x9e3779b97f4a7c15n;

/** Two outputs of splitmix64, low words first. They are never all zero: mix64 is one-to-one, and its inputs differ. */
function wordsFromSeed(seed: bigint): Uint32Array {
  const first = mix64(seed + GOLDEN);
  const second = mix64(seed + 2n * GOLDEN);
  return Uint32Array.of(
    Number(first & 0xffffffffn),
    Number(first >> 32n),
    Number(second & 0xffffffffn),
    Number(second >> 32n),
  );
}

/** Absorbs the label's characters, one mixing each, into the first half of the key and then the second. */
function forkedKey(key: Uint32Array, label: string | number): Uint32Array {
  if (typeof label === 'number' && !Number.isSafeInteger(label)) {
    throw invalidArgument('fork: label', label, 'a string or a whole number');
  }
  const text = typeof label === 'number' ? `#${label}` : `$${label}`;
  let hash = (BigInt(key[1]) << 32n) | BigInt(key[0]);
  hash = mix64(hash + GOLDEN) ^ ((BigInt(key[3]) << 32n) | BigInt(key[2]));
  for (let i = 0; i < text.length; i++) hash = mix64((hash ^ BigInt(text.charCodeAt(i))) + GOLDEN);
  return wordsFromSeed(hash);
}

function checkedWords(words: readonly number[] | undefined): Uint32Array {
  const isValid =
    Array.isArray(words) &&
    words.length === 4 &&
    words.every((word) => Number.isInteger(word) && word >= 0 && word <= 0xffffffff) &&
    words.some((word) => word !== 0);
  if (!isValid) {
    throw new ArgumentError('This is no state of a generator.', {
      code: 'GENERATOR_STATE_INVALID',
      got: JSON.stringify(words) ?? 'undefined',
      expected: 'four numbers of 32 bits, not all 0',
      hint: 'Pass what the property `state` of a Generator gave.',
    });
  }
  return Uint32Array.from(words);
}
