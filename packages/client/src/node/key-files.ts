// Keys in a folder: `secret.key`, for its owner alone, and `evaluation.key`.

import { randomUUID } from 'node:crypto';
import { access, mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openEnvelope } from '@tacit/circuit/spec';
import type { KeyPair } from '../client.js';
import { ClientError } from '../errors.js';

const secretFile = 'secret.key';
const evaluationFile = 'evaluation.key';

export interface SaveKeysOptions {
  /** Replaces keys that the folder holds already; what was encrypted under them is then lost. Default false. */
  readonly overwrite?: boolean;
}

/**
 * Writes both keys into a folder, which is made when missing; the secret key with mode 0600.
 *
 * Whenever it is interrupted, the folder never holds a pair that does not belong together: the secret key is the first
 * to go and the last to come.
 *
 * @throws ClientError `KEYS_EXIST`; whatever the file system throws passes through.
 */
export async function saveKeys(
  directory: string,
  keys: KeyPair,
  options: SaveKeysOptions = {},
): Promise<void> {
  const secretPath = join(directory, secretFile);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  if (!options.overwrite && (await exists(secretPath))) {
    throw new ClientError('KEYS_EXIST', `${directory} already holds keys.`, {
      got: directory,
      hint: 'Choose another folder, or pass { overwrite: true } to lose the old keys.',
    });
  }
  await rm(secretPath, { force: true });
  await writeWhole(join(directory, evaluationFile), keys.evaluationKey, 0o644);
  await writeWhole(secretPath, keys.secretKey, 0o600);
}

/**
 * Keys that {@link saveKeys} wrote.
 *
 * @throws ClientError `KEYS_MISSING` when either file is not there; CircuitError `ENVELOPE_…` for a damaged file,
 *   `CIRCUIT_MISMATCH` when the two belong to different circuits.
 */
export async function loadKeys(directory: string): Promise<KeyPair> {
  const [secretKey, evaluationKey] = await Promise.all([
    readKey(directory, secretFile),
    readKey(directory, evaluationFile),
  ]);
  const { circuitHash } = openEnvelope(secretKey, { kind: 'clientKey' });
  openEnvelope(evaluationKey, { kind: 'evaluationKey', circuitHash });
  return { secretKey, evaluationKey };
}

async function readKey(directory: string, file: string): Promise<Uint8Array> {
  try {
    return new Uint8Array(await readFile(join(directory, file)));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    throw new ClientError('KEYS_MISSING', `${directory} holds no ${file}.`, {
      got: directory,
      expected: `${secretFile} and ${evaluationFile}`,
      hint: 'Generate keys and save them there.',
      cause,
    });
  }
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

// Beside, then renamed: a reader sees the whole file or none.
async function writeWhole(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', mode);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
