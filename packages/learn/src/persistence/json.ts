// Plain data as JSON text that loses nothing: NaN, the infinities and −0 are spelled out, and what JSON cannot hold at all
// (functions, classes, instances) is refused or told apart, never dropped.

import { isPlainObject } from '../plain-object.js';

/** Numbers, text, booleans and null, in arrays and records. Numbers may be NaN or infinite. */
export type PlainValue =
  | null
  | boolean
  | number
  | string
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Plain values by name. */
export type PlainRecord = { readonly [key: string]: PlainValue };

/** Whether a value is plain data through and through. */
export function isPlainValue(value: unknown): value is PlainValue {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return true;
  if (Array.isArray(value)) return value.every(isPlainValue);
  return isPlainObject(value) && Object.values(value).every(isPlainValue);
}

/** Text that {@link fromJsonText} reads back to an equal value. */
export function toJsonText(value: PlainValue): string {
  return JSON.stringify(value, (_, entry: unknown) =>
    typeof entry === 'number' && (!Number.isFinite(entry) || Object.is(entry, -0))
      ? { number: Object.is(entry, -0) ? '-0' : String(entry) }
      : entry,
  );
}

/** @throws SyntaxError for text that is not JSON. */
export function fromJsonText(text: string): PlainValue {
  return JSON.parse(text, (_, entry: unknown) => (isSpelledNumber(entry) ? Number(entry.number) : entry));
}

const spelled = new Set(['NaN', 'Infinity', '-Infinity', '-0']);

function isSpelledNumber(entry: unknown): entry is { number: string } {
  return (
    isPlainObject(entry) &&
    typeof entry.number === 'string' &&
    spelled.has(entry.number) &&
    Object.keys(entry).length === 1
  );
}
