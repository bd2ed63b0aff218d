// What the demo trains for each data set: few neurons, few-bit weights with a scale a neuron, batch norm and noise that fold
// into the tables, real-valued table outputs, and a linear path beside the neurons, which costs no bootstrap. The accuracy
// suite of benchmarks/ chooses among such nets on training rows.

import { type Bunch, loadBreastCancer, loadDigits, loadIris, loadMnist, loadWine } from '@tacit/datasets';
import { ReLU, Sine, type SparseQuantNeuralNetOptions } from '@tacit/nn';

/** How the demo trains on one data set. */
export interface Preset {
  readonly load: () => Promise<Bunch<string> | Bunch<number>>;
  readonly net: Omit<SparseQuantNeuralNetOptions, 'generator'>;
  readonly lr: number;
  readonly maxEpochs: number;
  readonly batchSize: number;
  /** Of the weights alone. */
  readonly weightDecay: number;
}

const common = {
  nABits: null,
  batchNorm: true,
  noiseFraction: 0.0095,
  linearSkip: true,
} as const;

/** Tables: 6-bit inputs, 4-bit weights, a sine, which has no range and hence no overflow. */
const table = { ...common, activation: Sine, nInputBits: 6, nWBits: 4, nSkipBits: 6 } as const;

/** Images: 4-bit inputs with one range for all pixels, ternary weights. */
const image = {
  ...common,
  activation: ReLU,
  nInputBits: 4,
  nWBits: [2, 4],
  nSkipBits: 4,
  inputScalePer: 'tensor',
  inputClipDeviations: null,
} as const;

export const presets = {
  iris: {
    load: loadIris,
    net: { ...table, hiddenSizes: [4] },
    lr: 0.005,
    maxEpochs: 200,
    batchSize: 32,
    weightDecay: 0.01,
  },
  wine: {
    load: loadWine,
    net: { ...table, hiddenSizes: [2] },
    lr: 0.005,
    maxEpochs: 200,
    batchSize: 32,
    weightDecay: 0.01,
  },
  'breast-cancer': {
    load: loadBreastCancer,
    net: { ...table, hiddenSizes: [2] },
    lr: 0.005,
    maxEpochs: 80,
    batchSize: 64,
    weightDecay: 0.01,
  },
  digits: {
    load: loadDigits,
    net: { ...image, hiddenSizes: [32] },
    lr: 0.005,
    maxEpochs: 60,
    batchSize: 64,
    weightDecay: 0.001,
  },
  mnist: {
    load: loadMnist,
    net: { ...image, hiddenSizes: [48] },
    lr: 0.004,
    maxEpochs: 25,
    batchSize: 100,
    weightDecay: 0.01,
  },
} as const satisfies Record<string, Preset>;

export type DemoDataset = keyof typeof presets;
