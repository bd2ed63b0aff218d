// Builds a crate of the Cargo workspace as a native addon of Node. Cargo's own output goes to stderr, so that standard
// output stays free for whoever calls this.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/**
 * @param crate - name of the crate, a cdylib.
 * @param addon - path that the addon gets.
 */
export function buildAddon({ crate, addon }) {
  const cargo = spawnSync('cargo', ['build', '--release', '--locked', '-p', crate], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (cargo.error) {
    console.error(`cargo did not start: ${cargo.error.message}. Install Rust 1.91 or newer (rustup.rs).`);
    process.exit(1);
  }
  if (cargo.status !== 0) process.exit(cargo.status ?? 1);
  const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
  install(join(targetFolder, 'release', libraryName(crate.replaceAll('-', '_'))), addon);
}

function libraryName(crate) {
  if (process.platform === 'win32') return `${crate}.dll`;
  return process.platform === 'darwin' ? `lib${crate}.dylib` : `lib${crate}.so`;
}

/** Copied beside its place and renamed: a process that has the old addon loaded keeps it, and none sees half a file. */
function install(library, addon) {
  const fresh = join(dirname(addon), `.${process.pid}-${basename(addon)}`);
  mkdirSync(dirname(addon), { recursive: true });
  try {
    copyFileSync(library, fresh);
    renameSync(fresh, addon);
  } finally {
    rmSync(fresh, { force: true });
  }
}
