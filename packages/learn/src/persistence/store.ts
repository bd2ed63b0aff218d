// Where saved bytes lie: a folder of the disk (`@tacit/learn/node`), memory, or whatever a page has (the origin private file
// system, IndexedDB, a server).

import { PersistenceError } from '../errors.js';

/** Bytes by name. */
export interface FileStore {
  /** @throws PersistenceError `FILE_MISSING` when there is nothing under this name. */
  read(name: string): Promise<Uint8Array>;
  /** Replaces what is there as a whole: a reader sees the old bytes or the new ones, also when writing fails. */
  write(name: string, bytes: Uint8Array): Promise<void>;
  has(name: string): Promise<boolean>;
  /** The name as a person would look for it: a path. */
  describe(name: string): string;
}

/** Keeps bytes in memory, for pages and tests. */
export class MemoryStore implements FileStore {
  readonly #files = new Map<string, Uint8Array>();

  /** The names in the order in which they were first written. */
  get names(): string[] {
    return [...this.#files.keys()];
  }

  async read(name: string): Promise<Uint8Array> {
    const bytes = this.#files.get(name);
    if (bytes === undefined) throw fileMissing(name);
    return bytes.slice();
  }

  async write(name: string, bytes: Uint8Array): Promise<void> {
    this.#files.set(name, bytes.slice());
  }

  async has(name: string): Promise<boolean> {
    return this.#files.has(name);
  }

  describe(name: string): string {
    return name;
  }
}

/** The error of a store that was asked for a name it does not have. */
export function fileMissing(name: string, cause?: unknown): PersistenceError {
  return new PersistenceError(`There is no file ${name}.`, {
    code: 'FILE_MISSING',
    got: name,
    expected: 'a file that was saved before',
    hint: 'Look at the path, and at the folder that it starts from.',
    cause,
  });
}
