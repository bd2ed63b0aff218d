// Format and lint: Biome for TypeScript and JavaScript, rustfmt and clippy for Rust where they are installed (a bare
// toolchain may lack them; that is said, not hidden).

import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

const biome = run(process.execPath, [join(root, 'node_modules/@biomejs/biome/bin/biome'), 'check', '.']);
const format = runCargo('fmt', ['--all', '--check']);
const clippy = runCargo('clippy', [
  '--release',
  '--locked',
  '--workspace',
  // Not --all-targets: under cfg(test) the binding registers nothing, and all of it would look dead.
  '--lib',
  '--tests',
  '--quiet',
  '--',
  '-D',
  'warnings',
]);
process.exitCode = biome && format && clippy ? 0 : 1;

function runCargo(tool, args) {
  if (spawnSync('cargo', [tool, '--version'], { cwd: root, stdio: 'ignore' }).status !== 0) {
    console.error(`cargo ${tool} is not installed: Rust was not checked with it.`);
    return true;
  }
  return run('cargo', [tool, ...args]);
}

function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}
