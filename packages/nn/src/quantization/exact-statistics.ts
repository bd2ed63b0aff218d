// Mean and variance of a batch norm from all training rows, some at a time.

import type { Tensor } from '@tacit/tensor';
import type { BatchNorm1d, BatchNorm2d } from '../layers/batch-norm.js';

/**
 * Puts the mean and the variance (divisor n, as the batches of training are normalized) of the values in place of the
 * running averages. Parts are combined in double precision (Chan, Golub and LeVeque 1979), so that nothing cancels.
 *
 * @param parts - [n, channels, …] each.
 */
export function setExactStatistics(norm: BatchNorm1d | BatchNorm2d, parts: Iterable<Tensor>): void {
  const channels = norm.numFeatures;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  let count = 0;
  for (const part of parts) {
    const size = part.size / channels;
    const own = partStatistics(part, channels);
    for (let channel = 0; channel < channels; channel++) {
      const difference = own.mean[channel] - mean[channel];
      mean[channel] += (difference * size) / (count + size);
      squares[channel] += own.squares[channel] + (difference * difference * count * size) / (count + size);
    }
    count += size;
  }
  norm.buffer('running_mean').data.set(mean);
  norm.buffer('running_var').data.set(squares.map((sum) => sum / count));
}

/** Mean and sum of squared differences from it, of each channel. */
function partStatistics({ data, shape }: Tensor, channels: number) {
  const inner = data.length / (shape[0] * channels);
  const perChannel = data.length / channels;
  const mean = new Float64Array(channels);
  const squares = new Float64Array(channels);
  for (let i = 0; i < data.length; i++) mean[Math.floor(i / inner) % channels] += data[i];
  for (let channel = 0; channel < channels; channel++) mean[channel] /= perChannel;
  for (let i = 0; i < data.length; i++) {
    const channel = Math.floor(i / inner) % channels;
    squares[channel] += (data[i] - mean[channel]) ** 2;
  }
  return { mean, squares };
}
