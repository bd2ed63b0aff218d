import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { TableFunction } from '../graph/integer-graph.js';
import { tableWindow } from './table-window.js';

/** A table of levels 0 to 15 from a function of one number. */
function levelTable(apply: (value: number) => number): TableFunction {
  return { at: (values) => values.map(apply), emits: [0, 15], halfPeriod: null };
}

const clippedRelu = (top: number) =>
  levelTable((value) => Math.min(15, Math.max(0, Math.round((15 * value) / top))));

it('centers the ramp between the plateaus, and asks for less than twice the range', () => {
  const window = tableWindow(clippedRelu(100), -400, 300, 1);
  expect(window.center).toBeGreaterThan(45);
  expect(window.center).toBeLessThan(55);
  // The upper plateau starts near 97, the lower one ends near 3: 300 − 3 and 97 + 400.
  expect(window.extent).toBeGreaterThan(490);
  expect(window.extent).toBeLessThan(500);
  expect(window.range).toBe(700);
});

it('asks for all of the range where a plateau is missing', () => {
  const window = tableWindow(clippedRelu(1000), 100, 300, 1);
  expect(window).toEqual({ center: 200, extent: 200, range: 200 });
  expect(tableWindow(clippedRelu(1000), -500, 300, 1)).toEqual({
    center: -100,
    extent: 800,
    range: 800,
  });
});

it('counts only plateaus at the ends of the levels, since only these are opposite', () => {
  const shortRelu = levelTable((value) => Math.min(9, Math.max(0, Math.round(value / 10))));
  expect(tableWindow(shortRelu, -400, 300, 1).extent).toBe(700);
});

it('never asks for less than one unit, even of a constant', () => {
  expect(
    tableWindow(
      levelTable(() => 0),
      5,
      5,
      1,
    ).extent,
  ).toBe(1);
});

it('holds a half turn in which every value of the range reads its own level', () => {
  // The negacyclic rule: beyond the half turn the table repeats with the opposite sign around the middle level.
  const levels = [0, 15] as const;
  fc.assert(
    fc.property(
      fc.integer({ min: -300, max: 50 }),
      fc.integer({ min: 60, max: 300 }),
      fc.integer({ min: 4, max: 400 }),
      (low, high, top) => {
        const table = clippedRelu(top);
        const activation = (value: number) => table.at(Float64Array.of(value))[0]!;
        const { center, extent } = tableWindow(table, low, high, 1);
        const half = extent; // units in half a turn
        for (let value = low; value <= high; value++) {
          const offset = value - (center - half / 2);
          const turns = Math.floor(offset / half);
          const inTable = value - turns * half;
          const read = activation(inTable);
          const level = turns % 2 === 0 ? read : levels[0] + levels[1] - read;
          expect(Math.abs(level - activation(value))).toBeLessThanOrEqual(offset % half === 0 ? 15 : 0);
        }
      },
    ),
  );
});

it('asks for half a period of a sine, however far its sums go', () => {
  const sine: TableFunction = { at: (values) => values.map(Math.sin), emits: [-1, 1], halfPeriod: Math.PI };
  expect(tableWindow(sine, -40, 60, 1)).toEqual({ center: 10, extent: Math.PI, range: 100 });
});
