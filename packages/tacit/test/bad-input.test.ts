// One table of bad input for the whole way, from fit to decryption, in one process: each is a typed error that says what
// was wrong, and afterwards good input is still answered.

import { createClient } from '@tacit/client/node';
import { evaluate, loadCircuit, loadEvaluationKey, type ServerCircuit } from '@tacit/engine';
import { type Circuit, collectWarnings, compile, NeuralNetClassifier, SparseQuantNeuralNet } from 'tacit';
import { beforeAll, expect, it } from 'vitest';

const X = Array.from({ length: 40 }, (_, i) => [i % 2, Math.sin(i), i % 5]);
const y = X.map(([first]) => (first === 1 ? 'odd' : 'even'));

function makeNet(seed = 0) {
  return new NeuralNetClassifier({
    module: SparseQuantNeuralNet,
    module__hiddenSizes: [2],
    lr: 0.3,
    trainSplit: null,
    verbose: 0,
    seed,
  });
}

type Client = Awaited<ReturnType<typeof createClient>>;
let net: ReturnType<typeof makeNet>;
let circuit: Circuit;
let otherCircuit: Circuit;
let client: Client;
let keys: Awaited<ReturnType<Client['generateKeys']>>;
let server: ServerCircuit;
let request: Uint8Array;
let response: Uint8Array;

beforeAll(async () => {
  net = await makeNet().fit(X, y);
  circuit = await compile(net, X, { maxLabelFlips: 1 });
  otherCircuit = await compile(await makeNet(1).fit(X, y), X, { maxLabelFlips: 1 });
  client = await createClient(circuit.clientSpec);
  keys = await client.generateKeys();
  server = await loadCircuit(circuit.serverCircuit);
  request = client.encrypt(X.slice(0, 2), keys.secretKey);
  response = await answer();
});

async function answer(): Promise<Uint8Array> {
  const key = await loadEvaluationKey(server, keys.evaluationKey);
  return evaluate(server, key, request);
}

const text = [['1', 0, 0]] as unknown as number[][];
const cases: readonly (readonly [what: string, run: () => unknown, message: RegExp])[] = [
  [
    'fit on NaN',
    () =>
      makeNet().fit(
        [
          [0, 1, Number.NaN],
          [1, 1, 1],
        ],
        ['a', 'b'],
      ),
    /row 0.*column 2|column 2.*row 0/i,
  ],
  ['fit on text', () => makeNet().fit(text, ['a']), /number/],
  ['fit on ragged rows', () => makeNet().fit([[1, 2], [1]], ['a', 'b']), /row 1/i],
  [
    'fit on a single class',
    () =>
      makeNet().fit(
        X,
        X.map(() => 'same'),
      ),
    /class/,
  ],
  ['fit on unequal lengths', () => makeNet().fit(X, ['a', 'b']), /40.*2|2.*40/],
  ['predict before fit', () => makeNet().predict(X), /fit/],
  ['predict on another width', () => net.predict([[1, 2]]), /2 columns.*3/],
  ['compile before fit', () => compile(makeNet(), X), /fit/],
  ['compile on NaN', () => compile(net, [[0, Number.NaN, 0]]), /Row 0, column 1/],
  ['circuit on another width', () => circuit.predict([[1]]), /1 features.*3/],
  ['circuit on text', () => circuit.predict(text), /Row 0, column 0/],
  ['encrypt another width', () => client.encrypt([[1]], keys.secretKey), /1 features.*3/],
  ['encrypt NaN', () => client.encrypt([[1, Number.NaN, 1]], keys.secretKey), /Row 0, column 1/],
  ['encrypt with a truncated key', () => client.encrypt(X, keys.secretKey.subarray(0, 999)), /truncated/],
  [
    'encrypt with the evaluation key',
    () => client.encrypt(X, keys.evaluationKey),
    /evaluationKey.*clientKey/,
  ],
  [
    'decrypt a truncated response',
    () => client.decrypt(response.subarray(0, 500), keys.secretKey),
    /truncated/,
  ],
  ['decrypt the request', () => client.decrypt(request, keys.secretKey), /request.*response/],
  ['load a truncated key', () => loadEvaluationKey(server, keys.evaluationKey.subarray(0, 5000)), /bytes/],
  ['load the secret key', () => loadEvaluationKey(server, keys.secretKey), /client key|kind/i],
  ['load garbage as key', () => loadEvaluationKey(server, new Uint8Array(10000)), /Tacit|TACT/],
  ['load a truncated circuit', () => loadCircuit(circuit.serverCircuit.subarray(0, 300)), /bytes/],
  [
    'load a key of another circuit',
    async () => loadEvaluationKey(await loadCircuit(otherCircuit.serverCircuit), keys.evaluationKey),
    /circuit/,
  ],
  [
    'evaluate a damaged request',
    async () => {
      const damaged = request.slice();
      damaged[200]! ^= 1;
      await evaluate(server, await loadEvaluationKey(server, keys.evaluationKey), damaged);
    },
    /checksum/i,
  ],
  [
    'decrypt with keys of another circuit',
    async () => (await createClient(otherCircuit.clientSpec)).decrypt(response, keys.secretKey),
    /circuit/,
  ],
];

it.each(cases)('%s is refused with a reason and a code', async (_, run, message) => {
  const error = await Promise.resolve()
    .then(run)
    .then(
      () => null,
      (reason: unknown) => reason,
    );
  expect(error).toBeInstanceOf(Error);
  expect((error as Error).message).toMatch(message);
  expect((error as { code?: unknown }).code).toMatch(/^[A-Z][A-Z_]+$/);
});

it('clamps rows far outside the training range with a warning that counts them', async () => {
  const { warnings } = await collectWarnings(() => circuit.predict([[1e9, 0, 0], X[0]!]));
  expect(warnings).toEqual([expect.objectContaining({ message: expect.stringContaining('1 of 2 rows') })]);
});

it('answers good input after all of that', async () => {
  expect(client.decrypt(await answer(), keys.secretKey).predictions).toHaveLength(2);
  expect(await net.predict(X.slice(0, 2))).toHaveLength(2);
});
