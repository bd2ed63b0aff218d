// The example of README.md, run as it stands.

import { readFileSync } from 'node:fs';
import * as engine from '@tacit/engine';
import { expect, it } from 'vitest';
import { Client, kinds, layer, parameters, seal, sealCircuit, term } from './client.js';

it('the example of the README runs', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const example = /```ts\n(import [^\n]*;\n)([\s\S]*?)```/.exec(readme);
  const names = [...(example?.[1] ?? '').matchAll(/\w+(?=[,} ]*)/g)].map(([name]) => name);
  expect(names).toContain('evaluate');

  const quarter = 1n << 62n;
  const hidden = layer([term(0, 1, [1])], [quarter / 2n], 2, [0n, quarter]);
  const output = layer([term(1, 1, [1])], [0n]);
  const { bytes, hash } = sealCircuit({ parameters, inputs: 1, layers: [hidden, output] });
  const client = new Client();
  const keyBytes = seal(kinds.evaluationKey, hash, client.evaluationKey());
  const requestBytes = client.request(hash, 2, [0n, quarter]);

  const reports: string[] = [];
  const run = new Function(
    'engine',
    'serverBin',
    'keyBytes',
    'requestBytes',
    'report',
    `return (async () => {
      const { evaluate, loadCircuit, loadEvaluationKey } = engine;
      ${example?.[2]}
      return response;
    })();`,
  );
  const response = await run(engine, bytes, keyBytes, requestBytes, (text: string) => reports.push(text));
  // Phases go round: noise below 0 lies at the end of the fourth quarter.
  const quarters = client.decrypt(response).map((phase) => Math.round(Number(phase) / Number(quarter)) % 4);
  expect(quarters).toEqual([0, 1]);
  expect(reports.at(-1)).toBe('2 of 2 bootstraps');
});
