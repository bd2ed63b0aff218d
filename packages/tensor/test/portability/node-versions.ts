// Other versions of Node, from the npm package of that name. They go into a folder of their own: among the project's
// dependencies their `node` would come first on the path of every script.

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** One release of each version that the package supports. */
export const nodeReleases = { 20: '20.20.2', 22: '22.23.3', 24: '24.18.1' } as const;

/** The program of a version; installed the first time, in about ten seconds. */
export function nodeOfVersion(major: keyof typeof nodeReleases): string {
  if (process.versions.node.startsWith(`${major}.`)) return process.execPath;
  const folder = join(root, '.tacit', 'runtimes', `node-${nodeReleases[major]}`);
  const program = join(
    folder,
    'node_modules',
    'node',
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  if (!existsSync(program)) {
    mkdirSync(folder, { recursive: true });
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const options = ['--no-save', '--no-audit', '--no-fund', '--no-package-lock'];
    execFileSync(npm, ['install', ...options, '--prefix', folder, `node@${nodeReleases[major]}`], {
      stdio: 'pipe',
    });
  }
  return program;
}
