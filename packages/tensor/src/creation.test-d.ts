import { expectTypeOf, test } from 'vitest';
import { tensor } from './creation.js';
import type { IntTensor } from './int-tensor.js';
import type { Tensor } from './tensor.js';

test('the dtype decides the class', () => {
  expectTypeOf(tensor([1])).toEqualTypeOf<Tensor>();
  expectTypeOf(tensor([1], { dtype: 'float32' })).toEqualTypeOf<Tensor>();
  expectTypeOf(tensor([1], { dtype: 'int32' })).toEqualTypeOf<IntTensor>();
  expectTypeOf(tensor([1]).data).toEqualTypeOf<Float32Array>();
});

test('bigints and text are no tensors', () => {
  // @ts-expect-error bigints do not convert to numbers silently
  tensor(BigInt64Array.of(1n));
  // @ts-expect-error text
  tensor(['1']);
});
