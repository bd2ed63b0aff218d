// The torus scale of every edge and the integer gain of every row: as large as the range of its accumulator allows, so
// that noise is as small as it can be in accumulator units.

import { bootstrapVariance, freshVariance, readingNoise } from '../noise/variance.js';
import type { CryptoParameters } from '../spec/index.js';

/** What one row needs: units that must fit into `turns`, and the norm that its noise grows with. */
export interface RowDemand {
  readonly extent: number;
  /** Σ of the squared integer weights. */
  readonly squaredNorm: number;
}

/** A scale for an edge, and what each row that reads it makes of it. */
export interface EdgeScale {
  /** Turns per unit of the edge. */
  readonly scale: number;
  /** [rows] integer gains, at least 1. */
  readonly gains: Uint32Array;
  /** [rows] standard deviation with which the row is read, in turns. */
  readonly noises: Float64Array;
}

/** How the rows of a layer read. */
export interface Reading {
  readonly parameters: CryptoParameters;
  /** Guard on each side of a range, in standard deviations. */
  readonly guard: number;
  /** Turns that a row's extent and both guards share: ½ before a table, 1 at the outputs. */
  readonly turns: number;
  /** True when a key switch and a bootstrap follow. */
  readonly bootstrapped: boolean;
}

/** Fewest steps that the gain of the widest row on fresh inputs is resolved in: gains are then exact to 2⁻¹². */
const gainResolution = 2 ** 12;
/** Gains multiply fresh noise; beyond this they would no longer be free. */
const largestGain = 2 ** 20;

/**
 * Scale of the circuit's inputs: a power of two, small, so that each row reaches its own range through its gain. Gains
 * on fresh ciphertexts cost no noticeable noise.
 *
 * @returns null when noise leaves no room for a range at all.
 */
export function inputScale(rows: readonly RowDemand[], reading: Reading): EdgeScale | null {
  const room = reading.turns - 2 * reading.guard * rowNoise(reading, 0);
  if (room <= 0) return null;
  const widest = Math.max(...rows.map((row) => row.extent));
  const scale = 2 ** Math.floor(Math.log2(room / widest / gainResolution));
  return chooseGains(rows, reading, scale, freshVariance(reading.parameters));
}

/** Scale of what tables emit: the widest row fits at gain 1, since gains here multiply noise as well. */
export function tableOutputScale(rows: readonly RowDemand[], reading: Reading): EdgeScale | null {
  const variance = bootstrapVariance(reading.parameters);
  const scale = Math.min(
    ...rows.map((row) => room(reading, rowNoise(reading, row.squaredNorm * variance)) / row.extent),
  );
  return scale > 0 ? chooseGains(rows, reading, scale, variance) : null;
}

function chooseGains(
  rows: readonly RowDemand[],
  reading: Reading,
  scale: number,
  edgeVariance: number,
): EdgeScale | null {
  const gains = new Uint32Array(rows.length);
  const noises = new Float64Array(rows.length);
  for (const [k, row] of rows.entries()) {
    const noiseAt = (gain: number) => rowNoise(reading, gain ** 2 * row.squaredNorm * edgeVariance);
    let gain = Math.min(
      largestGain,
      Math.max(1, Math.floor(room(reading, noiseAt(0)) / (row.extent * scale))),
    );
    // A larger gain brings more noise, hence a wider guard: step back until both fit.
    while (gain > 1 && gain * row.extent * scale > room(reading, noiseAt(gain))) gain -= Math.ceil(gain / 64);
    if (gain * row.extent * scale > room(reading, noiseAt(gain)) * (1 + 1e-9)) return null;
    gains[k] = gain;
    noises[k] = noiseAt(gain);
  }
  return { scale, gains, noises };
}

function room(reading: Reading, noise: number): number {
  return reading.turns - 2 * reading.guard * noise;
}

function rowNoise(reading: Reading, inputVariance: number): number {
  return reading.bootstrapped ? readingNoise(reading.parameters, inputVariance) : Math.sqrt(inputVariance);
}
