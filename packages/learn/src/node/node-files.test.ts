import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NeuralNetClassifier } from '@tacit/learn';
import { Linear, Module } from '@tacit/nn';
import type { Tensor } from '@tacit/tensor';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isLearnError } from '../errors.js';
import { DirectoryStore, loadNet, loadParams, saveNet, saveParams, writeAtomically } from './index.js';

/** A disk that can be made to run full in the middle of a file. */
const disk = vi.hoisted(() => ({ isFull: false }));
vi.mock('node:fs/promises', async (original) => {
  const fs = await original<typeof import('node:fs/promises')>();
  const open = async (path: string, flags: string): Promise<FileHandle> => {
    const file = await fs.open(path, flags);
    if (!disk.isFull || flags === 'r') return file;
    const writeFile = async (bytes: Uint8Array) => {
      await file.write(bytes.subarray(0, bytes.length / 2));
      throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    };
    return { writeFile, close: () => file.close() } as unknown as FileHandle;
  };
  return { ...fs, open };
});

let folder: string;
beforeEach(() => {
  disk.isFull = false;
  folder = mkdtempSync(join(tmpdir(), 'tacit-learn-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class Small extends Module {
  static readonly defaults = { inputDim: null, outputDim: null };
  readonly layer: Linear;
  constructor({ inputDim, outputDim }: { inputDim?: number | null; outputDim?: number | null } = {}) {
    super();
    this.layer = new Linear(inputDim ?? 2, outputDim ?? 2);
  }
  override forward(x: Tensor): Tensor {
    return this.layer.forward(x);
  }
}

const X = Array.from({ length: 20 }, (_, row) => [Math.sin(row), Math.cos(row)]);
const y = X.map(([a]) => (a! > 0 ? 'up' : 'down'));
const build = () => new NeuralNetClassifier({ module: Small, verbose: 0, seed: 0, maxEpochs: 3 });

async function codeOf(task: Promise<unknown>): Promise<unknown> {
  return task.then(
    () => 'nothing',
    (error) => (isLearnError(error) ? error.code : error),
  );
}

describe('nets in files', () => {
  test('parts go to paths and come from there', async () => {
    const net = await build().fit(X, y);
    const paths = {
      params: join(folder, 'deep/er/params.safetensors'),
      optimizer: join(folder, 'optimizer.safetensors'),
      history: join(folder, 'history.json'),
      training: join(folder, 'training.safetensors'),
    };
    await saveParams(net, paths);
    const other = await build().fit(X, y, { epochs: 0 });
    expect(await loadParams(other, paths)).toBe(other);
    expect(await other.predictProba(X)).toEqual(await net.predictProba(X));
    expect(other.history.toTable()).toEqual(net.history.toTable());
  });

  test('a whole net', async () => {
    const net = await build().fit(X, y);
    const path = join(folder, 'net.safetensors');
    await saveNet(net, path);
    const loaded = await loadNet(new NeuralNetClassifier({ module: Small }), path);
    expect(await loaded.predict(X)).toEqual(await net.predict(X));
    expect(readdirSync(folder)).toEqual(['net.safetensors']);
  });

  test('a missing, a truncated and a foreign file are told apart, by their paths', async () => {
    const net = await build().fit(X, y);
    const path = join(folder, 'params.safetensors');
    const load = () => loadParams(net, { params: path });
    await expect(load()).rejects.toMatchObject({ code: 'FILE_MISSING', got: path });
    await saveParams(net, { params: path });
    truncateSync(path, 100);
    await expect(load()).rejects.toMatchObject({
      code: 'FILE_TRUNCATED',
      message: expect.stringContaining(path),
    });
    writeFileSync(path, 'PK a zip file of PyTorch');
    await expect(load()).rejects.toMatchObject({
      code: 'FILE_FORMAT',
      message: expect.stringContaining(path),
    });
    expect(await codeOf(loadNet(build(), path))).toBe('FILE_FORMAT');
    expect(await codeOf(loadNet(build(), join(folder, 'none')))).toBe('FILE_MISSING');
  });
});

describe('DirectoryStore', () => {
  test('reads what was written, replaces it, and makes its folder', async () => {
    const store = new DirectoryStore(join(folder, 'a/b'));
    expect(await store.has('c/d')).toBe(false);
    await store.write('c/d', Uint8Array.of(1, 2));
    await store.write('c/d', Uint8Array.of(3));
    expect([...(await store.read('c/d'))]).toEqual([3]);
    expect(await store.has('c/d')).toBe(true);
    expect(await codeOf(store.read('e'))).toBe('FILE_MISSING');
  });

  test.each(['../x', '/etc/x', 'a/../../x', ''])(
    'the name %j does not lead out of the folder',
    async (name) => {
      const store = new DirectoryStore(join(folder, 'a'));
      expect(await codeOf(store.write(name, Uint8Array.of(1)))).toBe('PARAMETER_VALUE');
      expect(await codeOf(store.read(name))).toBe('PARAMETER_VALUE');
      expect(readdirSync(folder)).toEqual([]);
    },
  );
});

describe('writeAtomically', () => {
  test('where there is no room, the old file is unchanged and nothing else is left', async () => {
    const path = join(folder, 'file');
    writeFileSync(path, 'old');
    disk.isFull = true;
    await expect(writeAtomically(path, new Uint8Array(1000))).rejects.toMatchObject({
      code: 'FILE_NOT_WRITTEN',
      got: 'ENOSPC',
      message: expect.stringContaining(path),
    });
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  test('a folder in the place of the file: nothing is left beside it', async () => {
    const path = join(folder, 'taken');
    await writeAtomically(join(path, 'inside'), Uint8Array.of(1));
    expect(await codeOf(writeAtomically(path, Uint8Array.of(1)))).toBe('FILE_NOT_WRITTEN');
    expect(readdirSync(folder)).toEqual(['taken']);
  });
});
