// Vectors of numbers for categories, learned: a table that is looked up.

import {
  type Generator,
  IndexError,
  type IntTensor,
  recordOperation,
  type Tensor,
  zeros,
} from '@tacit/tensor';
import { invalidParameter, requireInteger, requireWhole } from '../errors.js';
import { normal } from '../init.js';
import { Module, Parameter } from '../module.js';
import { defaultGenerator } from '../random.js';

/** Options of {@link Embedding}. */
export interface EmbeddingOptions {
  /**
   * A category that stands for nothing, such as what fills up short sequences: its vector starts as 0 and is not trained.
   * Negative ones count from the end. Default null: none.
   */
  readonly paddingIdx?: number | null;
  /** Draws the initial values. Default: the generator of `manualSeed`. */
  readonly generator?: Generator;
}

/**
 * For categories of any shape [...], their vectors [..., embeddingDim].
 *
 * Initial values are PyTorch's: normal with mean 0 and variance 1.
 */
export class Embedding extends Module<[Tensor | IntTensor]> {
  static readonly defaults = { paddingIdx: null } as const satisfies EmbeddingOptions;

  readonly numEmbeddings: number;
  readonly embeddingDim: number;
  /** From 0; null for none. */
  readonly paddingIdx: number | null;
  /** [numEmbeddings, embeddingDim]. */
  readonly weight: Parameter;

  /** @throws ParameterError unless both sizes are whole numbers, at least 1, and `paddingIdx` is one of the categories. */
  constructor(numEmbeddings: number, embeddingDim: number, options: EmbeddingOptions = {}) {
    super();
    requireWhole('Embedding: numEmbeddings', numEmbeddings, 1);
    requireWhole('Embedding: embeddingDim', embeddingDim, 1);
    const { generator = defaultGenerator() } = options;
    this.numEmbeddings = numEmbeddings;
    this.embeddingDim = embeddingDim;
    this.paddingIdx = checkedPadding(options.paddingIdx ?? null, numEmbeddings);
    this.weight = new Parameter(normal(zeros([numEmbeddings, embeddingDim]), { generator }));
    if (this.paddingIdx !== null) {
      const start = this.paddingIdx * embeddingDim;
      this.weight.data.fill(0, start, start + embeddingDim);
    }
  }

  /**
   * @param categories - whole numbers from 0, as integers or, for columns that come with others, as float32.
   * @throws IndexError `INDEX_OUT_OF_RANGE` for anything else.
   */
  forward(categories: Tensor | IntTensor): Tensor {
    const { weight, embeddingDim: width, paddingIdx } = this;
    const rows = checkedRows(categories.data, this.numEmbeddings);
    const out = new Float32Array(rows.length * width);
    for (let i = 0; i < rows.length; i++) {
      out.set(weight.data.subarray(rows[i] * width, (rows[i] + 1) * width), i * width);
    }
    return recordOperation(out, [...categories.shape, width], [weight], (grad) => {
      const result = new Float32Array(weight.size);
      for (let i = 0; i < rows.length; i++) {
        if (rows[i] === paddingIdx) continue;
        const to = rows[i] * width;
        for (let column = 0; column < width; column++) result[to + column] += grad[i * width + column];
      }
      return [result];
    });
  }
}

function checkedPadding(paddingIdx: number | null, count: number): number | null {
  if (paddingIdx === null) return null;
  requireInteger('Embedding: paddingIdx', paddingIdx);
  if (paddingIdx < -count || paddingIdx >= count) {
    throw invalidParameter('Embedding: paddingIdx', paddingIdx, `a category, ${-count} to ${count - 1}`);
  }
  return paddingIdx < 0 ? paddingIdx + count : paddingIdx;
}

/** A copy: the caller may reuse the array between the forward and the backward pass. */
function checkedRows(categories: Float32Array | Int32Array, count: number): Int32Array {
  const rows = new Int32Array(categories.length);
  for (let i = 0; i < rows.length; i++) {
    const row = categories[i];
    if (!(Number.isInteger(row) && row >= 0 && row < count)) {
      throw new IndexError(`Embedding: element ${i} is ${row}, which is none of the categories.`, {
        code: 'INDEX_OUT_OF_RANGE',
        got: String(row),
        expected: `whole numbers from 0 to ${count - 1}`,
        hint: `Pass whole numbers from 0 to ${count - 1}, or build it with more embeddings.`,
      });
    }
    rows[i] = row;
  }
  return rows;
}
