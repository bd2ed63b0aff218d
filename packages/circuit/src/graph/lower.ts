// Fitted net → integer graph. Scales, biases, batch norms, activations and quantizers all end up in each neuron's table, so
// what is left between tables are sums of small integers.

import { type Module, QuantNet } from '@tacit/nn';
import { CircuitError } from '../errors.js';
import {
  type Entry,
  type InputFeature,
  matrixOfRows,
  realMatrixOfRows,
  type SparseMatrix,
} from '../spec/index.js';
import type { HiddenLayer, IntegerGraph, OutputLayer, TableFunction } from './integer-graph.js';

type QuantLayer = QuantNet['layers'][number];

/**
 * Lowers a fitted net.
 *
 * @throws CircuitError `UNSUPPORTED_NET` when the module is none that has an integer form.
 */
export function lowerNet(module: Module): IntegerGraph {
  if (!(module instanceof QuantNet)) throw unsupported(module);
  if (!module.settings.quantize) throw floatTwin(module);
  const { nAccumBits: accumulatorBits, accumulators } = module.settings;
  const hidden: HiddenLayer[] = [];
  let edge = inputEdge(module);
  for (const [index, layer] of module.layers.entries()) {
    const rows = linearRows(layer, edge);
    if (layer.activation === null) {
      const output = outputLayer(layer.name, index, rows, edge.isIntegral, module);
      return { features: inputFeatures(module), hidden, output, accumulatorBits, accumulators };
    }
    const lowered = hiddenLayer(layer, index, rows, edge.isIntegral, accumulatorBits);
    hidden.push(lowered.layer);
    edge = lowered.emitted;
  }
  throw new CircuitError('UNSUPPORTED_NET', 'The net has no last linear layer.');
}

/** What a layer's inputs stand for: real value = scale · number + offset. */
interface EdgeValues {
  readonly scale: number;
  readonly offset: number;
  readonly isIntegral: boolean;
  /** Columns that are still there; null for all. The others are constant. */
  readonly kept: readonly number[] | null;
  /** Number of each column where it is constant. */
  readonly constants: ArrayLike<number>;
}

interface LinearRows {
  readonly columns: number;
  /** Per row: integer weights of the kept columns. */
  readonly weights: readonly (readonly Entry[])[];
  /** Per row: real value per unit of the sum. */
  readonly scales: Float64Array;
  /** Per row: real value at a sum of 0, constants folded in. */
  readonly biases: Float64Array;
  /** Per row: the neuron or filter. */
  readonly channels: Int32Array;
}

/** u = 2·q/levels − 1 for an input integer q. */
function inputEdge({ inputQuantizer }: QuantNet): EdgeValues {
  return { scale: 2 / inputQuantizer.levels, offset: -1, isIntegral: true, kept: null, constants: [] };
}

function linearRows(layer: Pick<QuantLayer, 'integerRows'>, edge: EdgeValues): LinearRows {
  const { rows, columns, integers, scales, biases, channels } = layer.integerRows();
  const kept = edge.kept ?? Array.from({ length: columns }, (_, column) => column);
  const position = new Int32Array(columns).fill(-1);
  for (const [k, column] of kept.entries()) position[column] = k;
  const weights: Entry[][] = [];
  const folded = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    const entries: Entry[] = [];
    let constant = 0;
    for (let column = 0; column < columns; column++) {
      const value = integers[row * columns + column]!;
      if (value === 0) continue;
      // A column without a neuron emits act(bias): it goes on as a constant, so the function stays what it was.
      const number = position[column]! >= 0 ? 0 : edge.constants[column]!;
      constant += value * (edge.scale * number + edge.offset);
      if (position[column]! >= 0) entries.push({ column: position[column]!, value });
    }
    weights.push(entries);
    folded[row] = biases[row]! + scales[row]! * constant;
  }
  return {
    columns: kept.length,
    weights,
    scales: scales.map((scale) => scale * edge.scale),
    biases: folded,
    channels,
  };
}

function hiddenLayer(
  layer: QuantLayer,
  index: number,
  rows: LinearRows,
  isIntegral: boolean,
  tableBits: number,
): { layer: HiddenLayer; emitted: EdgeValues } {
  const { weights, scales, biases, channels } = rows;
  const channelBias = new Map<number, number>();
  for (const [row, channel] of channels.entries()) {
    if (!channelBias.has(channel)) channelBias.set(channel, biases[row]!);
  }
  const emit = (channel: number, sums: ArrayLike<number>) => levelsOf(layer, layer.activate(channel, sums));
  const shiftOf = (row: number) => {
    const difference = biases[row]! - channelBias.get(channels[row]!)!;
    return difference === 0 ? 0 : difference / scales[row]!;
  };
  const kept = keptRows(weights);
  const keptChannels = [...new Set(kept.map((row) => channels[row]!))];
  const positions = new Map(keptChannels.map((channel, position) => [channel, position]));
  const functions = keptChannels.map((channel) => {
    const slope = scales[channels.indexOf(channel)]!;
    const bias = channelBias.get(channel)!;
    return tableFunction(layer, slope, (sums) =>
      emit(
        channel,
        sums.map((sum) => slope * sum + bias),
      ),
    );
  });
  const constants = new Float64Array(weights.length);
  const isKept = new Set(kept);
  for (const [row, channel] of channels.entries()) {
    if (!isKept.has(row)) constants[row] = emit(channel, [biases[row]!])[0]!;
  }
  return {
    layer: {
      kind: 'hidden',
      name: layer.name,
      rows: kept.length,
      term: {
        edge: index,
        weights: matrixOfRows(
          rows.columns,
          kept.map((row) => weights[row]!),
        ),
      },
      skips: [],
      functions,
      functionOf: Uint32Array.from(kept, (row) => positions.get(channels[row]!)!),
      shifts: Float64Array.from(kept, shiftOf),
      isIntegral,
      tableBits,
    },
    emitted: {
      scale: layer.quantizer?.scale ?? 1,
      offset: 0,
      isIntegral: isQuantized(layer),
      kept,
      constants,
    },
  };
}

function isQuantized({ quantizer }: QuantLayer): boolean {
  return quantizer !== null && quantizer.bits !== null;
}

/** The levels that real values become; the values themselves where no quantizer rounds them. */
function levelsOf({ quantizer }: QuantLayer, values: ArrayLike<number>): Float64Array {
  const scale = quantizer?.scale ?? 1;
  return Float64Array.from(values, (value) => quantizer?.level(value, scale) ?? value);
}

function tableFunction(layer: QuantLayer, slope: number, at: TableFunction['at']): TableFunction {
  const { period, quantizer } = layer;
  if (period !== null) {
    const halfPeriod = period / 2 / Math.abs(slope);
    return { at, emits: endsOfWave(at, halfPeriod), halfPeriod };
  }
  const emits = quantizer !== null && isQuantized(layer) ? quantizer.levels : null;
  return { at, emits, halfPeriod: null };
}

/** A wave that repeats with the opposite sign lies between −most and most. */
function endsOfWave(at: TableFunction['at'], halfPeriod: number): readonly [number, number] {
  const values = at(Float64Array.from({ length: 256 }, (_, i) => (i / 256) * halfPeriod));
  const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  return [-most, most];
}

/** Rows with a weight left; a layer keeps at least one. */
function keptRows(weights: readonly (readonly Entry[])[]): number[] {
  const kept = [...weights.keys()].filter((row) => weights[row]!.length > 0);
  return kept.length > 0 ? kept : [0];
}

function outputLayer(
  name: string,
  edge: number,
  rows: LinearRows,
  isIntegral: boolean,
  module: QuantNet,
): OutputLayer {
  const skip = module.skip === null ? null : skipRows(module.skip, inputEdge(module));
  return {
    kind: 'output',
    name,
    rows: rows.weights.length,
    term: { edge, weights: matrixOfRows(rows.columns, rows.weights) },
    scales: rows.scales,
    biases: rows.biases.map((bias, row) => bias + (skip?.biases[row] ?? 0)),
    skips: skip === null ? [] : [{ edge: 0, weights: skip.weights }],
    isIntegral,
  };
}

function skipRows(
  skip: NonNullable<QuantNet['skip']>,
  edge: EdgeValues,
): { weights: SparseMatrix<Float64Array>; biases: Float64Array } {
  const { inFeatures, outFeatures } = skip;
  const { integers, scales } = skip.quantizedWeights();
  const weights = Array.from({ length: outFeatures }, (_, row) =>
    Array.from({ length: inFeatures }, (_, column) => ({
      column,
      value: scales[row]! * integers[row * inFeatures + column]!,
    })),
  );
  return {
    weights: realMatrixOfRows(
      inFeatures,
      weights.map((entries) => entries.map(({ column, value }) => ({ column, value: value * edge.scale }))),
    ),
    biases: Float64Array.from(weights, (entries) =>
      entries.reduce((sum, { value }) => sum + value * edge.offset, 0),
    ),
  };
}

function inputFeatures({ inputQuantizer }: QuantNet): InputFeature[] {
  const [low, step, minimum, maximum] = ['low', 'step', 'minimum', 'maximum'].map(
    (name) => inputQuantizer.buffer(name).data,
  );
  return Array.from({ length: inputQuantizer.features }, (_, i) => ({
    low: low![i]!,
    step: step![i]!,
    levels: step![i] === 0 ? 0 : inputQuantizer.levels,
    minimum: minimum![i]!,
    maximum: maximum![i]!,
  }));
}

/** What to use in place of modules that cannot run encrypted. */
const alternatives: Readonly<Record<string, string>> = {
  Linear: 'SparseQuantNeuralNet, which rounds its weights',
  Conv2d: 'SparseQuantConvNet, which rounds its weights',
  MaxPool2d:
    'the average pooling of SparseQuantConvNet: a maximum would cost a bootstrap for each pair of values',
  AdaptiveAvgPool2d: 'the average pooling of SparseQuantConvNet',
  Softmax: 'no layer: probabilities are computed after decryption',
  LogSoftmax: 'no layer: probabilities are computed after decryption',
  Sigmoid: 'no last layer: probabilities are computed after decryption; inside a net, the activation option',
  Embedding: 'OneHotEncoder in a pipeline before the net, which runs on the client',
};

function unsupported(module: Module): CircuitError {
  const { name } = module.constructor;
  const parts = module.namedModules().map(([path, part]) => ({ path, kind: part.constructor.name }));
  const culprit = parts.find(({ path, kind }) => path !== '' && kind in alternatives);
  const where = culprit === undefined ? '' : `: its layer ${culprit.path} is a ${culprit.kind}`;
  const instead = alternatives[culprit?.kind ?? name];
  return new CircuitError('UNSUPPORTED_NET', `A ${name} has no integer form to encrypt${where}.`, {
    got: culprit === undefined ? name : `${name} with ${culprit.path}: ${culprit.kind}`,
    expected: 'a SparseQuantNeuralNet or SparseQuantConvNet with quantize: true',
    hint: instead === undefined ? 'Fit the net with module: SparseQuantNeuralNet.' : `Use ${instead}.`,
  });
}

function floatTwin(module: Module): CircuitError {
  return new CircuitError('UNSUPPORTED_NET', `This ${module.constructor.name} is a float twin.`, {
    got: 'quantize: false',
    expected: 'quantize: true',
    hint: 'Compile the quantized net that it is the twin of.',
  });
}
