// A folder of the disk as a place for saved files.

import { access, readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';
import { ParameterError } from '../errors.js';
import { type FileStore, fileMissing } from '../persistence/store.js';
import { writeAtomically } from './atomic-write.js';

/** Files in a folder, which is made at the first write. Names may hold folders of their own, but not lead out of it. */
export class DirectoryStore implements FileStore {
  readonly directory: string;

  /** @param directory - a path; relative ones start at the working directory of the moment. */
  constructor(directory: string) {
    this.directory = resolve(directory);
  }

  async read(name: string): Promise<Uint8Array> {
    return readBytes(this.describe(name));
  }

  /** @throws PersistenceError `FILE_NOT_WRITTEN`; the old file is still there then. */
  async write(name: string, bytes: Uint8Array): Promise<void> {
    await writeAtomically(this.describe(name), bytes);
  }

  async has(name: string): Promise<boolean> {
    return access(this.describe(name)).then(
      () => true,
      () => false,
    );
  }

  /** The absolute path. @throws ParameterError `PARAMETER_VALUE` for a name that leads out of the folder. */
  describe(name: string): string {
    const path = resolve(this.directory, name);
    const folder = this.directory.endsWith(sep) ? this.directory : `${this.directory}${sep}`;
    if (path.startsWith(folder)) return path;
    throw new ParameterError(`The file name ${name} leads out of ${this.directory}.`, {
      code: 'PARAMETER_VALUE',
      got: name,
      expected: `a name within ${this.directory}`,
      hint: 'Open the store on a folder further up.',
    });
  }
}

/** @throws PersistenceError `FILE_MISSING` when there is no file; the system's own error for anything else. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as { code?: string }).code === 'ENOENT') throw fileMissing(path, cause);
    throw cause;
  }
}
