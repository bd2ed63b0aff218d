import { expect, test } from 'vitest';
import { tensor, zeros } from '../creation.js';
import { Generator } from '../generator.js';
import { softmaxCrossEntropy } from './cross-entropy.js';
import { gather } from './indexing.js';
import { logSoftmax } from './softmax.js';

const labels = tensor([1, 0, 2, 2, 1], { dtype: 'int32' });

function scores(): ReturnType<typeof zeros> {
  const result = zeros([5, 3], { requiresGrad: true });
  new Generator(3).fillNormal(result.data);
  return result;
}

test('equals log-softmax, gathered and averaged, and so do its gradients', () => {
  const [fused, composed] = [scores(), scores()];
  const loss = softmaxCrossEntropy(fused, labels);
  const expected = gather(logSoftmax(composed), labels.reshape([5, 1]), 1)
    .mean()
    .neg();
  expect(loss.item()).toBeCloseTo(expected.item(), 6);
  loss.backward();
  expected.backward();
  fused.grad!.data.forEach((value, i) => {
    expect(value).toBeCloseTo(composed.grad!.data[i], 6);
  });
});

test('weighs classes and spreads labels as PyTorch defines it', () => {
  const weight = tensor([0.5, 2, 1]);
  const logP = logSoftmax(scores()).data;
  const s = 0.1;
  let total = 0;
  let divisor = 0;
  labels.data.forEach((label, row) => {
    let spread = 0;
    for (let c = 0; c < 3; c++) spread -= weight.data[c] * logP[row * 3 + c];
    total += (1 - s) * -weight.data[label] * logP[row * 3 + label] + (s / 3) * spread;
    divisor += weight.data[label];
  });
  const options = { weight, labelSmoothing: s };
  expect(softmaxCrossEntropy(scores(), labels, options).item()).toBeCloseTo(total / divisor, 6);
  const sum = softmaxCrossEntropy(scores(), labels, { ...options, reduction: 'sum' });
  expect(sum.item()).toBeCloseTo(total, 5);
  const rows = softmaxCrossEntropy(scores(), labels, { ...options, reduction: 'none' });
  expect(rows.shape).toEqual([5]);
  expect(rows.sum().item()).toBeCloseTo(total, 5);
});

test('stays finite for scores that overflow an exponential', () => {
  const x = tensor([[1000, -1000]], { requiresGrad: true });
  const loss = softmaxCrossEntropy(x, tensor([1], { dtype: 'int32' }));
  loss.backward();
  expect(loss.item()).toBe(2000);
  expect(x.grad?.toArray()).toEqual([[1, -1]]);
});

test('refuses labels outside of the classes, of the wrong kind or number, and wrong weights', () => {
  const x = scores();
  const outside = tensor([0, 0, 3, 0, 0], { dtype: 'int32' });
  expect(() => softmaxCrossEntropy(x, outside)).toThrow(
    expect.objectContaining({ code: 'INDEX_OUT_OF_RANGE', got: 'the label 3 of row 2' }),
  );
  expect(() => softmaxCrossEntropy(x, tensor([0, 1, 2, 0, 0]) as never)).toThrow(
    expect.objectContaining({ code: 'DTYPE_MISMATCH' }),
  );
  const mismatch = expect.objectContaining({ code: 'SHAPE_MISMATCH' });
  expect(() => softmaxCrossEntropy(x, tensor([0], { dtype: 'int32' }))).toThrow(mismatch);
  expect(() => softmaxCrossEntropy(x, labels, { weight: tensor([1, 2]) })).toThrow(mismatch);
  expect(() => softmaxCrossEntropy(x, labels, { labelSmoothing: 1.5 })).toThrow(
    expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
  );
});
