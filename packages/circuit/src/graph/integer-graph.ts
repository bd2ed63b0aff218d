// The fitted net as integer arithmetic, before any cryptography: layers of integer weighted sums, and per row what the
// table behind it must compute. Plain data; lowering makes it, encoding turns it into a circuit.

import type { InputFeature } from '../spec/index.js';

/** One integer matrix of a layer. */
export interface IntegerTerm {
  /** 0 for the quantized inputs, l for the levels that layer l emits. */
  readonly edge: number;
  readonly columns: number;
  /** [rows, columns], row by row. */
  readonly weights: Int32Array;
}

/** What the table of one row computes: the level that an accumulator value becomes, for any real value. */
export type LevelFunction = (accumulator: number) => number;

/** A layer of neurons, each followed by a bootstrap. Row k reads one sum `y_k = Σ w·x` of integers. */
export interface HiddenLayer {
  readonly kind: 'hidden';
  readonly name: string;
  readonly rows: number;
  readonly term: IntegerTerm;
  /** [rows], non-decreasing or not; what matters is that it stays within `levels`. */
  readonly activations: readonly LevelFunction[];
  /** Smallest and largest level that any row emits. */
  readonly levels: readonly [low: number, high: number];
}

/**
 * The layer that gives the net's outputs: `output_k = bias[k] + scales[k] · y_k + Σ skip[k, i] · input_i`, where y_k
 * sums over the last edge and the skip reads the quantized inputs.
 */
export interface OutputLayer {
  readonly kind: 'output';
  readonly name: string;
  readonly rows: number;
  readonly term: IntegerTerm;
  readonly scales: Float64Array;
  readonly biases: Float64Array;
  /** [rows, inputs] in output units per input level, or null. */
  readonly skip: Float64Array | null;
}

/** The whole net. */
export interface IntegerGraph {
  readonly features: readonly InputFeature[];
  readonly hidden: readonly HiddenLayer[];
  readonly output: OutputLayer;
  /** Bits of what a table may take. */
  readonly accumulatorBits: number;
  /** 'bounded': the integer sums themselves stay within `accumulatorBits`; 'rounded': tables read them in boxes. */
  readonly accumulators: 'bounded' | 'rounded';
}

/** Levels that one edge can carry, per column. */
export interface EdgeLevels {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The levels of every edge of the graph; edge 0 are the inputs. */
export function edgeLevels(graph: IntegerGraph): EdgeLevels[] {
  const inputs = {
    low: new Float64Array(graph.features.length),
    high: Float64Array.from(graph.features, (feature) => feature.levels),
  };
  return [
    inputs,
    ...graph.hidden.map((layer) => ({
      low: new Float64Array(layer.rows).fill(layer.levels[0]),
      high: new Float64Array(layer.rows).fill(layer.levels[1]),
    })),
  ];
}
