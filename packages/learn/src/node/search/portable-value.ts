// Values as plain data that threads and machines can be sent, and back. Classes and functions go as the module and name that they
// are exported by; code itself never does. Estimators go as class and parameters, callbacks and splitters as class and options.

import * as nn from '@tacit/nn';
import * as tensor from '@tacit/tensor';
import { ParameterError } from '../../errors.js';
import { isParametrized } from '../../estimator.js';
import * as learn from '../../index.js';
import { ColumnTable, type ColumnValues } from '../../model-selection/search/column-table.js';
import { importReference } from '../../model-selection/search/module-reference.js';
import type { ModuleReference } from '../../model-selection/search/search-types.js';
import { isPlainObject } from '../../plain-object.js';

/** A value as plain data, fit for structured cloning. */
export type PortableValue =
  | null
  | undefined
  | boolean
  | number
  | bigint
  | string
  | { readonly kind: 'numbers'; readonly values: ArrayBufferView }
  | { readonly kind: 'list'; readonly items: readonly PortableValue[] }
  | { readonly kind: 'record'; readonly entries: readonly (readonly [string, PortableValue])[] }
  | { readonly kind: 'rows'; readonly values: Float64Array; readonly columns: number }
  | { readonly kind: 'tensor'; readonly values: ArrayBufferView; readonly shape: readonly number[] }
  | {
      readonly kind: 'table';
      readonly names: readonly string[];
      readonly columns: readonly PortableValue[];
      readonly rows: number;
    }
  | { readonly kind: 'export'; readonly reference: ModuleReference }
  | { readonly kind: 'estimator'; readonly class: ModuleReference; readonly params: PortableValue }
  | { readonly kind: 'made'; readonly class: ModuleReference; readonly options: PortableValue };

/** Which export each class and function is. */
export type KnownExports = ReadonlyMap<unknown, ModuleReference>;

/** The exports of Tacit's packages, and those of the user's modules that were named. */
export async function knownExports(modules: readonly ModuleReference[]): Promise<KnownExports> {
  const known = new Map<unknown, ModuleReference>();
  for (const [from, module] of Object.entries({
    '@tacit/tensor': tensor,
    '@tacit/nn': nn,
    '@tacit/learn': learn,
  })) {
    for (const [name, value] of Object.entries(module)) known.set(value, { from, name });
  }
  for (const reference of modules) known.set(await importReference(reference), reference);
  return known;
}

/**
 * A value as plain data.
 *
 * @param what - what the value is, for messages.
 * @throws ParameterError `NOT_PORTABLE` for a class, function or object that no module is known to export.
 */
export function encodeValue(value: unknown, known: KnownExports, what: string): PortableValue {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) {
    if (typeof value === 'symbol') throw notPortable(what, 'a symbol');
    return value as PortableValue;
  }
  const reference = known.get(value);
  if (reference !== undefined) return { kind: 'export', reference };
  if (typeof value === 'function') throw notPortable(what, describeFunction(value));
  const encode = (part: unknown, name: string) => encodeValue(part, known, `${what}, ${name}`);
  if (value instanceof tensor.Tensor || value instanceof tensor.IntTensor)
    return { kind: 'tensor', values: value.data, shape: [...value.shape] };
  if (ArrayBuffer.isView(value)) return { kind: 'numbers', values: value };
  if (value instanceof ColumnTable) return encodeTable(value, encode);
  if (Array.isArray(value))
    return { kind: 'list', items: value.map((entry, i) => encode(entry, `entry ${i}`)) };
  if (isPlainObject(value)) return encodeRecord(value, encode);
  return encodeInstance(value, known, what);
}

/** The value again. @throws ParameterError `MODULE_REFERENCE` for exports that are not there. */
export async function decodeValue(value: PortableValue): Promise<unknown> {
  if (typeof value !== 'object' || value === null) return value;
  switch (value.kind) {
    case 'numbers':
      return value.values;
    case 'list':
      return Promise.all(value.items.map(decodeValue));
    case 'record':
      return decodeRecord(value.entries);
    case 'rows':
      return rowViews(value.values, value.columns);
    case 'tensor':
      return decodeTensor(value.values, value.shape);
    case 'table':
      return new ColumnTable(
        value.names,
        (await Promise.all(value.columns.map(decodeValue))) as ColumnValues[],
        value.rows,
      );
    case 'export':
      return importReference(value.reference);
    case 'estimator':
      return construct(value.class, await decodeValue(value.params));
    case 'made':
      return construct(value.class, await decodeValue(value.options));
  }
}

type EncodePart = (part: unknown, name: string) => PortableValue;

function encodeRecord(record: Readonly<Record<string, unknown>>, encode: EncodePart): PortableValue {
  return {
    kind: 'record',
    entries: Object.entries(record).map(([name, part]) => [name, encode(part, name)]),
  };
}

function encodeTable(table: ColumnTable, encode: EncodePart): PortableValue {
  const columns = table.columns.map((values, i) => encode(values, `column ${i}`));
  return { kind: 'table', names: table.names, columns, rows: table.numRows };
}

function encodeInstance(value: object, known: KnownExports, what: string): PortableValue {
  // Each thread has a memory of its own for fitted steps.
  if (value instanceof learn.StepCache) return null;
  const Class = value.constructor;
  const { name } = Class;
  const reference = known.get(Class);
  if (reference === undefined) throw notPortable(what, `an instance of ${name}`, name);
  if (isParametrized(value)) {
    const encode: EncodePart = (part, parameter) =>
      encodeValue(part, known, `parameter ${parameter} of ${name}`);
    return {
      kind: 'estimator',
      class: reference,
      params: encodeRecord(value.getParams(false) as Record<string, unknown>, encode),
    };
  }
  const { options } = value as { readonly options?: unknown };
  if (!isPlainObject(options)) throw notPortable(what, `an instance of ${name}`);
  return {
    kind: 'made',
    class: reference,
    options: encodeValue(givenOptions(Class, options), known, `${what}, options of ${name}`),
  };
}

/** Options that differ from the defaults, which every thread has: functions that print are among those. */
function givenOptions(Class: object, options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { defaults = {} } = Class as { readonly defaults?: Readonly<Record<string, unknown>> };
  return Object.fromEntries(Object.entries(options).filter(([name, value]) => value !== defaults[name]));
}

async function decodeRecord(
  entries: readonly (readonly [string, PortableValue])[],
): Promise<Record<string, unknown>> {
  const decoded = await Promise.all(
    entries.map(async ([name, part]) => [name, await decodeValue(part)] as const),
  );
  return Object.fromEntries(decoded);
}

function rowViews(values: Float64Array, columns: number): Float64Array[] {
  return Array.from({ length: values.length / columns }, (_, row) =>
    values.subarray(row * columns, (row + 1) * columns),
  );
}

function decodeTensor(values: ArrayBufferView, shape: readonly number[]): tensor.Tensor | tensor.IntTensor {
  return values instanceof Int32Array
    ? new tensor.IntTensor(values, [...shape])
    : new tensor.Tensor(values as Float32Array, [...shape]);
}

async function construct(reference: ModuleReference, argument: unknown): Promise<unknown> {
  const Class = (await importReference(reference)) as new (argument: unknown) => unknown;
  return new Class(argument);
}

function describeFunction(value: { readonly name: string }): string {
  const kind = /^class\b/.test(Function.prototype.toString.call(value)) ? 'the class' : 'the function';
  return value.name === '' ? 'a function without a name' : `${kind} ${value.name}`;
}

function notPortable(what: string, got: string, name = got.split(' ').at(-1)!): ParameterError {
  return new ParameterError(
    `${what[0]!.toUpperCase()}${what.slice(1)} is ${got}, which a worker cannot be sent.`,
    {
      code: 'NOT_PORTABLE',
      got,
      expected: 'plain values, and exports of modules that workers can import',
      hint: `Export it from a module and name it: modules: [{ from: new URL('./model.js', import.meta.url).href, name: '${name}' }]; or make the estimator there and pass { from, name } as the estimator.`,
    },
  );
}
