import { afterEach, expect, test, vi } from 'vitest';
import { Generator } from '../generator.js';
import { type AdamStepOptions, adamStep } from './adam.js';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const options = { lr: 0.01, betas: [0.9, 0.999], eps: 1e-8, weightDecay: 0.1 } as const;

type Step = (p: Float32Array, g: Float32Array, m: Float32Array, v: Float32Array, o: AdamStepOptions) => void;

function run(step: Step, length: number): Float32Array[] {
  const normal = (seed: number): Float32Array => new Generator(seed).fillNormal(new Float32Array(length));
  const state = [normal(1), new Float32Array(length), new Float32Array(length)];
  for (let t = 1; t <= 20; t++) step(state[0], normal(t + 1), state[1], state[2], { ...options, step: t });
  return state;
}

test.each([1, 7, 65, 4096, 9001])(
  'has the same bits with the addon, with SIMD and without either, for %i parameters',
  async (length) => {
    const withAddon = run(adamStep, length);
    vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
    vi.resetModules();
    const { adamStep: simdStep } = await import('./adam.js');
    expect(run(simdStep, length)).toEqual(withAddon);
    vi.stubGlobal('WebAssembly', undefined);
    vi.resetModules();
    const { adamStep: scalarStep } = await import('./adam.js');
    expect(run(scalarStep, length)).toEqual(withAddon);
  },
);

test('follows the algorithm in double precision to float32 accuracy', () => {
  const inDouble: Step = (p, g, m, v, { lr, betas: [b1, b2], eps, weightDecay = 0, step }) => {
    for (let i = 0; i < p.length; i++) {
      const gradient = g[i] + weightDecay * p[i];
      m[i] = b1 * m[i] + (1 - b1) * gradient;
      v[i] = b2 * v[i] + (1 - b2) * gradient ** 2;
      p[i] -= (lr * (m[i] / (1 - b1 ** step))) / (Math.sqrt(v[i] / (1 - b2 ** step)) + eps);
    }
  };
  const [got] = run(adamStep, 100);
  const [expected] = run(inDouble, 100);
  // Twenty steps of 0.01, each with a few roundings of 2⁻²⁴ of a parameter of size up to 4.
  for (let i = 0; i < 100; i++) expect(Math.abs(got[i] - expected[i])).toBeLessThan(1e-5);
});
