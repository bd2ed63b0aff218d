// Fitted net → integer graph. Scales, biases, activations and quantizers all end up in each neuron's table, so what is
// left between tables are sums of small integers.

import { type Module, type QuantLinear, SparseQuantNeuralNet } from '@tacit/nn';
import { noGrad, tensor } from '@tacit/tensor';
import { CircuitError } from '../errors.js';
import type { InputFeature } from '../spec/index.js';
import type { HiddenLayer, IntegerGraph, LevelFunction, OutputLayer } from './integer-graph.js';

/**
 * Lowers a fitted net.
 *
 * @throws CircuitError `UNSUPPORTED_NET` when the module is none that has an integer form.
 */
export function lowerNet(module: Module): IntegerGraph {
  if (!(module instanceof SparseQuantNeuralNet) || !module.settings.quantize) {
    throw new CircuitError(
      'UNSUPPORTED_NET',
      `A ${module.constructor.name} has no integer form to encrypt.`,
      {
        got: module.constructor.name,
        expected: 'a SparseQuantNeuralNet with quantize: true',
        hint: 'Fit the net with module: SparseQuantNeuralNet.',
      },
    );
  }
  const features = inputFeatures(module);
  let edge = inputEdge(module);
  const hidden: HiddenLayer[] = [];
  for (const [index, { name, linear, activation, quantizer }] of module.layers.entries()) {
    const rows = linearRows(linear, edge);
    if (activation === null || quantizer === null) {
      return {
        features,
        hidden,
        output: outputLayer(name, index, rows, module),
        accumulatorBits: module.settings.nAccumBits,
        accumulators: module.settings.accumulators,
      };
    }
    const scale = quantizer.scale;
    const apply = scalarFunction(activation);
    const activations = rows.weights.map((_, row): LevelFunction => {
      const slope = rows.scales[row]!;
      const bias = rows.biases[row]!;
      return (accumulator) => quantizer.level(apply(slope * accumulator + bias), scale);
    });
    const kept = keptRows(rows.weights);
    hidden.push({
      kind: 'hidden',
      name,
      rows: kept.length,
      term: {
        edge: index,
        columns: rows.columns,
        weights: concatenate(kept.map((row) => rows.weights[row]!)),
      },
      activations: kept.map((row) => activations[row]!),
      levels: quantizer.levels,
    });
    edge = { scale, offset: 0, kept, constants: activations.map((activation_) => activation_(0)) };
  }
  throw new CircuitError('UNSUPPORTED_NET', 'The net has no last linear layer.');
}

/** What a layer's inputs stand for: real value = scale · integer + offset. */
interface EdgeValues {
  readonly scale: number;
  readonly offset: number;
  /** Columns that are still there; null for all. The others are constant. */
  readonly kept: readonly number[] | null;
  /** Integer of each column where it is constant. */
  readonly constants: readonly number[];
}

interface LinearRows {
  readonly columns: number;
  /** Per row: integer weights of the kept columns. */
  readonly weights: readonly Int32Array[];
  /** Per row: real value per unit of the integer sum. */
  readonly scales: Float64Array;
  /** Per row: real value at a sum of 0, constants folded in. */
  readonly biases: Float64Array;
}

function linearRows(linear: QuantLinear, edge: EdgeValues): LinearRows {
  const { integers, scales } = linear.quantizedWeights();
  const { inFeatures, outFeatures } = linear;
  const kept = edge.kept ?? Array.from({ length: inFeatures }, (_, column) => column);
  const isKept = new Set(kept);
  const biases = new Float64Array(outFeatures);
  const weights = Array.from({ length: outFeatures }, (_, row) => {
    const all = integers.subarray(row * inFeatures, (row + 1) * inFeatures);
    let constant = 0;
    for (let column = 0; column < inFeatures; column++) {
      // A column without a neuron emits act(bias): it goes on as a constant, so the function stays what it was.
      const integer = isKept.has(column) ? 0 : edge.constants[column]!;
      constant += all[column]! * (edge.scale * integer + edge.offset);
    }
    biases[row] = (linear.bias?.data[row] ?? 0) + scales[row]! * constant;
    return Int32Array.from(kept, (column) => all[column]!);
  });
  return { columns: kept.length, weights, scales: scales.map((scale) => scale * edge.scale), biases };
}

/** u = 2·q/levels − 1 for an input integer q. */
function inputEdge(module: SparseQuantNeuralNet): EdgeValues {
  return { scale: 2 / module.inputQuantizer.levels, offset: -1, kept: null, constants: [] };
}

/** Rows with a weight left; a layer keeps at least one. */
function keptRows(weights: readonly Int32Array[]): number[] {
  const kept = [...weights.keys()].filter((row) => weights[row]!.some((weight) => weight !== 0));
  return kept.length > 0 ? kept : [0];
}

function outputLayer(
  name: string,
  edge: number,
  rows: LinearRows,
  module: SparseQuantNeuralNet,
): OutputLayer {
  const skip = module.skip === null ? null : linearRows(module.skip, inputEdge(module));
  return {
    kind: 'output',
    name,
    rows: rows.weights.length,
    term: { edge, columns: rows.columns, weights: concatenate(rows.weights) },
    scales: rows.scales,
    biases: rows.biases.map((bias, row) => bias + (skip?.biases[row] ?? 0)),
    skip: skip === null ? null : skipWeights(skip),
  };
}

function skipWeights({ weights, scales }: LinearRows): Float64Array {
  return Float64Array.from(weights.flatMap((row, k) => Array.from(row, (weight) => weight * scales[k]!)));
}

function inputFeatures(module: SparseQuantNeuralNet): InputFeature[] {
  const { inputQuantizer } = module;
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

/** The activation as a function of one number. */
function scalarFunction(activation: Module): (value: number) => number {
  return (value) => noGrad(() => activation.forward(tensor([[value]]))).data[0]!;
}

function concatenate(rows: readonly Int32Array[]): Int32Array {
  return Int32Array.from(rows.flatMap((row) => Array.from(row)));
}
