// The torus scale of every edge and the integer gain of every row: as large as the range of its accumulator allows, so
// that noise is as small as it can be in accumulator units.

import { bootstrapVariance, freshVariance, readingNoise } from '../noise/variance.js';
import type { CryptoParameters } from '../spec/index.js';

/** What one table, or one output, needs. */
export interface Demand {
  /** Units that must fit into `turns`. */
  readonly extent: number;
  /** Turns that one unit has to have; null where it is free. */
  readonly unitTurns: number | null;
  /** Σ of the squared integer weights, which the noise of the edge grows with. */
  readonly squaredNorm: number;
  /** Variance that other edges bring in, turns². */
  readonly otherVariance: number;
}

/** A scale for an edge, and what each table or output that reads it makes of it. */
export interface EdgeScale {
  /** Turns per unit of the edge. */
  readonly scale: number;
  /** Integer gains, at least 1. */
  readonly gains: Uint32Array;
  /** Standard deviations with which they are read, in turns. */
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
  /** How many times finer the scale has to be than these rows need: another layer reads the edge too, with real weights. */
  readonly refinement: number;
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
export function inputScale(demands: readonly Demand[], reading: Reading): EdgeScale | null {
  const smallest = Math.min(...demands.map((demand) => wantedUnit(demand, reading, 0)));
  if (!(smallest > 0)) return null;
  const scale = 2 ** Math.floor(Math.log2(smallest / gainResolution));
  return chooseGains(demands, reading, scale, freshVariance(reading.parameters));
}

/** Scale of what tables emit: the widest row fits at gain 1, since gains here multiply noise as well. */
export function tableOutputScale(demands: readonly Demand[], reading: Reading): EdgeScale | null {
  const variance = bootstrapVariance(reading.parameters);
  const finer = reading.refinement ** 2;
  const scale = Math.min(
    ...demands.map((demand) => wantedUnit(demand, reading, finer * demand.squaredNorm * variance)),
  );
  return scale > 0 ? chooseGains(demands, reading, scale / reading.refinement, variance) : null;
}

/** Turns of one unit that a demand can have under this much variance of its edge; not positive when there is no room. */
function wantedUnit(demand: Demand, reading: Reading, edgeVariance: number): number {
  return demand.unitTurns ?? room(reading, rowNoise(demand, reading, edgeVariance)) / demand.extent;
}

function chooseGains(
  demands: readonly Demand[],
  reading: Reading,
  scale: number,
  edgeVariance: number,
): EdgeScale | null {
  const gains = new Uint32Array(demands.length);
  const noises = new Float64Array(demands.length);
  for (const [k, demand] of demands.entries()) {
    const noiseAt = (gain: number) =>
      rowNoise(demand, reading, gain ** 2 * demand.squaredNorm * edgeVariance);
    const gain =
      demand.unitTurns === null
        ? largestGainWithin(demand, reading, scale, noiseAt)
        : Math.max(1, Math.round(demand.unitTurns / scale));
    if (gain === null) return null;
    gains[k] = gain;
    noises[k] = noiseAt(gain);
  }
  return { scale, gains, noises };
}

function largestGainWithin(
  { extent }: Demand,
  reading: Reading,
  scale: number,
  noiseAt: (gain: number) => number,
): number | null {
  const fits = (gain: number, slack = 1) => gain * extent * scale <= room(reading, noiseAt(gain)) * slack;
  let gain = Math.min(largestGain, Math.max(1, Math.floor(room(reading, noiseAt(0)) / (extent * scale))));
  // A larger gain brings more noise, hence a wider guard: step back until both fit.
  while (gain > 1 && !fits(gain)) gain -= Math.ceil(gain / 64);
  return fits(gain, 1 + 1e-9) ? gain : null;
}

function room(reading: Reading, noise: number): number {
  return reading.turns - 2 * reading.guard * noise;
}

function rowNoise({ otherVariance }: Demand, reading: Reading, edgeVariance: number): number {
  const variance = edgeVariance + otherVariance;
  return reading.bootstrapped ? readingNoise(reading.parameters, variance) : Math.sqrt(variance);
}
