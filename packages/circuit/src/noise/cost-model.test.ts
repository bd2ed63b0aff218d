import { expect, it } from 'vitest';
import { bootstrapCost, measuredCost, operationCount } from './cost-model.js';
import { type CostTable, parseCostTable } from './cost-table.js';
import { referenceCosts } from './reference-costs.js';
import { secureNoise } from './security.js';

const table: CostTable = {
  ...referenceCosts,
  blindRotation: [
    { glweDimension: 1, polynomialSize: 2048, level: 1, seconds: 1e-5 },
    { glweDimension: 4, polynomialSize: 512, level: 1, seconds: 2e-5 },
  ],
};

it('takes a measured shape as it was measured', () => {
  const cost = measuredCost(table);
  expect(cost.blindRotation({ glweDimension: 4, polynomialSize: 512 }, 1)).toBe(2e-5);
  expect(cost.unit).toBe('seconds');
});

it('scales the nearest measured shape by operations where one was not measured', () => {
  const cost = measuredCost(table);
  const shape = { glweDimension: 1, polynomialSize: 4096 };
  const ratio =
    operationCount.blindRotation(shape, 2) /
    operationCount.blindRotation({ glweDimension: 1, polynomialSize: 2048 }, 1);
  expect(cost.blindRotation(shape, 2)).toBeCloseTo(1e-5 * ratio, 12);
  // N = 256 is nearer to 512, whatever k.
  const small = { glweDimension: 6, polynomialSize: 256 };
  const smallRatio =
    operationCount.blindRotation(small, 1) /
    operationCount.blindRotation({ glweDimension: 4, polynomialSize: 512 }, 1);
  expect(cost.blindRotation(small, 1)).toBeCloseTo(2e-5 * smallRatio, 12);
});

it('sums n steps of a blind rotation and a key switch', () => {
  const parameters = {
    lweDimension: 866,
    glweDimension: 1,
    polynomialSize: 2048,
    lweNoise: secureNoise(866),
    glweNoise: secureNoise(2048),
    pbsBaseLog: 23,
    pbsLevel: 1,
    ksBaseLog: 3,
    ksLevel: 5,
  };
  const keySwitch = table.keySwitch * 2048 * 5 * 867;
  expect(bootstrapCost(parameters, measuredCost(table))).toBeCloseTo(866e-5 + keySwitch, 12);
});

it('reads a table back from JSON', () => {
  expect(parseCostTable(JSON.parse(JSON.stringify(referenceCosts)))).toEqual(referenceCosts);
});

it.each([
  ['no table', null],
  ['another document', { format: 'tacit.client', version: 1 }],
  ['a later version', { ...referenceCosts, version: 2 }],
  ['no shapes', { ...referenceCosts, blindRotation: [] }],
  ['negative seconds', { ...referenceCosts, keySwitch: -1 }],
  ['no number', { ...referenceCosts, multisum: Number.NaN }],
])('refuses %s with a code', (_, json) => {
  expect(() => parseCostTable(json)).toThrow(expect.objectContaining({ code: 'COSTS_INVALID' }));
});
