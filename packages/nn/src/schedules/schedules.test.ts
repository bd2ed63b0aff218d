// Schedules against skorch's and PyTorch's numbers. Unless a test says otherwise they were printed by skorch 1.4.0 on
// torch 1.13.1, with `LRScheduler(policy, …).simulate(steps, initial_lr)`: the rates before each step.

import { tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { Parameter } from '../module.js';
import { SGD } from '../optimizers/index.js';
import {
  CosineAnnealingLR,
  CyclicLR,
  type CyclicLROptions,
  ExponentialLR,
  LambdaLR,
  LearningRateScheduler,
  MultiStepLR,
  ReduceLROnPlateau,
  type ReduceLROnPlateauOptions,
  type Schedule,
  StepLR,
  WarmRestartLR,
} from './index.js';

function rates(schedule: Schedule, steps: number, baseLr: number): number[] {
  return Array.from({ length: steps }, (_, step) => schedule.rate(step, baseLr));
}

/** Printed numbers have six or seven digits. */
function expectRates(got: readonly number[], expected: readonly number[], relative = 1e-5): void {
  expect(got).toHaveLength(expected.length);
  got.forEach((rate, step) => {
    expect(Math.abs(rate - expected[step]), `step ${step}: ${rate}`).toBeLessThanOrEqual(
      relative * Math.abs(expected[step]) + 1e-12,
    );
  });
}

const WARM_RESTARTS = [
  0.05, 0.0487764, 0.0452255, 0.0396948, 0.0327258, 0.0250005, 0.0172752, 0.0103062, 0.0047755, 0.0012246,
  1e-6, 0.05, 0.0496922, 0.0487764, 0.0472752, 0.0452255, 0.0426778, 0.0396948, 0.03635, 0.0327258, 0.0289113,
  0.0250005, 0.0210897, 0.0172752, 0.013651,
];

const goldens: [string, Schedule, number, number[]][] = [
  ['StepLR', new StepLR({ stepSize: 2 }), 1, [1, 1, 0.1, 0.1, 0.01, 0.01]],
  ['MultiStepLR', new MultiStepLR({ milestones: [4, 2] }), 1, [1, 1, 0.1, 0.1, 0.01, 0.01]],
  ['ExponentialLR', new ExponentialLR({ gamma: 0.5 }), 0.8, [0.8, 0.4, 0.2, 0.1, 0.05]],
  [
    'CosineAnnealingLR, beyond its period too',
    new CosineAnnealingLR({ tMax: 4 }),
    1,
    [1, 0.853553, 0.5, 0.146447, 0, 0.146447, 0.5, 0.853553, 1],
  ],
  ['LambdaLR', new LambdaLR({ lrLambda: (step) => 0.9 ** step }), 1, [1, 0.9, 0.81, 0.729]],
  ['CyclicLR', new CyclicLR({ baseLr: 1, maxLr: 5, stepSizeUp: 4 }), 123, [1, 2, 3, 4, 5, 4, 3, 2, 1, 2, 3]],
  ['WarmRestartLR', new WarmRestartLR(), 123, WARM_RESTARTS],
];

test.each(goldens)('%s gives the rates of its reference run', (_, schedule, baseLr, expected) => {
  // WarmRestart's rates are printed with seven decimals, so the smallest have five digits.
  expectRates(
    rates(schedule, expected.length, baseLr),
    expected,
    schedule instanceof WarmRestartLR ? 5e-5 : 1e-5,
  );
});

test('the golden list names every schedule', () => {
  expect(new Set(goldens.map(([, schedule]) => schedule.constructor)).size).toBe(7);
});

/** Smith 2017, in the words of PyTorch's documentation: triangle, times 1, ½ per cycle, or gamma per step. */
function referenceCyclic(options: Required<CyclicLROptions>, step: number): number {
  const up = options.stepSizeUp;
  const down = options.stepSizeDown ?? up;
  const inCycle = step % (up + down);
  const cycle = (step - inCycle) / (up + down);
  const part = inCycle <= up ? inCycle / up : 1 - (inCycle - up) / down;
  const height = { triangular: 1, triangular2: 2 ** -cycle, expRange: options.gamma ** step }[options.mode];
  const base = options.baseLr as number;
  return base + ((options.maxLr as number) - base) * part * height;
}

test.each([
  { mode: 'triangular' },
  { mode: 'triangular2' },
  { mode: 'expRange', gamma: 0.9 },
  { mode: 'triangular2', stepSizeDown: 7 },
] as const)('CyclicLR with %j follows its definition', (options) => {
  const all = { baseLr: 0.1, maxLr: 2, stepSizeUp: 3, ...options };
  const expected = Array.from({ length: 30 }, (_, step) =>
    referenceCyclic({ stepSizeDown: null, gamma: 1, ...all }, step),
  );
  expectRates(rates(new CyclicLR(all), 30, 1), expected, 1e-9);
});

test('CyclicLR starts from the rate of the optimizer unless it is given one', () => {
  expect(rates(new CyclicLR({ maxLr: 1, stepSizeUp: 1 }), 3, 0.25)).toEqual([0.25, 1, 0.25]);
});

test('a milestone given twice decays twice', () => {
  expectRates(rates(new MultiStepLR({ milestones: [1, 1], gamma: 0.5 }), 3, 1), [1, 0.25, 0.25]);
});

test('WarmRestartLR keeps a period that is not to grow, and takes bounds for each group', () => {
  const schedule = new WarmRestartLR({ minLr: [0, 1], maxLr: [1, 3], basePeriod: 2, periodMult: 1 });
  expectRates(rates(schedule, 7, 9), [1, 0.5, 0, 1, 0.5, 0, 1]);
  expect(schedule.rate(1, 9, 1)).toBeCloseTo(2, 9);
});

// A20 of the project's inventory of skorch: rates that skorch 1.4.0 gave for minLr 5e-5 and maxLr 0.05.
test('A20 WarmRestartLR falls along a cosine and starts again, after periods that stay or double', () => {
  const bounds = { minLr: 5e-5, maxLr: 5e-2 };
  expectRates(
    rates(new WarmRestartLR({ ...bounds, basePeriod: 3, periodMult: 1 }), 5, 1),
    [0.05, 0.0375125, 0.0125375, 5e-5, 0.05],
  );
  expectRates(
    rates(new WarmRestartLR({ ...bounds, basePeriod: 2, periodMult: 2 }), 9, 1),
    [0.05, 0.025025, 5e-5, 0.05, 0.04268499186, 0.025025, 0.00736500814, 5e-5, 0.05],
  );
  const twoForOne = new WarmRestartLR({ minLr: [5e-5, 5e-5], maxLr: 0.05 });
  expect(() => new LearningRateScheduler(optimizerOf(1), twoForOne)).toThrow('minLr');
});

function optimizerOf(...lrs: number[]): SGD {
  return new SGD(lrs.map((lr) => ({ params: [new Parameter(tensor([0]))], lr })));
}

describe('LearningRateScheduler', () => {
  test('sets the first rate at once and the next ones at each step, for each group by its own rate', () => {
    const optimizer = optimizerOf(1, 2);
    const scheduler = new LearningRateScheduler(optimizer, new ExponentialLR({ gamma: 0.5 }));
    expect(scheduler.rates).toEqual([1, 2]);
    scheduler.step();
    scheduler.step();
    expect(optimizer.paramGroups.map(({ lr }) => lr)).toEqual([0.25, 0.5]);
    expect(scheduler.stepCount).toBe(2);
    const restarted = optimizerOf(7);
    new LearningRateScheduler(restarted, new WarmRestartLR());
    expect(restarted.paramGroups[0].lr).toBeCloseTo(0.05, 12);
  });

  test('continues from a saved state, whatever rate the optimizer was rebuilt with', () => {
    const schedule = new CosineAnnealingLR({ tMax: 10 });
    const whole = new LearningRateScheduler(optimizerOf(1), schedule);
    for (let i = 0; i < 6; i++) whole.step();
    const first = new LearningRateScheduler(optimizerOf(1), schedule);
    for (let i = 0; i < 4; i++) first.step();
    const saved = JSON.parse(JSON.stringify(first.stateDict()));
    const second = new LearningRateScheduler(optimizerOf(0.3), schedule);
    second.loadStateDict(saved);
    expect(second.rates).toEqual(first.rates);
    second.step();
    second.step();
    expect(second.rates).toEqual(whole.rates);
    expect(() => new LearningRateScheduler(optimizerOf(1, 2), schedule).loadStateDict(saved)).toThrow(
      expect.objectContaining({ code: 'STATE_GROUPS' }),
    );
  });

  test('refuses lists that have not one value for each group', () => {
    const one = (step: number): number => step;
    for (const schedule of [
      new WarmRestartLR({ minLr: [0, 0, 0] }),
      new WarmRestartLR({ maxLr: [1] }),
      new CyclicLR({ maxLr: [1] }),
      new CyclicLR({ maxLr: 1, baseLr: [0] }),
      new LambdaLR({ lrLambda: [one] }),
      new ReduceLROnPlateau({ minLr: [0] }),
    ]) {
      expect(() => new LearningRateScheduler(optimizerOf(1, 2), schedule)).toThrow('one value, or 2');
    }
    const factors = new LambdaLR({ lrLambda: [() => 2, () => 3] });
    expect(new LearningRateScheduler(optimizerOf(1, 1), factors).rates).toEqual([2, 3]);
  });
});

/** The rates before each step of an optimizer that starts at 1. */
function plateauRates(options: ReduceLROnPlateauOptions, metrics: readonly number[]): number[] {
  const scheduler = new LearningRateScheduler(optimizerOf(1), new ReduceLROnPlateau(options));
  return metrics.map((metric) => {
    const [rate] = scheduler.rates;
    scheduler.step(metric);
    return rate;
  });
}

describe('ReduceLROnPlateau', () => {
  test('gives the rates of its reference run', () => {
    expectRates(plateauRates({ patience: 1 }, [0.5, 0.5, 0.5, 0.5, 0.5]), [1, 1, 1, 0.1, 0.1]);
    expectRates(plateauRates({ patience: 1 }, [0.5, 0.4, 0.4, 0.4, 0.3]), [1, 1, 1, 1, 0.1]);
  });

  test('bears as many steps without improvement as its patience, by default 10', () => {
    const reductions = plateauRates({}, new Array(14).fill(1)).findIndex((rate) => rate < 1);
    expect(reductions).toBe(12); // the first step is an improvement, ten are borne, the eleventh reduces
  });

  // Worked out by hand from the rules of PyTorch's documentation, patience 0, factor ½.
  test.each([
    ['relative threshold', { threshold: 0.1 }, [1, 0.91, 0.89, 0.5], [1, 1, 0.5, 0.5]],
    ['absolute threshold', { threshold: 0.1, thresholdMode: 'abs' }, [1, 0.95, 0.85, 0.8], [1, 1, 0.5, 0.5]],
    ['larger is better', { mode: 'max' }, [1, 2, 2, 3], [1, 1, 1, 0.5]],
    [
      'larger is better by a difference',
      { mode: 'max', thresholdMode: 'abs', threshold: 1 },
      [1, 2, 3, 3],
      [1, 1, 0.5, 0.5],
    ],
    ['cooldown', { cooldown: 2 }, [1, 1, 1, 1, 1, 1], [1, 1, 0.5, 0.5, 0.5, 0.25]],
    ['lowest rate', { minLr: 0.3 }, [1, 1, 1, 1], [1, 1, 0.5, 0.3]],
    ['reductions too small to make', { eps: 0.3 }, [1, 1, 1, 1], [1, 1, 0.5, 0.5]],
    ['no number', {}, [Number.NaN, 1, Number.NaN], [1, 0.5, 0.5]],
  ] as const)('%s', (_, options, metrics, expected) => {
    expectRates(plateauRates({ patience: 0, factor: 0.5, ...options }, metrics), expected);
  });

  test('continues from a saved state', () => {
    const make = () => new LearningRateScheduler(optimizerOf(1), new ReduceLROnPlateau({ patience: 2 }));
    const [first, second] = [make(), make()];
    for (const metric of [1, 1]) first.step(metric);
    expect(first.stateDict().plateau).toEqual({ best: 1, numBadSteps: 1, cooldownLeft: 0 });
    second.loadStateDict(first.stateDict());
    second.step(1);
    expect(second.rates).toEqual([1]);
    second.step(1);
    expectRates(second.rates, [0.1]);
  });

  test('asks for the metric', () => {
    const scheduler = new LearningRateScheduler(optimizerOf(1), new ReduceLROnPlateau());
    expect(() => scheduler.step()).toThrow('metric is undefined');
    expect(scheduler.stepCount).toBe(0);
  });
});

test('schedules name an option out of range', () => {
  const refused: [() => unknown, string][] = [
    [() => new StepLR({ stepSize: 0 }), 'StepLR: stepSize'],
    [() => new StepLR({ stepSize: 1, gamma: 0 }), 'StepLR: gamma'],
    [() => new MultiStepLR({ milestones: [1.5] }), 'MultiStepLR: milestones'],
    [() => new ExponentialLR({ gamma: Number.NaN }), 'ExponentialLR: gamma'],
    [() => new CosineAnnealingLR({ tMax: 0 }), 'CosineAnnealingLR: tMax'],
    [() => new CosineAnnealingLR({ tMax: 1, etaMin: -1 }), 'CosineAnnealingLR: etaMin'],
    [() => new CyclicLR({ maxLr: -1 }), 'CyclicLR: maxLr'],
    [() => new CyclicLR({ maxLr: 1, stepSizeDown: 0.5 }), 'CyclicLR: stepSizeDown'],
    [() => new CyclicLR({ maxLr: 1, mode: 'sine' as 'triangular' }), 'CyclicLR: mode'],
    [() => new WarmRestartLR({ basePeriod: 0 }), 'WarmRestartLR: basePeriod'],
    [() => new WarmRestartLR({ periodMult: 0.5 }), 'WarmRestartLR: periodMult'],
    [() => new WarmRestartLR({ minLr: [0, -1] }), 'WarmRestartLR: minLr'],
    [() => new ReduceLROnPlateau({ factor: 1 }), 'ReduceLROnPlateau: factor'],
    [() => new ReduceLROnPlateau({ factor: 0 }), 'ReduceLROnPlateau: factor'],
    [() => new ReduceLROnPlateau({ patience: -1 }), 'ReduceLROnPlateau: patience'],
    [() => new ReduceLROnPlateau({ mode: 'best' as 'min' }), 'ReduceLROnPlateau: mode'],
    [() => new ReduceLROnPlateau({ thresholdMode: 'x' as 'abs' }), 'ReduceLROnPlateau: thresholdMode'],
    [() => new LambdaLR({ lrLambda: () => Number.NaN }).rate(3, 1), 'lrLambda(3)'],
  ];
  for (const [make, message] of refused) expect(make).toThrow(message);
});
