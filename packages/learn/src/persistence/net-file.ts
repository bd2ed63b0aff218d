// A whole net as one safetensors file: the tensors of every part under `PART.name`, and everything else as JSON among the
// metadata. Readers of other languages find the weights under `module.…`.

import type { Tensor } from '@tacit/tensor';
import { PersistenceError } from '../errors.js';
import { fromJsonText, type PlainRecord, toJsonText } from './json.js';
import type { PartState } from './part-file.js';
import { decodeSafetensors, encodeSafetensors } from './safetensors.js';

/** What the file says. */
export interface NetFile {
  /** Class of the net. */
  readonly net: string;
  /** Parameters that are plain data. */
  readonly params: PlainRecord;
  /** Names of the classes and functions among the other parameters. */
  readonly named: Readonly<Record<string, string>>;
  /** What was learned of the data: shape of a row, classes. */
  readonly learned: PlainRecord;
  readonly isTrimmed: boolean;
  /** As `History.toJSON` gives it. */
  readonly history: PlainRecord;
  readonly parts: Readonly<Record<string, PartState & { readonly of: string | null }>>;
}

const metadataKey = 'tacit';
const format = 'tacit-net';
const version = 1;

export function encodeNetFile(file: NetFile): Uint8Array<ArrayBuffer> {
  const tensors: Record<string, Tensor> = {};
  const parts: Record<string, PlainRecord> = {};
  for (const [name, part] of Object.entries(file.parts)) {
    parts[name] = { of: part.of, values: part.values };
    for (const [path, tensor] of Object.entries(part.tensors)) tensors[`${name}.${path}`] = tensor;
  }
  const { net, params, named, learned, isTrimmed, history } = file;
  const document = { format, version, net, params, named, learned, isTrimmed, history, parts };
  return encodeSafetensors(tensors, { format: 'pt', [metadataKey]: toJsonText(document) });
}

/** @throws PersistenceError as {@link decodeSafetensors}; `FILE_FORMAT` for a file that holds no net, or one of a later version. */
export function decodeNetFile(bytes: Uint8Array, source: string): NetFile {
  const { tensors, metadata } = decodeSafetensors(bytes, source);
  const document = parse(metadata[metadataKey], source);
  const parts = Object.entries(document.parts as Readonly<Record<string, PlainRecord>>).map(
    ([name, { of, values }]) => {
      const prefix = `${name}.`;
      const own = Object.entries(tensors)
        .filter(([path]) => path.startsWith(prefix))
        .map(([path, tensor]) => [path.slice(prefix.length), tensor] as const);
      const part = {
        of: of as string | null,
        values: values as PlainRecord,
        tensors: Object.fromEntries(own),
      };
      return [name, part] as const;
    },
  );
  return { ...(document as unknown as NetFile), parts: Object.fromEntries(parts) };
}

function parse(text: string | undefined, source: string): PlainRecord {
  if (text === undefined) throw noNet(source, 'tensors only');
  let document: PlainRecord | null;
  try {
    document = fromJsonText(text) as PlainRecord | null;
  } catch (cause) {
    throw noNet(source, 'metadata that is not JSON', cause);
  }
  if (document?.format !== format || document.version !== version) {
    throw noNet(source, `${String(document?.format)}, version ${String(document?.version)}`);
  }
  return document;
}

function noNet(source: string, got: string, cause?: unknown): PersistenceError {
  return new PersistenceError(`${source} holds ${got}, not a whole net.`, {
    code: 'FILE_FORMAT',
    got,
    expected: `${format}, version ${version}`,
    hint: 'Use loadParams for weights alone, and the version of this package that saved it.',
    cause,
  });
}
