import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { kernelModule, modulePath } from '../../scripts/compile-kernels.mjs';
import { gemmBinary } from './gemm-binary.js';

test('the committed binary is what its source compiles to', async () => {
  expect(readFileSync(modulePath, 'utf8')).toBe(await kernelModule());
});

test('the binary stays below 4096 bytes, the most that every browser compiles on its main thread', () => {
  expect(Buffer.from(gemmBinary, 'base64').length).toBeLessThan(4096);
});
