// Runs a Python peer in the environment that install.mjs makes.

import { execFileSync, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The folder of the environment; ignored by git. */
export const environment = join(root, '.tacit', 'peers');

export const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

/** Whether the environment has a module. */
export function hasModule(name) {
  return spawnSync(python, ['-c', `import ${name}`], { stdio: 'ignore' }).status === 0;
}

/** What a script of this folder prints, a JSON document; on one thread. */
export function runPeer(script, ...args) {
  const one = { OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1' };
  const file = fileURLToPath(new URL(script, import.meta.url));
  return JSON.parse(
    execFileSync(python, [file, ...args], { encoding: 'utf8', env: { ...process.env, ...one } }),
  );
}
