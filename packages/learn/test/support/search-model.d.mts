import type { NeuralNetClassifier, SearchEstimator } from '@tacit/learn';
import type { Module } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';

export class TwoLayers extends Module<[Tensor]> {
  constructor(options?: { width?: number; inputDim?: number; outputDim?: number });
  forward(X: Tensor): Tensor;
}

export function makeNet(): NeuralNetClassifier<typeof TwoLayers>;

export class Noting implements SearchEstimator {
  constructor(params?: object);
  getParams(): object;
  setParams(changes: Readonly<Record<string, unknown>>): this;
  fit(X: never, y: never): Promise<this>;
  predict(X: unknown): Promise<readonly string[]>;
  score(X: unknown, y: unknown): Promise<number>;
}

export function shareOfA(estimator: unknown, X: unknown, y: readonly unknown[]): number;
