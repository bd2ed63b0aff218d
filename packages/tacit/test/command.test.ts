// `tacit demo`, and what holds for every command: streams, help, exit codes.

import { expect, it } from 'vitest';
import { runTacit as tacit } from './support/run-tacit.js';

it('demo --json prints one document with every figure, and nothing else on stdout', async () => {
  const { code, stdout } = await tacit(['demo', '--dataset', 'iris', '--rows', '3', '--json']);
  expect(code).toBe(0);
  expect(stdout.trim().split('\n')).toHaveLength(1);
  const document = JSON.parse(stdout);
  expect(document).toMatchObject({
    dataset: 'iris',
    accuracy: { float: expect.any(Number), quantised: expect.any(Number), encrypted: expect.any(Number) },
    agreement: expect.any(Number),
    samples: 3,
    pbs: 4,
    parameters: { securityBits: 132, pErrorLog2: -40 },
    bytes: { evaluationKey: expect.any(Number), request: expect.any(Number), response: expect.any(Number) },
    seconds: {
      train: expect.any(Number),
      compile: expect.any(Number),
      keygen: expect.any(Number),
      perSample: expect.any(Number),
    },
    threads: expect.any(Number),
  });
  expect(document.accuracy.quantised).toBeGreaterThanOrEqual(0.94);
  expect(document.agreement).toBeGreaterThanOrEqual(2 / 3);
  expect(document.accumulatorBits).toBeLessThanOrEqual(8);
  expect(document.integerBits).toBeGreaterThan(0);
});

it('demo without --json ends with a table for people', async () => {
  const { code, stdout } = await tacit(['demo', '--dataset', 'wine', '--rows', '1']);
  expect(code).toBe(0);
  for (const row of [
    'accuracy, float twin',
    'encrypted labels equal to clear',
    'bootstraps (PBS) a sample',
    'threads',
  ]) {
    expect(stdout).toContain(row);
  }
});

it.each([
  [['demo', '--dataset', 'mars'], /Allowed choices are iris, wine/],
  [['demo', '--rows', '0'], /whole number of at least 1, or 'all'/],
  [['demo', '--rows', 'many'], /whole number of at least 1, or 'all'/],
  [['demo', '--seed', '-1'], /seed/],
  [['demo', '--colour'], /unknown option '--colour'/],
  [['dmeo'], /Did you mean demo\?/],
])('%o is a usage error: exit code 2, the reason on stderr', async (args, reason) => {
  const { code, stdout, stderr } = await tacit(args);
  expect(code).toBe(2);
  expect(stdout).toBe('');
  expect(stderr).toMatch(reason);
});

it.each([
  ['--help'],
  ...['demo', 'train', 'search', 'worker', 'predict'].map((command) => [command, '--help']),
])('%s %s explains itself on stdout and succeeds', async (...args) => {
  const { code, stdout } = await tacit(args);
  expect(code).toBe(0);
  expect(stdout).toMatch(/Usage: tacit/);
});

it('Ctrl-C cancels: exit code 130, one line that says so', async () => {
  const { code, stdout, stderr } = await tacit(['demo', '--dataset', 'digits', '--rows', 'all'], {
    whileRunning: (kill) => void setTimeout(() => kill('SIGINT'), 3000),
  });
  expect(code).toBe(130);
  expect(stdout).toBe('');
  expect(stderr).toMatch(/Cancelled\./);
});
