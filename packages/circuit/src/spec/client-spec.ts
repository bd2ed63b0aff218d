// What a client must know to prepare, quantize, encrypt, decrypt and de-quantize for one circuit: `client.json`. It holds
// no weights; the server's part holds no labels.

import * as z from 'zod/mini';
import { CircuitError } from '../errors.js';
import { checkParameters } from './check-parameters.js';
import { type ClientStep, clientStepSchema } from './client-steps.js';
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

/** One logit a class; the largest wins. */
export interface ClassificationTask {
  readonly kind: 'classification';
  readonly classes: readonly ClassLabel[];
}

/** One logit: yes where its sigmoid is above the threshold. */
export interface BinaryTask {
  readonly kind: 'binary';
  /** No and yes. */
  readonly classes: readonly [no: ClassLabel, yes: ClassLabel];
  readonly threshold: number;
}

/** One number an output. */
export interface RegressionTask {
  readonly kind: 'regression';
  /** True where y was one number a row: then a prediction is a number, and no row of one. */
  readonly isPlain: boolean;
}

/** What a circuit's outputs mean. */
export type Task = ClassificationTask | BinaryTask | RegressionTask;

export interface ClientSpec {
  readonly format: 'tacit.client';
  readonly version: 2;
  /** Hash of the server circuit, 64 hex digits. */
  readonly circuitHash: string;
  readonly parameters: CryptoParameters;
  /** What the client does to raw rows before it quantizes them, in order: the steps of the pipeline before the net. */
  readonly steps: readonly ClientStep[];
  readonly inputs: {
    /** log2 of the torus units (of 2⁻⁶⁴ turns) that one level is encrypted as. */
    readonly scaleLog2: number;
    readonly features: readonly InputFeature[];
  };
  readonly outputs: readonly OutputDecoding[];
  /** Bits of each word of a response that travel back, 1 to 64. */
  readonly responseBits: number;
  readonly task: Task;
}

const newestVersion = 2;
const finite = z.number();
const positiveInteger = z.int().check(z.positive());
const natural = z.int().check(z.nonnegative());
const label = z.union([z.string(), finite, z.boolean()]);
const classification = z.object({
  kind: z.literal('classification'),
  classes: z.array(label).check(z.minLength(2)),
});

const fields = {
  format: z.literal('tacit.client'),
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
};

const schema = z.discriminatedUnion('version', [
  z.object({
    ...fields,
    version: z.literal(2),
    steps: z.array(clientStepSchema),
    responseBits: z.int().check(z.minimum(1), z.maximum(64)),
    task: z.discriminatedUnion('kind', [
      classification,
      z.object({
        kind: z.literal('binary'),
        classes: z.tuple([label, label]),
        threshold: finite.check(z.minimum(0), z.maximum(1)),
      }),
      z.object({ kind: z.literal('regression'), isPlain: z.boolean() }),
    ]),
  }),
  z.object({ ...fields, version: z.literal(1), task: classification }),
]);

/**
 * Checks a parsed `client.json`, of this version or the one before, which knew classifiers of raw features alone.
 *
 * @throws CircuitError `SPEC_INVALID` that names every wrong field, `SPEC_VERSION` for a spec of a later release,
 *   `PARAMETERS_INSECURE` below 128 bits of security.
 */
export function parseClientSpec(json: unknown): ClientSpec {
  refuseLaterVersion(json);
  refuseDeepNesting(json);
  const result = schema.safeParse(json);
  if (!result.success) {
    const issues = result.error.issues.map(
      (issue) => `${issue.path.join('.') || 'document'}: ${issue.message}`,
    );
    throw new CircuitError('SPEC_INVALID', `This is no client spec: ${issues.join('; ')}.`, {
      got: issues,
      expected: 'the client.json that compiling wrote, format tacit.client, version 1 or 2',
      hint: 'Fetch client.json again, or compile again with this release.',
    });
  }
  const spec: ClientSpec =
    result.data.version === 2 ? result.data : { ...result.data, version: 2, steps: [], responseBits: 64 };
  checkParameters(spec.parameters);
  checkOutputs(spec);
  return spec;
}

/** Fields of a later version may mean anything, so nothing of it is read. */
function refuseLaterVersion(json: unknown): void {
  const isSpec =
    typeof json === 'object' && json !== null && 'format' in json && json.format === 'tacit.client';
  const version = isSpec && 'version' in json ? json.version : undefined;
  if (typeof version !== 'number' || !(version > newestVersion)) return;
  throw new CircuitError(
    'SPEC_VERSION',
    `The client spec has version ${version}; this release reads 1 and 2.`,
    {
      got: version,
      expected: `at most ${newestVersion}`,
      hint: 'Update Tacit to the release that compiled it, or compile again with this one.',
    },
  );
}

/** Steps may hold steps; deeper than this no pipeline goes, and checking a hostile one would exhaust the stack. */
const deepestNesting = 64;

function refuseDeepNesting(json: unknown): void {
  let level: unknown[] = [json];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > deepestNesting) {
      throw new CircuitError('SPEC_INVALID', 'The client spec is nested too deeply.', {
        got: `more than ${deepestNesting} levels`,
        expected: `at most ${deepestNesting} levels`,
        hint: 'Fetch client.json again, or compile again with this release.',
      });
    }
    level = level.flatMap((value) =>
      typeof value === 'object' && value !== null ? Object.values(value) : [],
    );
  }
}

function checkOutputs({ task, outputs }: ClientSpec): void {
  if (task.kind === 'regression') {
    if (!task.isPlain || outputs.length === 1) return;
    throw wrongOutputs('predicts one number a row', 1, outputs.length);
  }
  const expected = task.kind === 'binary' ? 1 : task.classes.length;
  if (outputs.length === expected) return;
  throw wrongOutputs(`has ${task.classes.length} classes`, expected, outputs.length);
}

function wrongOutputs(subject: string, expected: number, got: number): CircuitError {
  return new CircuitError('SPEC_INVALID', `The client spec ${subject} and ${got} outputs.`, {
    got,
    expected,
    hint: 'Fetch client.json again, or compile again with this release.',
  });
}
