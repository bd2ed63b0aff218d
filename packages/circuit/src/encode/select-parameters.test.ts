import { Generator } from '@tacit/tensor';
import { beforeAll, describe, expect, it } from 'vitest';
import { fittedNet } from '../../test/test-nets.js';
import { compile } from '../compile.js';
import { lowerNet } from '../graph/lower.js';
import { candidateParameters } from '../noise/candidate-parameters.js';
import { bootstrapCost, measuredCost } from '../noise/cost-model.js';
import type { CostTable } from '../noise/cost-table.js';
import { referenceCosts } from '../noise/reference-costs.js';
import { securityOf } from '../noise/security.js';
import { circuitRunner } from '../run/run-circuit.js';
import { decodeLogits, quantizeRows } from '../spec/index.js';
import { type Calibration, calibrate } from './calibrate.js';
import { type EncodedCircuit, encodeCircuit } from './encode-circuit.js';
import { noiseEffect } from './noise-effect.js';
import { type SelectionOptions, selectParameters } from './select-parameters.js';

const options: SelectionOptions = { pErrorLog2: -40, maxLabelFlips: 0.005, seed: 0 };
let fitted: ReturnType<typeof fittedNet>;
let calibration: Calibration;
let levels: Int32Array;
let samples: number;

beforeAll(() => {
  fitted = fittedNet({ hiddenSizes: [4] });
  const graph = lowerNet(fitted.module);
  levels = quantizeRows(graph.features, fitted.X).levels;
  samples = fitted.X.length;
  calibration = calibrate(graph, levels, samples);
});

const select = (changes: Partial<SelectionOptions> = {}) =>
  selectParameters([calibration], levels, samples, { ...options, ...changes })!;

const seconds = (selection: ReturnType<typeof select>) =>
  bootstrapCost(selection.parameters, measuredCost(referenceCosts));

/** Simulated apart from the selection, on other noise. */
function harmOf(encoded: EncodedCircuit): number {
  const run = circuitRunner(encoded.server, encoded.inputScaleLog2);
  const outputs = (noise: Generator | null) => decodeLogits(encoded.outputs, run(levels, samples, noise));
  const effect = noiseEffect({ kind: 'classification' });
  const generator = new Generator(77);
  const clear = outputs(null);
  for (let repeat = 0; repeat < 8; repeat++)
    for (const [row, noisy] of outputs(generator).entries()) effect.add(clear[row]!, noisy);
  return effect.harm();
}

describe('the choice', () => {
  it('meets the limit, and costs less where the limit is wider', () => {
    const [strict, wide] = [select(), select({ maxLabelFlips: 0.05 })];
    expect(strict.isWithinLimit).toBe(true);
    expect(strict.labelFlips).toBeLessThanOrEqual(0.005);
    expect(wide.labelFlips).toBeLessThanOrEqual(0.05);
    expect(seconds(wide)).toBeLessThan(seconds(strict));
  });

  it('leaves out no clearly cheaper set that would do', () => {
    const chosen = select();
    const cheaper = candidateParameters(132, measuredCost(referenceCosts)).filter(
      ({ cost }) => cost < 0.8 * seconds(chosen),
    );
    const harms = cheaper.flatMap(({ parameters }) => {
      const encoded = encodeCircuit(calibration, parameters, options.pErrorLog2);
      return encoded === null ? [] : [harmOf(encoded)];
    });
    expect(harms.length).toBeGreaterThan(5);
    expect(Math.min(...harms)).toBeGreaterThan(options.maxLabelFlips);
  });

  it('goes by the costs of the machine at hand: where small polynomials are dear, it takes none', () => {
    const dear: CostTable = {
      ...referenceCosts,
      blindRotation: referenceCosts.blindRotation.map((row) =>
        row.polynomialSize < 4096 ? { ...row, seconds: 1000 * row.seconds } : row,
      ),
    };
    expect(select().parameters.polynomialSize).toBeLessThan(4096);
    expect(select({ costs: dear }).parameters.polynomialSize).toBeGreaterThanOrEqual(4096);
  });

  it('lies on the curve that was asked for', () => {
    expect(securityOf(select().parameters)).toBe(132);
    const weaker = select({ security: 128 });
    expect(securityOf(weaker.parameters)).toBe(128);
    expect(seconds(weaker)).toBeLessThanOrEqual(seconds(select()));
  });

  it('is the same every time', () => {
    expect(select()).toEqual(select());
  });

  it('takes of a circuit without bootstraps the smallest ciphertexts that keep the labels', () => {
    const linear = lowerNet(fittedNet({ nLayers: 1 }).module);
    const inputs = quantizeRows(linear.features, fitted.X).levels;
    const found = selectParameters([calibrate(linear, inputs, samples)], inputs, samples, options)!;
    expect(found.isWithinLimit).toBe(true);
    expect(found.parameters.glweDimension * found.parameters.polynomialSize).toBeLessThan(2048);
  });
});

describe('compile', () => {
  it.each([
    ['security', 112, 'OPTION_INVALID'],
    ['security', 80, 'OPTION_INVALID'],
    ['costs', { format: 'other' }, 'COSTS_INVALID'],
  ])('refuses %s %j', async (name, value, code) => {
    await expect(compile(fitted.net, fitted.X, { [name]: value })).rejects.toMatchObject({ code });
  });

  it('reports the security and the costs it was given', async () => {
    const costs: CostTable = { ...referenceCosts, machine: 'this one' };
    const report = (
      await compile(fitted.net, fitted.X, { security: 128, costs, maxLabelFlips: 0.05 })
    ).report();
    expect(report.parameters.securityBits).toBe(128);
    expect(report.seconds).toMatchObject({ machine: 'this one', isMeasured: true });
  });
});
