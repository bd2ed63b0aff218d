import { beforeAll, describe, expect, it } from 'vitest';
import { fittedNet } from '../../test/test-nets.js';
import { calibrate } from '../encode/calibrate.js';
import { selectParameters } from '../encode/select-parameters.js';
import { lowerNet } from '../graph/lower.js';
import type { CostTable } from '../noise/cost-table.js';
import { referenceCosts } from '../noise/reference-costs.js';
import { quantizeRows } from '../spec/index.js';
import { type CircuitReport, makeReport, type ReportSource } from './circuit-report.js';

const pErrorLog2 = -40;
let source: ReportSource;
let report: CircuitReport;

beforeAll(() => {
  const { module, X } = fittedNet({ hiddenSizes: [5] });
  const graph = lowerNet(module);
  const { levels: inputs } = quantizeRows(graph.features, X);
  const samples = X.length;
  const calibration = calibrate(graph, inputs, samples);
  const selection = selectParameters([calibration], inputs, samples, {
    pErrorLog2,
    maxLabelFlips: 0.02,
    seed: 0,
  })!;
  source = { calibration, selection, omega: null, inputs, samples, pErrorLog2, circuitBytes: 1000 };
  report = makeReport(source);
});

describe('the figures', () => {
  it('add up over the layers', () => {
    expect(report.layers.map((layer) => layer.bootstraps)).toEqual([5, 0]);
    expect(report.pbs).toBe(5);
    expect(report.macs).toBe(report.layers[0]!.nonZeros + report.layers[1]!.nonZeros);
    expect(report.layers[0]!.nonZeros).toBeLessThanOrEqual(5 * 6);
  });

  it('say what was observed: every sum of a calibration row lies in the histogram', () => {
    for (const [index, layer] of report.layers.entries()) {
      const drawn = layer.accumulators.counts.reduce((sum, count) => sum + count, 0);
      expect(drawn).toBe(source.samples * layer.rows);
      const weights = layer.weights.counts.reduce((sum, count) => sum + count, 0);
      expect(weights).toBe(report.layers[index]!.nonZeros);
    }
    expect(report.layers[0]!.observedBits).toBeLessThanOrEqual(report.layers[0]!.exactBits!);
  });

  it('keep the probability of an overflow below the target, per bootstrap and a sample', () => {
    expect(report.layers[0]!.overflowLog2).toBeLessThanOrEqual(pErrorLog2 + 1e-6);
    expect(report.overflowLog2).toBeLessThanOrEqual(pErrorLog2 + Math.log2(5) + 1e-6);
    expect(report.layers[1]!.overflowLog2).toBeNull();
  });

  it('give sizes that follow from the parameters', () => {
    const { lweDimension, glweDimension, polynomialSize, pbsLevel, ksLevel } = report.parameters;
    const large = glweDimension * polynomialSize;
    const bodies = lweDimension * (glweDimension + 1) * pbsLevel * polynomialSize + large * ksLevel;
    expect(report.bytes.evaluationKey).toBe(8 * bodies);
    expect(report.bytes.request).toBe(24 * 6);
    expect(report.bytes.response).toBe(
      Math.ceil((3 * (large + 1) * source.selection.encoded.server.responseBits) / 8),
    );
    expect(report.bytes.circuit).toBe(1000);
    expect(report.parameters.securityBits).toBe(132);
  });

  it('take seconds from the table of costs, in proportion', () => {
    const slow: CostTable = {
      ...referenceCosts,
      threads: 1,
      machine: 'a slow one',
      blindRotation: referenceCosts.blindRotation.map((row) => ({ ...row, seconds: 10 * row.seconds })),
      keySwitch: 10 * referenceCosts.keySwitch,
    };
    const { seconds } = makeReport({ ...source, costs: slow });
    expect(seconds).toMatchObject({ machine: 'a slow one', threads: 1, isMeasured: true });
    // Five bootstraps on one thread; on two threads they take as long as six.
    expect(seconds.bootstraps / report.seconds.bootstraps).toBeCloseTo((10 * 5) / 6, 6);
    expect(seconds.linear).toBeCloseTo(report.seconds.linear, 12);
    expect(report.seconds.isMeasured).toBe(false);
  });
});

describe('the forms', () => {
  it('are plain data as JSON', () => {
    const json = JSON.parse(JSON.stringify(report)) as Record<string, unknown>;
    expect(Object.keys(json)).not.toContain('toHtml');
    expect(json).toMatchObject({ pbs: 5, layers: [{ rows: 5 }, { rows: 3 }] });
  });

  it('are a table and a list as text', () => {
    const lines = report.toString().split('\n');
    expect(lines[0]).toMatch(/layer +shape +non-zeros .* PBS$/);
    expect(lines[1]).toMatch(/features\.fc0 +6→5/);
    expect(report.toString()).toMatch(/security +132 bits/);
  });

  it('are a page that fetches nothing and escapes what it shows', async () => {
    const layers = source.calibration.graph.hidden.map((layer) => ({ ...layer, name: '<script>&' }));
    const graph = { ...source.calibration.graph, hidden: layers };
    const named = makeReport({ ...source, calibration: { ...source.calibration, graph } });
    const page = await named.toHtml('A & B');
    expect(page).toMatch(/^<!doctype html>/);
    expect(page).toContain('<title>A &amp; B</title>');
    expect(page).not.toMatch(/<script|<link|<img|src=|@import|url\(/);
    expect(page.match(/<svg/g)).toHaveLength(2);
    expect(page).toContain('&lt;script&gt;&amp;');
  });
});
