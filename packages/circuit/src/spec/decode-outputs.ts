// From the phases of decrypted outputs to logits, probabilities and labels. Client, simulator and clear mode call this
// one function.

import { CircuitError } from '../errors.js';
import type { ClassLabel, ClientSpec, OutputDecoding } from './client-spec.js';

/** What a circuit says about each row. */
export interface Prediction {
  /** [nRows], labels as they were given to `fit`. */
  readonly labels: ClassLabel[];
  /** [nRows][nClasses], softmax of the logits. */
  readonly probabilities: number[][];
  /** [nRows][nClasses], in the net's own units. */
  readonly logits: number[][];
}

/**
 * Prediction from raw outputs: logit = offset + scale · turns, probabilities by softmax, label of the largest logit.
 *
 * Of equal logits the first class wins, as in scikit-learn.
 *
 * @param turns - [nRows, nOutputs], row by row: phases in turns of the torus, −½ to ½.
 * @throws CircuitError `INPUT_INVALID` when the number of phases is no multiple of the number of outputs.
 */
export function decodeOutputs(
  spec: Pick<ClientSpec, 'outputs' | 'task'>,
  turns: ArrayLike<number>,
): Prediction {
  const logits = decodeLogits(spec.outputs, turns);
  return {
    labels: logits.map((row) => spec.task.classes[argmax(row)]!),
    probabilities: logits.map(softmax),
    logits,
  };
}

/**
 * Logits of raw outputs: [nRows][nOutputs], offset + scale · turns.
 *
 * @param turns - [nRows, nOutputs], row by row.
 * @throws CircuitError `INPUT_INVALID` when the number of phases is no multiple of the number of outputs.
 */
export function decodeLogits(outputs: readonly OutputDecoding[], turns: ArrayLike<number>): number[][] {
  const nOutputs = outputs.length;
  if (turns.length % nOutputs !== 0) {
    throw new CircuitError('INPUT_INVALID', `${turns.length} phases are no rows of ${nOutputs} outputs.`, {
      got: turns.length,
      expected: `a multiple of ${nOutputs}`,
    });
  }
  return Array.from({ length: turns.length / nOutputs }, (_, row) =>
    outputs.map(({ scale, offset }, k) => offset + scale * turns[row * nOutputs + k]!),
  );
}

function argmax(values: readonly number[]): number {
  let best = 0;
  for (const [i, value] of values.entries()) if (value > values[best]!) best = i;
  return best;
}

function softmax(logits: readonly number[]): number[] {
  const largest = Math.max(...logits); // Subtracted, so that no exponential overflows.
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
