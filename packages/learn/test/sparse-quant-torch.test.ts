// Transfer in: a state dict of PyTorch with the names of Concrete ML's net gives the same float outputs here.

import { readFileSync } from 'node:fs';
import { decodeSafetensors } from '@tacit/learn';
import { SparseQuantNeuralNet } from '@tacit/nn';
import { tensor } from '@tacit/tensor';
import { expect, it } from 'vitest';

const golden = (name: string) => readFileSync(new URL(`golden/${name}`, import.meta.url));
const { inputs, outputs } = JSON.parse(golden('sparse-quant-torch.json').toString()) as {
  inputs: number[][];
  outputs: number[][];
};
const options = { inputDim: 5, outputDim: 3, nLayers: 3, hiddenSizes: [7, 6] };
const { tensors } = decodeSafetensors(new Uint8Array(golden('sparse-quant-torch.safetensors')));

it('loads a state dict of the Python module by name, and gives its float outputs', () => {
  const net = new SparseQuantNeuralNet({ ...options, quantize: false });
  net.loadStateDict(tensors, { strict: false });
  const own = net.forward(tensor(inputs)).toArray() as number[][];
  // Sums of seven float32 products in another order.
  for (const [row, values] of outputs.entries()) {
    for (const [column, value] of values.entries()) expect(own[row]![column]).toBeCloseTo(value, 5);
  }
});

it('names every weight that the Python module has, so none is left out', () => {
  const own = Object.keys(new SparseQuantNeuralNet(options).stateDict());
  expect(Object.keys(tensors).length).toBe(6);
  for (const name of Object.keys(tensors)) expect(own).toContain(name);
});
