// An activation whose shape is learned, for each neuron its own: an encrypted table may hold any function at the same price.

import { recordOperation, type Tensor, tensor } from '@tacit/tensor';
import { requireWhole } from '../errors.js';
import { Module, Parameter } from '../module.js';

/** Options of {@link LearnedTable}. */
export interface LearnedTableOptions {
  /** Points of each neuron's function, at least 2; between them it runs straight. Default 17. */
  readonly knots?: number;
}

/**
 * A piecewise linear function for each neuron or channel, through `knots` evenly spaced points whose values are learned. It
 * starts as a ReLU over −3 to 3, or over the range that `calibrate` sees, and stays constant outside of its range.
 */
export class LearnedTable extends Module {
  static readonly defaults = { knots: 17 } as const satisfies LearnedTableOptions;
  /** The constructor takes the number of neurons. */
  static readonly isPerNeuron = true;

  readonly neurons: number;
  readonly knots: number;
  /** [neurons, knots]: what the function is at its points. */
  readonly values: Parameter;

  /** @throws ParameterError `PARAMETER_INVALID` unless `neurons` ≥ 1 and `knots` ≥ 2 are whole numbers. */
  constructor(neurons: number, options: LearnedTableOptions = {}) {
    super();
    const { knots } = { ...LearnedTable.defaults, ...options };
    requireWhole('LearnedTable: neurons', neurons, 1);
    requireWhole('LearnedTable: knots', knots, 2);
    this.neurons = neurons;
    this.knots = knots;
    this.values = new Parameter(tensor(new Float32Array(neurons * knots), { shape: [neurons, knots] }));
    this.registerBuffer('low', tensor(new Float32Array(neurons).fill(-3)));
    this.registerBuffer('high', tensor(new Float32Array(neurons).fill(3)));
    this.#startAsRelu();
  }

  /** Spreads the points over the range of each neuron's values, a tenth wider, and starts again as a ReLU. */
  calibrate(x: Tensor): void {
    const [low, high] = [this.buffer('low').data, this.buffer('high').data];
    low.fill(Number.POSITIVE_INFINITY);
    high.fill(Number.NEGATIVE_INFINITY);
    this.#eachRun(x, (neuron, from, to) => {
      for (let i = from; i < to; i++) {
        low[neuron] = Math.min(low[neuron], x.data[i]);
        high[neuron] = Math.max(high[neuron], x.data[i]);
      }
    });
    for (let neuron = 0; neuron < this.neurons; neuron++) {
      const margin = Math.max((high[neuron] - low[neuron]) / 20, 2 ** -10);
      low[neuron] -= margin;
      high[neuron] += margin;
    }
    this.#startAsRelu();
  }

  /** @param x - [n, neurons, …]. */
  override forward(x: Tensor): Tensor {
    const { values } = this;
    const places = this.#places(x);
    const out = new Float32Array(x.size);
    for (let i = 0; i < out.length; i++) {
      const knot = places.knots[i];
      const below = values.data[knot];
      out[i] = below + places.parts[i] * (values.data[knot + 1] - below);
    }
    return recordOperation(out, x.shape, [x, values], (grad) => this.#gradients(grad, places));
  }

  #gradients(grad: Float32Array, { knots, parts, slopes }: Places): Float32Array[] {
    const toX = new Float32Array(grad.length);
    const toValues = new Float32Array(this.values.size);
    for (let i = 0; i < grad.length; i++) {
      const knot = knots[i];
      toX[i] = grad[i] * slopes[i] * (this.values.data[knot + 1] - this.values.data[knot]);
      toValues[knot] += grad[i] * (1 - parts[i]);
      toValues[knot + 1] += grad[i] * parts[i];
    }
    return [toX, toValues];
  }

  /** Between which points each element lies. */
  #places(x: Tensor): Places {
    const places = {
      knots: new Int32Array(x.size),
      parts: new Float32Array(x.size),
      slopes: new Float32Array(x.size),
    };
    const [low, high] = [this.buffer('low').data, this.buffer('high').data];
    const last = this.knots - 1;
    this.#eachRun(x, (neuron, from, to) => {
      const slope = last / (high[neuron] - low[neuron]);
      for (let i = from; i < to; i++) {
        const position = (x.data[i] - low[neuron]) * slope;
        const inside = Math.min(last, Math.max(0, position));
        const knot = Math.min(last - 1, Math.floor(inside));
        places.knots[i] = neuron * this.knots + knot;
        // NaN goes on through the part, as it should.
        places.parts[i] = inside - knot;
        places.slopes[i] = position === inside ? slope : 0;
      }
    });
    return places;
  }

  #eachRun(x: Tensor, visit: (neuron: number, from: number, to: number) => void): void {
    const inner = x.size / (x.shape[0] * this.neurons);
    for (let from = 0, run = 0; from < x.size; from += inner, run++) {
      visit(run % this.neurons, from, from + inner);
    }
  }

  #startAsRelu(): void {
    const [low, high] = [this.buffer('low').data, this.buffer('high').data];
    for (let i = 0; i < this.values.size; i++) {
      const neuron = Math.floor(i / this.knots);
      const part = (i % this.knots) / (this.knots - 1);
      this.values.data[i] = Math.max(0, low[neuron] + part * (high[neuron] - low[neuron]));
    }
  }
}

/** For each element: the index of the value at the point below it, how far it is to the next, and points a unit of x. */
interface Places {
  readonly knots: Int32Array;
  readonly parts: Float32Array;
  readonly slopes: Float32Array;
}
