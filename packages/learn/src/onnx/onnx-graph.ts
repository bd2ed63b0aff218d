// A graph of ONNX operators, built node by node, and its encoding as a model file (ModelProto of onnx.proto3, IR version 8,
// operator set 17). Only what exported nets need of it.

import { PbfWriter } from 'pbf';

/** Kinds of numbers in a tensor, with their codes in TensorProto.DataType. */
const types = { float: 1, uint8: 2, int8: 3, int64: 7, double: 11 } as const;

/** A kind of numbers. */
export type OnnxType = keyof typeof types;

interface Constant {
  readonly name: string;
  readonly type: OnnxType;
  readonly shape: readonly number[];
  readonly values: ArrayLike<number>;
}

interface Node {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, number | readonly number[]>>;
}

/** What the ends of the graph are called, and their numbers a row. */
interface End {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Attributes that are float numbers; all others are integers. */
const floatAttributes: ReadonlySet<string> = new Set(['alpha', 'beta', 'gamma', 'epsilon']);

/** Adds operators one after the other; every value has a name of its own. */
export class OnnxGraph {
  readonly #nodes: Node[] = [];
  readonly #constants: Constant[] = [];

  /** @returns the name of the constant. */
  constant(type: OnnxType, shape: readonly number[], values: ArrayLike<number>): string {
    const name = `constant${this.#constants.length}`;
    this.#constants.push({ name, type, shape, values });
    return name;
  }

  /** @returns the name of what the operator gives. */
  apply(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, number | readonly number[]>> = {},
  ): string {
    const output = `${operator}${this.#nodes.length}`;
    this.#nodes.push({ operator, inputs, output, attributes });
    return output;
  }

  /**
   * The model file.
   *
   * @param input - [n, …shape] float.
   * @param output - [n, …shape] float; `value` is what is called so.
   * @param metadata - strings that travel along.
   */
  encode(
    input: End,
    output: End & { readonly value: string },
    metadata: Readonly<Record<string, string>>,
  ): Uint8Array {
    this.#nodes.push({ operator: 'Identity', inputs: [output.value], output: output.name, attributes: {} });
    const writer = new PbfWriter();
    writer.writeVarintField(1, 8);
    writer.writeStringField(2, 'tacit');
    writer.writeMessage(7, (_: null, graph: PbfWriter) => this.#writeGraph(graph, input, output), null);
    writer.writeMessage(8, (_: null, operators: PbfWriter) => operators.writeVarintField(2, 17), null);
    for (const entry of Object.entries(metadata)) writer.writeMessage(14, writeProperty, entry);
    return writer.finish();
  }

  #writeGraph(writer: PbfWriter, input: End, output: End): void {
    for (const node of this.#nodes) writer.writeMessage(1, writeNode, node);
    writer.writeStringField(2, 'net');
    for (const constant of this.#constants) writer.writeMessage(5, writeTensor, constant);
    writer.writeMessage(11, writeEnd, input);
    writer.writeMessage(12, writeEnd, output);
  }
}

function writeNode({ operator, inputs, output, attributes }: Node, writer: PbfWriter): void {
  for (const input of inputs) writer.writeStringField(1, input);
  writer.writeStringField(2, output);
  writer.writeStringField(3, output);
  writer.writeStringField(4, operator);
  for (const entry of Object.entries(attributes)) writer.writeMessage(5, writeAttribute, entry);
}

/** AttributeProto; types 1 (float), 2 (integer), 7 (integers). */
function writeAttribute(
  [name, value]: readonly [string, number | readonly number[]],
  writer: PbfWriter,
): void {
  writer.writeStringField(1, name);
  if (typeof value !== 'number') {
    for (const entry of value) writer.writeVarintField(8, entry);
    writer.writeVarintField(20, 7);
  } else if (floatAttributes.has(name)) {
    writer.writeFloatField(2, value);
    writer.writeVarintField(20, 1);
  } else {
    writer.writeVarintField(3, value);
    writer.writeVarintField(20, 2);
  }
}

function writeTensor({ name, type, shape, values }: Constant, writer: PbfWriter): void {
  for (const length of shape) writer.writeVarintField(1, length);
  writer.writeVarintField(2, types[type]);
  writer.writeStringField(8, name);
  writer.writeBytesField(9, rawBytes(type, values));
}

/** Little-endian, as every platform that JavaScript engines run on. */
function rawBytes(type: OnnxType, values: ArrayLike<number>): Uint8Array {
  const packed = {
    float: () => Float32Array.from(values),
    double: () => Float64Array.from(values),
    int8: () => Int8Array.from(values),
    uint8: () => Uint8Array.from(values),
    int64: () => BigInt64Array.from(Array.from(values), (value) => BigInt(value)),
  }[type]();
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/** ValueInfoProto of a float tensor with any number of rows. */
function writeEnd({ name, shape }: End, writer: PbfWriter): void {
  writer.writeStringField(1, name);
  writer.writeMessage(2, (_: null, type: PbfWriter) => type.writeMessage(1, writeTensorType, shape), null);
}

function writeTensorType(shape: readonly number[], writer: PbfWriter): void {
  writer.writeVarintField(1, types.float);
  writer.writeMessage(2, writeShape, shape);
}

function writeShape(shape: readonly number[], writer: PbfWriter): void {
  writer.writeMessage(1, (_: null, dimension: PbfWriter) => dimension.writeStringField(2, 'rows'), null);
  for (const length of shape) {
    writer.writeMessage(1, (_: null, dimension: PbfWriter) => dimension.writeVarintField(1, length), null);
  }
}

function writeProperty([key, value]: readonly [string, string], writer: PbfWriter): void {
  writer.writeStringField(1, key);
  writer.writeStringField(2, value);
}
