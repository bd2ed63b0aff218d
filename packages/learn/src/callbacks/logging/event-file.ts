// The bytes of TensorBoard's event files: TFRecords that each hold an Event as a protocol buffer. Only what scalars need.
//
// Record (tensorflow/core/lib/io/record_writer.h): uint64 length, uint32 masked CRC of the length, the data, uint32 masked CRC
// of the data, little-endian. Messages (tensorflow/core/util/event.proto, framework/summary.proto): Event { double wall_time
// = 1; int64 step = 2; string file_version = 3; Summary summary = 5 }, Summary { repeated Value value = 1 }, Value { string
// tag = 1; float simple_value = 2 }.

import { toUtf8 } from '../../persistence/text.js';
import { crc32c } from './crc32c.js';

/** What an event says: which version the file is of, or some scalars. */
export type EventContent =
  | { readonly fileVersion: string }
  | { readonly step: number; readonly scalars: Readonly<Record<string, number>> };

/** An event as a record of the file. */
export function encodeEvent(wallTimeSeconds: number, content: EventContent): Uint8Array<ArrayBuffer> {
  const fields = [double(1, wallTimeSeconds)];
  if ('fileVersion' in content) fields.push(delimited(3, toUtf8(content.fileVersion)));
  else {
    const values = Object.entries(content.scalars).map(([tag, value]) =>
      delimited(1, concatenate([delimited(1, toUtf8(tag)), float(2, value)])),
    );
    fields.push(varintField(2, content.step), delimited(5, concatenate(values)));
  }
  return toRecord(concatenate(fields));
}

function toRecord(data: Uint8Array): Uint8Array<ArrayBuffer> {
  const record = new Uint8Array(16 + data.length);
  const view = new DataView(record.buffer);
  view.setBigUint64(0, BigInt(data.length), true);
  view.setUint32(8, maskedCrc(record.subarray(0, 8)), true);
  record.set(data, 12);
  view.setUint32(12 + data.length, maskedCrc(data), true);
  return record;
}

/** A checksum of data that holds checksums is weak, so TensorFlow rotates and shifts it (core/lib/hash/crc32c.h). */
function maskedCrc(bytes: Uint8Array): number {
  const crc = crc32c(bytes);
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

// Wire types of protocol buffers: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes.

function double(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(9);
  bytes[0] = (field << 3) | 1;
  new DataView(bytes.buffer).setFloat64(1, value, true);
  return bytes;
}

function float(field: number, value: number): Uint8Array {
  const bytes = new Uint8Array(5);
  bytes[0] = (field << 3) | 5;
  new DataView(bytes.buffer).setFloat32(1, value, true);
  return bytes;
}

function varintField(field: number, value: number): Uint8Array {
  return Uint8Array.of(field << 3, ...varint(value));
}

function delimited(field: number, bytes: Uint8Array): Uint8Array {
  return concatenate([Uint8Array.of((field << 3) | 2, ...varint(bytes.length)), bytes]);
}

/** Seven bits a byte, the lowest first; the top bit says that more follow. */
function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  while (left >= 128) {
    bytes.push((left % 128) | 128);
    left = Math.floor(left / 128);
  }
  return [...bytes, left];
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let position = 0;
  for (const part of parts) {
    whole.set(part, position);
    position += part.length;
  }
  return whole;
}
