// What the demo trains for each data set. Widths, bits and epochs were chosen on random splits of the training rows'
// size, not on the reference test rows.

import { type Bunch, loadBreastCancer, loadDigits, loadIris, loadWine } from '@tacit/datasets';

/** How the demo trains on one data set. */
export interface Preset {
  readonly load: () => Promise<Bunch<string> | Bunch<number>>;
  /** Widths of the hidden layers: one bootstrap a neuron. */
  readonly hiddenSizes: readonly number[];
  readonly maxEpochs: number;
  readonly batchSize: number;
  readonly weightDecay: number;
}

/** Bits of weights, and of inputs and activations; table inputs stay at the default of 8. */
export const presetBits = { nWBits: 4, nABits: 6 } as const;

export const presets = {
  iris: { load: loadIris, hiddenSizes: [8], maxEpochs: 100, batchSize: 16, weightDecay: 0.1 },
  wine: { load: loadWine, hiddenSizes: [8], maxEpochs: 60, batchSize: 16, weightDecay: 0.1 },
  'breast-cancer': { load: loadBreastCancer, hiddenSizes: [8], maxEpochs: 30, batchSize: 32, weightDecay: 1 },
  digits: { load: loadDigits, hiddenSizes: [32], maxEpochs: 30, batchSize: 64, weightDecay: 0.1 },
} as const satisfies Record<string, Preset>;

export type DemoDataset = keyof typeof presets;
