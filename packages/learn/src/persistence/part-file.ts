// One part of what a net learned, as a file: its tensors in safetensors, so that other programs read them, and its plain
// values as text among the metadata.

import type { StateDict } from '@tacit/nn';
import { PersistenceError } from '../errors.js';
import { fromJsonText, type PlainRecord, toJsonText } from './json.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** What was learned: numbers in tensors, and plain values. */
export interface PartState {
  readonly tensors: Readonly<StateDict>;
  readonly values: PlainRecord;
}

/** A part with what it belongs to. */
export interface PartFile extends PartState {
  /** `module`, `optimizer`, …; null in a file of another program. */
  readonly part: string | null;
  /** Class of the component that was saved; null in a file of another program. */
  readonly of: string | null;
  /** Epochs that the net had been trained when it was saved; null in a file of another program. */
  readonly epochs: number | null;
}

/** Bytes of parts; each with the name of its file, if there is one, for messages. */
export type PartSources = Readonly<
  Record<string, Uint8Array | { readonly bytes: Uint8Array; readonly source: string }>
>;

/** Where `loadParams` finds what a checkpoint saved. A Checkpoint and a TrainEndCheckpoint are such. */
export interface CheckpointLike {
  /** The parts of the last checkpoint, or null before there is one. */
  readParts(net: never): Promise<PartSources | null>;
}

const metadataKey = 'tacit';
const format = 'tacit-part';
const version = 1;

export function encodePart({ part, of, epochs, values, tensors }: PartFile): Uint8Array<ArrayBuffer> {
  return encodeSafetensors(tensors, {
    // PyTorch's loaders look for this key, and expect this word for files that it should take.
    format: 'pt',
    [metadataKey]: toJsonText({ format, version, part, of, epochs, values }),
  });
}

/**
 * Reads a part. A file of another program has tensors and no values.
 *
 * @param source - the file's name, for messages.
 * @throws PersistenceError as {@link decodeSafetensors}; `FILE_FORMAT` for a part of a later version.
 */
export function decodePart(bytes: Uint8Array, source: string): PartFile {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const text = metadata[metadataKey];
  if (text === undefined) return { part: null, of: null, epochs: null, values: {}, tensors };
  const described = parse(text, source) as Readonly<Record<string, unknown>> | null;
  if (described?.format !== format || described.version !== version) {
    throw otherFormat(source, `${String(described?.format)}, version ${String(described?.version)}`);
  }
  return {
    part: typeof described.part === 'string' ? described.part : null,
    of: typeof described.of === 'string' ? described.of : null,
    epochs: typeof described.epochs === 'number' ? described.epochs : null,
    values: (described.values ?? {}) as PlainRecord,
    tensors,
  };
}

function parse(text: string, source: string): unknown {
  try {
    return fromJsonText(text);
  } catch (cause) {
    throw otherFormat(source, 'metadata that is not JSON', cause);
  }
}

function otherFormat(source: string, got: string, cause?: unknown): PersistenceError {
  return new PersistenceError(`${source} holds ${got}, not a part of a net.`, {
    code: 'FILE_FORMAT',
    got,
    expected: `${format}, version ${version}`,
    hint: 'Load it with the version of this package that saved it.',
    cause,
  });
}
