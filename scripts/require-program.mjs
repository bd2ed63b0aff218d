// Programs that tests need and that no package of npm brings: finds one, or installs it where that is possible (as root, with
// apt-get), or says what to do. `node scripts/require-program.mjs redis-server` prints its path.

import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Debian's packages, by program. */
const packages = { 'redis-server': 'redis-server', chromium: 'chromium' };

/**
 * The path of a program.
 *
 * @param {string} name
 * @throws where it is missing and cannot be installed.
 */
export function requireProgram(name) {
  const known = findProgram(name);
  if (known !== null) return known;
  const aptPackage = packages[name] ?? name;
  const isRoot = process.getuid?.() === 0;
  if (!isRoot || findProgram('apt-get') === null) {
    throw new Error(
      `${name} was not found. Install it, for example with: sudo apt-get install ${aptPackage}.`,
    );
  }
  process.stderr.write(`${name} was not found; installing the package ${aptPackage}.\n`);
  run('apt-get', ['update', '-q']);
  run('apt-get', ['install', '-q', '-y', '--no-install-recommends', aptPackage]);
  const installed = findProgram(name);
  if (installed === null) throw new Error(`The package ${aptPackage} brought no ${name}.`);
  return installed;
}

function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  return null;
}

function run(command, args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  // Of the standard streams only stderr: whoever asks reads the path from stdout.
  const { status } = spawnSync(command, args, { stdio: ['ignore', 2, 2], env });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit code ${status}).`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of process.argv.slice(2)) console.log(requireProgram(name));
}
