// The same training step as mlp() of nets.mjs, written out by hand: no tensors, no graph, all buffers made once, loops
// fused wherever one pass over the data can do the work of several. It uses the package's matrix kernel and Adam, so the
// difference to it is what tensors and automatic differentiation cost.

import { elementary } from '../../packages/tensor/dist/index.js';
import { adamStep } from '../../packages/tensor/dist/kernels/adam.js';
import { relu, reluGradient } from '../../packages/tensor/dist/kernels/elementwise.js';
import { gemm, gemmWithSums } from '../../packages/tensor/dist/kernels/gemm.js';
import { quantizeRows } from '../../packages/tensor/dist/kernels/quantize.js';
import { activationLevels, adam, linearParameters, rowScales, weightLevels } from './nets.mjs';

const ROUNDING = 6755399441055744;

/** @returns a training step and the weights. */
export function handFusedMlp(sizes, { x, labels }, { quantized, seed = 0 }) {
  const batch = x.shape[0];
  const weights = linearParameters(sizes, seed).map((parameter) => parameter.data);
  const layers = Array.from({ length: sizes.length - 1 }, (_, l) =>
    makeLayer(sizes[l], sizes[l + 1], batch, weights[2 * l], weights[2 * l + 1]),
  );
  let count = 0;
  const step = () => {
    let input = x.data;
    for (let l = 0; l < layers.length; l++) {
      const layer = layers[l];
      if (quantized) roundWeights(layer);
      gemm(false, true, batch, layer.outputs, layer.inputs, input, layer.used, layer.z, layer.bias);
      if (l + 1 < layers.length) {
        activate(layer, quantized);
        input = layer.h;
      }
    }
    const last = layers[layers.length - 1];
    const loss = crossEntropy(last.z, labels.data, last.outputs, last.gradient);
    count++;
    for (let l = layers.length - 1; l >= 0; l--) {
      const layer = layers[l];
      const below = l === 0 ? x.data : layers[l - 1].h;
      gemmWithSums(layer.outputs, layer.inputs, batch, layer.gradient, below, layer.toWeight, layer.toBias);
      if (l > 0) {
        const target = layers[l - 1];
        gemm(
          false,
          false,
          batch,
          layer.inputs,
          layer.outputs,
          layer.gradient,
          layer.used,
          target.gradient,
          null,
        );
        deactivate(target, quantized);
      }
      update(layer, count, quantized && l + 1 < layers.length);
    }
    return loss;
  };
  return { step, weights };
}

function makeLayer(inputs, outputs, batch, weight, bias) {
  const array = (size) => new Float32Array(size);
  return {
    inputs,
    outputs,
    weight,
    bias,
    used: weight,
    rounded: array(weight.length),
    z: array(batch * outputs),
    h: array(batch * outputs),
    gradient: array(batch * outputs),
    toWeight: array(weight.length),
    toBias: array(outputs),
    scale: Float32Array.of(0.2),
    toScale: array(1),
    state: [weight, bias, array(1)].map((p) => [array(p.length), array(p.length)]),
  };
}

function roundWeights(layer) {
  const { weight, rounded, outputs, inputs } = layer;
  const scales = Float64Array.from(rowScales(weight, outputs, inputs));
  quantizeRows(rounded, weight, scales, weightLevels.low, weightLevels.high);
  layer.used = rounded;
}

/** Rounding to levels from 0 on is ReLU and rounding in one pass. */
function activate(layer, quantized) {
  const { z, h, scale } = layer;
  if (quantized) quantizeRows(h, z, Float64Array.from(scale), activationLevels.low, activationLevels.high);
  else layer.h = relu(z);
}

/** Turns the gradient of h into that of z, and sums up the scale's. */
function deactivate(layer, quantized) {
  const { z, gradient, scale, toScale } = layer;
  if (quantized) {
    const { high } = activationLevels;
    let sum = 0;
    for (let i = 0; i < z.length; i++) {
      const position = z[i] > 0 ? z[i] / scale[0] : 0;
      const isInside = position <= high + 0.5;
      const level = (position > high ? high : position) + ROUNDING - ROUNDING;
      sum += gradient[i] * (isInside ? level - position : level);
      if (!isInside) gradient[i] = 0;
    }
    toScale[0] = sum;
  }
  layer.gradient = reluGradient(z, gradient);
}

/** The mean loss; leaves its gradient in `gradient`. */
function crossEntropy(z, labels, classes, gradient) {
  const rows = labels.length;
  let total = 0;
  for (let row = 0, start = 0; row < rows; row++, start += classes) {
    let shift = Number.NEGATIVE_INFINITY;
    for (let i = start; i < start + classes; i++) shift = Math.max(shift, z[i]);
    let sum = 0;
    for (let i = start; i < start + classes; i++) {
      gradient[i] = z[i] === shift ? 1 : elementary.exp(z[i] - shift);
      sum += gradient[i];
    }
    for (let i = start; i < start + classes; i++) gradient[i] /= sum * rows;
    gradient[start + labels[row]] -= 1 / rows;
    total += elementary.log(sum) + shift - z[start + labels[row]];
  }
  return total / rows;
}

function update({ weight, bias, scale, toWeight, toBias, toScale, state }, step, withScale) {
  const options = { ...adam, step };
  adamStep(weight, toWeight, ...state[0], options);
  adamStep(bias, toBias, ...state[1], options);
  if (withScale) adamStep(scale, toScale, ...state[2], options);
}
