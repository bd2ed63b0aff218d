// Builds crates of the Cargo workspace, native addons of Node among them. Cargo's own output goes to stderr, so that
// standard output stays free for whoever calls this.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));

/** Where cargo builds. */
export const targetFolder = process.env.CARGO_TARGET_DIR ?? join(root, 'target');

/**
 * Builds a crate and puts it where its loader looks.
 *
 * @param crate - name of the crate, a cdylib.
 * @param addon - path that the addon gets.
 * @param features - further arguments of cargo.
 * @param env - environment of cargo.
 */
export function buildAddon({ crate, addon, features = [], env = process.env }) {
  cargo(['build', '--release', '--locked', '-p', crate, ...features], env);
  const target = env.CARGO_TARGET_DIR ?? targetFolder;
  install(join(target, 'release', libraryName(crate.replaceAll('-', '_'))), addon);
}

/** Runs cargo in the workspace; ends the process where it fails, since nothing can be built then. */
export function cargo(args, env = process.env) {
  const { error, status } = spawnSync('cargo', args, { cwd: root, stdio: ['ignore', 2, 2], env });
  if (error) {
    console.error(`cargo did not start: ${error.message}. Install Rust 1.91 or newer (rustup.rs).`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? 1);
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
