// A client for Node: reads the spec from a file, loads node-tfhe, makes evaluation keys in a worker.

import { readFile } from 'node:fs/promises';
import { parseClientSpec } from '@tacit/circuit/spec';
import { Client, type ClientOptions } from '../client.js';
import { ClientError } from '../errors.js';
import { makeEvaluationKeyInWorker } from './evaluation-key-worker.js';

/**
 * Client on `node-tfhe`, whose keys are made in a worker thread.
 *
 * @param spec - path or file URL of a `client.json`, or what it holds.
 * @throws ClientError `SPEC_UNREADABLE` for a file that is missing or no JSON; CircuitError `SPEC_INVALID`.
 * @example const client = await createClient('artefacts/iris/client.json');
 */
export async function createClient(spec: unknown, options: ClientOptions = {}): Promise<Client> {
  const isFile = typeof spec === 'string' || spec instanceof URL;
  const parsed = parseClientSpec(isFile ? await readJson(spec) : spec);
  const { default: tfhe } = await import('node-tfhe'); // 4 MB of WASM, compiled while loading.
  return new Client(parsed, tfhe, { makeEvaluationKey: makeEvaluationKeyInWorker, ...options });
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
