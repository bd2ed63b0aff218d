// Builds the native addon and puts it where the loader looks: packages/engine/native/tacit-engine.node, for any
// processor. With --all-variants also tacit-engine.x86-64-v3.node, which the loader takes where the processor can run it:
// for packages, and for the benchmark; it compiles tfhe-rs once more. With --measure the timing program as well.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildAddon, cargo, targetFolder } from '../../../scripts/build-addon.mjs';

const nativeFolder = fileURLToPath(new URL('../native/', import.meta.url));
const isForMeasure = process.argv.includes('--measure');

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
  buildAddon({ crate: 'tacit-engine-binding', addon: join(nativeFolder, addon), features, env });
  // The whole workspace, not the example's package alone: with other features tfhe-rs would be compiled once more.
  if (isForMeasure) {
    cargo(['build', '--release', '--locked', '--workspace', '--example', 'measure', ...features], env);
  }
}
