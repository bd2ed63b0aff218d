// A client for Node: reads the spec from a file, loads node-tfhe, makes evaluation keys off the event loop.

import { readFile } from 'node:fs/promises';
import { parseClientSpec } from '@tacit/circuit/spec';
import { Client, type ClientOptions } from '../client.js';
import { ClientError } from '../errors.js';
import { evaluationKeyMaker } from './evaluation-key-maker.js';

/**
 * Client on `node-tfhe`. Evaluation keys are made by `@tacit/engine/keygen` where it is installed and built, which takes a
 * fraction of the time, and by WASM in a worker thread otherwise.
 *
 * @param spec - path or file URL of a `client.json`, or what it holds.
 * @throws ClientError `SPEC_UNREADABLE` for a file that is missing or no JSON; CircuitError `SPEC_INVALID`.
 * @example const client = await createClient('artefacts/iris/client.json');
 */
export async function createClient(spec: unknown, options: ClientOptions = {}): Promise<Client> {
  const isFile = typeof spec === 'string' || spec instanceof URL;
  const parsed = parseClientSpec(isFile ? await readJson(spec) : spec);
  const { default: tfhe } = await import('node-tfhe'); // 4 MB of WASM, compiled while loading.
  const makeEvaluationKey = options.makeEvaluationKey ?? (await evaluationKeyMaker(parsed.parameters));
  return new Client(parsed, tfhe, { ...options, makeEvaluationKey });
}

async function readJson(path: string | URL): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ClientError('SPEC_UNREADABLE', `There is no readable client spec at ${path}.`, {
      got: path,
      expected: 'the client.json that compiling wrote',
      cause,
    });
  }
}
