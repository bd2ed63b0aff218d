// The safetensors format (github.com/huggingface/safetensors, "Format"): 8 bytes with the length N of the header as a
// little-endian integer, N bytes of JSON that name each tensor's type, shape and place, then the numbers, little-endian and
// row-major. PyTorch, NumPy and others read and write it, and reading it cannot run code.

import { Tensor } from '@tacit/tensor';
import { PersistenceError } from '../errors.js';
import { fromUtf8, toUtf8 } from './text.js';

/** What a file holds: tensors by name, and text by key. */
export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, Tensor>>;
  /** `__metadata__` of the header. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** Longest header that the reference implementation reads. */
const largestHeader = 100_000_000;

/**
 * The bytes of a safetensors file, all tensors as F32. The same tensors give the same bytes.
 *
 * @param tensors - by name, written in this order.
 * @param metadata - text to keep with them; readers that do not know it pass over it.
 * @throws PersistenceError `FILE_TOO_LARGE` when the header would be longer than readers accept.
 */
export function encodeSafetensors(
  tensors: Readonly<Record<string, Tensor>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array<ArrayBuffer> {
  const header: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let end = 0;
  for (const [name, { shape, size }] of Object.entries(tensors)) {
    header[name] = { dtype: 'F32', shape, data_offsets: [end, end + 4 * size] };
    end += 4 * size;
  }
  const text = toUtf8(JSON.stringify(header));
  // Padded with spaces so that the numbers begin at a multiple of 8, as the format advises.
  const headerLength = Math.ceil(text.length / 8) * 8;
  if (headerLength > largestHeader) throw headerTooLarge(headerLength);
  const bytes = new Uint8Array(8 + headerLength + end);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(headerLength), true);
  bytes.fill(0x20, 8, 8 + headerLength);
  bytes.set(text, 8);
  let position = 8 + headerLength;
  for (const { data } of Object.values(tensors)) {
    for (const value of data) {
      view.setFloat32(position, value, true);
      position += 4;
    }
  }
  return bytes;
}

/**
 * Reads a safetensors file. Numbers of F64, F16, BF16 and whole numbers are converted to float32; F64 is rounded to the
 * nearest.
 *
 * @param source - what the bytes are, for messages: a file's name.
 * @throws PersistenceError `FILE_TRUNCATED`, `FILE_FORMAT`; `FILE_DTYPE` for a type that is not listed above, or a whole
 * number that float32 cannot hold.
 */
export function decodeSafetensors(bytes: Uint8Array, source = 'these bytes'): SafetensorsFile {
  const { header, start } = readHeader(bytes, source);
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isRecord(metadata) || !Object.values(metadata).every((value) => typeof value === 'string')) {
    throw badFormat(source, 'a __metadata__ that is not text by key');
  }
  const places = Object.entries(entries).map(([name, entry]) => placeOf(name, entry, source));
  const needed = places.reduce((length, { end }) => Math.max(length, end), 0);
  if (bytes.length - start < needed) throw truncated(source, bytes.length, start + needed);
  checkNoOverlap(places, source);
  const tensors = places.map((place) => [place.name, readTensor(bytes, start, place, source)] as const);
  return { tensors: Object.fromEntries(tensors), metadata: metadata as Record<string, string> };
}

interface Place {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

function readHeader(
  bytes: Uint8Array,
  source: string,
): { readonly header: Record<string, unknown>; readonly start: number } {
  if (bytes.length < 8) throw truncated(source, bytes.length, 8);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = Number(view.getBigUint64(0, true));
  if (length < 2 || length > largestHeader) throw badFormat(source, `a header of ${length} bytes`);
  const start = 8 + length;
  // A length that runs past the end is a file cut short, but only if what is there looks like such a header.
  if (bytes.length > 8 && bytes[8] !== 0x7b) throw badFormat(source, 'a header that is not JSON');
  if (bytes.length < start) throw truncated(source, bytes.length, start);
  const header = parseJson(bytes.subarray(8, start), source);
  if (!isRecord(header)) throw badFormat(source, 'a header that is no JSON object');
  return { header, start };
}

function parseJson(bytes: Uint8Array, source: string): unknown {
  try {
    return JSON.parse(fromUtf8(bytes));
  } catch (cause) {
    throw badFormat(source, 'a header that is not JSON', cause);
  }
}

function placeOf(name: string, entry: unknown, source: string): Place {
  if (!isRecord(entry)) throw badFormat(source, `an entry ${name} that is no JSON object`);
  const { dtype, shape, data_offsets: offsets } = entry;
  const isValid = typeof dtype === 'string' && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
  if (!isValid) throw badFormat(source, `an entry ${name} without dtype, shape and data_offsets`);
  const width = Object.hasOwn(byteWidths, dtype) ? byteWidths[dtype] : undefined;
  if (width === undefined) throw unsupportedType(source, name, dtype);
  const [begin, end] = offsets as [number, number];
  const size = shape.reduce((product, length) => product * length, 1);
  if (end - begin !== size * width) {
    throw badFormat(
      source,
      `${end - begin} bytes for ${name}, a ${dtype} of the shape [${shape.join(', ')}]`,
    );
  }
  return { name, dtype, shape, begin, end };
}

function checkNoOverlap(places: readonly Place[], source: string): void {
  let end = 0;
  for (const place of [...places].sort((a, b) => a.begin - b.begin || a.end - b.end)) {
    if (place.begin < end) throw badFormat(source, `${place.name} in the place of another tensor`);
    end = place.end;
  }
}

function readTensor(bytes: Uint8Array, start: number, place: Place, source: string): Tensor {
  const view = new DataView(bytes.buffer, bytes.byteOffset + start + place.begin, place.end - place.begin);
  const width = byteWidths[place.dtype]!;
  const read = readers[place.dtype]!;
  const data = new Float32Array((place.end - place.begin) / width);
  for (let i = 0; i < data.length; i++) {
    const value = read(view, i * width);
    data[i] = value;
    if (isWhole(place.dtype) && data[i] !== value)
      throw unsupportedType(source, place.name, `${place.dtype} with the value ${value}`);
  }
  return new Tensor(data, place.shape);
}

const byteWidths: Readonly<Record<string, number>> = {
  F64: 8,
  F32: 4,
  F16: 2,
  BF16: 2,
  I64: 8,
  U64: 8,
  I32: 4,
  U32: 4,
  I16: 2,
  U16: 2,
  I8: 1,
  U8: 1,
  BOOL: 1,
};

const readers: Readonly<Record<string, (view: DataView, at: number) => number>> = {
  F64: (view, at) => view.getFloat64(at, true),
  F32: (view, at) => view.getFloat32(at, true),
  F16: (view, at) => halfToNumber(view.getUint16(at, true)),
  // The upper half of a float32.
  BF16: (view, at) => bitsToFloat(view.getUint16(at, true) << 16),
  I64: (view, at) => Number(view.getBigInt64(at, true)),
  U64: (view, at) => Number(view.getBigUint64(at, true)),
  I32: (view, at) => view.getInt32(at, true),
  U32: (view, at) => view.getUint32(at, true),
  I16: (view, at) => view.getInt16(at, true),
  U16: (view, at) => view.getUint16(at, true),
  I8: (view, at) => view.getInt8(at),
  U8: (view, at) => view.getUint8(at),
  BOOL: (view, at) => view.getUint8(at),
};

function isWhole(dtype: string): boolean {
  return dtype.startsWith('I') || dtype.startsWith('U');
}

const scratch = new DataView(new ArrayBuffer(4));

function bitsToFloat(bits: number): number {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
}

/** IEEE 754 binary16: 1 bit of sign, 5 of exponent (bias 15), 10 of fraction. */
function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((entry) => Number.isSafeInteger(entry) && entry >= 0);
}

function truncated(source: string, got: number, needed: number): PersistenceError {
  return new PersistenceError(`${source} ends too early: it has ${got} bytes of ${needed}.`, {
    code: 'FILE_TRUNCATED',
    got: `${got} bytes`,
    expected: `at least ${needed} bytes`,
    hint: 'Copy or save it again; it was cut off.',
  });
}

function badFormat(source: string, got: string, cause?: unknown): PersistenceError {
  return new PersistenceError(`${source} is no safetensors file: it has ${got}.`, {
    code: 'FILE_FORMAT',
    got,
    expected: 'a safetensors file',
    hint: 'Pass what saveParams or saveNet wrote, or what the safetensors library of another language did.',
    cause,
  });
}

function unsupportedType(source: string, name: string, got: string): PersistenceError {
  return new PersistenceError(`${name} in ${source} is ${got}, which float32 tensors cannot take over.`, {
    code: 'FILE_DTYPE',
    got: `${name}: ${got}`,
    expected: `${Object.keys(byteWidths).join(', ')}, whole numbers up to 2²⁴`,
    hint: 'Convert it to float32 before saving.',
  });
}

function headerTooLarge(length: number): PersistenceError {
  return new PersistenceError(`The header would have ${length} bytes.`, {
    code: 'FILE_TOO_LARGE',
    got: `${length} bytes of header`,
    expected: `at most ${largestHeader}`,
    hint: 'Save the history on its own: its batches take the room.',
  });
}
