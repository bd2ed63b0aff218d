// The nets of the tensor suite, trained one step at a time through the package's operations.

import {
  adamStep,
  conv2d,
  fakeQuantize,
  Generator,
  IntTensor,
  linear,
  relu,
  softmaxCrossEntropy,
  Tensor,
  zeros,
} from '../../packages/tensor/dist/index.js';

export const adam = { lr: 1e-3, betas: [0.9, 0.999], eps: 1e-8 };

/** Levels of 4-bit weights and activations. */
export const weightLevels = { low: -8, high: 7 };
export const activationLevels = { low: 0, high: 15 };

/** Normally distributed inputs, and labels below `classes`. */
export function randomBatch(shape, classes, seed) {
  const generator = new Generator(seed);
  const x = zeros(shape);
  generator.fillNormal(x.data);
  const labels = Int32Array.from({ length: shape[0] }, () => generator.integer(classes));
  return { x, labels: new IntTensor(labels) };
}

/** Weights and biases of linear layers: [w₀, b₀, w₁, b₁, …], drawn uniformly within ±1/√inputs. */
export function linearParameters(sizes, seed) {
  const generator = new Generator(seed);
  const parameters = [];
  for (let layer = 0; layer + 1 < sizes.length; layer++) {
    const bound = 1 / Math.sqrt(sizes[layer]);
    for (const shape of [[sizes[layer + 1], sizes[layer]], [sizes[layer + 1]]]) {
      const parameter = zeros(shape, { requiresGrad: true });
      generator.fillUniform(parameter.data, { low: -bound, high: bound });
      parameters.push(parameter);
    }
  }
  return parameters;
}

/** For each row of a matrix the scale that puts its largest magnitude at the highest level. */
export function rowScales(data, rows, columns) {
  const scales = new Float64Array(rows);
  for (let row = 0, i = 0; row < rows; row++) {
    let largest = 0;
    for (const end = i + columns; i < end; i++) {
      const magnitude = Math.abs(data[i]);
      if (magnitude > largest) largest = magnitude;
    }
    scales[row] = largest > 0 ? largest / weightLevels.high : 1;
  }
  return scales;
}

/** Adam over a list of parameters. */
export function optimizer(parameters) {
  const state = parameters.map((p) => [new Float32Array(p.size), new Float32Array(p.size)]);
  let step = 0;
  return () => {
    step++;
    for (let i = 0; i < parameters.length; i++) {
      const parameter = parameters[i];
      adamStep(parameter.data, parameter.grad.data, state[i][0], state[i][1], { ...adam, step });
      parameter.grad = null;
    }
  };
}

/** A multilayer perceptron with ReLU, optionally with quantized weights and activations. @returns its training step. */
export function mlp(sizes, { x, labels }, { quantized, seed = 0 }) {
  const weights = linearParameters(sizes, seed);
  const layers = sizes.length - 1;
  const scales = quantized
    ? Array.from({ length: layers - 1 }, () => new Tensor(Float32Array.of(0.2), [1], { requiresGrad: true }))
    : [];
  const update = optimizer([...weights, ...scales]);
  const step = () => {
    let h = x;
    for (let layer = 0; layer < layers; layer++) {
      const weight = weights[2 * layer];
      h = linear(h, quantized ? roundedWeights(weight) : weight, weights[2 * layer + 1]);
      if (layer + 1 < layers) h = relu(h);
      if (layer + 1 < layers && quantized) h = fakeQuantize(h, scales[layer], activationLevels);
    }
    const loss = softmaxCrossEntropy(h, labels);
    loss.backward();
    update();
    return loss.item();
  };
  return { step, weights };
}

function roundedWeights(weight) {
  const scales = rowScales(weight.data, ...weight.shape);
  return fakeQuantize(weight, scales, { ...weightLevels, gradient: 'everywhere' });
}

/** conv 3×3×8 stride 2, conv 3×3×16 stride 2, dense. @returns its training step. */
export function cnn({ x, labels }) {
  const generator = new Generator(0);
  const parameter = (shape, fan) => {
    const p = zeros(shape, { requiresGrad: true });
    generator.fillUniform(p.data, { low: -1 / Math.sqrt(fan), high: 1 / Math.sqrt(fan) });
    return p;
  };
  const [w1, b1] = [parameter([8, 1, 3, 3], 9), parameter([8], 9)];
  const [w2, b2] = [parameter([16, 8, 3, 3], 72), parameter([16], 72)];
  const [w3, b3] = [parameter([10, 784], 784), parameter([10], 784)];
  const parameters = [w1, b1, w2, b2, w3, b3];
  const update = optimizer(parameters);
  const step = () => {
    const options = { stride: 2, padding: 1 };
    const first = relu(conv2d(x, w1, b1, options));
    const second = relu(conv2d(first, w2, b2, options));
    const loss = softmaxCrossEntropy(linear(second.reshape([x.shape[0], 784]), w3, b3), labels);
    loss.backward();
    update();
    return loss.item();
  };
  return { step, parameters };
}
