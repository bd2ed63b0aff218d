// Loggers and progress bars. A3, Q15, Q18 are numbers of the project's inventory of skorch.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Callback,
  JsonLinesWriter,
  LRScheduler,
  type MetricsEntry,
  MetricsLogger,
  type MetricsWriter,
  MlflowWriter,
  NeuralNetClassifier,
  ProgressBar,
  type ProgressDisplay,
} from '@tacit/learn';
import { jsonLinesFile, tensorBoardFile, terminalDisplay } from '@tacit/learn/node';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { Mlp, manyRows } from './support/modules.js';

const { X, y } = manyRows(20, 4);

function fitted(callbacks: Record<string, Callback<object> | null>, more: object = {}) {
  return new NeuralNetClassifier({
    module: Mlp,
    verbose: 0,
    seed: 0,
    maxEpochs: 2,
    batchSize: 8,
    ...more,
    callbacks,
  }).fit(X, y);
}

function recorder(): MetricsWriter & { readonly calls: string[]; readonly entries: MetricsEntry[] } {
  const calls: string[] = [];
  const entries: MetricsEntry[] = [];
  return {
    calls,
    entries,
    open: ({ params }) => void calls.push(`open ${params.module} ${params.lr}`),
    write: (list) => {
      calls.push(`write ${list.length}`);
      entries.push(...list);
    },
    saveFile: (name, bytes) => void calls.push(`file ${name} ${bytes.length > 0}`),
    close: () => void calls.push('close'),
  };
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tacit-logs-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('MetricsLogger', () => {
  test('hands over the numbers of each epoch, without flags and counts', async () => {
    const writer = recorder();
    await fitted({ log: new MetricsLogger({ writer, keysIgnored: 'dur' }) });
    expect(writer.calls).toEqual(['open Mlp 0.01', 'write 1', 'write 1', 'close']);
    expect(writer.entries.map(({ level, step }) => [level, step])).toEqual([
      ['epoch', 1],
      ['epoch', 2],
    ]);
    expect(Object.keys(writer.entries[0]!.values).sort()).toEqual(['train_loss', 'valid_acc', 'valid_loss']);
  });

  test('Q18: the learning rate is logged; a fit without validation data is no error', async () => {
    const writer = recorder();
    await fitted({ log: new MetricsLogger({ writer }), lr: new LRScheduler() }, { trainSplit: false });
    expect(Object.keys(writer.entries[0]!.values).sort()).toEqual(['dur', 'event_lr', 'train_loss']);
  });

  test('batches too: suffixes tell both levels apart, steps count training and validation batches', async () => {
    const writer = recorder();
    await fitted({ log: new MetricsLogger({ writer, logBatches: true }) });
    const batches = writer.entries.filter(({ level }) => level === 'batch');
    expect(batches.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(Object.keys(batches[0]!.values).sort()).toEqual(['train_batch_size_batch', 'train_loss_batch']);
    expect(Object.keys(writer.entries[3]!.values)).toContain('train_loss_epoch');
    expect(writer.calls.filter((call) => call.startsWith('write'))).toEqual(['write 4', 'write 4']);
  });

  test('batches alone have no suffix, unless one is given', async () => {
    const writer = recorder();
    await fitted({
      log: new MetricsLogger({ writer, logBatches: true, logEpochs: false, keysIgnored: ['train_loss'] }),
    });
    expect(Object.keys(writer.entries[0]!.values)).toEqual(['train_batch_size']);
    const other = recorder();
    await fitted({ log: new MetricsLogger({ writer: other, epochSuffix: '!' }) });
    expect(Object.keys(other.entries[0]!.values)).toContain('train_loss!');
  });

  test('parts of the net are kept as files; a writer can stay open; each fit can have a new one', async () => {
    const writer = recorder();
    await fitted({
      log: new MetricsLogger({ writer, artifacts: ['params', 'history'], closeAfterTrain: false }),
    });
    expect(writer.calls.slice(3)).toEqual(['file params.safetensors true', 'file history.json true']);
    let made = 0;
    const log = new MetricsLogger({
      writer: () => {
        made++;
        return recorder();
      },
    });
    const net = await fitted({ log });
    await net.partialFit(X, y);
    expect(made).toBe(2);
  });

  test('without a writer the fit says so', async () => {
    const error = await fitted({ log: new MetricsLogger() }).catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PARAMETER_VALUE' });
  });
});

describe('files', () => {
  test('JSON lines, one an epoch, behind those of the fit before', async () => {
    const path = join(folder, 'deep/log.jsonl');
    const log = new MetricsLogger({ writer: () => jsonLinesFile(path) });
    const net = await fitted({ log });
    await net.partialFit(X, y, { epochs: 1 });
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line).step)).toEqual([1, 2, 3]);
    expect(JSON.parse(lines[0]!).train_loss).toBe(net.history.column('train_loss')[0]);
  });

  test('numbers that JSON cannot hold are text', async () => {
    const lines: string[] = [];
    const writer = new JsonLinesWriter({ append: (line) => void lines.push(line) });
    await writer.write([{ level: 'epoch', step: 1, time: 0, values: { a: Number.NaN, b: -Infinity, c: 1 } }]);
    expect(lines.join('')).toBe('{"level":"epoch","step":1,"time":0,"a":"NaN","b":"-Infinity","c":1}\n');
  });

  test('TensorBoard: a version and an event an epoch, losses under Loss/', async () => {
    await fitted({ log: new MetricsLogger({ writer: () => tensorBoardFile(folder) }) });
    const [name, ...others] = readdirSync(folder);
    expect(others).toEqual([]);
    expect(name).toMatch(/^events\.out\.tfevents\.\d+\./);
    const records = readRecords(readFileSync(join(folder, name!)));
    expect(records).toHaveLength(3);
    expect(records[0]).toContain('brain.Event:2');
    for (const tag of ['Loss/train_loss', 'Loss/valid_loss', 'Loss/valid_acc', 'dur'])
      expect(records[1]).toContain(tag);
    expect(records[1]).not.toContain('best');
  });
});

/** The data of each record as text, by the lengths in the file. */
function readRecords(bytes: Buffer): string[] {
  const records: string[] = [];
  for (let position = 0; position < bytes.length; ) {
    const length = Number(bytes.readBigUInt64LE(position));
    records.push(bytes.subarray(position + 12, position + 12 + length).toString('latin1'));
    position += length + 16;
  }
  return records;
}

describe('MLflow, against a server that answers as MLflow does', () => {
  interface Request {
    readonly route: string;
    readonly body: Record<string, unknown>;
    readonly length: number;
    readonly authorization: string | undefined;
  }
  const requests: Request[] = [];
  let isExperimentKnown = false;

  async function read(request: IncomingMessage): Promise<Buffer> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    return Buffer.concat(parts);
  }

  const server = createServer(async (request, response) => {
    const bytes = await read(request);
    const route = `${request.method} ${request.url!.split('?')[0]}`;
    const isJson = request.headers['content-type'] === 'application/json';
    const body = isJson ? JSON.parse(bytes.toString()) : {};
    requests.push({ route, body, length: bytes.length, authorization: request.headers.authorization });
    const answer = (status: number, content: object) =>
      response.writeHead(status).end(JSON.stringify(content));
    if (route.endsWith('experiments/get-by-name') && !isExperimentKnown) {
      answer(404, { error_code: 'RESOURCE_DOES_NOT_EXIST', message: 'no such experiment' });
    } else if (route.endsWith('experiments/get-by-name')) answer(200, { experiment: { experiment_id: '7' } });
    else if (route.endsWith('experiments/create')) answer(200, { experiment_id: '8' });
    else if (route.endsWith('runs/create') || route.endsWith('runs/get')) {
      answer(200, { run: { info: { run_id: 'abc', artifact_uri: 'mlflow-artifacts:/8/abc/artifacts' } } });
    } else if (body.metrics?.length > 1000) answer(400, { error_code: 'INVALID_PARAMETER_VALUE' });
    else answer(200, {});
  });

  let trackingUri: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    trackingUri = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests.length = 0;
    isExperimentKnown = false;
  });

  const routes = () => requests.map(({ route }) => route.replace('/api/2.0/', ''));

  test('makes experiment and run, logs parameters and metrics, keeps files, ends the run', async () => {
    const writer = new MlflowWriter({
      trackingUri,
      experimentName: 'iris & co',
      runName: 'first',
      tags: { by: 'test' },
      headers: { authorization: 'Bearer x' },
    });
    await fitted({ log: new MetricsLogger({ writer, artifacts: ['params'] }) });
    expect(routes()).toEqual([
      'GET mlflow/experiments/get-by-name',
      'POST mlflow/experiments/create',
      'POST mlflow/runs/create',
      'POST mlflow/runs/log-batch',
      'POST mlflow/runs/log-batch',
      'POST mlflow/runs/log-batch',
      'PUT mlflow-artifacts/artifacts/8/abc/artifacts/params.safetensors',
      'POST mlflow/runs/update',
    ]);
    expect(requests[2]!.body).toMatchObject({
      experiment_id: '8',
      run_name: 'first',
      tags: [{ key: 'by', value: 'test' }],
    });
    expect(requests[3]!.body.params).toEqual(expect.arrayContaining([{ key: 'lr', value: '0.01' }]));
    expect(requests[4]!.body).toMatchObject({ run_id: 'abc' });
    expect(requests[4]!.body.metrics).toEqual(
      expect.arrayContaining([
        { key: 'train_loss', value: expect.any(Number), timestamp: expect.any(Number), step: 1 },
      ]),
    );
    expect(requests[6]!.length).toBeGreaterThan(100);
    expect(requests[7]!.body).toMatchObject({ run_id: 'abc', status: 'FINISHED' });
    expect(requests.every(({ authorization }) => authorization === 'Bearer x')).toBe(true);
  });

  test('goes on with a run; leaves it open if told so; no number is lost', async () => {
    const writer = new MlflowWriter({ trackingUri, runId: 'abc', terminate: false });
    await writer.open({ params: {} });
    const values = Object.fromEntries(
      Array.from({ length: 2500 }, (_, i) => [`m${i}`, i === 0 ? Number.NaN : i]),
    );
    await writer.write([{ level: 'epoch', step: 1, time: 5, values }]);
    await writer.close();
    expect(routes()).toEqual([
      'GET mlflow/runs/get',
      ...Array.from({ length: 3 }, () => 'POST mlflow/runs/log-batch'),
    ]);
    expect(requests[1]!.body.metrics).toContainEqual({ key: 'm0', value: 'NaN', timestamp: 5, step: 1 });
  });

  test('a known experiment is used', async () => {
    isExperimentKnown = true;
    await new MlflowWriter({ trackingUri }).open({ params: {} });
    expect(requests.at(-1)!.body).toMatchObject({ experiment_id: '7' });
  });

  test('a server that does not answer is named', async () => {
    const writer = new MlflowWriter({ trackingUri: 'http://127.0.0.1:1' });
    await expect(writer.open({ params: {} })).rejects.toMatchObject({
      code: 'LOGGER_FAILED',
      message: expect.stringContaining('127.0.0.1:1'),
    });
  });
});

describe('A3 ProgressBar', () => {
  function display(): ProgressDisplay & {
    readonly totals: (number | null)[];
    readonly ticks: number[];
    readonly seen: string[];
  } {
    const totals: (number | null)[] = [];
    const ticks: number[] = [];
    const seen: string[] = [];
    let shown = 0;
    return {
      totals,
      ticks,
      seen,
      start: (total) => {
        expect(shown++).toBe(0);
        totals.push(total);
        ticks.push(0);
      },
      update: (done, values) => {
        ticks[ticks.length - 1] = done;
        seen.push(Object.keys(values).join());
      },
      stop: () => void shown--,
    };
  }
  const twoBatches = { batchSize: 10, trainSplit: false };

  test.each<['auto' | 'count' | number | null, (number | null)[]]>([
    ['auto', [2, 2]],
    ['count', [null, 2]],
    [null, [null, null]],
    [3, [3, 3]],
    [1, [1, 1]],
  ])('20 rows, batch 10, batchesPerEpoch %s', async (batchesPerEpoch, totals) => {
    const bars = display();
    await fitted({ bar: new ProgressBar({ display: bars, batchesPerEpoch }) }, twoBatches);
    expect(bars.totals).toEqual(totals);
    expect(bars.ticks).toEqual([2, 2]);
  });

  test('validation batches count; unknown keys are passed over', async () => {
    const bars = display();
    await fitted({
      bar: new ProgressBar({ display: bars, postfixKeys: ['valid_loss', 'nothing', 'train_loss'] }),
    });
    expect(bars.totals).toEqual([3, 3]);
    expect(bars.seen.slice(0, 3)).toEqual(['train_loss', 'train_loss', 'train_loss,valid_loss']);
  });

  test('Q15: all rows in one batch are one batch', async () => {
    const bars = display();
    await fitted({ bar: new ProgressBar({ display: bars }) }, { batchSize: -1 });
    expect(bars.totals).toEqual([2, 2]);
    const own = display();
    await fitted({ bar: new ProgressBar({ display: own }) }, { batchSize: 4, iteratorValid__batchSize: -1 });
    expect(own.totals).toEqual([5, 5]);
  });

  test('a fit that was stopped takes its bar away', async () => {
    let shown = 0;
    const bars: ProgressDisplay = { start: () => void shown++, update: () => {}, stop: () => void shown-- };
    const bar = new ProgressBar({ display: bars });
    const net = new NeuralNetClassifier({ module: Mlp, verbose: 0, callbacks: { bar } });
    const { infer } = net;
    net.infer = (rows) => {
      net.requestStop('enough');
      return infer.call(net, rows);
    };
    await net.fit(X, y);
    expect(shown).toBe(0);
  });

  test('without a display the fit says so', async () => {
    const error = await fitted({ bar: new ProgressBar() }).catch((caught) => caught);
    expect(error.cause).toMatchObject({ code: 'PARAMETER_VALUE' });
  });

  test('on a terminal the bar shows batches and losses; elsewhere nothing is written', async () => {
    const stream = (isTTY: boolean) => {
      const written: string[] = [];
      const write = (text: string) => void written.push(text);
      const nothing = () => {};
      const terminal = {
        isTTY,
        columns: 200,
        write,
        cursorTo: nothing,
        clearLine: nothing,
        moveCursor: nothing,
      };
      return { written, stream: { ...terminal, clearScreenDown: nothing } as unknown as NodeJS.WriteStream };
    };
    const terminal = stream(true);
    await fitted({ bar: new ProgressBar({ display: terminalDisplay(terminal.stream) }) });
    expect(terminal.written.join('')).toContain('epoch 1');
    const open = stream(true);
    await fitted({ bar: new ProgressBar({ display: terminalDisplay(open.stream), batchesPerEpoch: null }) });
    expect(open.written.join('')).toMatch(/0 batches/);
    const file = stream(false);
    await fitted({ bar: new ProgressBar({ display: terminalDisplay(file.stream) }) });
    expect(file.written).toEqual([]);
  });
});
