// Pruning by row: each neuron keeps its own largest weights, and whole neurons can go. Masks only ever shrink, so they
// outlive warm starts.

import type { PrunableLayer } from './weight-rounding.js';

/** Part of the training that runs dense, and part after which the mask stays: Zhu and Gupta 2017, with a cubic fall. */
const denseUntil = 0.1;
const fixedFrom = 0.6;

/**
 * How much of the final pruning is due after a fraction of the training: 0 until a tenth, then 1 − (1 − t)³, 1 from six
 * tenths on.
 */
export function pruningProgress(fraction: number): number {
  const t = Math.min(1, Math.max(0, (fraction - denseUntil) / (fixedFrom - denseUntil)));
  const rest = 1 - t;
  return 1 - rest * rest * rest;
}

/** Masks all but the `keep` largest kept weights of each row. */
export function keepLargestWeights(layer: PrunableLayer, keep: number): void {
  const { fanIn, neurons, mask } = layer;
  for (let row = 0; row < neurons; row++) {
    const kept = [];
    for (let i = row * fanIn; i < (row + 1) * fanIn; i++) if (mask[i] !== 0) kept.push(i);
    kept.sort((a, b) => Math.abs(layer.weight.data[b]) - Math.abs(layer.weight.data[a]) || a - b);
    for (const i of kept.slice(keep)) mask[i] = 0;
  }
}

/** Masks whole rows, those of the smallest Euclidean norm, until only `keep` neurons have weights left. */
export function keepLargestNeurons(layer: PrunableLayer, keep: number): void {
  const { fanIn, neurons, mask } = layer;
  const norms = Array.from({ length: neurons }, (_, row) => {
    let sum = 0;
    for (let i = row * fanIn; i < (row + 1) * fanIn; i++) {
      const weight = layer.weight.data[i] * mask[i];
      sum += weight * weight;
    }
    return { row, norm: sum };
  });
  norms.sort((a, b) => b.norm - a.norm || a.row - b.row);
  for (const { row } of norms.slice(keep)) mask.fill(0, row * fanIn, (row + 1) * fanIn);
}
