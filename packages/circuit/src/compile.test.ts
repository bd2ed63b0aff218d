import { collectWarnings } from '@tacit/learn';
import { Linear, Sine } from '@tacit/nn';
import { expect, it } from 'vitest';
import { blobs, fittedNet } from '../test/test-nets.js';
import { compile } from './compile.js';
import type { CompileOptions } from './compile-options.js';
import type { FittedClassifier } from './fitted-estimator.js';
import { decodeServerCircuit, parseClientSpec } from './spec/index.js';

it('compiles to a client spec that a client accepts and that tells no weights', async () => {
  const { net, X } = fittedNet();
  const circuit = await compile(net, X);
  const spec = parseClientSpec(JSON.parse(JSON.stringify(circuit.clientSpec)));
  expect(spec.task).toEqual({ kind: 'classification', classes: ['a', 'b', 'c'] });
  expect(JSON.stringify(spec)).not.toMatch(/weight|table/);
});

it('predicts the same labels clear and simulated, and the net’s own', async () => {
  const { net, X, y } = fittedNet();
  const circuit = await compile(net, X);
  const clear = await circuit.predict(X);
  const simulated = await circuit.predict(X, { mode: 'simulate', seed: 4 });
  const right = clear.filter((label, i) => label === ['a', 'b', 'c'][y[i]!]).length;
  expect(right / X.length).toBeGreaterThan(0.9);
  expect(simulated.filter((label, i) => label !== clear[i]).length / X.length).toBeLessThan(0.02);
});

it('is deterministic: the same net and rows give the same circuit', async () => {
  const { net, X } = fittedNet();
  const [first, second] = [await compile(net, X), await compile(net, X)];
  expect(second.clientSpec).toEqual(first.clientSpec);
  expect(second.serverCircuit).toEqual(first.serverCircuit);
});

it('reports layers, bootstraps, bits, parameters and sizes', async () => {
  const { net, X } = fittedNet({ hiddenSizes: [5] });
  const report = (await compile(net, X)).report();
  expect(report.pbs).toBe(5);
  expect(report.accumulatorBits).toBeLessThanOrEqual(8);
  expect(report.layers.map((layer) => [layer.inputs, layer.rows, layer.bootstraps])).toEqual([
    [6, 5, 5],
    [5, 3, 0],
  ]);
  expect(report.parameters.securityBits).toBeGreaterThanOrEqual(128);
  expect(report.parameters.pErrorLog2).toBe(-40);
  expect(report.bytes.request).toBe(6 * 24);
  const text = String(report);
  for (const part of ['features.fc0', '6→5', '5 PBS', '132 bits']) expect(text).toContain(part);
});

it('needs no bootstrap for a linear model', async () => {
  const { net, X } = fittedNet({ nLayers: 1 });
  const circuit = await compile(net, X);
  expect(circuit.report().pbs).toBe(0);
  expect(await circuit.predict(X, { mode: 'simulate' })).toEqual(await circuit.predict(X));
});

it('keeps the integers themselves within the bits where accumulators are bounded', async () => {
  const { net, X } = fittedNet({ accumulators: 'bounded', nWBits: 2, nABits: 2 });
  const report = (await compile(net, X)).report();
  expect(report.integerBits).toBeLessThanOrEqual(8);
  for (const layer of report.layers) expect(layer.largestRow).toBeLessThanOrEqual(28);
});

it('names the neuron whose bounded accumulator is too wide', async () => {
  const { net, module, X } = fittedNet({ accumulators: 'bounded', nWBits: 4, nABits: 4, nAccumBits: 9 }, 5);
  for (const { linear } of module.layers) linear.mask.fill(1);
  await expect(compile(net, X)).rejects.toThrow(
    expect.objectContaining({
      code: 'ACCUMULATOR_TOO_WIDE',
      message: expect.stringMatching(/Neuron \d+ of features\.fc\d/),
    }),
  );
});

it('warns when bounded accumulators leave next to no weights', async () => {
  const { net, X } = fittedNet({ accumulators: 'bounded', nWBits: 4, nABits: 4 });
  const { warnings } = await collectWarnings(() => compile(net, X));
  expect(warnings.map((warning) => warning.code)).toContain('OMEGA_SMALL');
});

it('warns with their number of rows that lie far outside the training range, and clamps them', async () => {
  const { net, X } = fittedNet();
  const circuit = await compile(net, X);
  const far = [X[0]!.map(() => 1e6), X[1]!, X[2]!.map(() => -1e6)];
  const { result, warnings } = await collectWarnings(() => circuit.predict(far));
  expect(result).toHaveLength(3);
  expect(warnings).toEqual([
    expect.objectContaining({ code: 'ROWS_FAR_OUTSIDE', message: expect.stringContaining('2 of 3') }),
  ]);
});

it('takes a failure probability for all bootstraps together', async () => {
  const { net, X } = fittedNet({ hiddenSizes: [8] });
  const [each, all] = [
    (await compile(net, X, { pError: 2 ** -20 })).report(),
    (await compile(net, X, { globalPError: 2 ** -20 })).report(),
  ];
  expect(each.parameters.pErrorLog2).toBeCloseTo(-20, 9);
  expect(all.parameters.pErrorLog2).toBeCloseTo(-23, 4);
  expect(all.overflowLog2).toBeLessThanOrEqual(-20 + 1e-6);
});

it('rounds the output weights of a net to 4 bits where that keeps the labels', async () => {
  const { net, X } = fittedNet({ nWBits: 8, nABits: 6, hiddenSizes: [8] });
  const [searched, kept] = [await compile(net, X), await compile(net, X, { outputBits: 8 })];
  const largest = (circuit: typeof searched) =>
    decodeServerCircuit(circuit.serverCircuit)
      .layers.at(-1)!
      .terms[0]!.weights.values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest(searched)).toBe(7);
  expect(largest(kept)).toBe(127);
  expect(searched.report().seconds.perSample).toBeLessThan(kept.report().seconds.perSample);
});

it('gives each hidden layer tables of the bits asked for', async () => {
  const { net, X } = fittedNet({ nLayers: 3, hiddenSizes: [6, 5], nABits: 6 });
  const report = (await compile(net, X, { tableBits: [5, 7], maxLabelFlips: 0.05 })).report();
  // Half as many where the range takes more than half a turn.
  expect([16, 32]).toContain(report.layers[0]!.tableEntries);
  expect([64, 128]).toContain(report.layers[1]!.tableEntries);
});

it('warns of the price of exact tables of many bits', async () => {
  const bounded = { accumulators: 'bounded', nWBits: 2, nABits: 4, nAccumBits: 8 } as const;
  const { net, X } = fittedNet(bounded);
  const { result, warnings } = await collectWarnings(() => compile(net, X, { precision: 'exact' }));
  expect(result.report().accumulatorBits).toBe(7);
  expect(warnings.map((warning) => warning.code)).toContain('EXACT_BITS_DEAR');
});

it('says that no set keeps the labels, and takes one whose price is in proportion', async () => {
  const { net, X } = fittedNet({}, 3);
  const { result, warnings } = await collectWarnings(() => compile(net, X, { maxLabelFlips: 0 }));
  expect(warnings.map((warning) => warning.code)).toEqual(['LABEL_FLIPS']);
  expect(result.report().simulatedLabelFlips).toBeGreaterThan(0);
  expect(result.report().parameters.polynomialSize).toBeLessThan(8192);
});

const { net, X } = fittedNet({}, 2);
it.each<[name: string, net: FittedClassifier, rows: number[][], options: CompileOptions, code: string]>([
  ['a net that was not fitted', { module_: net.module_ }, X, {}, 'NOT_FITTED'],
  ['a module without an integer form', { ...net, module_: new Linear(6, 3) }, X, {}, 'UNSUPPORTED_NET'],
  ['another precision', net, X, { precision: 'good' as 'exact' }, 'PRECISION_UNSUPPORTED'],
  ['a failure probability of 0', net, X, { pError: 0 }, 'OPTION_INVALID'],
  ['a share of flips of 2', net, X, { maxLabelFlips: 2 }, 'OPTION_INVALID'],
  ['a global failure probability of 1', net, X, { globalPError: 1 }, 'OPTION_INVALID'],
  ['two failure probabilities', net, X, { pError: 0.1, globalPError: 0.1 }, 'OPTION_INVALID'],
  ['output weights of one bit', net, X, { outputBits: 1 }, 'OPTION_INVALID'],
  ['table bits of other layers', net, X, { tableBits: [6, 6] }, 'OPTION_INVALID'],
  ['table bits that no table has', net, X, { tableBits: 13 }, 'ROUNDED_ACCUMULATOR_BITS'],
  ['exact tables of a dense net', net, X, { precision: 'exact' }, 'ACCUMULATOR_TOO_WIDE'],
  [
    'exact tables of sines',
    fittedNet({ activation: Sine, accumulators: 'bounded', nWBits: 2, nABits: 2 }, 2).net,
    X,
    { precision: 'exact' },
    'PRECISION_UNSUPPORTED',
  ],
  [
    'exact tables of real values',
    fittedNet({ accumulators: 'rounded', nWBits: 2, nInputBits: 2, nABits: null, nLayers: 3 }, 2).net,
    X,
    { precision: 'exact' },
    'PRECISION_UNSUPPORTED',
  ],
  ['rows of another width', net, blobs(4, 5).X, {}, 'FEATURE_COUNT'],
  ['NaN', net, [[Number.NaN, 0, 0, 0, 0, 0]], {}, 'INPUT_INVALID'],
  ['text', net, [['1', 0, 0, 0, 0, 0]] as unknown as number[][], {}, 'INPUT_INVALID'],
  ['tables of 14 bits', fittedNet({ nAccumBits: 14 }, 2).net, X, {}, 'ROUNDED_ACCUMULATOR_BITS'],
])('refuses %s', async (_, estimator, rows, options, code) => {
  await expect(compile(estimator, rows, options)).rejects.toThrow(expect.objectContaining({ code }));
});

it('refuses an unknown mode, and encrypted execution without a runtime', async () => {
  const circuit = await compile(net, X, { maxLabelFlips: 1 });
  await expect(circuit.predict(X, { mode: 'fast' as 'clear' })).rejects.toThrow(
    expect.objectContaining({ code: 'OPTION_INVALID' }),
  );
  await expect(circuit.predict(X, { mode: 'execute' })).rejects.toThrow(
    expect.objectContaining({ code: 'NO_RUNTIME' }),
  );
  await expect(circuit.save('nowhere')).rejects.toThrow(expect.objectContaining({ code: 'NO_RUNTIME' }));
});
