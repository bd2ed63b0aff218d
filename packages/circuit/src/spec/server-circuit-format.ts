// The encoding of server circuits, `server.bin`: docs/wire-format.md, payload 1. Writes format 2, reads 1 and 2.

import { Decoder, Encoder } from '@msgpack/msgpack';
import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';
import { checkCircuit } from './check-circuit.js';
import { hashPayload, openEnvelope, sealEnvelope } from './envelope.js';
import { denseOf, type IntegerMatrix, matrixOfDense } from './integer-matrix.js';
import type { CircuitTerm, ServerCircuit, ServerLayer } from './server-circuit.js';

/** Encodes a circuit as `server.bin`; equal circuits give equal bytes, hence equal hashes. */
export function encodeServerCircuit(circuit: ServerCircuit): {
  readonly bytes: Uint8Array;
  readonly hash: string;
} {
  const { parameters } = circuit;
  const payload = new Encoder().encode({
    format: 2,
    // Named one by one: the encoder writes keys in this order, and the hash depends on it.
    parameters: {
      lweDimension: parameters.lweDimension,
      glweDimension: parameters.glweDimension,
      polynomialSize: parameters.polynomialSize,
      lweNoise: parameters.lweNoise,
      glweNoise: parameters.glweNoise,
      pbsBaseLog: parameters.pbsBaseLog,
      pbsLevel: parameters.pbsLevel,
      ksBaseLog: parameters.ksBaseLog,
      ksLevel: parameters.ksLevel,
    },
    inputs: circuit.inputs,
    responseBits: circuit.responseBits,
    layers: circuit.layers.map((layer) => ({
      rows: layer.rows,
      terms: layer.terms.map(encodeTerm),
      offsets: littleEndian(layer.offsets),
      boxes: layer.boxes,
      tables: littleEndian(layer.tables),
      tableOf: littleEndian(isOwnTables(layer) ? new Uint32Array(0) : layer.tableOf),
    })),
  });
  const hash = hashPayload(payload);
  return { bytes: sealEnvelope('serverCircuit', hash, payload), hash };
}

function isOwnTables({ tableOf }: ServerLayer): boolean {
  return tableOf.every((table, row) => table === row);
}

function encodeTerm({ edge, weights, gains }: CircuitTerm) {
  const { columns, starts, indices, values } = weights;
  const weightBytes = bytesOfWeights(values);
  const columnBytes = columns <= 0x10000 ? 2 : 4;
  const denseBytes = weightBytes * weights.rows * columns;
  const isDense = denseBytes <= (weightBytes + columnBytes) * values.length + 4 * weights.rows;
  const counts = Uint32Array.from({ length: weights.rows }, (_, row) => starts[row + 1]! - starts[row]!);
  return {
    edge,
    columns,
    gains: littleEndian(gains),
    weightBytes,
    weights: littleEndian(narrow(isDense ? denseOf(weights) : values, weightBytes)),
    columnBytes: isDense ? 0 : columnBytes,
    counts: littleEndian(isDense ? new Uint32Array(0) : counts),
    indices: littleEndian(
      isDense ? new Uint16Array(0) : columnBytes === 2 ? Uint16Array.from(indices) : indices,
    ),
  };
}

function bytesOfWeights(values: Int32Array): 1 | 2 | 4 {
  let [low, high] = [0, 0];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low >= -0x80 && high < 0x80) return 1;
  return low >= -0x8000 && high < 0x8000 ? 2 : 4;
}

function narrow(values: Int32Array, bytes: 1 | 2 | 4): Int8Array | Int16Array | Int32Array {
  if (bytes === 4) return values;
  return bytes === 1 ? Int8Array.from(values) : Int16Array.from(values);
}

const newestFormat = 2;
const natural = z.int().check(z.nonnegative());
/** As the engine allows: products of two counts stay exact. */
const count = natural.check(z.maximum(1 << 24));
const bin = z.instanceof(Uint8Array);
const parametersSchema = z.object({
  lweDimension: natural,
  glweDimension: natural,
  polynomialSize: natural,
  lweNoise: z.number(),
  glweNoise: z.number(),
  pbsBaseLog: natural,
  pbsLevel: natural,
  ksBaseLog: natural,
  ksLevel: natural,
});
const wideTerm = z.object({ edge: natural, columns: count, weights: bin, gains: bin });
const term = z.extend(wideTerm, {
  weightBytes: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  columnBytes: z.union([z.literal(0), z.literal(2), z.literal(4)]),
  counts: bin,
  indices: bin,
});
const layerFields = { rows: count, offsets: bin, tables: bin, boxes: count };
const formats = z.union([
  z.object({
    format: z.literal(2),
    parameters: parametersSchema,
    inputs: count,
    responseBits: z.int().check(z.minimum(1), z.maximum(64)),
    layers: z.array(z.object({ ...layerFields, terms: z.array(term), tableOf: bin })),
  }),
  z.object({
    format: z.optional(z.undefined()),
    parameters: parametersSchema,
    inputs: count,
    layers: z.array(z.object({ ...layerFields, terms: z.array(wideTerm) })),
  }),
]);
type TermMessage = z.infer<typeof term>;
type Message = z.infer<typeof formats>;

/**
 * Reads `server.bin`, of this format or the one before. Tables of the older one are rounded to 32 bits.
 *
 * @throws CircuitError of {@link openEnvelope}, `SPEC_INVALID` when the payload is no circuit or its layers do not fit each
 *   other, `SPEC_VERSION` when a later release wrote it, `PARAMETERS_INSECURE`.
 */
export function decodeServerCircuit(bytes: Uint8Array): ServerCircuit & { readonly hash: string } {
  const { payload, circuitHash } = openEnvelope(bytes, { kind: 'serverCircuit' });
  const message = readMessage(payload);
  const { parameters, inputs } = message;
  const circuit = {
    parameters,
    inputs,
    responseBits: message.format === 2 ? message.responseBits : 64,
    hash: circuitHash,
    layers: message.format === 2 ? message.layers.map(readLayer) : message.layers.map(readWideLayer),
  };
  checkCircuit(circuit);
  return circuit;
}

function readMessage(payload: Uint8Array): Message {
  let fields: unknown;
  try {
    // Layers and terms are few, and nothing else is an array: a claim of billions is refused, not allocated.
    fields = new Decoder({
      maxArrayLength: 4096,
      maxMapLength: 64,
      maxStrLength: 64,
      maxExtLength: 0,
    }).decode(payload);
  } catch (cause) {
    throw new CircuitError('SPEC_INVALID', 'The server circuit is no MessagePack document.', { cause });
  }
  refuseLaterFormat(fields);
  const result = formats.safeParse(fields);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new CircuitError(
    'SPEC_INVALID',
    `The server circuit is malformed: ${issue?.path.join('.')}: ${issue?.message}.`,
  );
}

function refuseLaterFormat(fields: unknown): void {
  const format =
    typeof fields === 'object' && fields !== null && 'format' in fields ? fields.format : undefined;
  if (typeof format !== 'number' || format <= newestFormat) return;
  throw new CircuitError(
    'SPEC_VERSION',
    `The server circuit has format ${format}; this release reads 1 and 2.`,
    {
      got: format,
      expected: `at most ${newestFormat}`,
      hint: 'Update Tacit to the release that compiled it, or compile again with this one.',
    },
  );
}

function readLayer(layer: Extract<Message, { format: 2 }>['layers'][number]): ServerLayer {
  const { rows, boxes } = layer;
  const isLast = boxes === 0;
  const tables = isLast ? 0 : layer.tables.length / (4 * boxes);
  const tableOf = readTableOf(layer.tableOf, isLast ? 0 : rows, tables);
  return {
    rows,
    boxes,
    terms: layer.terms.map((message) => readTerm(message, rows)),
    offsets: new BigUint64Array(words(layer.offsets, 8, rows)),
    tables: new Uint32Array(words(layer.tables, 4, tables * boxes)),
    tableOf,
  };
}

function readTableOf(bytes: Uint8Array, rows: number, tables: number): Uint32Array {
  if (bytes.length === 0 && tables === rows) return Uint32Array.from({ length: rows }, (_, row) => row);
  const tableOf = new Uint32Array(words(bytes, 4, rows));
  const wrong = tableOf.find((table) => table >= tables);
  if (wrong !== undefined || !Number.isInteger(tables)) {
    throw malformed(`a row reads table ${wrong} of ${tables}`);
  }
  return tableOf;
}

function readTerm(message: TermMessage, rows: number): CircuitTerm {
  const { edge, columns, weightBytes, columnBytes } = message;
  const gains = new Uint32Array(words(message.gains, 4, rows));
  const entries = columnBytes === 0 ? rows * columns : message.weights.length / weightBytes;
  const buffer = words(message.weights, weightBytes, entries);
  const values =
    weightBytes === 1
      ? new Int8Array(buffer)
      : weightBytes === 2
        ? new Int16Array(buffer)
        : new Int32Array(buffer);
  if (columnBytes === 0) return { edge, gains, weights: matrixOfDense(rows, columns, values) };
  const counts = new Uint32Array(words(message.counts, 4, rows));
  const indexBuffer = words(message.indices, columnBytes, entries);
  const indices = Uint32Array.from(
    columnBytes === 2 ? new Uint16Array(indexBuffer) : new Uint32Array(indexBuffer),
  );
  const starts = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) starts[row + 1] = starts[row]! + counts[row]!;
  const weights = { rows, columns, starts, indices, values: Int32Array.from(values) };
  checkSparse(weights, entries);
  return { edge, gains, weights };
}

function checkSparse({ rows, columns, starts, indices, values }: IntegerMatrix, entries: number): void {
  if (starts[rows] !== entries) throw malformed('its counts do not add up to its weights');
  if (values.includes(0)) throw malformed('a sparse weight is 0');
  for (let row = 0; row < rows; row++) {
    if (starts[row + 1]! < starts[row]! || starts[row + 1]! > entries)
      throw malformed('a count is too large');
    for (let i = starts[row]!; i < starts[row + 1]!; i++) {
      if (indices[i]! >= columns || (i > starts[row]! && indices[i]! <= indices[i - 1]!)) {
        throw malformed('the columns of a row do not ascend, or exceed the width of their edge');
      }
    }
  }
}

function readWideLayer(layer: Extract<Message, { format?: undefined }>['layers'][number]): ServerLayer {
  const { rows, boxes } = layer;
  const tables = new BigUint64Array(words(layer.tables, 8, rows * boxes));
  return {
    rows,
    boxes,
    terms: layer.terms.map(({ edge, columns, weights, gains }) => ({
      edge,
      weights: matrixOfDense(rows, columns, new Int32Array(words(weights, 4, rows * columns))),
      gains: new Uint32Array(words(gains, 4, rows)),
    })),
    offsets: new BigUint64Array(words(layer.offsets, 8, rows)),
    tables: Uint32Array.from(tables, (word) => Number(BigInt.asUintN(32, (word + 0x80000000n) >> 32n))),
    tableOf: Uint32Array.from({ length: boxes === 0 ? 0 : rows }, (_, row) => row),
  };
}

// Every platform that Node and browsers run on is little-endian, so the words are copied as they lie.
function littleEndian({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function words(bytes: Uint8Array, wordBytes: number, expected: number): ArrayBuffer {
  if (bytes.length !== wordBytes * expected) {
    throw new CircuitError(
      'SPEC_INVALID',
      `An array of the server circuit has ${bytes.length} bytes, not ${wordBytes * expected}.`,
      { got: bytes.length, expected: wordBytes * expected },
    );
  }
  return bytes.slice().buffer; // A copy: the payload's arrays are not aligned to words.
}

function malformed(reason: string): CircuitError {
  return new CircuitError('SPEC_INVALID', `The server circuit is malformed: ${reason}.`, {
    hint: 'Compile again with this release.',
  });
}
