import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { concreteNoise } from './concrete-noise.js';
import { bootstrapCost, type CostModel, operationCount } from './cost-model.js';
import { twoSidedTailLog2 } from './normal.js';
import { boxVariance, type FoundParameters, searchParameters } from './search-parameters.js';
import { engineSpace, type SearchSpace, tfheRsSpace } from './search-space.js';
import { securityLevels, securityOf } from './security.js';
import { type ModulusSwitch, tfheRsNoise } from './tfhe-rs-noise.js';

const golden = (name: string) => readFileSync(new URL(`../../test/golden/${name}`, import.meta.url), 'utf8');

describe("Concrete's search", () => {
  // Golden: concrete-optimizer v0 tables `v0_last_128` and `v0_last_132`, written by its program `v0-parameters`.
  const space: SearchSpace = {
    glweDimensions: [1, 6],
    polynomialSizesLog2: [8, 17],
    largestDimension: 2 ** 20,
    lweDimensions: [512, 2047],
    bootstrap: { levels: 64, bits: 64 },
    keySwitch: { levels: 64, bits: 64 },
  };
  const summands = 4096;
  /** Its default: four standard deviations. */
  const pErrorLog2 = Math.log2(1 - 0.999936657516);

  function row(log2Norm: number, bits: number, { parameters, cost, variance }: FoundParameters): string {
    const { glweDimension, polynomialSize, lweDimension } = parameters;
    const { pbsLevel, pbsBaseLog, ksLevel, ksBaseLog } = parameters;
    const sigmas = 2 ** -(bits + 2) / Math.sqrt(variance);
    const cells = [
      [glweDimension, 4],
      [Math.log2(polynomialSize), 3],
      [lweDimension, 5],
      [pbsLevel, 5],
      [pbsBaseLog, 3],
      [ksLevel, 6],
      [ksBaseLog, 3],
      [Math.floor(cost / 2 ** 20), 7],
    ] as const;
    const numbers = cells.map(([value, width]) => String(value).padStart(width)).join(',');
    return `    - ${String(log2Norm).padEnd(2)}:${numbers}, ${(2 ** twoSidedTailLog2(sigmas)).toExponential(1)}`;
  }

  function table(security: 128 | 132): string {
    const options = { noise: concreteNoise(security), space, summands };
    const lines = [`security level: ${security}`, 'target p_error: 6.3e-5', 'per precision and log norm2:'];
    for (let bits = 1; bits <= 10; bits++) {
      lines.push('', `  - ${bits}: # bits`, '    -ln2:   k,  N,    n, br_l,br_b, ks_l,ks_b,  cost, p_error');
      for (let log2Norm = 0; ; log2Norm++) {
        const demand = { variance: boxVariance(bits, pErrorLog2), squaredNorm: 4 ** log2Norm };
        const result = searchParameters(demand, options);
        if (result === null) {
          lines.push(`    # no solution starting from log norm2 = ${log2Norm}`);
          break;
        }
        lines.push(row(log2Norm, bits, result));
      }
    }
    return `${lines.join('\n')}\n`;
  }

  it.each(securityLevels)('gives its published table at %i bits of security, byte for byte', (security) => {
    expect(table(security)).toBe(golden(`concrete-optimizer-v0-${security}.txt`));
  });
});

describe("tfhe-rs's search", () => {
  interface Golden {
    readonly name: string;
    readonly modulusSwitch: ModulusSwitch;
    readonly bits: number;
    readonly norm: number;
    readonly failureLog2: number;
    readonly parameters: readonly number[];
  }
  const { sets } = JSON.parse(golden('tfhe-rs-gaussian-sets.json')) as { sets: Golden[] };
  const models = {
    standard: tfheRsNoise(132, 'standard'),
    centered: tfheRsNoise(132, 'centered'),
  };

  it('is compared with sets of 1 to 8 bits, for three failure targets and both modulus switches', () => {
    expect(sets).toHaveLength(44);
    expect(new Set(sets.map((set) => set.bits)).size).toBe(8);
    expect(new Set(sets.map((set) => set.name.split('_').at(-1)))).toEqual(
      new Set(['2M40', '2M64', '2M128']),
    );
    expect(new Set(sets.map((set) => set.modulusSwitch)).size).toBe(2);
  });

  it.each(sets)('gives $name', ({ name, modulusSwitch, bits, norm, failureLog2, parameters }) => {
    const target = -Number(/2M(\d+)$/.exec(name)![1]);
    const found = searchParameters(
      { variance: boxVariance(bits, target), squaredNorm: norm ** 2 },
      { noise: models[modulusSwitch], space: tfheRsSpace },
    )!;
    const { lweDimension, glweDimension, polynomialSize, lweNoise, glweNoise } = found.parameters;
    const { pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } = found.parameters;
    expect([lweDimension, glweDimension, polynomialSize, pbsBaseLog, pbsLevel, ksBaseLog, ksLevel]).toEqual(
      parameters.slice(0, 7),
    );
    expect(lweNoise / parameters[7]!).toBeCloseTo(1, 6);
    expect(glweNoise / parameters[8]!).toBeCloseTo(1, 6);
    expect(twoSidedTailLog2(2 ** -(bits + 2) / Math.sqrt(found.variance))).toBeCloseTo(failureLog2, 2);
  });
});

describe('a search for the engine', () => {
  const demand = { variance: boxVariance(4, -40), squaredNorm: 256 };

  it('finds nothing below the curve that was asked for, and the cheaper curve is cheaper', () => {
    const [strong, weak] = securityLevels.map(
      (security) => searchParameters(demand, { noise: tfheRsNoise(security) })!,
    );
    expect(securityOf(strong!.parameters)).toBe(132);
    expect(securityOf(weak!.parameters)).toBe(128);
    expect(weak!.cost).toBeLessThan(strong!.cost);
  });

  it('asks for less noise than the demand, and no neighbour in n does it for less', () => {
    const noise = tfheRsNoise();
    const { parameters, variance, cost } = searchParameters(demand)!;
    expect(variance).toBeLessThanOrEqual(demand.variance);
    expect(bootstrapCost(parameters)).toBe(cost);
    const n = parameters.lweDimension - 1;
    const { pbsBaseLog, pbsLevel, ksBaseLog, ksLevel } = parameters;
    const smaller =
      demand.squaredNorm * n * noise.blindRotation(parameters, { baseLog: pbsBaseLog, level: pbsLevel }) +
      parameters.glweDimension *
        parameters.polynomialSize *
        noise.keySwitch(n, { baseLog: ksBaseLog, level: ksLevel }) +
      noise.modulusSwitch(n, parameters.polynomialSize);
    expect(smaller).toBeGreaterThan(demand.variance);
  });

  it('goes by the cost model it is given: where small polynomials are dear, it takes large ones', () => {
    const dearSmall: CostModel = {
      ...operationCount,
      blindRotation: (shape, level) =>
        operationCount.blindRotation(shape, level) * (shape.polynomialSize < 2048 ? 10 : 1),
    };
    expect(searchParameters(demand)!.parameters.polynomialSize).toBe(1024);
    expect(searchParameters(demand, { cost: dearSmall })!.parameters.polynomialSize).toBe(2048);
  });

  it('finds nothing where the engine has no polynomials large enough', () => {
    const tenBits = { variance: boxVariance(10, -128), squaredNorm: 1 };
    expect(searchParameters(tenBits)).toBeNull();
    expect(engineSpace.largestDimension).toBe(16_384);
  });
});
