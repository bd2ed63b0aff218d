import { expectTypeOf, it } from 'vitest';
import { compile } from '../compile.js';
import { concreteNoise } from './concrete-noise.js';
import type { CostTable } from './cost-table.js';
import { type FoundParameters, searchParameters } from './search-parameters.js';
import { tfheRsNoise } from './tfhe-rs-noise.js';

it('there is no security level but 128 and 132', () => {
  tfheRsNoise(128);
  concreteNoise(132);
  // @ts-expect-error Below the curve.
  tfheRsNoise(80);
  // @ts-expect-error Below the curve.
  concreteNoise(96);
  // @ts-expect-error Below the curve.
  void compile({}, [[1]], { security: 112 });
});

it('there are two modulus switches', () => {
  tfheRsNoise(132, 'standard');
  // @ts-expect-error No such switch.
  tfheRsNoise(132, 'drift');
});

it('a search may find nothing', () => {
  expectTypeOf(searchParameters({ variance: 1, squaredNorm: 1 })).toEqualTypeOf<FoundParameters | null>();
  // @ts-expect-error A demand has a norm.
  searchParameters({ variance: 1 });
});

it('costs are a table, not any object', () => {
  expectTypeOf<CostTable['format']>().toEqualTypeOf<'tacit.costs'>();
  // @ts-expect-error No table.
  void compile({}, [[1]], { costs: { seconds: 1 } });
});
