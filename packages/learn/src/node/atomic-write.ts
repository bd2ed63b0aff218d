// Writing a file as a whole or not at all: to a name beside it, onto the disk, then renamed over the old one. POSIX makes
// rename atomic, so a reader, or a program that starts after a power failure, finds the old bytes or the new ones.

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { PersistenceError } from '../errors.js';

/**
 * Writes a file; its folder is made if it is missing.
 *
 * @throws PersistenceError `FILE_NOT_WRITTEN` when there is no room or no permission. What was there before is still there.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const beside = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    await writeThrough(beside, bytes);
    await rename(beside, path);
    await syncFolder(folder);
  } catch (cause) {
    await rm(beside, { force: true }).catch(() => {});
    throw notWritten(path, cause);
  }
}

async function writeThrough(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

// So that the new name, too, survives a power failure. Windows cannot open folders, and does not need it.
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function notWritten(path: string, cause: unknown): PersistenceError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new PersistenceError(`${path} was not written: ${reason}.`, {
    code: 'FILE_NOT_WRITTEN',
    got: (cause as { code?: string }).code ?? reason,
    expected: `room and permission for ${path}`,
    hint: 'What was there before is unchanged.',
    cause,
  });
}
