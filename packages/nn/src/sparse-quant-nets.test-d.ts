import { expectTypeOf, it } from 'vitest';
import { LearnedTable, PReLU, ReLU, Sine } from './activations/index.js';
import { Dropout } from './layers/index.js';
import type { QuantNet } from './quantization/quant-net.js';
import { SparseQuantConvNet } from './sparse-quant-conv-net.js';
import { SparseQuantNeuralNet } from './sparse-quant-neural-net.js';

it('takes one number for all layers, or one for each; null bits for activations only', () => {
  new SparseQuantNeuralNet({ nWBits: 2, nABits: null, noiseFraction: 0.01 });
  new SparseQuantNeuralNet({ nWBits: [2, 8], nABits: [4], noiseFraction: [0.01] });
  // @ts-expect-error weights are always quantized
  new SparseQuantNeuralNet({ nWBits: null });
  // @ts-expect-error no such scaling
  new SparseQuantNeuralNet({ weightScaling: 'median' });
});

it('takes classes of activations, with the number of neurons where they say that they need it', () => {
  for (const activation of [ReLU, Sine, PReLU, LearnedTable]) new SparseQuantNeuralNet({ activation });
  class NeedsWidth extends Dropout {
    constructor(_: number) {
      super();
    }
  }
  // @ts-expect-error it needs a number, but has no isPerNeuron
  new SparseQuantNeuralNet({ activation: NeedsWidth });
  // @ts-expect-error an instance is no class
  new SparseQuantNeuralNet({ activation: new ReLU() });
});

it('knows the options of convolutions, among which there is no max pooling', () => {
  new SparseQuantConvNet({
    inputShape: [1, 8, 8],
    convolutions: [{ filters: 4, kernelSize: 3, padding: [1, 0], pool: { size: 2, place: 'before' } }],
  });
  // @ts-expect-error no such pooling
  new SparseQuantConvNet({ convolutions: [{ filters: 4, kernelSize: 3, pool: { kind: 'max', size: 2 } }] });
  // @ts-expect-error images have three dimensions
  new SparseQuantConvNet({ inputShape: [8, 8] });
});

it('prunes to a net of the same class', () => {
  const prune = (net: SparseQuantConvNet) => net.pruned(null as never, 0.5);
  expectTypeOf(prune).returns.toEqualTypeOf<SparseQuantConvNet>();
  expectTypeOf<SparseQuantNeuralNet>().toExtend<QuantNet>();
});
