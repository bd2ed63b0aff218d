// A Chromium to load a page in: of the environment variable CHROMIUM, of the path, or, where that can be done without
// asking (root on Debian), installed.

import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireProgram } from '../../../../scripts/require-program.mjs';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/** The program, or null where there is none and none can be installed. */
export function findChromium(): string | null {
  const candidates = process.env.CHROMIUM ? [process.env.CHROMIUM, ...names] : names;
  return candidates.find((name) => succeeds(name, ['--version'])) ?? installedChromium();
}

function installedChromium(): string | null {
  try {
    return requireProgram('chromium');
  } catch {
    return null;
  }
}

function succeeds(program: string, parameters: readonly string[]): boolean {
  return spawnSync(program, parameters, { stdio: 'ignore' }).status === 0;
}

/** The document that a page has become once its scripts have run. */
export async function documentOf(chromium: string, url: string): Promise<string> {
  const profile = mkdtempSync(join(tmpdir(), 'tacit-chromium-'));
  const flags = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];
  flags.push('--disable-component-update', '--disable-sync', '--no-first-run', `--user-data-dir=${profile}`);
  try {
    const { stdout } = await promisify(execFile)(chromium, [...flags, '--dump-dom', url]);
    return stdout;
  } finally {
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  }
}
