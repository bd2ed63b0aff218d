// The examples of README.md, run as they stand.

import { readFileSync } from 'node:fs';
import * as engine from '@tacit/engine';
import * as keygen from '@tacit/engine/keygen';
import { expect, it } from 'vitest';
import { Client, kinds, layer, parameters, seal, sealCircuit, term } from './client.js';

it('the examples of the README run', async () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/```ts\nimport \{ ([^}]*) \} from '([^']*)';\n([\s\S]*?)```/g)];
  const [evaluation, keys] = examples.map(([, names, from, body]) => ({ names, from, body }));
  expect(examples.map(([, , from]) => from)).toEqual(['@tacit/engine', '@tacit/engine/keygen']);

  const makeKeys = exampleOf(keys!, ['parameters'], '{ clientKey, evaluationKey }');
  const { clientKey, evaluationKey } = await makeKeys(keygen, parameters);
  const client = new Client(clientKey);

  const quarter = 1n << 62n;
  const hidden = layer([term(0, 1, [1])], [quarter / 2n], 2, [0n, quarter]);
  const output = layer([term(1, 1, [1])], [0n]);
  const { bytes, hash } = sealCircuit({ parameters, inputs: 1, layers: [hidden, output] });
  const keyBytes = seal(kinds.evaluationKey, hash, evaluationKey);
  const requestBytes = client.request(hash, 2, [0n, quarter]);

  const reports: string[] = [];
  const run = exampleOf(evaluation!, ['serverBin', 'keyBytes', 'requestBytes', 'report'], 'response');
  const report = (text: string) => reports.push(text);
  const response = await run(engine, bytes, keyBytes, requestBytes, report);
  // Phases go round: noise below 0 lies at the end of the fourth quarter.
  const quarters = client.decrypt(response).map((phase) => Math.round(Number(phase) / Number(quarter)) % 4);
  expect(quarters).toEqual([0, 1]);
  expect(reports.at(-1)).toBe('layer 1: 2 of 2 bootstraps');
});

/** An example as a function of the module that it imports from and of what it takes for given. */
function exampleOf(
  { names, body }: { readonly names: string | undefined; readonly body: string | undefined },
  given: readonly string[],
  result: string,
) {
  const code = `return (async () => { const { ${names} } = module; ${body} return ${result}; })();`;
  return new Function('module', ...given, code);
}
