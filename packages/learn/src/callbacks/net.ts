// A net as callbacks and scorers see it. An interface and not the class, so that callbacks do not import the nets, which
// import callbacks.

import type { StateDict } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import type { Criterion, DatasetLike, Module, Optimizer, Target } from '../components.js';
import type { History } from '../history.js';
import type { CheckpointLike, PartSources } from '../persistence/part-file.js';
import type { Features } from '../validate-input.js';

/** What callbacks may use of a net. */
export interface Net {
  readonly history: History;
  readonly initialized_: boolean;
  readonly module_: Module;
  readonly criterion_: Criterion;
  readonly optimizer_: Optimizer;
  /** 0 means: print nothing unless a sink was given. */
  readonly verbose: number;
  getParams(deep?: boolean): object;
  /** Changes parameters; those of the module build it anew. */
  setParams(changes: never): unknown;
  /** Bytes of parts of the net: `saveParams('module', 'optimizer')`. */
  saveParams(...parts: string[]): Promise<Readonly<Record<string, Uint8Array>>>;
  /** Takes over parts from such bytes, all of them or none. */
  loadParams(sources: PartSources | { readonly checkpoint: CheckpointLike }): Promise<unknown>;
  /** Ends training after the current batch. */
  requestStop(reason?: string): void;
  /** Gives the module the weights of an earlier moment, and tells it that training is over if it is. */
  restoreWeights(state: StateDict): void;
  forward(X: Features | DatasetLike): Promise<Tensor>;
  predict(X: Features | DatasetLike): Promise<readonly unknown[]>;
  predictProba(X: Features | DatasetLike): Promise<readonly unknown[]>;
  score?(X: Features | DatasetLike, y: never): Promise<number>;
  /** Targets as the user gave them: labels for a classifier, numbers else. */
  decodeTargets(y: Target): readonly unknown[];
  /** Runs `task` while predictions for `dataset` are answered with outputs computed before. */
  withCachedOutputs<T>(
    dataset: Features | DatasetLike,
    outputs: readonly Tensor[],
    task: () => Promise<T>,
  ): Promise<T>;
}
