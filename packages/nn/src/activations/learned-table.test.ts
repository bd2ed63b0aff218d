import { Generator, Tensor, tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';
import { LearnedTable } from './learned-table.js';

it('starts as a ReLU over the range of each neuron', () => {
  const table = new LearnedTable(2, { knots: 1001 });
  const x = new Tensor(Float32Array.of(-2, -30, 0.7, 12, 2, 30), [3, 2]);
  table.calibrate(x);
  expect([...table.forward(x).data].map((value) => Math.round(100 * value) / 100)).toEqual([
    0, 0, 0.7, 12, 2, 30,
  ]);
});

it('runs straight between its points, each neuron through its own, and stays constant beyond', () => {
  const table = new LearnedTable(2, { knots: 3 });
  table.values.data.set([1, 5, -1, 0, 0, 8]);
  const x = tensor([
    [-9, -9],
    [-1.5, 0],
    [1.5, 1.5],
    [9, 9],
  ]);
  expect([...table.forward(x).data]).toEqual([1, 0, 3, 0, 2, 4, -1, 8]);
});

it('takes channels of images as its neurons', () => {
  const table = new LearnedTable(3);
  table.values.data.set(new Generator(1).fillNormal(new Float32Array(51)));
  const data = new Generator(2).fillNormal(new Float32Array(2 * 3 * 4));
  const image = table.forward(new Tensor(data, [2, 3, 2, 2])).data;
  for (let i = 0; i < 24; i++) {
    const row = new Float32Array(3).fill(data[i]);
    const channel = Math.floor(i / 4) % 3;
    expect(image[i]).toBe(table.forward(new Tensor(row, [1, 3])).data[channel]);
  }
});

it('lets NaN through, so that it shows', () => {
  expect(new LearnedTable(1).forward(tensor([[Number.NaN]])).data[0]).toBeNaN();
});

it.each([
  [0, {}],
  [3, { knots: 1 }],
])('refuses %i neurons with %o', (neurons, options) => {
  expect(() => new LearnedTable(neurons, options)).toThrow(
    expect.objectContaining({ code: 'PARAMETER_INVALID' }),
  );
});
