// Seconds that the engine takes on one machine, as plain data that is measured once and kept: what a search ranks
// parameter sets by, and what a report multiplies bootstraps with.

import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';

const seconds = z.number().check(z.positive());
const count = z.int().check(z.positive());

const schema = z.object({
  format: z.literal('tacit.costs'),
  version: z.literal(1),
  machine: z.string(),
  threads: count,
  blindRotation: z
    .array(z.object({ glweDimension: count, polynomialSize: count, level: count, seconds }))
    .check(z.minLength(1)),
  keySwitch: seconds,
  multisum: seconds,
  expansion: seconds,
});

/** Times of one machine, as `costs.json` holds them: seconds of wall time, all threads of the engine at work. */
export interface CostTable {
  readonly format: 'tacit.costs';
  readonly version: 1;
  /** Processor and number of cores, for people. */
  readonly machine: string;
  /** Threads of the engine while it was measured. */
  readonly threads: number;
  /** Per shape and number of levels: a blind rotation in a batch, divided by n. */
  readonly blindRotation: readonly {
    readonly glweDimension: number;
    readonly polynomialSize: number;
    readonly level: number;
    readonly seconds: number;
  }[];
  /** A key switch in a batch, divided by k·N · level · (n + 1). */
  readonly keySwitch: number;
  /** Weighted sums, divided by non-zero weights · (k·N + 1). */
  readonly multisum: number;
  /** Expanding a seeded input, divided by k·N + 1. */
  readonly expansion: number;
}

/**
 * Checks a parsed `costs.json`.
 *
 * @throws CircuitError `COSTS_INVALID` that names every wrong field.
 */
export function parseCostTable(json: unknown): CostTable {
  const result = schema.safeParse(json);
  if (result.success) return result.data;
  const fields = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
  );
  throw new CircuitError('COSTS_INVALID', `This is no table of costs: ${fields.join('; ')}.`, {
    got: fields,
    expected: 'the document that measureCosts gives, format tacit.costs, version 1',
    hint: 'Measure the costs of this machine again.',
  });
}
