// The fitted net as integer arithmetic, before any cryptography: layers of integer weighted sums, and per row what the
// table behind it must compute. Plain data; lowering makes it, encoding turns it into a circuit.

import { type InputFeature, type IntegerMatrix, rowEntries, type SparseMatrix } from '../spec/index.js';

/** The integer matrix of a layer. */
export interface IntegerTerm {
  /** 0 for the quantized inputs, l for what layer l emits. */
  readonly edge: number;
  readonly weights: IntegerMatrix;
}

/** A second path into a layer, with real weights: encoding rounds them to the scale of their edge. */
export interface RealTerm {
  readonly edge: number;
  /** [rows, width of the edge], in units of the layer's sums, or of its outputs. */
  readonly weights: SparseMatrix<Float64Array>;
}

/** What a table computes. */
export interface TableFunction {
  /** The emitted values for accumulator values, any real ones. Many at once: activations work on tensors. */
  readonly at: (accumulators: Float64Array) => Float64Array;
  /** Smallest and largest value it emits; null where that depends on the data, as of a ReLU that no quantizer follows. */
  readonly emits: readonly [low: number, high: number] | null;
  /** Accumulator units after which it repeats with the opposite sign, as a sine does; null for all others. */
  readonly halfPeriod: number | null;
}

/** A layer of neurons, each followed by a bootstrap. Row k reads `y_k + shifts[k]`, with y_k = Σ w·x + Σ skips. */
export interface HiddenLayer {
  readonly kind: 'hidden';
  readonly name: string;
  readonly rows: number;
  readonly term: IntegerTerm;
  readonly skips: readonly RealTerm[];
  readonly functions: readonly TableFunction[];
  /** [rows], which function each row's table computes: the positions of a filter share one. */
  readonly functionOf: Uint32Array;
  /** [rows], what is added to the sum before the function, in accumulator units. */
  readonly shifts: Float64Array;
  /** True where all sums are integers: the edges that it reads carry integers, and there are no skips. */
  readonly isIntegral: boolean;
  /** Bits of what its tables may take. */
  readonly tableBits: number;
}

/** The layer that gives the net's outputs: `output_k = biases[k] + scales[k] · y_k + Σ skips`. */
export interface OutputLayer {
  readonly kind: 'output';
  readonly name: string;
  readonly rows: number;
  readonly term: IntegerTerm;
  readonly scales: Float64Array;
  readonly biases: Float64Array;
  readonly skips: readonly RealTerm[];
  /** True where the sums of its term are integers. */
  readonly isIntegral: boolean;
}

/** The whole net. */
export interface IntegerGraph {
  readonly features: readonly InputFeature[];
  readonly hidden: readonly HiddenLayer[];
  readonly output: OutputLayer;
  /** Bits of what a table may take, and with bounded accumulators of the sums themselves. */
  readonly accumulatorBits: number;
  /** 'bounded': the integer sums themselves stay within `accumulatorBits`; 'rounded': tables read them in boxes. */
  readonly accumulators: 'bounded' | 'rounded';
}

/** Values that one edge can carry, per column. */
export interface EdgeRange {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

/** The values of every edge of the graph; edge 0 are the inputs. Infinite where only data tell. */
export function edgeRanges(graph: IntegerGraph): EdgeRange[] {
  const inputs = {
    low: new Float64Array(graph.features.length),
    high: Float64Array.from(graph.features, (feature) => feature.levels),
  };
  return [
    inputs,
    ...graph.hidden.map(({ functions, functionOf }) => ({
      low: Float64Array.from(functionOf, (index) => functions[index]!.emits?.[0] ?? Number.NEGATIVE_INFINITY),
      high: Float64Array.from(
        functionOf,
        (index) => functions[index]!.emits?.[1] ?? Number.POSITIVE_INFINITY,
      ),
    })),
  ];
}

/** What a table emits is encrypted minus this, so that its ends are opposite on the torus; a sine is so already. */
export function middleOf({ emits, halfPeriod }: TableFunction): number {
  return halfPeriod !== null || emits === null ? 0 : (emits[0] + emits[1]) / 2;
}

/** For each row, what the middles of the edge that it reads add up to. */
export function middleSums(
  graph: IntegerGraph,
  { edge, weights }: Pick<IntegerTerm | RealTerm, 'edge' | 'weights'>,
): Float64Array {
  const layer = graph.hidden[edge - 1];
  const sums = new Float64Array(weights.rows);
  if (layer === undefined) return sums;
  return sums.map((_, row) =>
    rowEntries(weights, row).reduce(
      (sum, { column, value }) => sum + value * middleOf(layer.functions[layer.functionOf[column]!]!),
      0,
    ),
  );
}
