// Numbers in memory that all threads of the process see, so that none of them has a copy.

import type { PortableValue } from './portable-value.js';

/** The same values with all typed arrays in shared memory; those that are there already stay. */
export function inSharedMemory(value: PortableValue): PortableValue {
  if (typeof value !== 'object' || value === null) return value;
  switch (value.kind) {
    case 'numbers':
    case 'tensor':
      return { ...value, values: shared(value.values) };
    case 'rows':
      return { ...value, values: shared(value.values) };
    case 'list':
      return { kind: 'list', items: value.items.map(inSharedMemory) };
    case 'record':
      return { kind: 'record', entries: value.entries.map(([name, part]) => [name, inSharedMemory(part)]) };
    case 'table':
      return { ...value, columns: value.columns.map(inSharedMemory) };
    default:
      return value;
  }
}

/** Below this many bytes a copy is cheaper than memory of its own. */
const WORTH_SHARING = 1024;

/** A typed array in shared memory, if it is large enough to be worth it. */
export function shared<T extends ArrayBufferView>(array: T): T {
  if (array.buffer instanceof SharedArrayBuffer || array.byteLength < WORTH_SHARING) return array;
  const source = array as unknown as Uint8Array;
  const copy = new (array.constructor as new (buffer: SharedArrayBuffer) => T)(
    new SharedArrayBuffer(array.byteLength),
  );
  (copy as unknown as Uint8Array).set(source);
  return copy;
}
