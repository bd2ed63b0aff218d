// From the phases of decrypted outputs to what a net predicts. Client, simulator and clear mode call this one function.

import { CircuitError } from '../errors.js';
import type { ClassLabel, ClientSpec, OutputDecoding, Task } from './client-spec.js';

/** What a classifier's circuit says about each row. */
export interface ClassificationPrediction {
  readonly kind: 'classification';
  /** [nRows], labels as they were given to `fit`. */
  readonly predictions: ClassLabel[];
  /** [nRows][nClasses], softmax of the logits; of one logit, the probabilities of no and yes. */
  readonly probabilities: number[][];
  /** [nRows][nOutputs], in the net's own units: one a class, or one alone. */
  readonly logits: number[][];
}

/** What a regressor's circuit says about each row. */
export interface RegressionPrediction {
  readonly kind: 'regression';
  /** [nRows] numbers, or rows of numbers where y had rows. */
  readonly predictions: (number | number[])[];
}

export type Prediction = ClassificationPrediction | RegressionPrediction;

/**
 * Prediction from raw outputs: output = offset + scale · turns.
 *
 * Several logits: probabilities by softmax, label of the largest; of equal ones the first class wins, as in scikit-learn.
 * One logit: probability of yes by the sigmoid, yes where it is above the threshold.
 *
 * @param turns - [nRows, nOutputs], row by row: phases in turns of the torus, −½ to ½.
 * @throws CircuitError `INPUT_INVALID` when the number of phases is no multiple of the number of outputs.
 */
export function decodeOutputs(
  spec: Pick<ClientSpec, 'outputs' | 'task'>,
  turns: ArrayLike<number>,
): Prediction {
  return predictionOf(spec.task, decodeLogits(spec.outputs, turns));
}

function predictionOf(task: Task, outputs: number[][]): Prediction {
  switch (task.kind) {
    case 'classification':
      return {
        kind: 'classification',
        predictions: outputs.map((row) => task.classes[argmax(row)]!),
        probabilities: outputs.map(softmax),
        logits: outputs,
      };
    case 'binary': {
      const probabilities = outputs.map(([logit]) => softmax([0, logit!]));
      return {
        kind: 'classification',
        predictions: probabilities.map(([, yes]) => task.classes[yes! > task.threshold ? 1 : 0]),
        probabilities,
        logits: outputs,
      };
    }
    case 'regression':
      return {
        kind: 'regression',
        predictions: task.isPlain ? outputs.map(([value]) => value!) : outputs,
      };
  }
}

/**
 * Outputs of the net from raw phases: [nRows][nOutputs], offset + scale · turns.
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
