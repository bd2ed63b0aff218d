import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ClientSpec } from './client-spec.js';
import { type ClassificationPrediction, decodeOutputs } from './decode-outputs.js';

const spec: Pick<ClientSpec, 'outputs' | 'task'> = {
  outputs: [
    { scale: 8, offset: 1 },
    { scale: 4, offset: 0 },
    { scale: 8, offset: -1 },
  ],
  task: { kind: 'classification', classes: ['setosa', 7, false] },
};

function classify(part: Pick<ClientSpec, 'outputs' | 'task'>, turns: number[]): ClassificationPrediction {
  const prediction = decodeOutputs(part, turns);
  if (prediction.kind !== 'classification') throw new Error('no classification');
  return prediction;
}

it('turns phases into logits, and the largest logit into the label as it was given', () => {
  const { predictions, logits } = classify(spec, [0.25, 0, 0, -0.5, 0.25, 0, -0.25, -0.5, 0.49]);
  expect(logits).toEqual([
    [3, 0, -1],
    [-3, 1, -1],
    [-1, -2, 8 * 0.49 - 1],
  ]);
  expect(predictions).toEqual(['setosa', 7, false]);
});

it('gives the first of equal classes', () => {
  expect(classify(spec, [-0.125, 0, 0.125]).predictions).toEqual(['setosa']);
});

it('gives probabilities that sum to 1, order like the logits and survive large logits', () => {
  const turns = fc.array(fc.double({ min: -0.5, max: 0.5, noNaN: true }), { minLength: 3, maxLength: 3 });
  fc.assert(
    fc.property(turns, fc.constantFrom(1, 1e3, 1e9), (row, scale) => {
      const scaled = { ...spec, outputs: spec.outputs.map((output) => ({ ...output, scale })) };
      const { probabilities, logits } = classify(scaled, row);
      const [p, l] = [probabilities[0]!, logits[0]!];
      expect(p.reduce((sum, value) => sum + value)).toBeCloseTo(1, 12);
      for (const i of [0, 1])
        expect(Math.sign(p[i]! - p[i + 1]!) * Math.sign(l[i]! - l[i + 1]!)).toBeGreaterThanOrEqual(0);
    }),
  );
});

it('gives nothing for no rows', () => {
  expect(decodeOutputs(spec, [])).toEqual({
    kind: 'classification',
    predictions: [],
    probabilities: [],
    logits: [],
  });
});

it('says yes where the sigmoid of one logit is above the threshold, not at it', () => {
  const outputs = [{ scale: 8, offset: 0 }];
  const task = { kind: 'binary', classes: ['no', 'yes'], threshold: 0.5 } as const;
  const { predictions, probabilities } = classify({ outputs, task }, [-0.25, 0, 0.125]);
  expect(predictions).toEqual(['no', 'no', 'yes']);
  expect(probabilities[2]![1]).toBeCloseTo(1 / (1 + Math.exp(-1)), 12);
  expect(classify({ outputs, task: { ...task, threshold: 0.8 } }, [0.125]).predictions).toEqual(['no']);
});

it('gives a regressor’s numbers in the form of y', () => {
  const [first, second] = spec.outputs;
  const one = { outputs: [first!], task: { kind: 'regression', isPlain: true } as const };
  expect(decodeOutputs(one, [0.25, -0.5])).toEqual({ kind: 'regression', predictions: [3, -3] });
  const two = { outputs: [first!, second!], task: { kind: 'regression', isPlain: false } as const };
  expect(decodeOutputs(two, [0.25, 0.25])).toEqual({ kind: 'regression', predictions: [[3, 1]] });
});

it('refuses phases that are no whole rows', () => {
  expect(() => decodeOutputs(spec, [0, 0])).toThrow(expect.objectContaining({ code: 'INPUT_INVALID' }));
});
