// Calibrated graph + parameter set → server circuit: scales, gains, offsets and tables, and how to decode the outputs.

import { tailQuantile } from '../noise/normal.js';
import type { CryptoParameters, OutputDecoding, ServerCircuit } from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import { encodeHidden, type HiddenEncoding } from './encode-hidden.js';
import { encodeOutput, outputDemands, outputRanges } from './encode-output.js';
import { responseBitsFor, responseVariance } from './response-bits.js';
import { type Demand, type EdgeScale, inputScale, type Reading, tableOutputScale } from './scales.js';
import { skipVariances } from './skip-terms.js';

export interface EncodedCircuit {
  readonly server: ServerCircuit;
  readonly inputScaleLog2: number;
  readonly outputs: readonly OutputDecoding[];
  readonly hidden: readonly HiddenEncoding[];
  /** Standard deviation of each output, in output units. */
  readonly outputNoise: Float64Array;
}

/** Real weights onto what tables emit are rounded to this many steps at least; each step multiplies noise. */
const skipRefinement = 8;

/**
 * Encodes a graph under a parameter set.
 *
 * @param pErrorLog2 - log2 of the probability, per bootstrap, that noise carries a calibrated accumulator out of its range,
 *   or an exact one out of its box: the guard on each side is that quantile of the computed noise.
 * @returns null when the noise of the set leaves no room for the ranges.
 */
export function encodeCircuit(
  calibration: Calibration,
  parameters: CryptoParameters,
  pErrorLog2: number,
): EncodedCircuit | null {
  const { graph, plans } = calibration;
  const guard = tailQuantile(pErrorLog2);
  const ranges = outputRanges(calibration);
  const scales: EdgeScale[] = [];
  for (let edge = 0; edge <= graph.hidden.length; edge++) {
    const plan = plans[edge];
    const reading: Reading = {
      parameters,
      guard,
      turns: plan ? 0.5 : 1,
      bootstrapped: plan !== undefined,
      refinement: isReadBySkip(calibration, edge) ? skipRefinement : 1,
    };
    const demands: Demand[] = plan
      ? plan.tables.map((table) => ({ ...table, extent: table.window.extent, otherVariance: 0 }))
      : outputDemands(graph, ranges);
    const chosen = chooseScale(calibration, edge, demands, reading, scales);
    if (chosen === null) return null;
    scales.push(chosen);
  }
  const hidden = plans.map((_, index) => encodeHidden(calibration, index, scales, guard, parameters));
  if (hidden.some(({ encoding }) => encoding.misreadLog2.some((log2) => log2 > pErrorLog2 + 1e-6)))
    return null;
  const output = encodeOutput(calibration, ranges, scales);
  const outputTurns = scales[graph.hidden.length]!.noises;
  const responseBits = responseBitsFor(parameters, outputTurns);
  return {
    server: {
      parameters,
      inputs: graph.features.length,
      responseBits,
      layers: [...hidden.map((encoded) => encoded.layer), output.layer],
    },
    inputScaleLog2: 64 + Math.log2(scales[0]!.scale),
    outputs: output.decoding,
    hidden: hidden.map((encoded) => encoded.encoding),
    outputNoise: outputTurns.map(
      (noise, row) =>
        Math.sqrt(noise ** 2 + responseVariance(parameters, responseBits)) *
        Math.abs(output.decoding[row]!.scale),
    ),
  };
}

/** Skips bring noise of their own, which depends on the scale they are rounded for: chosen without it, then with it. */
function chooseScale(
  calibration: Calibration,
  edge: number,
  demands: readonly Demand[],
  reading: Reading,
  scales: readonly EdgeScale[],
): EdgeScale | null {
  const choose = edge === 0 ? inputScale : tableOutputScale;
  const first = choose(demands, reading);
  if (first === null) return null;
  const variances = skipVariances(calibration, edge, first, scales, reading.parameters);
  if (variances === null) return first;
  return choose(
    demands.map((demand, k) => ({ ...demand, otherVariance: variances[k]! })),
    reading,
  );
}

function isReadBySkip({ graph }: Calibration, edge: number): boolean {
  return (
    edge > 0 &&
    [...graph.hidden, graph.output].some((layer) => layer.skips.some((skip) => skip.edge === edge))
  );
}
