// A fitted estimator as plain data: a tree of the names of its classes, their parameters and what they learned, and next to it
// the files of the nets in it. Reading it back builds the same tree from the classes that Tacit exports; no code is in it.

import { isLearnError, type PlainRecord } from '@tacit/learn';
import { ModelError } from './errors.js';
import { knownClass, nameOfClass } from './known-classes.js';

/** Plain data. `$estimator`, `$net`, `$class` and `$number` mark what JSON has no word for. */
export type Code = null | boolean | number | string | readonly Code[] | { readonly [key: string]: Code };

/** An estimator as data. */
export interface EncodedEstimator {
  readonly code: Code;
  /** By name, in the form of `saveNet`. */
  readonly nets: Readonly<Record<string, Uint8Array>>;
}

interface Parametrized {
  getParams(deep?: boolean): object;
}

interface Transformer extends Parametrized {
  saveLearned(): object;
  restoreLearned(saved: PlainRecord): unknown;
}

interface Net extends Parametrized {
  readonly initialized_: boolean;
  saveNet(): Promise<Uint8Array>;
  loadNet(bytes: Uint8Array, options: { readonly source: string }): Promise<unknown>;
}

/**
 * An estimator as data: transformers, pipelines and nets, in any nesting.
 *
 * @throws ModelError `MODEL_UNKNOWN_CLASS` for classes and functions that are none of Tacit's.
 */
export async function encodeEstimator(estimator: Parametrized): Promise<EncodedEstimator> {
  const nets: Record<string, Uint8Array> = {};
  return { code: await encode(estimator, 'the model', nets), nets };
}

/**
 * The estimator that {@link encodeEstimator} was given.
 *
 * @param readNet - the bytes of a net by its name.
 * @throws ModelError `MODEL_FORMAT`, `MODEL_UNKNOWN_CLASS`.
 */
export async function decodeEstimator(
  code: Code,
  readNet: (name: string) => Promise<Uint8Array>,
): Promise<unknown> {
  return decode(code, readNet);
}

async function encode(value: unknown, place: string, nets: Record<string, Uint8Array>): Promise<Code> {
  if (value === null || value === undefined) return null;
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'function') return { $class: classNameOf(value, place) };
  if (Array.isArray(value))
    return Promise.all(value.map((entry, index) => encode(entry, `${place}[${index}]`, nets)));
  if (isNet(value) && value.initialized_) return encodeNet(value, place, nets);
  if (isParametrized(value)) return encodeOther(value, place, nets);
  if (Object.getPrototypeOf(value) === Object.prototype) return encodeRecord(value, place, nets);
  throw notSavable(`an instance of ${value.constructor.name}`, place);
}

// JSON would write null for these.
function encodeNumber(value: number): Code {
  return Number.isFinite(value) && !Object.is(value, -0)
    ? value
    : { $number: Object.is(value, -0) ? '-0' : String(value) };
}

async function encodeRecord(record: object, place: string, nets: Record<string, Uint8Array>): Promise<Code> {
  const entries: [string, Code][] = [];
  for (const [name, value] of Object.entries(record))
    entries.push([name, await encode(value, `${place}.${name}`, nets)]);
  return Object.fromEntries(entries);
}

/** A fitted net: its file has plain parameters and weights, so only its classes are named here. */
async function encodeNet(net: Net, place: string, nets: Record<string, Uint8Array>): Promise<Code> {
  const params = Object.entries(net.getParams(false)).filter(([name]) => !isOfTraining(name));
  const classes = params.flatMap(([name, value]) =>
    typeof value === 'function' ? [[name, classNameOf(value, `${name} of ${place}`)] as const] : [],
  );
  const count = Object.keys(nets).length;
  const file = count === 0 ? 'net.safetensors' : `net-${count + 1}.safetensors`;
  nets[file] = await net.saveNet();
  return { $net: classNameOf(net.constructor, place), file, classes: Object.fromEntries(classes) };
}

async function encodeOther(
  estimator: Parametrized,
  place: string,
  nets: Record<string, Uint8Array>,
): Promise<Code> {
  const name = classNameOf(estimator.constructor, place);
  const own = Object.entries(estimator.getParams(false)).filter(([param]) => !isOfTraining(param));
  const params = await encodeRecord(Object.fromEntries(own), name, nets);
  return { $estimator: name, params, learned: await encode(learnedOf(estimator), name, nets) };
}

/** Callbacks watch a training, and a cache of fitted steps serves a search: neither is part of what was trained. */
function isOfTraining(param: string): boolean {
  return param === 'callbacks' || param.startsWith('callbacks__') || param === 'memory';
}

/** What was learned, or null if nothing was. */
function learnedOf(estimator: Parametrized): object | null {
  if (!('saveLearned' in estimator)) return null;
  try {
    return (estimator as Transformer).saveLearned();
  } catch (error) {
    if (isLearnError(error) && error.code === 'NOT_FITTED') return null;
    throw error;
  }
}

async function decode(code: Code, readNet: (name: string) => Promise<Uint8Array>): Promise<unknown> {
  if (code === null || typeof code !== 'object') return code;
  if (isList(code)) return Promise.all(code.map((entry) => decode(entry, readNet)));
  if (typeof code.$number === 'string') return Number(code.$number);
  if (typeof code.$class === 'string') return classOf(code.$class);
  if (typeof code.$net === 'string') return decodeNet(code, readNet);
  if (typeof code.$estimator === 'string') return decodeOther(code, readNet);
  return decodeRecord(code, readNet);
}

type CodeRecord = { readonly [key: string]: Code };

async function decodeRecord(
  code: CodeRecord,
  readNet: (name: string) => Promise<Uint8Array>,
): Promise<object> {
  const entries: [string, unknown][] = [];
  for (const [name, value] of Object.entries(code)) entries.push([name, await decode(value, readNet)]);
  return Object.fromEntries(entries);
}

async function decodeNet(code: CodeRecord, readNet: (name: string) => Promise<Uint8Array>): Promise<unknown> {
  const classes = Object.entries((code.classes ?? {}) as CodeRecord).map(([name, value]) => [
    name,
    classOf(String(value)),
  ]);
  const net = construct(String(code.$net), Object.fromEntries(classes));
  const file = String(code.file);
  if (!isNet(net)) throw noEstimator(String(code.$net));
  await net.loadNet(await readNet(file), { source: file });
  return net;
}

async function decodeOther(
  code: CodeRecord,
  readNet: (name: string) => Promise<Uint8Array>,
): Promise<unknown> {
  const estimator = construct(
    String(code.$estimator),
    await decodeRecord(code.params as CodeRecord, readNet),
  );
  const learned = await decode(code.learned ?? null, readNet);
  if (learned !== null) (estimator as Transformer).restoreLearned(learned as PlainRecord);
  return estimator;
}

/** @throws ModelError for a name that is not that of an estimator: nothing else is ever called. */
function construct(name: string, params: object): Parametrized {
  const known = classOf(name);
  if (!isParametrized(known.prototype)) throw noEstimator(name);
  return Reflect.construct(known, [params]) as Parametrized;
}

function classOf(name: string) {
  return knownClass(name) ?? fail(unknownClass(name));
}

function classNameOf(value: unknown, place: string): string {
  const name = nameOfClass(value);
  if (name !== null) return name;
  throw notSavable(
    `${(value as { name?: string }).name || 'a function'}, which Tacit does not export`,
    place,
  );
}

function isList(code: Code): code is readonly Code[] {
  return Array.isArray(code);
}

function isParametrized(value: unknown): value is Parametrized {
  return typeof value === 'object' && value !== null && 'getParams' in value;
}

function isNet(value: unknown): value is Net {
  return isParametrized(value) && 'saveNet' in value;
}

function notSavable(got: string, place: string): ModelError {
  return new ModelError(`The model cannot be saved: ${place} is ${got}.`, {
    code: 'MODEL_UNKNOWN_CLASS',
    got,
    expected: 'classes that Tacit exports, and plain data',
    hint: 'Save the net in it with saveNet, and build the rest around it in your own code.',
  });
}

function unknownClass(name: string): ModelError {
  return new ModelError(`The model uses ${name}, which this version of Tacit does not have.`, {
    code: 'MODEL_UNKNOWN_CLASS',
    got: name,
    expected: 'a class that Tacit exports',
    hint: 'Load it with the version that saved it.',
  });
}

function noEstimator(name: string): ModelError {
  return new ModelError(`${name} is no estimator.`, {
    code: 'MODEL_FORMAT',
    got: name,
    expected: 'an estimator',
    hint: 'Save the model again.',
  });
}

function fail(error: Error): never {
  throw error;
}
