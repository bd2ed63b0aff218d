// Saving nets to paths and loading them from there.

import type { NetPart } from '../net/saving.js';
import { writeAtomically } from './atomic-write.js';
import { readBytes } from './directory-store.js';

/** Paths by part. */
export type PartPaths = { readonly [Part in NetPart]?: string };

/** What {@link saveParams} and {@link loadParams} need of a net. */
export interface PartsNet {
  saveParams(...parts: string[]): Promise<Readonly<Record<string, Uint8Array>>>;
  loadParams(
    sources: Readonly<Record<string, { readonly bytes: Uint8Array; readonly source: string }>>,
  ): Promise<unknown>;
}

/** What {@link saveNet} and {@link loadNet} need of a net. */
export interface WholeNet {
  saveNet(): Promise<Uint8Array>;
  loadNet(
    bytes: Uint8Array,
    options: { readonly checkNames?: boolean; readonly source?: string },
  ): Promise<unknown>;
}

/**
 * Writes parts of a net to files, each as a whole or not at all.
 *
 * @param paths - `{ params: 'weights.safetensors', optimizer: …, history: 'history.json', training: … }`.
 * @throws as the net's `saveParams`; PersistenceError `FILE_NOT_WRITTEN`.
 */
export async function saveParams(net: PartsNet, paths: PartPaths): Promise<void> {
  const bytes = await net.saveParams(...Object.keys(paths));
  for (const [part, path] of Object.entries(paths)) await writeAtomically(path!, bytes[part]!);
}

/**
 * Takes over parts from files, all of them or none. A safetensors file of PyTorch is a `params`.
 *
 * @throws as the net's `loadParams`.
 */
export async function loadParams<N extends PartsNet>(net: N, paths: PartPaths): Promise<N> {
  const sources = await Promise.all(
    Object.entries(paths).map(
      async ([part, path]) => [part, { bytes: await readBytes(path!), source: path! }] as const,
    ),
  );
  await net.loadParams(Object.fromEntries(sources));
  return net;
}

/**
 * Writes a whole fitted net to a file.
 *
 * @throws as the net's `saveNet`; PersistenceError `FILE_NOT_WRITTEN`.
 */
export async function saveNet(net: WholeNet, path: string): Promise<void> {
  await writeAtomically(path, await net.saveNet());
}

/**
 * Makes a net the one that was saved. It names the classes: `loadNet(new NeuralNetClassifier({ module: Mlp }), path)`.
 *
 * @throws as the net's `loadNet`; PersistenceError `FILE_MISSING`.
 */
export async function loadNet<N extends WholeNet>(
  net: N,
  path: string,
  options: { readonly checkNames?: boolean } = {},
): Promise<N> {
  await net.loadNet(await readBytes(path), { ...options, source: path });
  return net;
}
