// Makes a fresh clone ready: checks the tools, installs the dependencies, builds TypeScript and the native addons.
// Needs nothing but Node; does only what changed since the last time. Everything it says goes to stderr, so that the
// command behind it owns stdout.

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const lockDirectory = join(root, '.tacit', 'setup.lock');
// The runtime of ONNX models, which tests use, brings what a CPU needs; its install script would fetch drivers for others.
const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
const force = process.argv.includes('--force');

main();

function main() {
  checkTools();
  withLock(() => {
    installDependencies();
    run('TypeScript', process.execPath, [
      join(root, 'node_modules/typescript/bin/tsc'),
      '-b',
      ...(force ? ['--force'] : []),
    ]);
    run('the tensor addon', process.execPath, [join(root, 'packages/tensor/scripts/build-native.mjs')]);
    run('the engine addon', process.execPath, [join(root, 'packages/engine/scripts/build.mjs')]);
  });
}

function checkTools() {
  requireVersion('Node', process.versions.node, [20, 19], 'Install Node 20.19 or later.');
  const cargo = spawnSync('cargo', ['--version'], { encoding: 'utf8' });
  const rustHint = 'Install a Rust toolchain (rustup, or a package of your system) of 1.91 or later.';
  if (cargo.error) fail('cargo was not found; it builds the engine.', rustHint);
  requireVersion('cargo', cargo.stdout.split(' ')[1] ?? '', [1, 91], rustHint);
  if (process.platform !== 'win32' && spawnSync('cc', ['--version']).error) {
    fail(
      'No C compiler (cc) was found; Rust links with it.',
      'Install one, for example: apt-get install gcc libc6-dev.',
    );
  }
}

function requireVersion(tool, version, [major, minor], hint) {
  const [gotMajor = 0, gotMinor = 0] = version.split('.').map(Number);
  if (gotMajor > major || (gotMajor === major && gotMinor >= minor)) return;
  fail(`${tool} is ${version || 'of an unknown version'}; ${major}.${minor} or later is needed.`, hint);
}

function installDependencies() {
  const stamp = join(root, 'node_modules', '.tacit-installed');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  run('the dependencies', process.platform === 'win32' ? 'npm.cmd' : 'npm', [
    'ci',
    '--no-audit',
    '--no-fund',
  ]);
  writeFileSync(stamp, wanted);
}

function run(what, command, args) {
  // Of the three standard streams only stderr: a build must not write into the command's stdout.
  const result = spawnSync(command, args, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (result.error) fail(`Could not build ${what}: ${result.error.message}.`);
  if (result.status !== 0)
    fail(`Building ${what} failed (exit code ${result.status}).`, 'The reason stands above.');
}

/** Two set-ups at once would write over each other: the second waits for the first, unless that one is dead. */
function withLock(work) {
  mkdirSync(dirname(lockDirectory), { recursive: true });
  let told = false;
  while (!takeLock()) {
    if (!told) process.stderr.write('Another set-up is running; waiting for it.\n');
    told = true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  process.on('exit', releaseLock);
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(130));
  work();
  releaseLock();
}

function takeLock() {
  try {
    mkdirSync(lockDirectory);
    writeFileSync(join(lockDirectory, 'pid'), String(process.pid));
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned()) rmSync(lockDirectory, { recursive: true, force: true });
    return false;
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(lockDirectory, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    if (error.code === 'ESRCH') return true;
    if (error.code !== 'ENOENT') return false;
    // The other has made the directory and is about to write its number, or died in between.
    const age = Date.now() - (statSync(lockDirectory, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    return age > 5000;
  }
}

function releaseLock() {
  try {
    if (readFileSync(join(lockDirectory, 'pid'), 'utf8') === String(process.pid)) {
      rmSync(lockDirectory, { recursive: true, force: true });
    }
  } catch {
    // Already released.
  }
}

function fail(problem, hint = '') {
  process.stderr.write(`Set-up: ${problem}${hint && ` ${hint}`}\n`);
  process.exit(1);
}
