// Builds the native addon and puts it where the loader looks: packages/engine/native/tacit-engine.node.
// Cargo's own output goes to stderr, so that standard output stays free for whoever calls this.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const nativeFolder = fileURLToPath(new URL('../native/', import.meta.url));

const libraryNames = {
  win32: 'tacit_engine_binding.dll',
  darwin: 'libtacit_engine_binding.dylib',
};

const cargo = spawnSync('cargo', ['build', '--release', '--locked', '-p', 'tacit-engine-binding'], {
  cwd: root,
  stdio: ['ignore', 2, 2],
});
if (cargo.error) {
  console.error(`cargo did not start: ${cargo.error.message}. Install Rust 1.91 or newer (rustup.rs).`);
  process.exit(1);
}
if (cargo.status !== 0) process.exit(cargo.status ?? 1);

const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const library = join(targetFolder, 'release', libraryNames[process.platform] ?? 'libtacit_engine_binding.so');
const addon = join(nativeFolder, 'tacit-engine.node');
const fresh = join(nativeFolder, `.tacit-engine-${process.pid}.node`);

// Copied beside its place and renamed: a process that has the old addon loaded keeps it, and none sees half a file.
mkdirSync(nativeFolder, { recursive: true });
try {
  copyFileSync(library, fresh);
  renameSync(fresh, addon);
} finally {
  rmSync(fresh, { force: true });
}
