// Builds the native addon and puts it where the loader looks: packages/engine/native/tacit-engine.node, for any
// processor. With --all-variants also tacit-engine.x86-64-v3.node, which the loader takes where the processor can run it:
// for packages, and for the benchmark; it compiles tfhe-rs once more. With --measure the timing program as well.
// Cargo's own output goes to stderr, so that standard output stays free for whoever calls this.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nativeFolder = fileURLToPath(new URL('../native/', import.meta.url));
const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const isForMeasure = process.argv.includes('--measure');

const libraryNames = {
  win32: 'tacit_engine_binding.dll',
  darwin: 'libtacit_engine_binding.dylib',
};
const libraryName = libraryNames[process.platform] ?? 'libtacit_engine_binding.so';

buildVariant({ addon: 'tacit-engine.node', target: targetFolder, environment: {}, features: [] });
const v3Addon = 'tacit-engine.x86-64-v3.node';
// One of an earlier build would be loaded in place of what was just built.
rmSync(join(nativeFolder, v3Addon), { force: true });
if (process.argv.includes('--all-variants') && process.arch === 'x64') {
  buildVariant({
    addon: v3Addon,
    // A folder of its own: both builds stay, whichever ran last.
    target: join(targetFolder, 'x86-64-v3'),
    environment: { RUSTFLAGS: `${process.env.RUSTFLAGS ?? ''} -C target-cpu=x86-64-v3`.trim() },
    features: ['--features', 'avx512'],
  });
}

function buildVariant({ addon, target, environment, features }) {
  const env = { ...process.env, ...environment, CARGO_TARGET_DIR: target };
  cargo(['build', '--release', '--locked', '-p', 'tacit-engine-binding', ...features], env);
  // The whole workspace, not the example's package alone: with other features tfhe-rs would be compiled once more.
  if (isForMeasure) {
    cargo(['build', '--release', '--locked', '--workspace', '--example', 'measure', ...features], env);
  }
  install(join(target, 'release', libraryName), addon);
}

function cargo(args, env) {
  const { error, status } = spawnSync('cargo', args, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (error) {
    console.error(`cargo did not start: ${error.message}. Install Rust 1.91 or newer (rustup.rs).`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
}

// Copied beside its place and renamed: a process that has the old addon loaded keeps it, and none sees half a file.
function install(library, addon) {
  const fresh = join(nativeFolder, `.tacit-engine-${process.pid}.node`);
  mkdirSync(nativeFolder, { recursive: true });
  try {
    copyFileSync(library, fresh);
    renameSync(fresh, join(nativeFolder, addon));
  } finally {
    rmSync(fresh, { force: true });
  }
}
