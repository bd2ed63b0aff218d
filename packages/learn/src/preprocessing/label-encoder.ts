// Labels as class codes, on their own: nets encode labels themselves, so this is for everything else that needs codes.

import { BaseEstimator } from '../base-estimator.js';
import { DataValueError, NotFittedError } from '../errors.js';
import { encodeLabels, sortedClasses } from '../label-encoder.js';
import type { PlainRecord } from '../persistence/json.js';
import { type Label, type Labels, toLabels } from '../validate-input.js';

/**
 * The position of each label among the sorted labels, 0 to n − 1; scikit-learn's, for y and not for columns of X.
 *
 * @example
 * const encoder = new LabelEncoder();
 * await encoder.fitTransform(['cat', 'ant', 'cat']); // → Int32Array [1, 0, 1]
 * await encoder.inverseTransform([0]); // → ['ant']
 */
export class LabelEncoder extends BaseEstimator<Record<never, never>> {
  #classes: readonly Label[] | null = null;

  /** The labels in sorted order; code k is `classes_[k]`. @throws NotFittedError */
  get classes_(): readonly Label[] {
    if (this.#classes === null) throw new NotFittedError('LabelEncoder', 'classes_');
    return this.#classes;
  }

  /** Learns the labels. @param y - [nRows], labels of one type. @throws DataTypeError `Y_TYPE`, `Y_MISSING`; DataValueError `Y_NOT_FINITE`. */
  async fit(y: Labels): Promise<this> {
    this.#classes = sortedClasses(Array.from(toLabels(y)));
    return this;
  }

  /** The codes of labels. @throws DataValueError `UNKNOWN_LABEL`, naming label and row; NotFittedError. */
  async transform(y: Labels): Promise<Int32Array> {
    return encodeLabels(
      toLabels(y),
      this.classes_,
      'Fit on y that shows every label, or drop the rows of this one.',
    );
  }

  /** The same as `fit` and then `transform`. */
  async fitTransform(y: Labels): Promise<Int32Array> {
    await this.fit(y);
    return this.transform(y);
  }

  /** The labels of codes. @throws DataValueError `CODE_UNKNOWN`, naming code and row; NotFittedError. */
  async inverseTransform(codes: ArrayLike<number>): Promise<Label[]> {
    const classes = this.classes_;
    return Array.from(codes, (code, row) => {
      const label = classes[code];
      if (label === undefined) throw unknownCode(code, row, classes.length);
      return label;
    });
  }

  /** What was learned, as plain data that {@link restoreLearned} takes. @throws NotFittedError */
  saveLearned(): PlainRecord {
    return { classes: this.classes_ };
  }

  /** Makes this encoder the one whose learned state was saved. */
  restoreLearned(saved: PlainRecord): this {
    this.#classes = toLabels(saved.classes);
    return this;
  }
}

function unknownCode(code: unknown, row: number, count: number): DataValueError {
  return new DataValueError(`Row ${row} holds the code ${String(code)}, which is none of the ${count}.`, {
    code: 'CODE_UNKNOWN',
    got: `${String(code)} in row ${row}`,
    expected: `a whole number from 0 to ${count - 1}`,
    hint: 'Pass what transform gave.',
  });
}
