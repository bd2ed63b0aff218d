// The checks that every layer and activation must pass. A test file lists a case for each class that its folder exports;
// the list is compared with what is exported, so that a class without a case fails.

import { type Tensor, tensor } from '@tacit/tensor';
import { describe, expect, test } from 'vitest';
import { expectGradientsToMatch } from '../../tensor/test/finite-differences.js';
import { Module } from '../src/module.js';

/** One module, an input for its gradients, and values of its formula. */
export interface ModuleCase {
  readonly make: () => Module;
  /** Off the kinks of the module by more than a step of the differences, 2⁻⁷. */
  readonly input: Tensor;
  /** [inputs, outputs], from PyTorch's documented formulas evaluated by hand or with Python's math module. */
  readonly values?: readonly [readonly number[], readonly number[]];
}

/** Checks every module class among `exported` by its case. */
export function checkModules(
  exported: Readonly<Record<string, unknown>>,
  cases: Readonly<Record<string, ModuleCase>>,
): void {
  const names = Object.keys(exported).filter((name) => {
    const value = exported[name];
    return typeof value === 'function' && value.prototype instanceof Module;
  });

  test('there are modules, and each has a case', () => {
    expect(names.length).toBeGreaterThan(3);
    expect(Object.keys(cases).sort()).toEqual([...names].sort());
  });

  describe.each(names)('%s', (name) => {
    const { make, input, values } = cases[name];

    test('has the gradient of finite differences, for its input and its parameters', () => {
      const module = make();
      expectGradientsToMatch((value) => module.forward(value), [input.clone(), ...module.parameters()]);
    });

    if (values !== undefined) {
      test('computes what its formula says', () => {
        const [inputs, outputs] = values;
        const { data } = make().forward(tensor([...inputs]));
        expect(data).toHaveLength(outputs.length);
        data.forEach((value, index) => {
          expect(value).toBeCloseTo(outputs[index], 6);
        });
      });
    }

    test('does not change its input', () => {
      const x = input.clone();
      make().forward(x);
      expect(x.data).toEqual(input.data);
    });
  });
}
