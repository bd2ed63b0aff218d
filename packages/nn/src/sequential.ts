// Modules one after another, and the module that does nothing.

import { noGrad, type Tensor } from '@tacit/tensor';
import { Module, type TrainingHooks } from './module.js';

/** Gives each module the output of the one before. Their names are their positions: `0.weight`. */
export class Sequential extends Module implements TrainingHooks {
  readonly #modules: readonly Module[];

  constructor(...modules: Module[]) {
    super();
    this.#modules = modules;
    // As properties too, so that they are registered under their positions.
    for (const [index, module] of modules.entries()) Reflect.set(this, String(index), module);
  }

  /** Number of modules. */
  get length(): number {
    return this.#modules.length;
  }

  /** The module at a position; negative ones count from the end. */
  at(index: number): Module | undefined {
    return this.#modules.at(index);
  }

  [Symbol.iterator](): Iterator<Module> {
    return this.#modules[Symbol.iterator]();
  }

  forward(x: Tensor): Tensor {
    return this.#modules.reduce((value, module) => module.forward(value), x);
  }

  /** Hands the fraction on to each module that has the hook. */
  trainingProgress(fraction: number): void {
    for (const module of this.#modules) (module as TrainingHooks).trainingProgress?.(fraction);
  }

  /** Hands each module that has the hook the training rows as they arrive at it, with Dropout and its like switched off. */
  calibrate(inputs: Tensor): void {
    const modes = this.namedModules().map(([, module]) => ({ module, training: module.training }));
    this.eval();
    try {
      noGrad(() => {
        this.#modules.reduce((value, module) => {
          (module as TrainingHooks).calibrate?.(value);
          return module.forward(value);
        }, inputs);
      });
    } finally {
      for (const { module, training } of modes) module.training = training;
    }
  }
}

/** Returns its input. Stands in where a module is expected and nothing is to be done. */
export class Identity extends Module {
  forward(x: Tensor): Tensor {
    return x;
  }
}
