// The convolutional net of nets.mjs with @jax-js/jax on its WebAssembly device: one compiled function that makes a whole
// training step, Adam included.

import { jit, lax, nn, numpy as np, tree, valueAndGrad } from '@jax-js/jax';
import { adam } from './nets.mjs';

/** @param parameters - of cnn(), before any step. @returns its training step. */
export function jaxCnn({ x, labels }, parameters) {
  const array = (tensor) => np.array(tensor.data.slice(), { shape: [...tensor.shape] });
  const images = array(x);
  const targets = nn.oneHot(np.array([...labels.data], { dtype: np.int32 }), 10);
  const samples = x.shape[0];
  const padding = [
    [1, 1],
    [1, 1],
  ];
  const column = (bias) => np.reshape(bias, [1, -1, 1, 1]);
  const lossOf = ([w1, b1, w2, b2, w3, b3], image, target) => {
    const first = nn.relu(lax.convGeneralDilated(image, w1, [2, 2], padding).add(column(b1)));
    const second = nn.relu(lax.convGeneralDilated(first, w2, [2, 2], padding).add(column(b2)));
    const scores = np.matmul(np.reshape(second, [samples, 784]), np.transpose(w3)).add(b3);
    return np.sum(nn.logSoftmax(scores, -1).mul(target)).mul(-1 / samples);
  };
  const [beta1, beta2] = adam.betas;
  const trainStep = jit((params, means, squares, factor, root, image, target) => {
    const [loss, gradients] = valueAndGrad(lossOf)(tree.ref(params), image, target);
    const newMeans = means.map((m, i) => m.mul(beta1).add(gradients[i].ref.mul(1 - beta1)));
    const newSquares = squares.map((v, i) => v.mul(beta2).add(np.square(gradients[i]).mul(1 - beta2)));
    const newParams = params.map((p, i) => {
      const divisor = np.sqrt(newSquares[i].ref).mul(root.ref).add(adam.eps);
      return p.sub(newMeans[i].ref.mul(factor.ref).div(divisor));
    });
    return [loss, newParams, newMeans, newSquares];
  });
  let params = parameters.map(array);
  let means = parameters.map((p) => np.zeros([...p.shape]));
  let squares = parameters.map((p) => np.zeros([...p.shape]));
  let count = 0;
  return async () => {
    count++;
    const factor = np.array(adam.lr / (1 - beta1 ** count));
    const root = np.array(1 / Math.sqrt(1 - beta2 ** count));
    let loss;
    [loss, params, means, squares] = trainStep(params, means, squares, factor, root, images.ref, targets.ref);
    return (await loss.data())[0];
  };
}
