// One computation through every kernel on every kind of machine: with the native addon and registers of each width, with
// WebAssembly's SIMD, and with neither. All give the same bits.

import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const machines = {
  'the addon, registers of 512 bits': { bits: 512 },
  'the addon, registers of 256 bits': { bits: 256 },
  'the addon, registers of 128 bits': { bits: 128 },
  'SIMD of WebAssembly': { withoutAddon: true },
  'the addon without WebAssembly': { bits: 512, withoutSimd: true },
  neither: { withoutAddon: true, withoutSimd: true },
};

interface Machine {
  readonly bits?: number;
  readonly withoutAddon?: boolean;
  readonly withoutSimd?: boolean;
}

async function packageOn({ bits = 512, withoutAddon = false, withoutSimd = false }: Machine) {
  vi.resetModules();
  const noAddon = Object.create(process, { getBuiltinModule: { value: undefined } });
  if (withoutAddon) vi.stubGlobal('process', noAddon);
  if (withoutSimd) vi.stubGlobal('WebAssembly', undefined);
  const t = await import('../index.js');
  const addon = (await import('./native.js')).nativeKernels();
  expect(addon === null).toBe(withoutAddon);
  expect((await import('./simd.js')).simdKernel() === null).toBe(withoutSimd);
  addon?.limitVectors(bits);
  return { t, reset: () => addon?.limitVectors(512) };
}

// Odd lengths: every loop has a rest. NaN, both zeros and ties are among the numbers.
async function compute(machine: Machine): Promise<readonly Float32Array[]> {
  const { t, reset } = await packageOn(machine);
  const generator = new t.Generator(3);
  const normal = (shape: readonly number[]) => {
    const tensor = t.zeros(shape, { requiresGrad: true });
    generator.fillNormal(tensor.data);
    return tensor;
  };
  const x = normal([13, 347]);
  x.data.set([Number.NaN, -0, 0, 0.05, -0.05, 0.15, 99, -99]);
  const [scale, rowScales] = [t.tensor([0.1], { requiresGrad: true }), normal([13])];
  for (let i = 0; i < 13; i++) rowScales.data[i] = 0.05 + Math.abs(rowScales.data[i]);
  const mask = Float32Array.from({ length: x.size }, (_, i) => (i % 5 === 0 ? 0 : 1));
  const levels = { low: -8, high: 7 };
  const weights = normal([13, 347]);
  const outputs = [
    t.relu(x),
    t.fakeQuantize(x, scale, levels),
    t.fakeQuantize(weights, rowScales, { ...levels, mask }),
    t.fakeQuantize(weights, 0.25, { ...levels, gradient: 'everywhere', mask }),
    t.linear(weights, normal([9, 347]), normal([9])),
  ];
  for (const output of outputs) output.backward(normal(output.shape));
  const state = [x.data.slice(), new Float32Array(x.size), new Float32Array(x.size)] as const;
  for (let step = 1; step <= 5; step++) {
    t.adamStep(state[0], normal([13, 347]).data, state[1], state[2], {
      lr: 0.01,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weightDecay: 0.1,
      step,
    });
  }
  const [low, widths] = [-0.4, 0.2].map((value) => new Float64Array(347).fill(value));
  widths[3] = Number.POSITIVE_INFINITY;
  const rounded = t.roundColumns(x.data, low, widths, 7);
  reset();
  const gradients = [x, scale, rowScales, weights].map(({ grad }) => grad!.data);
  return [...outputs.map(({ data }) => data), rounded, ...gradients, ...state];
}

test.each(Object.entries(machines))('%s', async (_, machine) => {
  const here = await compute(machine);
  vi.unstubAllGlobals();
  const scalar = await compute(machines.neither);
  expect(here.map(bitsOf)).toEqual(scalar.map(bitsOf));
});

/** Of NaN only that it is one: which one is the processor's choice. */
function bitsOf(data: Float32Array): Uint32Array {
  const numbers = data.map((value) => (Number.isNaN(value) ? Number.NaN : value));
  return new Uint32Array(numbers.buffer);
}
