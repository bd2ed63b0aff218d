import { describe, expect, test } from 'vitest';
import { BaseEstimator } from './base-estimator.js';
import { checkIsFitted } from './check-is-fitted.js';
import { clone } from './clone.js';
import { ParameterError } from './errors.js';
import { StandardScaler } from './preprocessing/standard-scaler.js';

class Inner extends BaseEstimator<{ depth?: number; isWide?: boolean }> {
  static override readonly defaults = { depth: 1, isWide: false };
}

class Outer extends BaseEstimator<
  { first?: unknown; second?: unknown; list?: readonly unknown[] },
  Record<string, unknown>
> {
  static override readonly defaults = { first: null, second: null, list: [] };
}

/** Refuses a value when it is set, and not only when a fit begins. */
class Strict extends BaseEstimator<{ depth?: number }> {
  static override readonly defaults = { depth: 1 };
  override setParams(changes: { depth?: number }): this {
    if ((changes.depth ?? 1) < 1) {
      const details = { code: 'PARAMETER_VALUE', got: 'depth', expected: 'at least 1', hint: '' } as const;
      throw new ParameterError('depth', details);
    }
    return super.setParams(changes);
  }
}

describe('parameters', () => {
  test('are those given over the defaults; undefined is not given', () => {
    expect(new Inner({ depth: 3 }).getParams()).toEqual({ depth: 3, isWide: false });
    expect(new Inner({ depth: undefined as never }).getParams()).toEqual({ depth: 1, isWide: false });
    const inner = new Inner({ depth: 3 }).setParams({ depth: undefined as never });
    expect(inner.getParams()).toEqual({ depth: 1, isWide: false });
  });

  test('unknown ones are refused together, with the nearest names', () => {
    expect(() => new Inner({ dept: 1, is_wide: true } as never)).toThrow(
      'Unknown parameter dept of Inner. Did you mean depth?\nUnknown parameter is_wide of Inner. Did you mean isWide?',
    );
  });

  test('of estimators among them are read and set through their names', () => {
    const outer = new Outer({ first: new Inner(), second: new Outer({ first: new Inner({ depth: 5 }) }) });
    expect(outer.getParams()).toMatchObject({ first__depth: 1, second__first__depth: 5 });
    outer.setParams({ first__depth: 2, second__first__isWide: true });
    expect(outer.getParams()).toMatchObject({ first__depth: 2, second__first__isWide: true });
    expect(Object.keys(outer.getParams(false))).toEqual(['first', 'second', 'list']);
  });

  test('an estimator that is exchanged takes the parameters that are set with it', () => {
    const outer = new Outer({ first: new Inner() });
    const next = new Inner();
    outer.setParams({ first__depth: 7, first: next });
    expect(next.getParams().depth).toBe(7);
  });

  test('a refused change changes nothing, wherever it was refused', () => {
    const outer = new Outer({ first: new Inner(), second: new Strict() });
    const before = outer.getParams();
    for (const wrong of [
      { second__nothing: 1 },
      { second__depth: 0 },
      { third__depth: 1 },
      { first__a__b: 1 },
    ]) {
      expect(() => outer.setParams({ list: [1], first__depth: 9, ...wrong })).toThrow(ParameterError);
      expect(outer.getParams()).toEqual(before);
    }
  });

  test('a clone has copies of estimators, also in lists and records', () => {
    const [inner, listed] = [new Inner({ depth: 2 }), new Inner({ depth: 3 })];
    const copy = clone(new Outer({ first: inner, list: [{ at: listed }] }));
    copy.setParams({ first__depth: 8 });
    expect(inner.getParams().depth).toBe(2);
    const [entry] = copy.getParams(false).list as readonly [{ at: Inner }];
    expect(entry.at).not.toBe(listed);
    expect(entry.at.getParams()).toEqual(listed.getParams());
  });
});

test('checkIsFitted asks for what estimators learn, or for what it is told', async () => {
  const scaler = new StandardScaler();
  expect(() => checkIsFitted(scaler)).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
  await scaler.fit([[1], [2]]);
  expect(() => checkIsFitted(scaler)).not.toThrow();
  expect(() => checkIsFitted(scaler, ['mean_'])).not.toThrow();
  expect(() => checkIsFitted(scaler, ['mean_', 'other_'])).toThrow(
    expect.objectContaining({ code: 'NOT_FITTED' }),
  );
  expect(() => checkIsFitted({})).toThrow(expect.objectContaining({ code: 'NOT_FITTED' }));
});
