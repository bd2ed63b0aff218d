// A job as a block of bytes in shared memory, beside the large arrays that it holds. What a task carries of it is a few
// references, so a thread reads the job once, whatever the number of its tasks.

import { deserialize, serialize } from 'node:v8';
import type { PortableJob } from './portable-job.js';
import type { PortableValue } from './portable-value.js';
import { inShared, isInShared } from './shared-memory.js';

/** A job for threads of this process. */
export interface PackedJob {
  /** Different for each job. */
  readonly key: number;
  readonly bytes: Uint8Array;
  readonly arrays: readonly ArrayBufferView[];
}

/** Below this many bytes an array goes with the job's own bytes. */
const WORTH_SHARING = 1024;

let packed = 0;

export function packJob(job: PortableJob): PackedJob {
  const arrays: ArrayBufferView[] = [];
  const take = (value: PortableValue) => withArrays(value, (array) => setAside(array, arrays));
  const small = { ...job, X: take(job.X), y: take(job.y), sampleWeight: take(job.sampleWeight) };
  return { key: packed++, bytes: inShared(serialize(small)), arrays };
}

export function unpackJob({ bytes, arrays }: PackedJob): PortableJob {
  // Copied: the deserializer does not read shared memory.
  const job = deserialize(Uint8Array.from(bytes)) as PortableJob;
  const put = (value: PortableValue) => withArrays(value, (array) => bringBack(array, arrays));
  return { ...job, X: put(job.X), y: put(job.y), sampleWeight: put(job.sampleWeight) };
}

// An array that was set aside leaves its number, as the only entry of an array of numbers that nothing else uses.
function setAside(array: ArrayBufferView, arrays: ArrayBufferView[]): ArrayBufferView {
  if (array.byteLength < WORTH_SHARING && !isInShared(array)) return array;
  return BigUint64Array.of(BigInt(arrays.push(inShared(array)) - 1));
}

function bringBack(array: ArrayBufferView, arrays: readonly ArrayBufferView[]): ArrayBufferView {
  return array instanceof BigUint64Array ? arrays[Number(array[0])]! : array;
}

/** A value with each of its arrays replaced. */
function withArrays(
  value: PortableValue,
  replace: (array: ArrayBufferView) => ArrayBufferView,
): PortableValue {
  if (typeof value !== 'object' || value === null) return value;
  const inside = (part: PortableValue) => withArrays(part, replace);
  switch (value.kind) {
    case 'numbers':
    case 'tensor':
      return { ...value, values: replace(value.values) };
    case 'rows':
      return { ...value, values: replace(value.values) as Float64Array };
    case 'list':
      return { kind: 'list', items: value.items.map(inside) };
    case 'record':
      return { kind: 'record', entries: value.entries.map(([name, part]) => [name, inside(part)]) };
    case 'table':
      return { ...value, columns: value.columns.map(inside) };
    default:
      return value;
  }
}
