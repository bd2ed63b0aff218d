// What the demo trains for each data set.

import { type Bunch, loadBreastCancer, loadDigits, loadIris, loadWine } from '@tacit/datasets';

/** How the demo trains on one data set. */
export interface Preset {
  readonly load: () => Promise<Bunch<string> | Bunch<number>>;
  /** Widths of the hidden layers: one bootstrap a neuron. */
  readonly hiddenSizes: readonly number[];
  readonly maxEpochs: number;
  readonly batchSize: number;
  readonly weightDecay: number;
  readonly labelSmoothing: number;
}

/** Bits of weights, and of inputs and activations; table inputs stay at the default of 8. */
export const presetBits = { nWBits: 4, nABits: 6 } as const;

export const presets = {
  iris: {
    load: loadIris,
    hiddenSizes: [8],
    maxEpochs: 100,
    batchSize: 16,
    weightDecay: 0.1,
    labelSmoothing: 0.05,
  },
  wine: {
    load: loadWine,
    hiddenSizes: [8],
    maxEpochs: 60,
    batchSize: 16,
    weightDecay: 0.1,
    labelSmoothing: 0.05,
  },
  'breast-cancer': {
    load: loadBreastCancer,
    hiddenSizes: [8],
    maxEpochs: 20,
    batchSize: 64,
    weightDecay: 0.01,
    labelSmoothing: 0,
  },
  digits: {
    load: loadDigits,
    hiddenSizes: [32],
    maxEpochs: 30,
    batchSize: 64,
    weightDecay: 0.1,
    labelSmoothing: 0.05,
  },
} as const satisfies Record<string, Preset>;

export type DemoDataset = keyof typeof presets;
