// Growing columns. Numbers grow in blocks, so that nothing is copied twice and no array is ever twice as long as needed.

import type { ColumnType, ColumnValues } from './data-table.js';

/** A column that grows. */
export interface ColumnStore {
  append(value: number | string | boolean | null): void;
  /** The values. Ends the column: what it held is given back. */
  finish(): ColumnValues;
}

export function makeStore(type: ColumnType): ColumnStore {
  if (type === 'numeric') return new NumberStore();
  return type === 'categorical' ? new TextStore() : new BooleanStore();
}

const BLOCK = 65_536;

class NumberStore implements ColumnStore {
  readonly #full: Float64Array[] = [];
  #block = new Float64Array(1024);
  #used = 0;

  append(value: number | string | boolean | null): void {
    if (this.#used === this.#block.length) this.#grow();
    this.#block[this.#used++] = value === null ? Number.NaN : (value as number);
  }

  #grow(): void {
    if (this.#block.length < BLOCK) {
      const larger = new Float64Array(this.#block.length * 2);
      larger.set(this.#block);
      this.#block = larger;
      return;
    }
    this.#full.push(this.#block);
    this.#block = new Float64Array(BLOCK);
    this.#used = 0;
  }

  finish(): Float64Array {
    const values = new Float64Array(this.#full.length * BLOCK + this.#used);
    for (const [index, block] of this.#full.entries()) values.set(block, index * BLOCK);
    values.set(this.#block.subarray(0, this.#used), this.#full.length * BLOCK);
    this.#full.length = 0;
    return values;
  }
}

/** Beyond this many different texts a column is no longer one of categories, and looking for equal ones does not pay. */
const MOST_SHARED = 100_000;

class TextStore implements ColumnStore {
  readonly #values: (string | null)[] = [];
  // Equal texts are kept once: a million rows of five cities are five strings.
  readonly #shared = new Map<string, string>();

  append(value: number | string | boolean | null): void {
    if (value === null) {
      this.#values.push(null);
      return;
    }
    const text = String(value);
    const shared = this.#shared.get(text);
    if (shared === undefined && this.#shared.size < MOST_SHARED) this.#shared.set(text, text);
    this.#values.push(shared ?? text);
  }

  finish(): (string | null)[] {
    return this.#values;
  }
}

class BooleanStore implements ColumnStore {
  readonly #values: (boolean | null)[] = [];

  append(value: number | string | boolean | null): void {
    this.#values.push(value as boolean | null);
  }

  finish(): (boolean | null)[] {
    return this.#values;
  }
}
