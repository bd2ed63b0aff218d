// What does one encrypted prediction cost, and does it say what the clear net says? Each data set goes the whole way
// through `tacit demo` in a process of its own; the peer's figures were measured on a machine of the same kind.

import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { kernels } from './engine/kernels.mjs';
import { parameterRanking } from './engine/parameter-ranking.mjs';
import { service } from './engine/service.mjs';
import { simulator } from './engine/simulator.mjs';

const tacit = join(fileURLToPath(new URL('.', import.meta.url)), '../packages/tacit/bin/tacit.js');
const peer = 'Concrete ML 1.9.0, warm, 2 cores';

// Peer: seconds a sample and PBS of its small configurations. Rows: how many test rows are encrypted.
const cases = [
  {
    dataset: 'iris',
    rows: 'all',
    maxSeconds: 0.06,
    maxPbs: 16,
    maxFlips: 1,
    maxGapRows: 1,
    peerSeconds: 0.72,
    peerPbs: 64,
  },
  {
    dataset: 'wine',
    rows: 'all',
    maxSeconds: 0.04,
    maxFlips: 1,
    maxGapRows: 1,
    peerSeconds: 0.88,
    peerPbs: 52,
  },
  {
    dataset: 'breast-cancer',
    rows: 'all',
    maxSeconds: 0.04,
    maxPbs: 16,
    maxFlips: 2,
    minAccuracy: 0.95,
    peerSeconds: 0.86,
    peerPbs: 60,
  },
  {
    dataset: 'digits',
    rows: '40',
    maxSeconds: 0.45,
    maxFlips: 1,
    maxGapPoints: 0.02,
    peerSeconds: 2.3,
    peerPbs: 256,
  },
  // The peer's net was trained on a stand-in of the same size.
  {
    dataset: 'mnist',
    rows: '40',
    maxSeconds: 0.75,
    maxFlips: 1,
    maxGapPoints: 0.02,
    peerSeconds: 71.33,
    peerPbs: 2744,
  },
];

/** Runs every case. */
export async function run(progress) {
  // First: from here on both variants of the addon are there, and the faster one for this processor runs.
  const rows = [...(await kernels(progress)), ...(await service(progress))];
  for (const { dataset, ...limits } of cases) {
    progress(`encrypting ${limits.rows} rows of ${dataset}`);
    rows.push(...rowsOf(dataset, await demo(dataset, limits.rows), limits));
  }
  rows.push(...(await simulator(progress)), ...(await parameterRanking(progress)));
  return rows;
}

async function demo(dataset, rows) {
  const args = [tacit, 'demo', '--dataset', dataset, '--rows', rows, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  return JSON.parse(stdout);
}

function rowsOf(dataset, result, limits) {
  const flips = Math.round((1 - result.agreement) * result.samples);
  const gap = result.accuracy.float - result.accuracy.quantised;
  const { maxGapPoints = Number.POSITIVE_INFINITY, maxGapRows } = limits;
  const gapLimit = maxGapRows === undefined ? maxGapPoints : (maxGapRows + 1e-9) / result.samples;
  return [
    {
      ...atMost(`encrypt-${dataset}`, result.seconds.perSample, 's/sample', limits.maxSeconds),
      peer,
      peerValue: limits.peerSeconds,
      ratio: limits.peerSeconds / result.seconds.perSample,
    },
    {
      ...atMost(`pbs-${dataset}`, result.pbs, 'PBS', limits.maxPbs),
      peer,
      peerValue: limits.peerPbs,
      ratio: limits.peerPbs / result.pbs,
    },
    atMost(`flips-${dataset}`, flips, `of ${result.samples} labels`, limits.maxFlips),
    atLeast(`encrypted-accuracy-${dataset}`, result.accuracy.encrypted, 'fraction', limits.minAccuracy),
    atMost(`float-gap-${dataset}`, gap, 'fraction', Number.isFinite(gapLimit) ? gapLimit : undefined),
    atMost(`table-bits-${dataset}`, result.accumulatorBits, 'bits', 8),
  ];
}

function atMost(id, value, unit, limit) {
  return {
    id,
    value,
    unit,
    target: limit === undefined ? 'report' : `≤ ${Number(limit.toPrecision(3))}`,
    ok: limit === undefined || value <= limit,
  };
}

function atLeast(id, value, unit, limit) {
  return {
    id,
    value,
    unit,
    target: limit === undefined ? 'report' : `≥ ${limit}`,
    ok: limit === undefined || value >= limit,
  };
}
