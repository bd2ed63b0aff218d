// Runs every test of the project: lint, TypeScript (with type tests), Rust. The last line adds all runners up:
// `N passed, N failed`. Arguments go to Vitest, for a part of the TypeScript tests; then Rust is left out.

import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const filters = process.argv.slice(2);

const results = filters.length > 0 ? [typescriptTests()] : [lint(), typescriptTests(), await rustTests()];
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, 0);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
console.log(`${passed} passed, ${failed} failed`);

function lint() {
  const { status } = spawnSync(process.execPath, [join(root, 'scripts/lint.mjs')], {
    cwd: root,
    stdio: 'inherit',
  });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function typescriptTests() {
  const directory = mkdtempSync(join(tmpdir(), 'tacit-test-'));
  try {
    const report = join(directory, 'vitest.json');
    const { status } = spawnSync(
      process.execPath,
      [
        join(root, 'node_modules/vitest/vitest.mjs'),
        'run',
        '--reporter=default',
        '--reporter=json',
        `--outputFile.json=${report}`,
        ...filters,
      ],
      { cwd: root, stdio: 'inherit' },
    );
    const {
      numPassedTests: passed,
      numFailedTests,
      numFailedTestSuites,
    } = JSON.parse(readFileSync(report, 'utf8'));
    // A file that does not load, or a type error in a source, fails the run without failing a test.
    const failed = Math.max(numFailedTests, numFailedTestSuites, status === 0 ? 0 : 1);
    return { passed, failed };
  } catch (error) {
    console.error(`Vitest left no report: ${error.message}`);
    return { passed: 0, failed: 1 };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function rustTests() {
  const output = [];
  const child = spawn('cargo', ['test', '--release', '--locked', '--workspace'], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  child.stdout.on('data', (chunk) => {
    output.push(chunk);
    process.stdout.write(chunk);
  });
  const status = await new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`cargo could not be started: ${error.message}`);
      resolve(1);
    });
    child.on('close', resolve);
  });
  const counts = [
    ...Buffer.concat(output)
      .toString()
      .matchAll(/test result: \w+\. (\d+) passed; (\d+) failed/g),
  ];
  const failed = counts.reduce((sum, match) => sum + Number(match[2]), 0);
  return {
    passed: counts.reduce((sum, match) => sum + Number(match[1]), 0),
    failed: Math.max(failed, status === 0 ? 0 : 1),
  };
}
