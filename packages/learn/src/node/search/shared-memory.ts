// Numbers in memory that all threads of the process see, so that none of them has a copy.

export function isInShared(array: ArrayBufferView): boolean {
  return array.buffer instanceof SharedArrayBuffer;
}

/** A typed array in shared memory: itself if it is there, else a copy. */
export function inShared<T extends ArrayBufferView>(array: T): T {
  if (isInShared(array)) return array;
  const bytes = new Uint8Array(new SharedArrayBuffer(array.byteLength));
  bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength));
  // A Buffer is a Uint8Array whose own constructor cannot be called so.
  const Class = (array instanceof Uint8Array ? Uint8Array : array.constructor) as new (
    buffer: ArrayBufferLike,
  ) => T;
  return new Class(bytes.buffer);
}
