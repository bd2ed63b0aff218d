// A layer with tables: offsets, boxes and table entries.

import { type HiddenLayer, middleOf, middleSums } from '../graph/integer-graph.js';
import { twoSidedTailLog2 } from '../noise/normal.js';
import type { CircuitTerm, CryptoParameters, ServerLayer } from '../spec/index.js';
import type { Calibration } from './calibrate.js';
import type { LayerPlan, TablePlan } from './layer-plan.js';
import type { EdgeScale } from './scales.js';
import { skipTerms } from './skip-terms.js';
import type { TableWindow } from './table-window.js';
import { turnsToHalfWord, turnsToWord } from './torus.js';

/** What encoding decided about the tables of one hidden layer, for the report. */
export interface HiddenEncoding {
  readonly windows: readonly TableWindow[];
  readonly gains: Uint32Array;
  /** Turns per accumulator unit. */
  readonly unitTurns: Float64Array;
  /** Reading noise, in accumulator units. */
  readonly noiseUnits: Float64Array;
  /** Entries of each table. */
  readonly boxes: number;
  /** Boxes that the range spans, as bits: what the table takes. */
  readonly tableBits: Float64Array;
  /**
   * log2 of the probability that noise carries an accumulator at the end of its calibrated range out of it, or in exact
   * precision any accumulator out of its box; −∞ for a sine.
   */
  readonly misreadLog2: Float64Array;
  /** [rows]. */
  readonly tableOf: Uint32Array;
}

/** Encodes hidden layer `index`. */
export function encodeHidden(
  calibration: Calibration,
  index: number,
  scales: readonly EdgeScale[],
  guard: number,
  parameters: CryptoParameters,
): { layer: ServerLayer; encoding: HiddenEncoding } {
  const { graph } = calibration;
  const layer = graph.hidden[index]!;
  const plan = calibration.plans[index]!;
  const { scale, gains, noises } = scales[index]!;
  const units = Float64Array.from(gains, (gain) => gain * scale);
  const boxes = plan.boxes ?? boxesFor(plan, units, noises, guard, layer.tableBits, parameters);
  const emittedScale = scales[index + 1]!.scale;
  const tables = new Uint32Array(plan.tables.length * boxes);
  for (const [t, table] of plan.tables.entries()) {
    fillTable(tables.subarray(t * boxes, (t + 1) * boxes), table, units[t]!, emittedScale);
  }
  const { tableOf } = plan;
  const rowGains = Uint32Array.from(tableOf, (table) => gains[table]!);
  const rowUnits = Float64Array.from(tableOf, (table) => units[table]!);
  const skips = skipTerms(layer.skips, rowUnits, scales);
  return {
    layer: {
      rows: layer.rows,
      terms: [{ edge: layer.term.edge, weights: layer.term.weights, gains: rowGains }, ...skips],
      offsets: rowOffsets(calibration, layer, plan, rowUnits, skips, scales),
      tables,
      tableOf,
      boxes,
    },
    encoding: {
      windows: plan.tables.map((table) => table.window),
      gains,
      unitTurns: units,
      noiseUnits: noises.map((noise, t) => noise / units[t]!),
      boxes,
      tableBits: Float64Array.from(plan.tables, (table, t) => tableBits(table, plan, units[t]!, boxes)),
      misreadLog2: Float64Array.from(plan.tables, (table, t) =>
        misreadLog2(table, plan, units[t]!, noises[t]!),
      ),
      tableOf,
    },
  };
}

/** 2^bits boxes over the range: over the whole turn when some row needs more than half of it. */
function boxesFor(
  plan: LayerPlan,
  units: Float64Array,
  noises: Float64Array,
  guard: number,
  bits: number,
  parameters: CryptoParameters,
): number {
  const isHalf = plan.tables.every(
    ({ window, table }, t) =>
      table.halfPeriod === null && window.range * units[t]! + 2 * guard * noises[t]! <= 0.5,
  );
  return Math.min(2 ** Math.max(0, bits - (isHalf ? 0 : 1)), parameters.polynomialSize);
}

/** The middle of the table, a quarter turn in, stands for the window's center; middles of what the row reads come on top. */
function rowOffsets(
  { graph }: Calibration,
  layer: HiddenLayer,
  { tables, tableOf }: LayerPlan,
  rowUnits: Float64Array,
  skips: readonly CircuitTerm[],
  scales: readonly EdgeScale[],
): BigUint64Array {
  const middles = middleSums(graph, layer.term);
  const ofSkips = skips.map((skip) => middleSums(graph, skip).map((sum) => sum * scales[skip.edge]!.scale));
  return BigUint64Array.from(tableOf, (table, row) => {
    const { center } = tables[table]!.window;
    const fromSkips = ofSkips.reduce((sum, each) => sum + each[row]!, 0);
    return turnsToWord(0.25 + rowUnits[row]! * (middles[row]! + layer.shifts[row]! - center) + fromSkips);
  });
}

function fillTable(
  entries: Uint32Array,
  { table, window, unitTurns, lattice }: TablePlan,
  gainedUnit: number,
  emittedScale: number,
): void {
  // A sine is written with its own period, and read at the nearest frequency that an integer gain gives.
  const unit = unitTurns ?? gainedUnit;
  const boxTurns = 0.5 / entries.length;
  // Boxes finer than an accumulator step belong to the nearest integer, so that thresholds lie halfway between.
  const isFiner = lattice !== null && unit >= boxTurns * (1 - 1e-9);
  const accumulators = Float64Array.from(entries, (_, box) => {
    const value = window.center + ((box + 0.5) * boxTurns - 0.25) / unit;
    return isFiner ? Math.round(value - lattice) + lattice : value;
  });
  const middle = middleOf(table);
  for (const [box, value] of table.at(accumulators).entries()) {
    entries[box] = turnsToHalfWord((value - middle) * emittedScale);
  }
}

function tableBits({ window, table }: TablePlan, plan: LayerPlan, unit: number, boxes: number): number {
  if (plan.boxes !== null) return Math.log2(window.range + 1);
  const spanned = Math.ceil(window.range * unit * 2 * boxes) + 1;
  const most = 2 * boxes;
  return Math.log2(Math.min(table.halfPeriod === null ? window.range + 1 : most, most, spanned));
}

function misreadLog2({ window, table }: TablePlan, plan: LayerPlan, unit: number, noise: number): number {
  if (plan.boxes !== null) return twoSidedTailLog2(unit / 2 / noise);
  if (table.halfPeriod !== null) return Number.NEGATIVE_INFINITY;
  return twoSidedTailLog2((0.5 - window.extent * unit) / 2 / noise);
}
