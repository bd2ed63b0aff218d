// Small modules and data that several tests train.

import { Callback, type HookName, type Net } from '@tacit/learn';
import { Linear, Module, Parameter } from '@tacit/nn';
import { linear, type Tensor, tensor } from '@tacit/tensor';

/** One input, one output, weight and bias 0: "Lin" of the reference runs. */
export class Lin extends Module {
  static readonly defaults = { weight: 0, bias: 0 };
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(options: { weight?: number; bias?: number } = {}) {
    super();
    this.weight = new Parameter(tensor([[options.weight ?? 0]]));
    this.bias = new Parameter(tensor([options.bias ?? 0]));
  }

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** Two inputs, three logits, stated weights: "Clf" of the reference runs. */
export class Clf extends Module {
  readonly weight = new Parameter(
    tensor([
      [0.1, -0.2],
      [0.3, 0.4],
      [-0.5, 0.6],
    ]),
  );
  readonly bias = new Parameter(tensor([0.01, 0.02, 0.03]));

  override forward(x: Tensor): Tensor {
    return linear(x, this.weight, this.bias);
  }
}

/** The rows of the reference runs of Clf, and their labels. */
export const clfRows = {
  X: [
    [1, 0],
    [0, 1],
    [1, 1],
    [-1, 0],
    [0, -1],
    [2, 1],
    [1, 2],
    [-1, 1],
    [1, -1],
    [-2, -1],
  ],
  y: [0, 1, 2, 0, 1, 2, 0, 1, 0, 2],
};

/** x = 0, 1, …, n − 1 and y = 2x + 1, both as a column. */
export function line(n: number): { X: number[][]; y: number[][] } {
  const x = Array.from({ length: n }, (_, i) => i);
  return { X: x.map((v) => [v]), y: x.map((v) => [2 * v + 1]) };
}

/** n rows of 20 numbers with labels 0 and 1, as the behavioral cases use them. */
export function manyRows(n: number, columns = 20): { X: number[][]; y: number[] } {
  // A fixed pattern rather than random numbers: only counts and shapes matter.
  const X = Array.from({ length: n }, (_, row) =>
    Array.from({ length: columns }, (_, column) => Math.sin(row * 7 + column * 3)),
  );
  return { X, y: X.map((_, row) => row % 2) };
}

/** One hidden layer; takes its dimensions from the data. */
export class Mlp extends Module {
  static readonly defaults = { inputDim: null, outputDim: null, width: 4 };
  readonly hidden: Linear;
  readonly output: Linear;

  constructor(options: { inputDim?: number | null; outputDim?: number | null; width?: number } = {}) {
    super();
    const { inputDim, outputDim, width = 4 } = options;
    if (!inputDim || !outputDim) throw new Error('Mlp needs its dimensions');
    this.hidden = new Linear(inputDim, width);
    this.output = new Linear(width, outputDim);
  }

  override forward(x: Tensor): Tensor {
    return this.output.forward(this.hidden.forward(x).relu());
  }
}

/** Notes each hook with what it was given. */
export class Spy extends Callback {
  static readonly defaults = {};
  readonly calls: { readonly hook: HookName; readonly net: Net; readonly record: Record<string, unknown> }[] =
    [];
  initialized = 0;

  override initialize(): void {
    this.initialized++;
  }
  override onTrainBegin(net: Net, record: object): void {
    this.#note('onTrainBegin', net, record);
  }
  override onEpochBegin(net: Net, record: object): void {
    this.#note('onEpochBegin', net, record);
  }
  override onBatchBegin(net: Net, record: object): void {
    this.#note('onBatchBegin', net, record);
  }
  override onGradComputed(net: Net, record: object): void {
    this.#note('onGradComputed', net, record);
  }
  override onBatchEnd(net: Net, record: object): void {
    this.#note('onBatchEnd', net, record);
  }
  override onEpochEnd(net: Net, record: object): void {
    this.#note('onEpochEnd', net, record);
  }
  override onTrainEnd(net: Net, record: object): void {
    this.#note('onTrainEnd', net, record);
  }

  count(hook: HookName): number {
    return this.calls.filter((call) => call.hook === hook).length;
  }

  #note(hook: HookName, net: Net, record: object): void {
    this.calls.push({ hook, net, record: { ...record } });
  }
}
