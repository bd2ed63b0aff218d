// A net with one output needs no weights behind its last tables: they go into the tables, which emit any real value. What is
// left is a plain sum, the least noise that a sum of bootstraps can have.

import { matrixOfRows, realMatrixOfRows, rowEntries } from '../spec/index.js';
import type { HiddenLayer, IntegerGraph, TableFunction } from './integer-graph.js';

/** The graph with the weights of a single output in its last tables, and without neurons that it does not read. */
export function foldSingleOutput(graph: IntegerGraph): IntegerGraph {
  const { output, hidden } = graph;
  const last = hidden.at(-1);
  if (output.rows !== 1 || last === undefined || output.skips.some((skip) => skip.edge === hidden.length))
    return graph;
  const read = rowEntries(output.term.weights, 0);
  if (read.length === 0) return graph;
  const scale = output.scales[0]!;
  const folded = keepRows(
    last,
    read.map(({ column }) => column),
    read.map(({ value }) => value * scale),
  );
  const ones = read.map((_, column) => ({ column, value: 1 }));
  return {
    ...graph,
    hidden: [...hidden.slice(0, -1), folded],
    output: {
      ...output,
      term: { ...output.term, weights: matrixOfRows(read.length, [ones]) },
      scales: Float64Array.of(1),
      isIntegral: false,
    },
  };
}

/** Some rows of a layer, each table multiplied by its row's factor; rows still share a table where both are equal. */
function keepRows(layer: HiddenLayer, rows: readonly number[], factors: readonly number[]): HiddenLayer {
  const known = new Map<string, number>();
  const functions: TableFunction[] = [];
  const functionOf = Uint32Array.from(rows, (row, k) => {
    const index = layer.functionOf[row]!;
    const key = `${index} ${factors[k]}`;
    const position = known.get(key) ?? functions.length;
    if (position === functions.length) {
      known.set(key, position);
      functions.push(times(layer.functions[index]!, factors[k]!));
    }
    return position;
  });
  return {
    ...layer,
    rows: rows.length,
    term: {
      ...layer.term,
      weights: matrixOfRows(
        layer.term.weights.columns,
        rows.map((row) => rowEntries(layer.term.weights, row)),
      ),
    },
    skips: layer.skips.map((skip) => ({
      ...skip,
      weights: realMatrixOfRows(
        skip.weights.columns,
        rows.map((row) => rowEntries(skip.weights, row)),
      ),
    })),
    functions,
    functionOf,
    shifts: Float64Array.from(rows, (row) => layer.shifts[row]!),
  };
}

function times({ at, emits, halfPeriod }: TableFunction, factor: number): TableFunction {
  const ends = emits?.map((end) => end * factor).sort((a, b) => a - b) as [number, number] | undefined;
  return {
    at: (accumulators) => at(accumulators).map((value) => factor * value),
    emits: ends ?? null,
    halfPeriod,
  };
}
