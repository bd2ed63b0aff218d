import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelModule, modulePath } from '../../scripts/compile-kernels.mjs';
import { simdBinary } from './simd-binary.js';

test('the committed binary is what its sources compile to', async () => {
  expect(readFileSync(modulePath, 'utf8')).toBe(await kernelModule());
});

test('the binary stays below 4096 bytes, the most that every browser compiles on its main thread', () => {
  expect(Buffer.from(simdBinary, 'base64').length).toBeLessThan(4096);
});
