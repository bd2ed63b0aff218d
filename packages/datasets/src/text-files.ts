// Text files that the package carries or is pointed at: read from disk in Node and fetched elsewhere, so the same code
// serves a browser page that hosts the files.

import { DatasetError } from './errors.js';

/** A file of the package's `data` folder, or of another folder. */
export async function readText(
  file: string,
  folder: string | URL = new URL('../data', import.meta.url),
): Promise<string> {
  const url = new URL(`${String(folder).replace(/\/$/, '')}/${file}`);
  if (url.protocol !== 'file:') return fetchText(url);
  const { readFile } = await import('node:fs/promises');
  return readFile(url, 'utf8');
}

/** A file of an installed npm package, in Node. */
export async function readPackageFile(path: string): Promise<string> {
  const [{ createRequire }, { readFile }] = await Promise.all([
    import('node:module'),
    import('node:fs/promises'),
  ]);
  return readFile(createRequire(import.meta.url).resolve(path), 'utf8');
}

async function fetchText(url: URL): Promise<string> {
  const response = await fetch(url);
  if (response.ok) return response.text();
  throw new DatasetError(`${url.href} was not found: ${response.status} ${response.statusText}.`, {
    code: 'FILE_MISSING',
    got: `status ${response.status}`,
    expected: 'the file',
    hint: 'Host the file there, or give another URL.',
    file: url.href,
  });
}
