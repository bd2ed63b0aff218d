import { expect, it } from 'vitest';
import { engineParameters } from '../../test/engine-parameters.js';
import { checkParameters } from '../spec/check-parameters.js';
import { candidateParameters } from './candidate-parameters.js';
import { bootstrapCost, operationCount } from './cost-model.js';
import { securityLevels, securityOf } from './security.js';
import { bootstrapVariance, readingNoise } from './variance.js';

it.each(securityLevels)(
  'offers nothing that lies below the %i-bit curve or that the engine refuses',
  (level) => {
    const candidates = candidateParameters(level);
    expect(candidates.length).toBeGreaterThan(50);
    for (const { parameters } of candidates) {
      expect(securityOf(parameters)).toBe(level);
      expect(() => checkParameters(parameters)).not.toThrow();
    }
  },
);

it('offers sets by rising cost, none noisier in both ways than a cheaper one', () => {
  const candidates = candidateParameters();
  const isInOrder = candidates.every((candidate, i) => i === 0 || candidates[i - 1]!.cost <= candidate.cost);
  const dominated = candidates.filter((candidate, i) =>
    candidates
      .slice(0, i)
      .some(
        (cheaper) =>
          cheaper.readingNoise <= candidate.readingNoise &&
          cheaper.bootstrapNoise <= candidate.bootstrapNoise,
      ),
  );
  expect(isInOrder).toBe(true);
  expect(dominated).toEqual([]);
});

it('states cost and noise of each set as the models give them', () => {
  for (const { parameters, cost, readingNoise: reading, bootstrapNoise } of candidateParameters()) {
    expect(bootstrapCost(parameters, operationCount)).toBeCloseTo(cost, 3);
    expect(readingNoise(parameters, 0) / reading).toBeCloseTo(1, 9);
    expect(Math.sqrt(bootstrapVariance(parameters)) / bootstrapNoise).toBeCloseTo(1, 9);
  }
});

it('has for each set of a published list one that is as quiet within a step, and not dearer', () => {
  // A quarter of an octave in reading, half of one in what bootstraps emit.
  const known = engineParameters;
  for (const parameters of known) {
    const [reading, emitted] = [readingNoise(parameters, 0), Math.sqrt(bootstrapVariance(parameters))];
    const found = candidateParameters().find(
      (candidate) =>
        candidate.readingNoise <= 2 ** 0.25 * reading && candidate.bootstrapNoise <= 2 ** 0.5 * emitted,
    );
    expect(found!.cost).toBeLessThanOrEqual(bootstrapCost(parameters) * 1.001);
  }
});
