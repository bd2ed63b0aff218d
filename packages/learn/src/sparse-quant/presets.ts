// What the estimators around quantized nets have in common: parameters that train few-bit weights well without being asked.

import { Adam, SparseQuantNeuralNet } from '@tacit/nn';

/**
 * The parameters that are preset: the module, Adam, and a training long enough for few-bit weights. Batches of 32 rather than
 * 128 and 100 epochs rather than 10, since a rounded weight moves only after many small steps.
 */
export const sparseQuantDefaults = {
  module: SparseQuantNeuralNet,
  optimizer: Adam,
  lr: 0.01,
  batchSize: 32,
  maxEpochs: 100,
} as const;

/** Arguments of a net's constructor without the parts that are preset; those may still be given. */
export type WithPresets<Args> = Omit<Args, 'module'> & Partial<Pick<Args, 'module' & keyof Args>>;
