// Two-dimensional convolution through the matrix kernel. Samples are taken several at a time, so that their patches stay
// in the cache and memory does not grow with the batch; the patches are made again for the backward pass.

import { recordOperation } from '../autograd.js';
import { invalidArgument, shapeMismatch } from '../errors.js';
import { gemm } from '../kernels/gemm.js';
import { addColumnsToImage, imageToColumns, type PatchGeometry } from '../kernels/im2col.js';
import type { Tensor } from '../tensor.js';
import { bothOf, type Pair, windowCount } from './window.js';

/** Options of {@link conv2d}. */
export interface Conv2dOptions {
  /** Distance between neighboring positions of the filter. Default 1. */
  readonly stride?: Pair;
  /** Zeros added on each side. Default 0. */
  readonly padding?: Pair;
  /** Distance between neighboring elements under the filter. Default 1. */
  readonly dilation?: Pair;
  /** Into how many independent groups the channels are split. Default 1. */
  readonly groups?: number;
}

/** Elements of the patches that are laid out at once: 1 MiB. */
const CHUNK = 2 ** 18;

/**
 * Convolution of images (in the sense of neural networks: the filter is not mirrored).
 *
 * @param x - [samples, channels, height, width].
 * @param weight - [filters, channels / groups, kernelHeight, kernelWidth].
 * @param bias - [filters]; left out, nothing is added.
 * @returns [samples, filters, outHeight, outWidth], outHeight = ⌊(height + 2·padding − (kernelHeight − 1)·dilation − 1) /
 * stride⌋ + 1.
 * @throws ShapeError `SHAPE_MISMATCH`, ArgumentError for options outside their range.
 */
export function conv2d(x: Tensor, weight: Tensor, bias?: Tensor | null, options: Conv2dOptions = {}): Tensor {
  const plan = planConvolution(x, weight, bias ?? null, options);
  const out = new Float32Array(plan.samples * plan.filters * plan.positions);
  forward(plan, x.data, weight.data, bias?.data ?? null, out);
  const shape = [plan.samples, plan.filters, plan.geometry.outHeight, plan.geometry.outWidth];
  return recordOperation(out, shape, bias ? [x, weight, bias] : [x, weight], (grad) => {
    const toX = x.requiresGrad ? new Float32Array(x.size) : null;
    const toWeight = weight.requiresGrad ? new Float32Array(weight.size) : null;
    backward(plan, grad, x.data, weight.data, toX, toWeight);
    return [toX, toWeight, bias?.requiresGrad ? biasGradient(plan, grad) : null];
  });
}

/** Kept from call to call: fresh memory of this size costs as much as filling it. Nothing outlives an operation in it. */
const kept = { patches: new Float32Array(0), product: new Float32Array(0) };

function scratch(use: keyof typeof kept, size: number): Float32Array {
  if (kept[use].length < size) kept[use] = new Float32Array(size);
  return kept[use].subarray(0, size);
}

interface ConvolutionPlan {
  readonly samples: number;
  readonly groups: number;
  /** Of all groups together. */
  readonly channels: number;
  readonly filters: number;
  /** Elements of a patch: channels of a group times kernel size. */
  readonly depth: number;
  /** Places of the filter on one sample. */
  readonly positions: number;
  /** Samples that are taken at once. */
  readonly atOnce: number;
  readonly geometry: PatchGeometry;
}

function planConvolution(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  options: Conv2dOptions,
): ConvolutionPlan {
  const { groups = 1 } = options;
  const [strideY, strideX] = bothOf('conv2d: stride', options.stride ?? 1, 1);
  const [padY, padX] = bothOf('conv2d: padding', options.padding ?? 0, 0);
  const [dilationY, dilationX] = bothOf('conv2d: dilation', options.dilation ?? 1, 1);
  checkShapes(x, weight, bias, groups);
  const [samples, channels, height, width] = x.shape;
  const [filters, groupChannels, kernelHeight, kernelWidth] = weight.shape;
  const vertical = { size: kernelHeight, stride: strideY, padding: padY, dilation: dilationY };
  const horizontal = { size: kernelWidth, stride: strideX, padding: padX, dilation: dilationX };
  const outHeight = windowCount('conv2d', x.shape, 2, vertical);
  const outWidth = windowCount('conv2d', x.shape, 3, horizontal);
  const depth = groupChannels * kernelHeight * kernelWidth;
  const positions = outHeight * outWidth;
  return {
    samples,
    groups,
    channels,
    filters,
    depth,
    positions,
    atOnce: Math.max(1, Math.min(samples, Math.floor(CHUNK / (depth * positions)))),
    geometry: {
      ...{ height, width, kernelHeight, kernelWidth, outHeight, outWidth },
      ...{ strideY, strideX, padY, padX, dilationY, dilationX },
    },
  };
}

function checkShapes(x: Tensor, weight: Tensor, bias: Tensor | null, groups: number): void {
  if (!(Number.isInteger(groups) && groups >= 1)) {
    throw invalidArgument('conv2d: groups', groups, 'a whole number of at least 1');
  }
  if (x.shape.length !== 4 || weight.shape.length !== 4 || weight.size === 0) {
    const hint =
      'It takes [samples, channels, height, width] and [filters, channels / groups, kernelHeight, kernelWidth].';
    throw shapeMismatch('conv2d', x.shape, weight.shape, hint);
  }
  const [filters, groupChannels] = weight.shape;
  if (x.shape[1] !== groupChannels * groups || filters % groups !== 0) {
    const hint = `With ${groups} groups, the input needs ${groupChannels * groups} channels, and the filters a multiple of ${groups}.`;
    throw shapeMismatch('conv2d', x.shape, weight.shape, hint);
  }
  if (bias && (bias.shape.length !== 1 || bias.size !== filters)) {
    throw shapeMismatch('conv2d', weight.shape, bias.shape, `The bias must have the shape [${filters}].`);
  }
}

/** Calls `visit` for each group of each batch of samples that is taken at once. */
function eachPiece(
  { samples, groups, atOnce }: ConvolutionPlan,
  visit: (first: number, count: number, group: number) => void,
): void {
  for (let first = 0; first < samples; first += atOnce) {
    for (let group = 0; group < groups; group++) visit(first, Math.min(atOnce, samples - first), group);
  }
}

/** The patches of some samples and one group: [depth, count · positions]. */
function patches(
  plan: ConvolutionPlan,
  x: Float32Array,
  first: number,
  count: number,
  group: number,
): Float32Array {
  const { channels, groups, depth, positions, geometry } = plan;
  const columns = scratch('patches', depth * count * positions);
  const sampleSize = channels * geometry.height * geometry.width;
  const start = first * sampleSize + (group * sampleSize) / groups;
  imageToColumns(x, start, sampleSize, count, channels / groups, geometry, columns);
  return columns;
}

function filtersOf(
  { filters, groups, depth }: ConvolutionPlan,
  weight: Float32Array,
  group: number,
): Float32Array {
  const size = (filters / groups) * depth;
  return weight.subarray(group * size, (group + 1) * size);
}

function forward(
  plan: ConvolutionPlan,
  x: Float32Array,
  weight: Float32Array,
  bias: Float32Array | null,
  out: Float32Array,
): void {
  const { filters, groups, depth, positions } = plan;
  const own = filters / groups;
  eachPiece(plan, (first, count, group) => {
    const columns = patches(plan, x, first, count, group);
    const product = scratch('product', own * count * positions);
    gemm(false, false, own, count * positions, depth, filtersOf(plan, weight, group), columns, product, null);
    for (let f = 0; f < own; f++) {
      const filter = group * own + f;
      const constant = bias === null ? 0 : bias[filter];
      for (let sample = 0; sample < count; sample++) {
        const from = (f * count + sample) * positions;
        const to = ((first + sample) * filters + filter) * positions;
        for (let p = 0; p < positions; p++) out[to + p] = product[from + p] + constant;
      }
    }
  });
}

function backward(
  plan: ConvolutionPlan,
  grad: Float32Array,
  x: Float32Array,
  weight: Float32Array,
  toX: Float32Array | null,
  toWeight: Float32Array | null,
): void {
  const { filters, groups, depth, positions, channels, geometry } = plan;
  const own = filters / groups;
  const sampleSize = channels * geometry.height * geometry.width;
  eachPiece(plan, (first, count, group) => {
    const width = count * positions;
    const gradient = scratch('product', own * width); // [own, count · positions]
    for (let f = 0; f < own; f++) {
      for (let sample = 0; sample < count; sample++) {
        const from = ((first + sample) * filters + group * own + f) * positions;
        gradient.set(grad.subarray(from, from + positions), (f * count + sample) * positions);
      }
    }
    if (toWeight) {
      const target = filtersOf(plan, toWeight, group);
      gemm(false, true, own, depth, width, gradient, patches(plan, x, first, count, group), target, target);
    }
    if (toX) {
      const columns = scratch('patches', depth * width);
      gemm(true, false, depth, width, own, filtersOf(plan, weight, group), gradient, columns, null);
      const start = first * sampleSize + (group * sampleSize) / groups;
      addColumnsToImage(toX, start, sampleSize, count, channels / groups, geometry, columns);
    }
  });
}

function biasGradient({ samples, filters, positions }: ConvolutionPlan, grad: Float32Array): Float32Array {
  const sums = new Float64Array(filters);
  let i = 0;
  for (let sample = 0; sample < samples; sample++) {
    for (let filter = 0; filter < filters; filter++) {
      let sum = 0;
      for (const end = i + positions; i < end; i++) sum += grad[i];
      sums[filter] += sum;
    }
  }
  return Float32Array.from(sums);
}
