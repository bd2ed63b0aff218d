// How fast are the engine's steps beside the plain loop that a user of tfhe-rs writes? One process of each build of the
// addon's code is asked in turn, so that a slow moment of the machine slows both; medians of six rounds.

import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const threads = 2;
const rounds = 6;
/** Bootstraps of `plain` and `batch`, of the two circuits. */
const batchPbs = 64;
const circuits = { '64-32-10': 32, '784-48-10': 48 };
const plainLoop = 'core_crypto loop, tfhe 1.7.0';

/** Rows of the native code, both builds. */
export async function kernels(progress) {
  progress('building both variants of the engine and its timing program (minutes, the first time)');
  const script = join(root, 'packages/engine/scripts/build.mjs');
  const { status } = spawnSync(process.execPath, [script, '--all-variants', '--measure'], {
    stdio: ['ignore', 2, 2],
  });
  if (status !== 0) throw new Error('The engine could not be built.');
  const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  const folders = { baseline: 'release', ...(process.arch === 'x64' && { v3: 'x86-64-v3/release' }) };
  const programs = Object.entries(folders).map(([variant, folder]) => [
    variant,
    new Program(join(target, folder, 'examples/measure')),
  ]);
  try {
    const times = {};
    for (let round = 0; round <= rounds; round++) {
      progress(round === 0 ? 'warming up' : `native code, round ${round} of ${rounds}`);
      for (const what of ['plain', 'batch', 'linear-784', ...Object.keys(circuits)]) {
        // Each is first as often as second: on a busy machine the place counts.
        for (const [variant, program] of round % 2 === 0 ? programs : programs.toReversed()) {
          const milliseconds = await program.time(what);
          const key = `${what}/${variant}`;
          if (round > 0) times[key] = [...(times[key] ?? []), milliseconds];
        }
      }
    }
    return rowsOf((what, variant = 'baseline') => median(times[`${what}/${variant}`]));
  } finally {
    for (const [, program] of programs) program.end();
  }
}

function rowsOf(time) {
  const perPbs = time('batch') / batchPbs;
  return [
    against('pbs-batch', time('batch'), time('plain'), 0.8),
    ...(process.arch === 'x64' ? [against('pbs-batch-v3', time('batch', 'v3'), time('plain'), 0.7)] : []),
    {
      id: 'linear-784',
      value: time('linear-784'),
      unit: 'ms',
      target: '≤ 70',
      ok: time('linear-784') <= 70,
    },
    ...Object.entries(circuits).map(([name, pbs]) => {
      const overhead = time(name) / (pbs * perPbs);
      return {
        id: `circuit-overhead-${name}`,
        value: time(name) / 1000,
        unit: 's/sample',
        peer: `${pbs} batched PBS`,
        peerValue: (pbs * perPbs) / 1000,
        ratio: overhead,
        target: '≤ 1.15 ×',
        ok: overhead <= 1.15,
      };
    }),
  ];
}

/** A row of 64 bootstraps; its ratio is time over time, below 1 where the engine is faster. */
function against(id, value, plain, limit) {
  return {
    id,
    value: value / batchPbs,
    unit: 'ms/PBS',
    peer: plainLoop,
    peerValue: plain / batchPbs,
    ratio: value / plain,
    target: `≤ ${limit} ×`,
    ok: value / plain <= limit,
  };
}

export function median(values) {
  const sorted = values.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The timing program: it answers each line with milliseconds. */
class Program {
  #child;
  #lines;
  #ready;

  constructor(path) {
    this.#child = spawn(path, [String(threads)], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#lines = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
    this.#ready = this.#next();
  }

  async time(what) {
    await this.#ready;
    this.#child.stdin.write(`${what}\n`);
    return Number(await this.#next());
  }

  end() {
    this.#child.stdin.end();
  }

  async #next() {
    const { value, done } = await this.#lines.next();
    if (done) throw new Error('The timing program ended early.');
    return value;
  }
}
