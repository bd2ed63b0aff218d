// The same training, and the same gradients, computed by an independent library: @jax-js/jax on its WebAssembly device,
// which it starts with by default. Its arrays are used up by each operation unless taken by `.ref`.

import { type Array as JaxArray, lax, nn, numpy as np, valueAndGrad } from '@jax-js/jax';
import {
  adamStep,
  conv2d,
  Generator,
  linear,
  relu,
  softmaxCrossEntropy,
  type Tensor,
  tensor,
} from '@tacit/tensor';
import { expect, test } from 'vitest';

function normal(shape: readonly number[], seed: number, scale = 1): Tensor {
  const size = shape.reduce((product, length) => product * length, 1);
  const values = new Generator(seed).fillNormal(new Float32Array(size)).map((value) => value * scale);
  return tensor(values, { shape, requiresGrad: true });
}

function toJax(x: Tensor): JaxArray {
  return np.array(x.data.slice(), { shape: [...x.shape] });
}

const adam = { lr: 0.01, betas: [0.9, 0.999], eps: 1e-8 } as const;

test('50 Adam steps of an MLP have the same losses', async () => {
  const x = normal([32, 10], 1);
  const labels = Array.from(
    { length: 32 },
    (_, row) => (x.data[row * 10] > 0 ? 1 : 0) + (x.data[row * 10 + 1] > 0 ? 1 : 0),
  );
  const initial = (): Tensor[] => [
    normal([30, 10], 2, 0.3),
    normal([30], 3, 0.1),
    normal([3, 30], 4, 0.2),
    normal([3], 5, 0.1),
  ];

  const own = initial();
  const ownState = own.map((p) => [new Float32Array(p.size), new Float32Array(p.size)]);
  const losses: number[] = [];
  for (let step = 1; step <= 50; step++) {
    const hidden = relu(linear(x, own[0], own[1]));
    const loss = softmaxCrossEntropy(linear(hidden, own[2], own[3]), tensor(labels, { dtype: 'int32' }));
    loss.backward();
    own.forEach((p, i) => {
      adamStep(p.data, p.grad!.data, ownState[i][0], ownState[i][1], { ...adam, step });
      p.grad = null;
    });
    losses.push(loss.item());
  }

  const theirs = initial().map((p) => Float64Array.from(p.data));
  const shapes = initial().map((p) => [...p.shape]);
  const state = theirs.map((p) => [new Float64Array(p.length), new Float64Array(p.length)]);
  const lossOf = (w1: JaxArray, b1: JaxArray, w2: JaxArray, b2: JaxArray): JaxArray => {
    const hidden = nn.relu(np.matmul(toJax(x), np.transpose(w1)).add(b1));
    const scores = np.matmul(hidden, np.transpose(w2)).add(b2);
    const targets = nn.oneHot(np.array(labels, { dtype: np.int32 }), 3);
    return np.sum(nn.logSoftmax(scores, -1).mul(targets)).mul(-1 / 32);
  };
  for (let step = 1; step <= 50; step++) {
    const arrays = theirs.map((p, i) => np.array(Float32Array.from(p), { shape: shapes[i] }));
    const [loss, gradients] = valueAndGrad(lossOf, { argnums: [0, 1, 2, 3] })(
      ...(arrays as [JaxArray, JaxArray, JaxArray, JaxArray]),
    );
    expect(Math.abs((await loss.data())[0] - losses[step - 1])).toBeLessThan(1e-5);
    for (const [i, gradient] of gradients.entries()) {
      const [m, v] = state[i];
      const g = await gradient.data();
      for (let j = 0; j < g.length; j++) {
        m[j] = 0.9 * m[j] + 0.1 * g[j];
        v[j] = 0.999 * v[j] + 0.001 * g[j] ** 2;
        const root = Math.sqrt(v[j] / (1 - 0.999 ** step));
        theirs[i][j] -= ((adam.lr / (1 - 0.9 ** step)) * m[j]) / (root + adam.eps);
      }
    }
  }
  expect(losses[49]).toBeLessThan(losses[0] / 2);
});

test.each([
  { stride: 1, padding: 0, dilation: 1, groups: 1 },
  { stride: 2, padding: 1, dilation: 1, groups: 1 },
  { stride: 1, padding: 2, dilation: 2, groups: 2 },
])('gradients of a convolution agree: %o', async ({ stride, padding, dilation, groups }) => {
  const x = normal([2, 4, 7, 6], 1);
  const weight = normal([4, 4 / groups, 3, 3], 2);
  const out = conv2d(x, weight, null, { stride, padding, dilation, groups });
  out.mul(out).sum().backward();
  const pad: [number, number] = [padding, padding];
  const lossOf = (image: JaxArray, filter: JaxArray): JaxArray => {
    const options = { rhsDilation: [dilation, dilation], featureGroupCount: groups };
    const result = lax.convGeneralDilated(image, filter, [stride, stride], [pad, pad], options);
    return np.sum(np.square(result));
  };
  const [loss, gradients] = valueAndGrad(lossOf, { argnums: [0, 1] })(toJax(x), toJax(weight));
  const expectedLoss = out.data.reduce((sum, value) => sum + value * value, 0);
  expect((await loss.data())[0] / expectedLoss).toBeCloseTo(1, 5);
  for (const [i, own] of [x, weight].entries()) {
    const theirs = await gradients[i].data();
    expect(theirs.length).toBe(own.size);
    // Sums of up to some hundred float32 products of size up to about 50.
    theirs.forEach((value: number, j: number) => {
      expect(Math.abs(value - own.grad!.data[j])).toBeLessThan(1e-3);
    });
  }
});
