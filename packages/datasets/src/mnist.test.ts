import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, expect, it, vi } from 'vitest';
import { DatasetError } from './errors.js';
import { loadMnist } from './mnist.js';
import type { Bunch } from './read-bunch.js';

const digits = dirname(createRequire(import.meta.url).resolve('mnist/src/digits/0.json'));
let mnist: Bunch<number>;
beforeAll(async () => {
  mnist = await loadMnist();
});

it('has 10,000 images of whole pixels, dark corners and a label each', () => {
  expect(mnist.data).toHaveLength(10_000);
  expect(mnist.target).toHaveLength(10_000);
  expect(mnist.featureNames).toHaveLength(784);
  expect(mnist.targetNames).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  let largest = 0;
  for (const image of mnist.data) {
    expect(image).toHaveLength(784);
    if (!image.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 255)) expect.fail();
    largest = Math.max(largest, ...image);
  }
  expect(largest).toBe(255);
  expect(mnist.data.every((image) => image[0] === 0 && image[783] === 0)).toBe(true);
});

it('pixels and labels are those of the package, sorted by digit', () => {
  expect(mnist.data[0]!.slice(127, 132)).toEqual([51, 159, 253, 159, 50]);
  const counts = mnist.targetNames.map((digit) => mnist.target.filter((label) => label === digit).length);
  expect(counts).toEqual([1001, 1127, 991, 1032, 980, 863, 1014, 1070, 944, 978]);
  expect(mnist.target).toEqual([...mnist.target].sort());
});

it('the reference test set is a fifth of each digit', () => {
  const { referenceTestIndices, target, targetNames } = mnist;
  expect(new Set(referenceTestIndices).size).toBe(2000);
  for (const digit of targetNames) {
    const all = target.filter((label) => label === digit).length;
    const chosen = referenceTestIndices.filter((row) => target[row] === digit).length;
    expect(Math.abs(chosen - all / 5)).toBeLessThan(1);
  }
});

it('reads a folder that it is pointed at, a file as well as a web address', async () => {
  expect(existsSync(digits)).toBe(true);
  const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation(async (url) => {
    const digit = Number(/(\d)\.json$/.exec(String(url))![1]);
    return new Response(JSON.stringify({ data: new Array(784).fill(digit / 255) }));
  });
  try {
    const { data, target } = await loadMnist({ folder: 'https://example.org/digits/' });
    expect(fetched.mock.calls.map(([url]) => String(url))).toContain('https://example.org/digits/7.json');
    expect(target).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(data.map((image) => image[400])).toEqual(target);
    fetched.mockImplementation(async () => new Response('', { status: 404, statusText: 'Not Found' }));
    const missing = loadMnist({ folder: 'https://example.org/digits' });
    await expect(missing).rejects.toMatchObject({
      code: 'FILE_MISSING',
      file: expect.stringMatching(/json$/),
    });
  } finally {
    fetched.mockRestore();
  }
  expect(await loadMnist({ folder: pathToFileURL(digits) })).toEqual(mnist);
});

it('refuses files that hold no images', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'tacit-mnist-'));
  try {
    const image = JSON.stringify({ data: new Array(784).fill(0) });
    for (let digit = 0; digit < 10; digit++) {
      await writeFile(join(folder, `${digit}.json`), digit === 3 ? '{"data":[1,2]}' : image);
    }
    const error = await loadMnist({ folder: pathToFileURL(folder) }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DatasetError);
    expect(error).toMatchObject({ code: 'FILE_FORMAT', file: '3.json' });
  } finally {
    await rm(folder, { recursive: true });
  }
});
