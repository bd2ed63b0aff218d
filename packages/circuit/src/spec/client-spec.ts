// What a client must know to quantize, encrypt, decrypt and de-quantize for one circuit: `client.json`. It holds no
// weights; the server's part holds no labels.

import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';
import type { CryptoParameters } from './crypto-parameters.js';

/** How one feature becomes an integer: `clamp(round((x − low) / step), 0, levels)`. */
export interface InputFeature {
  /** Raw value that becomes 0. */
  readonly low: number;
  /** Raw units per level; 0 for a feature that was constant in training, which always becomes 0. */
  readonly step: number;
  /** Largest integer; 0 for a constant feature. */
  readonly levels: number;
  /** Smallest raw value seen in training. */
  readonly minimum: number;
  /** Largest raw value seen in training. */
  readonly maximum: number;
}

/** How one decrypted output becomes a number: `offset + scale · turns`, with turns in [−½, ½). */
export interface OutputDecoding {
  readonly scale: number;
  readonly offset: number;
}

/** A label as the user gave it to `fit`. */
export type ClassLabel = string | number | boolean;

export interface ClientSpec {
  readonly format: 'tacit.client';
  readonly version: 1;
  /** Hash of the server circuit, 64 hex digits. */
  readonly circuitHash: string;
  readonly parameters: CryptoParameters;
  readonly inputs: {
    /** log2 of the torus units (of 2⁻⁶⁴ turns) that one level is encrypted as. */
    readonly scaleLog2: number;
    readonly features: readonly InputFeature[];
  };
  readonly outputs: readonly OutputDecoding[];
  readonly task: { readonly kind: 'classification'; readonly classes: readonly ClassLabel[] };
}

const finite = z.number();
const positiveInteger = z.int().check(z.positive());
const natural = z.int().check(z.nonnegative());

const schema = z.object({
  format: z.literal('tacit.client'),
  version: z.literal(1),
  circuitHash: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  parameters: z.object({
    lweDimension: positiveInteger,
    glweDimension: positiveInteger,
    polynomialSize: positiveInteger,
    lweNoise: finite.check(z.positive()),
    glweNoise: finite.check(z.positive()),
    pbsBaseLog: positiveInteger,
    pbsLevel: positiveInteger,
    ksBaseLog: positiveInteger,
    ksLevel: positiveInteger,
  }),
  inputs: z.object({
    scaleLog2: natural.check(z.maximum(63)),
    features: z
      .array(
        z.object({
          low: finite,
          step: finite.check(z.nonnegative()),
          levels: natural,
          minimum: finite,
          maximum: finite,
        }),
      )
      .check(z.minLength(1)),
  }),
  outputs: z.array(z.object({ scale: finite, offset: finite })).check(z.minLength(1)),
  task: z.object({
    kind: z.literal('classification'),
    classes: z.array(z.union([z.string(), finite, z.boolean()])).check(z.minLength(2)),
  }),
});

/**
 * Checks a parsed `client.json`.
 *
 * @throws CircuitError `SPEC_INVALID` that names every wrong field.
 */
export function parseClientSpec(json: unknown): ClientSpec {
  const result = schema.safeParse(json);
  if (!result.success) {
    const fields = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
    throw new CircuitError('SPEC_INVALID', `This is no client spec: ${fields.join('; ')}.`, {
      got: fields,
      expected: 'the client.json that compiling wrote, format tacit.client, version 1',
      hint: 'Fetch client.json again, or compile again with this release.',
    });
  }
  if (result.data.task.classes.length !== result.data.outputs.length) {
    throw new CircuitError(
      'SPEC_INVALID',
      `The client spec has ${result.data.task.classes.length} classes and ${result.data.outputs.length} outputs.`,
      { got: result.data.outputs.length, expected: result.data.task.classes.length },
    );
  }
  return result.data;
}
