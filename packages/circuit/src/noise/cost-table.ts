// Seconds that the engine takes on one machine, as plain data that is measured once and kept: what a search ranks
// parameter sets by, and what a report multiplies bootstraps with.

import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';

const positive = z.number().check(z.positive());
const count = z.int().check(z.positive());

const schema = z.object({
  format: z.literal('tacit.costs'),
  version: z.literal(1),
  machine: z.string(),
  threads: count,
  blindRotation: z
    .array(z.object({ glweDimension: count, polynomialSize: count, level: count, seconds: positive }))
    .check(z.minLength(1)),
  keySwitch: z.object({ seconds: positive }),
});

/** Times of one machine, as `costs.json` holds them. */
export interface CostTable {
  readonly format: 'tacit.costs';
  readonly version: 1;
  /** Processor and number of cores, for people. */
  readonly machine: string;
  /** Threads of the engine while it was measured; all seconds are of wall time with these. */
  readonly threads: number;
  /** Per shape and number of levels: seconds of a blind rotation in a batch, divided by n. */
  readonly blindRotation: readonly {
    readonly glweDimension: number;
    readonly polynomialSize: number;
    readonly level: number;
    readonly seconds: number;
  }[];
  /** Seconds of a key switch in a batch, divided by k·N · level · (n + 1). */
  readonly keySwitch: { readonly seconds: number };
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
