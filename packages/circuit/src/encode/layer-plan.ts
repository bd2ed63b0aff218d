// What the tables of a layer have to resolve, before any crypto parameters: how precision 'approximate' and 'exact' differ.

import {
  edgeRanges,
  type HiddenLayer,
  type IntegerGraph,
  type TableFunction,
} from '../graph/integer-graph.js';
import { exactSpans, type Spans, spanBits } from '../graph/spans.js';
import { rowValues } from '../spec/index.js';
import { type TableWindow, tableWindow } from './table-window.js';

/**
 * 'approximate': a table resolves the range of calibration rows as finely as the torus allows, noise blurs its edges.
 * 'exact': a box for each integer that any input can lead to, wide enough that noise hardly ever leaves it.
 */
export type Precision = 'approximate' | 'exact';

/** What one table must do. */
export interface TablePlan {
  readonly table: TableFunction;
  readonly window: TableWindow;
  /** Turns of one accumulator unit where these are given: of a sine by its period, in exact precision by the bits. */
  readonly unitTurns: number | null;
  /** Largest Σ of squared integer weights of the rows that read it. */
  readonly squaredNorm: number;
  /** Its sums are integers plus this; null where they are anything. */
  readonly lattice: number | null;
}

/** What the tables of a layer must do. */
export interface LayerPlan {
  readonly tables: readonly TablePlan[];
  /** [rows]. */
  readonly tableOf: Uint32Array;
  /** Boxes of each table in exact precision; null: as many as `accumulatorBits` allow. */
  readonly boxes: number | null;
}

/** Plans of all hidden layers. */
export function planLayers(
  graph: IntegerGraph,
  observed: readonly Spans[],
  precision: Precision,
): LayerPlan[] {
  return graph.hidden.map((layer, index) =>
    precision === 'exact' ? planExactly(graph, layer) : planApproximately(graph, layer, observed[index]!),
  );
}

/** Bits of the widest integer sum that a table of the layer reads, over every input that could occur. */
export function exactTableBits(graph: IntegerGraph, layer: HiddenLayer): number {
  const { low, high } = tableSpans(latticeTables(layer), layer, exactLayerSpans(graph, layer));
  return Math.max(...low.map((value, index) => spanBits(Math.round(value), Math.round(high[index]!))));
}

function planExactly(graph: IntegerGraph, layer: HiddenLayer): LayerPlan {
  const tables = latticeTables(layer);
  const { low, high } = tableSpans(tables, layer, exactLayerSpans(graph, layer));
  const bits = Math.max(1, exactTableBits(graph, layer));
  const boxes = 2 ** bits;
  const norms = squaredNorms(layer, tables);
  return {
    tableOf: tables.tableOf,
    boxes,
    tables: tables.functions.map((table, index) => ({
      table,
      // The first box, in its middle, holds the smallest sum.
      window: {
        center: low[index]! - 0.5 + boxes / 2,
        extent: boxes,
        range: high[index]! - low[index]!,
      },
      unitTurns: 0.5 / boxes,
      squaredNorm: norms[index]!,
      lattice: tables.lattices[index]!,
    })),
  };
}

function planApproximately(graph: IntegerGraph, layer: HiddenLayer, observed: Spans): LayerPlan {
  // Bounded sums are few integers, which without noise should be read as they are; rounded ones are read in boxes anyway.
  const tables =
    graph.accumulators === 'bounded' && layer.isIntegral ? latticeTables(layer) : functionTables(layer);
  const { low, high } = tableSpans(tables, layer, observed);
  const norms = squaredNorms(layer, tables);
  const widest = Math.max(...high.map((value, index) => value - low[index]!));
  // Sums of real values have no step of their own: a thousandth of the widest range is far below the noise.
  const step = layer.isIntegral ? 1 : widest / 1024 || 1;
  return {
    tableOf: tables.tableOf,
    boxes: null,
    tables: tables.functions.map((table, index) => ({
      table,
      window: tableWindow(table, low[index]!, high[index]!, step),
      unitTurns: table.halfPeriod === null ? null : 0.5 / table.halfPeriod,
      squaredNorm: norms[index]!,
      lattice: tables.lattices[index]!,
    })),
  };
}

/** Functions of a layer's tables, which of them each row reads, and where their sums lie. */
interface Tables {
  readonly functions: readonly TableFunction[];
  readonly tableOf: Uint32Array;
  readonly lattices: readonly (number | null)[];
}

/** Rows that share a function but not a shift read other integers: a table for each function and shift. */
function latticeTables({ functions, functionOf, shifts }: HiddenLayer): Tables {
  const known = new Map<string, number>();
  const found: { table: TableFunction; lattice: number }[] = [];
  const tableOf = Uint32Array.from(functionOf, (index, row) => {
    const key = `${index} ${shifts[row]}`;
    const table = known.get(key) ?? found.length;
    if (table === found.length) {
      known.set(key, table);
      found.push({ table: functions[index]!, lattice: shifts[row]! });
    }
    return table;
  });
  return {
    functions: found.map(({ table }) => table),
    tableOf,
    lattices: found.map(({ lattice }) => lattice),
  };
}

/** A table for each function. */
function functionTables(layer: HiddenLayer): Tables {
  return { functions: layer.functions, tableOf: layer.functionOf, lattices: commonLattices(layer) };
}

function commonLattices({ functions, functionOf, shifts, isIntegral }: HiddenLayer): (number | null)[] {
  const lattices = new Array<number | null | undefined>(functions.length);
  for (const [row, index] of functionOf.entries()) {
    const known = lattices[index];
    lattices[index] = isIntegral && (known === undefined || known === shifts[row]) ? shifts[row]! : null;
  }
  return lattices.map((lattice) => lattice ?? null);
}

/** Exact spans of each row, its shift included. */
function exactLayerSpans(graph: IntegerGraph, { term, shifts }: HiddenLayer): Spans {
  const { low, high } = exactSpans(term, edgeRanges(graph)[term.edge]!);
  return {
    low: low.map((value, row) => value + shifts[row]!),
    high: high.map((value, row) => value + shifts[row]!),
  };
}

function tableSpans({ functions, tableOf }: Tables, { rows }: HiddenLayer, spans: Spans): Spans {
  const low = new Float64Array(functions.length).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(functions.length).fill(Number.NEGATIVE_INFINITY);
  for (let row = 0; row < rows; row++) {
    const table = tableOf[row]!;
    low[table] = Math.min(low[table]!, spans.low[row]!);
    high[table] = Math.max(high[table]!, spans.high[row]!);
  }
  return { low, high };
}

function squaredNorms({ term, rows }: HiddenLayer, { functions, tableOf }: Tables): Float64Array {
  const norms = new Float64Array(functions.length);
  for (let row = 0; row < rows; row++) {
    const norm = rowValues(term.weights, row).reduce((sum, weight) => sum + weight * weight, 0);
    norms[tableOf[row]!] = Math.max(norms[tableOf[row]!]!, norm);
  }
  return norms;
}
