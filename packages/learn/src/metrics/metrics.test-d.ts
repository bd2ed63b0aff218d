import { describe, expectTypeOf, test } from 'vitest';
import type { Net } from '../callbacks/net.js';
import type { Splitter } from '../model-selection/splitters/index.js';
import { KFold } from '../model-selection/splitters/index.js';
import {
  f1Score,
  fbetaScore,
  getScorer,
  makeScorer,
  meanSquaredError,
  precisionRecallFscoreSupport,
  r2Score,
  type Scorer,
} from './index.js';

const y = [1, 0];

describe('metrics', () => {
  test('a number for an average, a list by class or output', () => {
    expectTypeOf(f1Score(y, y)).toEqualTypeOf<number>();
    expectTypeOf(f1Score(y, y, { average: 'macro' })).toEqualTypeOf<number>();
    expectTypeOf(f1Score(y, y, { average: null })).toEqualTypeOf<number[]>();
    expectTypeOf(meanSquaredError(y, y)).toEqualTypeOf<number>();
    expectTypeOf(meanSquaredError(y, y, { multioutput: [1] })).toEqualTypeOf<number>();
    expectTypeOf(r2Score(y, y, { multioutput: 'raw_values' })).toEqualTypeOf<number[]>();
    expectTypeOf(r2Score(y, y, { multioutput: 'variance_weighted' })).toEqualTypeOf<number>();
    expectTypeOf(precisionRecallFscoreSupport(y, y).support).toEqualTypeOf<number[]>();
    expectTypeOf(precisionRecallFscoreSupport(y, y, { average: 'micro' }).support).toEqualTypeOf<null>();
  });

  test('unknown options and values are errors', () => {
    // @ts-expect-error no such average
    f1Score(y, y, { average: 'mean' });
    // @ts-expect-error no such option
    f1Score(y, y, { averages: 'macro' });
    // @ts-expect-error only R² and explained variance have it
    meanSquaredError(y, y, { multioutput: 'variance_weighted' });
  });
});

describe('scorers', () => {
  test('what asks little of an estimator scores any net, not the other way round', () => {
    expectTypeOf(getScorer('r2')).toExtend<Scorer<Net>>();
    const ofNet: Scorer<Net> = (net) => net.history.length;
    expectTypeOf(ofNet).not.toExtend<Scorer<{ predict(X: unknown): Promise<unknown[]> }>>();
  });

  test('options of the metric stand beside those of the scorer', () => {
    makeScorer(fbetaScore, { beta: 2, greaterIsBetter: true });
    // @ts-expect-error no option of either
    makeScorer(fbetaScore, { gamma: 2 });
    // @ts-expect-error no such response
    makeScorer(fbetaScore, { responseMethod: 'decisionFunction' });
  });
});

test('splitters', () => {
  expectTypeOf<KFold>().toExtend<Splitter>();
  // @ts-expect-error no such option
  new KFold({ splits: 3 });
});
