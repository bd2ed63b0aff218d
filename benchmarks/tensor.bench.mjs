// What does a training step cost? Against the same step written out by hand, against @jax-js/jax, and against PyTorch and
// scikit-learn where benchmarks/peers/install.mjs has installed them. Both sides of a ratio run in turns, and medians of
// their times are compared, since a shared machine is slower at some moments than at others. The Python peers run on one
// thread, and what counts there is processor time, which excludes waiting for other programs but includes all threads.

import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { hasModule, runPeer } from './peers/python.mjs';
import { handFusedMlp } from './tensor/hand-fused.mjs';
import { jaxCnn } from './tensor/jax-cnn.mjs';
import { cnn, mlp, randomBatch } from './tensor/nets.mjs';

const epochsProgram = fileURLToPath(new URL('tensor/epochs.mjs', import.meta.url));

// Epochs: about a second of them.
const mnist = { rows: 8000, sizes: [784, 128, 10], epochs: 7 };
const tabular = { rows: 10_000, sizes: [20, 64, 64, 2], epochs: 30 };

const pytorch = { module: 'torch', name: 'PyTorch', script: 'torch_mlp.py', dtype: 'float32' };

// float64 is what NumPy and scikit-learn's own transformers give, and what the target was measured with; X in float32
// makes it compute in float32, which is shown for comparison.
const scikitLearn = { module: 'sklearn', name: 'scikit-learn', script: 'sklearn_mlp.py' };

/** Runs every comparison. */
export async function run(progress = () => {}) {
  const rows = [];
  const add = (row) => rows.push(row);
  progress('784-128-128-10 with quantizers, against the step written by hand');
  add(await againstHandFused('mlp-mnist', [784, 128, 128, 10], 128, { quantized: true }, 1.7));
  progress('10-30-30-2, against the step written by hand');
  add(await againstHandFused('mlp-tabular', [10, 30, 30, 2], 32, { quantized: false }, 3));
  progress('a convolutional net, against @jax-js/jax');
  add(await againstJax());
  for (const [name, task, torch, sklearn] of [
    ['tabular', tabular, 2.5, 1.5],
    ['mnist', mnist, 1.3, 1],
  ]) {
    progress(`epochs of ${task.sizes.join('-')}`);
    add(againstPython(`torch-${name}`, task, { ...pytorch, least: torch }));
    add(againstPython(`sklearn-${name}`, task, { ...scikitLearn, dtype: 'float64', least: sklearn }));
    add(againstPython(`sklearn-${name}-float32`, task, { ...scikitLearn, dtype: 'float32' }));
  }
  return rows;
}

async function againstHandFused(id, sizes, samples, options, most) {
  const batch = randomBatch([samples, sizes[0]], sizes.at(-1), 0);
  const own = mlp(sizes, batch, options);
  const hand = handFusedMlp(sizes, batch, options);
  for (let i = 0; i < 20; i++) {
    own.step();
    hand.step();
  }
  checkSame(id, own.weights, hand.weights);
  const repeats = Math.max(1, Math.round(40_000 / (sizes[0] * samples)));
  const [ownTime, handTime] = await alternate([own.step, hand.step], { rounds: 150, repeats });
  const ratio = ownTime / handTime;
  return {
    id,
    value: ownTime,
    unit: 'ms a step',
    peer: 'hand-fused step',
    peerValue: handTime,
    ratio,
    target: `at most ${most} times the peer`,
    ok: ratio <= most,
  };
}

async function againstJax() {
  const batch = randomBatch([64, 1, 28, 28], 10, 0);
  const own = cnn(batch);
  const theirs = jaxCnn(batch, own.parameters);
  for (let i = 0; i < 3; i++) {
    const difference = Math.abs(own.step() - (await theirs()));
    if (!(difference < 1e-4)) throw new Error(`cnn: losses differ by ${difference} at step ${i}.`);
  }
  const [ownTime, jaxTime] = await alternate([own.step, theirs], { rounds: 10, repeats: [25, 1] });
  const ratio = jaxTime / ownTime;
  return {
    id: 'cnn',
    value: ownTime,
    unit: 'ms a step',
    peer: '@jax-js/jax on WebAssembly',
    peerValue: jaxTime,
    ratio,
    target: 'at most 8 ms, 10 times faster',
    ok: ownTime <= 8 && ratio >= 10,
  };
}

function againstPython(id, task, { module, name, script, dtype, least }) {
  const { rows, sizes, epochs } = task;
  const args = [rows, sizes[0], sizes.at(-1), epochs, sizes.slice(1, -1).join(','), dtype].map(String);
  const target = least === undefined ? 'none, for comparison' : `${least} times faster than the peer`;
  const row = { id, unit: 's of CPU an epoch', peer: `${name}, ${dtype}, not installed`, target };
  if (!hasModule(module)) return { ...row, value: median(ownSeconds(args)), ok: null };
  const own = [];
  const theirs = [];
  for (let round = 0; round < 4; round++) {
    own.push(median(ownSeconds(args)));
    const { version, seconds } = runPeer(script, ...args);
    theirs.push(median(seconds));
    row.peer = `${name} ${version}, ${dtype}`;
  }
  // Of neighbors in time: a machine whose speed changes by the second changes both.
  const ratio = median(theirs.map((time, round) => time / own[round]));
  const ok = least === undefined ? null : ratio >= least;
  return { ...row, value: median(own), peerValue: median(theirs), ratio, ok };
}

/** Each side of these comparisons is a process of its own. */
function ownSeconds(args) {
  return JSON.parse(execFileSync(process.execPath, [epochsProgram, ...args], { encoding: 'utf8' })).seconds;
}

/** Runs functions in turns. @returns the median time of one call of each, in milliseconds. */
async function alternate(functions, { rounds, repeats }) {
  const counts = functions.map((_, i) => (Array.isArray(repeats) ? repeats[i] : repeats));
  const times = functions.map(() => []);
  const warmUp = Math.ceil(rounds / 3);
  for (let round = 0; round < warmUp + rounds; round++) {
    for (let i = 0; i < functions.length; i++) {
      const start = performance.now();
      for (let k = 0; k < counts[i]; k++) {
        const result = functions[i]();
        if (result instanceof Promise) await result;
      }
      if (round >= warmUp) times[i].push((performance.now() - start) / counts[i]);
    }
  }
  return times.map(median);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Two programs that are compared must do the same work: after some steps their weights are the same but for rounding. */
function checkSame(id, own, other) {
  own.forEach(({ data }, i) => {
    const largest = data.reduce((most, value, j) => Math.max(most, Math.abs(value - other[i][j])), 0);
    if (!(largest < 1e-4)) throw new Error(`${id}: weights differ by ${largest}.`);
  });
}
