import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openEnvelope, sealEnvelope } from '@tacit/circuit/spec';
import type { Client, KeyPair } from '@tacit/client';
import {
  createClient,
  evaluationKeyMaker,
  loadKeys,
  makeEvaluationKeyInWorker,
  saveKeys,
} from '@tacit/client/node';
import tfhe from 'node-tfhe';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { nativeKeyGeneration } from '../src/node/evaluation-key-maker.js';
import { circuitHash, classified, evaluateLinear, expectedLogits, otherHash, spec } from './support.js';

let directory: string;
let client: Client;
let keys: KeyPair;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tacit-client-'));
  client = await createClient(spec);
  keys = await client.generateKeys();
});

afterAll(() => rm(directory, { recursive: true }));

const keyPair = (hash: string = circuitHash): KeyPair => ({
  secretKey: sealEnvelope('clientKey', hash, Uint8Array.of(1, 2)),
  evaluationKey: sealEnvelope('evaluationKey', hash, Uint8Array.of(3)),
});

it('saves keys, loads them in another client, and predicts', async () => {
  const folder = join(directory, 'real', 'keys');
  await saveKeys(folder, keys);
  const { secretKey } = await loadKeys(folder);
  const path = join(directory, 'client.json');
  await writeFile(path, JSON.stringify(spec));
  const other = await createClient(path);
  const row = [3, 1, 4, 1];
  const response = evaluateLinear(client.encrypt([row], keys.secretKey));
  const { logits } = classified(other.decrypt(response, secretKey));
  for (const [k, logit] of expectedLogits(row).entries()) expect(logits[0]![k]).toBeCloseTo(logit, 6);
});

it('makes evaluation keys natively and in a worker, of one size, that the TFHE library reads', async () => {
  expect(await evaluationKeyMaker(spec.parameters)).not.toBe(makeEvaluationKeyInWorker);
  const inWorker = await createClient(spec, { makeEvaluationKey: makeEvaluationKeyInWorker });
  const other = await inWorker.deriveEvaluationKey(keys.secretKey);
  for (const key of [keys.evaluationKey, other]) {
    const { payload } = openEnvelope(key, { kind: 'evaluationKey', circuitHash });
    expect(payload.length).toBe(other.length - 80);
    expect(() => tfhe.Shortint.deserialize_compressed_server_key(payload).free()).not.toThrow();
  }
});

it('goes without native key generation where it is not installed', async () => {
  expect(await nativeKeyGeneration('@tacit/not-installed')).toBeUndefined();
});

it('passes a failure of native key generation on with a code', async () => {
  const make = await evaluationKeyMaker({ ...spec.parameters, lweNoise: Number.NaN });
  await expect(make(new Uint8Array(9), undefined)).rejects.toThrow(
    expect.objectContaining({ name: 'ClientError', code: 'TFHE_FAILED' }),
  );
});

it('leaves the event loop running while keys are made, and ends the worker when aborted', async () => {
  const ports = () => process.getActiveResourcesInfo().filter((name) => name === 'MessagePort').length;
  const before = ports();
  const controller = new AbortController();
  const inWorker = await createClient(spec, { makeEvaluationKey: makeEvaluationKeyInWorker });
  const keys = inWorker.generateKeys({ signal: controller.signal });
  expect(ports()).toBe(before + 1);
  setTimeout(() => controller.abort(new Error('enough')), 100);
  await expect(keys).rejects.toThrow('enough');
  expect(ports()).toBe(before);
});

it('rejects with a code when the worker fails, and the next keys can be made', async () => {
  await expect(makeEvaluationKeyInWorker(new Uint8Array(9), undefined)).rejects.toThrow(
    expect.objectContaining({ name: 'ClientError', code: 'TFHE_FAILED' }),
  );
  expect(client.generateSecretKey().length).toBeGreaterThan(0);
});

it('takes a spec as file URL and as plain data', async () => {
  const path = join(directory, 'as url.json');
  await writeFile(path, JSON.stringify(spec));
  expect((await createClient(pathToFileURL(path))).spec).toEqual(spec);
  expect((await createClient(JSON.parse(JSON.stringify(spec)))).spec).toEqual(spec);
});

it.each([
  ['a missing file', () => join(directory, 'nowhere.json'), 'SPEC_UNREADABLE'],
  ['a folder', () => directory, 'SPEC_UNREADABLE'],
  ['nothing', () => undefined, 'SPEC_INVALID'],
  ['another document', () => ({ format: 'tacit.server' }), 'SPEC_INVALID'],
])('refuses %s as spec', async (_, makeSpec, code) => {
  await expect(createClient(makeSpec())).rejects.toThrow(expect.objectContaining({ code }));
});

it('refuses a file that is no JSON as spec', async () => {
  const path = join(directory, 'broken.json');
  await writeFile(path, '{"format":');
  await expect(createClient(path)).rejects.toThrow(expect.objectContaining({ code: 'SPEC_UNREADABLE' }));
});

it('writes the secret key for its owner alone and leaves nothing beside the two files', async () => {
  const folder = join(directory, 'modes');
  await saveKeys(folder, keyPair());
  expect((await readdir(folder)).sort()).toEqual(['evaluation.key', 'secret.key']);
  if (process.platform !== 'win32') {
    expect((await stat(join(folder, 'secret.key'))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
  }
});

it('replaces keys only when asked to', async () => {
  const folder = join(directory, 'twice');
  await saveKeys(folder, keyPair());
  await expect(saveKeys(folder, keyPair(otherHash))).rejects.toThrow(
    expect.objectContaining({ code: 'KEYS_EXIST' }),
  );
  expect(await loadKeys(folder)).toEqual(keyPair());
  await saveKeys(folder, keyPair(otherHash), { overwrite: true });
  expect(await loadKeys(folder)).toEqual(keyPair(otherHash));
});

it('leaves no pair that does not belong together when saving fails midway', async () => {
  const folder = join(directory, 'midway');
  await saveKeys(folder, keyPair());
  await rm(join(folder, 'evaluation.key'));
  await mkdir(join(folder, 'evaluation.key', 'in the way'), { recursive: true });
  await expect(saveKeys(folder, keyPair(otherHash), { overwrite: true })).rejects.toThrow();
  expect(await readdir(folder)).toEqual(['evaluation.key']);
});

it('names the file that is missing', async () => {
  const folder = join(directory, 'half');
  await saveKeys(folder, keyPair());
  await rm(join(folder, 'evaluation.key'));
  await expect(loadKeys(folder)).rejects.toThrow(expect.objectContaining({ code: 'KEYS_MISSING' }));
  await expect(loadKeys(folder)).rejects.toThrow(/no evaluation\.key/);
});

it.each([
  ['truncated', (bytes: Uint8Array) => bytes.subarray(0, -1), 'ENVELOPE_INVALID'],
  ['empty', () => new Uint8Array(0), 'ENVELOPE_INVALID'],
  ['damaged', (bytes: Uint8Array) => bytes.with(bytes.length - 1, 99), 'ENVELOPE_CHECKSUM'],
  ['exchanged', () => keyPair().evaluationKey, 'ENVELOPE_KIND'],
  ['of another circuit', () => keyPair(otherHash).secretKey, 'CIRCUIT_MISMATCH'],
])('refuses a secret key file that is %s', async (kind, change, code) => {
  const folder = join(directory, kind);
  await saveKeys(folder, keyPair());
  const path = join(folder, 'secret.key');
  await writeFile(path, change(new Uint8Array(await readFile(path))));
  await expect(loadKeys(folder)).rejects.toThrow(expect.objectContaining({ code }));
});
