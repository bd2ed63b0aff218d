import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

const refusing = {
  validate: (): boolean => true,
  Module: class {
    constructor() {
      throw new Error('refused');
    }
  },
};

test.each([
  { where: 'an engine without SIMD', replacement: { validate: (): boolean => false } },
  { where: 'a page whose policy forbids WebAssembly', replacement: refusing },
  { where: 'an engine without WebAssembly', replacement: undefined },
])('$where computes the same bits with the scalar kernel', async ({ replacement }) => {
  const compute = async (): Promise<Float32Array> => {
    vi.resetModules();
    const { Generator, matmul, zeros } = await import('../index.js');
    const [a, b] = [zeros([20, 30]), zeros([30, 10])];
    new Generator(1).fillNormal(a.data);
    new Generator(2).fillNormal(b.data);
    return matmul(a, b).data;
  };
  vi.stubGlobal('process', Object.create(process, { getBuiltinModule: { value: undefined } }));
  const withSimd = await compute();
  vi.stubGlobal('WebAssembly', replacement);
  const without = await compute();
  expect((await import('./simd.js')).simdKernel()).toBeNull();
  expect(without).toEqual(withSimd);
});
