// Where tables come from: a file, or its bytes. Sources can be opened more than once.

import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatasetError } from '../errors.js';
import type { TableSource } from './data-table.js';

/** What messages call a source. */
export function sourceName(source: TableSource): string {
  return source instanceof Uint8Array ? 'The table' : basename(pathOf(source));
}

/** The bytes of a source, piece by piece. @throws DatasetError `FILE_MISSING` */
export async function* chunksOf(source: TableSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  const path = pathOf(source);
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 })) yield chunk as Uint8Array;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** All bytes of a source. @throws DatasetError `FILE_MISSING` */
export async function bytesOf(source: TableSource): Promise<Uint8Array> {
  if (source instanceof Uint8Array) return source;
  const path = pathOf(source);
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

export function pathOf(source: string | URL): string {
  return source instanceof URL ? fileURLToPath(source) : source;
}

function unreadable(path: string, cause: unknown): DatasetError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const got = code === 'ENOENT' ? 'no such file' : message;
  return new DatasetError(`${path} cannot be read: ${got}.`, {
    code: 'FILE_MISSING',
    got,
    expected: 'a file that may be read',
    hint: 'Check the path and its permissions.',
    file: basename(path),
    cause,
  });
}
