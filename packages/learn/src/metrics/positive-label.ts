// Which of two labels is the positive one where nobody has said so.

import type { Label } from '../validate-input.js';

/**
 * 1 if it is among the labels, or true, as in scikit-learn; else the last one in sorted order, which is what
 * `NeuralNetBinaryClassifier` takes for yes.
 *
 * @param labels - sorted, at least one.
 */
export function positiveOf(labels: readonly Label[]): Label {
  return labels.find((label) => label === 1 || label === true) ?? labels[labels.length - 1]!;
}
