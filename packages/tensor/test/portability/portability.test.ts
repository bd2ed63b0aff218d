// The same seed gives the same weights, to the last bit: on every supported version of Node, with the native addon, with
// WebAssembly's SIMD and without either, and in a browser. The package is compiled first, as its users get it.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as tensorPackage from '@tacit/tensor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf, findChromium } from './chromium.js';
import { nodeOfVersion, nodeReleases } from './node-versions.js';
import { trainedHash } from './train.mjs';

/** Of the machine this was written on. Another value on another machine is what this test is there to find. */
const expected = '3e1780dc';

const here = fileURLToPath(new URL('.', import.meta.url));
const packageFolder = join(here, '../..');
let folder = '';
let compiled = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-tensor-'));
  compiled = join(folder, 'dist');
  cpSync(join(packageFolder, 'native', 'tacit-tensor.node'), join(folder, 'native', 'tacit-tensor.node'));
  const tsc = fileURLToPath(import.meta.resolve('typescript/package.json')).replace(
    'package.json',
    'bin/tsc',
  );
  const options = ['--composite', 'false', '--incremental', 'false', '--declaration', 'false'];
  options.push('--declarationMap', 'false', '--sourceMap', 'false', '--tsBuildInfoFile', 'null');
  execFileSync(process.execPath, [tsc, '-p', packageFolder, '--outDir', compiled, ...options]);
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('here', () => {
  expect(trainedHash(tensorPackage)).toBe(expected);
});

const majors = Object.keys(nodeReleases).map(Number) as (keyof typeof nodeReleases)[];

test.each(majors)('Node %i, with the addon, with SIMD, without either', (major) => {
  const node = nodeOfVersion(major);
  expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${major}\\.`));
  const index = pathToFileURL(join(compiled, 'index.js')).href;
  for (const mode of ['native', 'simd', 'scalar']) {
    const hash = execFileSync(node, [join(here, 'run.mjs'), index, mode], { encoding: 'utf8' });
    expect(hash.trim(), mode).toBe(expected);
  }
});

test('Chromium', async ({ skip }) => {
  const chromium = findChromium();
  if (chromium === null) {
    // Where the project is checked, there has to be one.
    expect(process.env.CI, 'Install Chromium, or set CHROMIUM to its path.').toBeUndefined();
    skip('There is no Chromium: install it, or set the environment variable CHROMIUM to its path.');
    return;
  }
  const page = `<!doctype html><p id="hash"></p><script type="module">
    import * as tensor from '/package/index.js';
    import { trainedHash } from '/train.mjs';
    document.getElementById('hash').textContent = trainedHash(tensor);
  </script>`;
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const isScript = path.endsWith('js');
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html');
    if (path === '/') response.end(page);
    else if (path === '/train.mjs') response.end(readFileSync(join(here, 'train.mjs')));
    else if (path.startsWith('/package/') && isScript)
      response.end(readFileSync(join(compiled, path.slice(9))));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = server.address() as AddressInfo;
    const dom = await documentOf(chromium, `http://127.0.0.1:${port}/`);
    expect(/<p id="hash">([0-9a-f]*)<\/p>/.exec(dom)?.[1]).toBe(expected);
  } finally {
    server.close();
  }
});
