// From one net to another with fewer neurons: everything that belongs to a kept neuron goes along.

import type { Tensor } from '@tacit/tensor';
import type { AnyModule } from '../module.js';
import type { QuantLayer } from './quant-layer.js';

/** Channels that are kept of what a layer reads, and of its own; in ascending order. */
export interface KeptChannels {
  readonly inputs: readonly number[];
  readonly own: readonly number[];
}

/** Copies weights, masks, scales, norms and activations of the kept neurons of one layer into a smaller one. */
export function copyNeurons(from: QuantLayer, to: QuantLayer, kept: KeptChannels): void {
  const weights = keptWeights(from, kept);
  for (const pick of [
    (layer: QuantLayer) => layer.linear.weight.data,
    (layer: QuantLayer) => layer.linear.mask,
  ]) {
    const [source, target] = [pick(from), pick(to)];
    weights.forEach((index, i) => {
      target[i] = source[index];
    });
  }
  const own = new Set(['weight', 'mask']);
  copyState(from.linear, to.linear, kept.own, own);
  for (const part of ['norm', 'activation', 'quantizer'] as const) {
    const [source, target] = [from[part], to[part]];
    if (source !== null && target !== null) copyState(source, target, kept.own, new Set());
  }
}

/** Copies how strong the noise of training is, and where its stream stands. */
export function copyNoise({ noise: from }: QuantLayer, { noise: to }: QuantLayer): void {
  if (from === null || to === null) return;
  to.fraction = from.fraction;
  to.generator.state = from.generator.state;
}

/** Indices of the kept weights in the larger layer, in the order of the smaller one. */
function keptWeights({ linear, inputShape }: QuantLayer, { inputs, own }: KeptChannels): number[] {
  // A channel has one weight for each place that is read: features of a flattened image, or elements of a filter.
  const places = linear.fanIn / inputShape[0];
  return own.flatMap((row) =>
    inputs.flatMap((channel) =>
      Array.from({ length: places }, (_, place) => row * linear.fanIn + channel * places + place),
    ),
  );
}

/** Copies parameters and buffers; those with an entry for each neuron only at the kept ones. */
function copyState(
  from: AnyModule,
  to: AnyModule,
  kept: readonly number[],
  except: ReadonlySet<string>,
): void {
  const target = new Map<string, Tensor>([...to.namedParameters(), ...to.namedBuffers()]);
  for (const [name, source] of [...from.namedParameters(), ...from.namedBuffers()]) {
    const copy = target.get(name);
    if (copy === undefined || except.has(name)) continue;
    if (copy.size === source.size) copy.data.set(source.data);
    else {
      const size = source.size / source.shape[0];
      kept.forEach((row, i) => {
        copy.data.set(source.data.subarray(row * size, (row + 1) * size), i * size);
      });
    }
  }
}
