// A trained model as a directory: model.json (what it is, how it was judged, its steps), the net, and what else belongs to it. The
// whole directory is written beside its place and then put there, so that it is never half old and half new.

import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { writeAtomically } from '@tacit/learn/node';
import { ModelError } from './errors.js';
import { type Code, decodeEstimator, encodeEstimator } from './estimator-code.js';

/** What is known of a model besides its parts. Plain data, as JSON holds it. */
export interface ModelDescription {
  readonly task: 'classification' | 'regression';
  /** The column that it predicts. */
  readonly target: string;
  /** The columns that it takes, in the order of the training data. */
  readonly columns: readonly {
    readonly name: string;
    readonly type: 'numeric' | 'categorical' | 'boolean';
  }[];
  /** Labels in the order of the columns of probabilities; null for regression. */
  readonly classes: readonly (string | number | boolean)[] | null;
  /** Scores by part (`train`, `test`) and name. */
  readonly metrics: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** A model and what is known of it. */
export interface SavedModel<M = TrainedModel> {
  readonly model: M;
  readonly description: ModelDescription;
}

/** What a loaded model can do: a fitted pipeline of `@tacit/learn`. */
export interface TrainedModel {
  getParams(deep?: boolean): object;
  predict(X: object): Promise<readonly unknown[]>;
  predictProba?(X: object): Promise<readonly (readonly number[])[]>;
}

const format = 'tacit-model';
const version = 1;

interface ModelFile {
  readonly format: typeof format;
  readonly version: number;
  readonly description: ModelDescription;
  readonly model: Code;
  /** SHA-256 of the files that the model is made of. */
  readonly files: Readonly<Record<string, string>>;
}

/**
 * Writes a fitted model to a directory. A model that is there is replaced as a whole, with everything that belonged to it.
 *
 * @param others - further files by name, such as a report.
 * @throws ModelError `DIRECTORY_TAKEN` for a directory with something else in it; `MODEL_UNKNOWN_CLASS`; PersistenceError
 * `FILE_NOT_WRITTEN`.
 */
export async function saveModel(
  directory: string,
  { model, description }: SavedModel<{ getParams(deep?: boolean): object }>,
  others: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<void> {
  await requireOwnDirectory(directory);
  const { code, nets } = await encodeEstimator(model);
  const files = Object.fromEntries(Object.entries(nets).map(([name, bytes]) => [name, sha256(bytes)]));
  const document: ModelFile = { format, version, description, model: code, files };
  await replaceDirectory(directory, {
    ...others,
    ...nets,
    'model.json': `${JSON.stringify(document, null, 2)}\n`,
  });
}

/**
 * Reads a model that {@link saveModel} wrote. Nothing in the directory can run code.
 *
 * @throws ModelError `MODEL_MISSING`, `MODEL_FORMAT`, `MODEL_DAMAGED`, `MODEL_UNKNOWN_CLASS`.
 */
export async function loadModel(directory: string): Promise<SavedModel> {
  const document = await readModelFile(directory);
  const model = await decodeEstimator(document.model, (name) => readPart(directory, name, document.files));
  return { model: model as TrainedModel, description: document.description };
}

/** @throws ModelError `DIRECTORY_TAKEN` unless the directory is absent, empty, or that of a model. */
export async function requireOwnDirectory(directory: string): Promise<void> {
  const entries: string[] = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw taken(directory, error.code === 'ENOTDIR' ? 'a file' : error.message);
  });
  if (entries.length > 0 && !entries.includes('model.json')) throw taken(directory, 'other files');
}

async function replaceDirectory(
  directory: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): Promise<void> {
  const place = resolve(directory);
  const beside = (use: string) => join(dirname(place), `.${basename(place)}.${use}-${randomUUID()}`);
  const [fresh, old] = [beside('new'), beside('old')];
  try {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      await writeAtomically(join(fresh, name), bytes);
    }
    await mkdir(place, { recursive: true });
    await rename(place, old);
    await rename(fresh, place).catch(async (error: unknown) => {
      await rename(old, place);
      throw error;
    });
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function readModelFile(directory: string): Promise<ModelFile> {
  const path = join(directory, 'model.json');
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new ModelError(`There is no model in ${directory}.`, {
      code: 'MODEL_MISSING',
      got: 'no model.json',
      expected: 'a directory that `tacit train --out` wrote',
      hint: 'Train one first, or give its directory.',
      cause,
    });
  });
  const document = parsed(text);
  if (document?.format === format && document.version === version) return document;
  throw new ModelError(`${path} holds no model of this version.`, {
    code: 'MODEL_FORMAT',
    got: `${String(document?.format)}, version ${String(document?.version)}`,
    expected: `${format}, version ${version}`,
    hint: 'Load it with the version of Tacit that saved it.',
  });
}

function parsed(text: string): ModelFile | null {
  try {
    return JSON.parse(text) as ModelFile | null;
  } catch {
    return null;
  }
}

async function readPart(directory: string, name: string, files: ModelFile['files']): Promise<Uint8Array> {
  const expected = files[name];
  const isName = /^[\w-]+\.safetensors$/.test(name);
  const bytes =
    isName && expected !== undefined ? await readFile(join(directory, name)).catch(() => null) : null;
  if (bytes !== null && sha256(bytes) === expected) return bytes;
  const got = bytes === null ? 'no such file' : 'another file';
  throw new ModelError(`${name} in ${directory} is not the one that the model was saved with.`, {
    code: 'MODEL_DAMAGED',
    got,
    expected: `the file with SHA-256 ${expected ?? 'that model.json names'}`,
    hint: 'Copy the whole directory again, or train anew.',
  });
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function taken(directory: string, got: string): ModelError {
  return new ModelError(`${directory} holds ${got}, and no model.`, {
    code: 'DIRECTORY_TAKEN',
    got,
    expected: 'a new or an empty directory, or that of a model to replace',
    hint: 'Give another --out, so that nothing of yours is lost.',
  });
}
