// The native addon and its types. It is loaded on first use, so that importing this package works without it.

import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CryptoParameters } from '@tacit/circuit/spec';
import { EngineError } from './errors.js';

export interface NativeUpload {
  append(piece: Uint8Array): void;
}

export interface NativeCancelToken {
  cancel(): void;
}

export interface NativeCircuit {
  readonly hash: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly bootstraps: number;
  readonly parameters: CryptoParameters;
}

export interface NativeKey {
  readonly memoryBytes: number;
  dispose(): void;
}

export interface NativeEvaluation {
  readonly response: Uint8Array;
  /** Bootstraps of all samples. */
  readonly bootstraps: number;
}

export interface NativeEngine {
  variant(): EngineVariant;
  /** The most demanding variant that the processor at hand can run. */
  bestVariant(): EngineVariant;
  Upload: new (size: number) => NativeUpload;
  CancelToken: new () => NativeCancelToken;
  configureThreads(threads: number): boolean;
  threads(): number;
  errorCodes(): string[];
  loadCircuit(upload: NativeUpload): Promise<NativeCircuit>;
  loadEvaluationKey(
    circuit: NativeCircuit,
    upload: NativeUpload,
    cancel: NativeCancelToken,
  ): Promise<NativeKey>;
  /** Null for a key that was disposed of. */
  evaluate(
    circuit: NativeCircuit,
    key: NativeKey,
    upload: NativeUpload,
    memoryBytes: number,
    cancel: NativeCancelToken,
    report: ((done: number, total: number, layer: number) => void) | undefined,
  ): Promise<NativeEvaluation | null>;
  generateClientKey(parameters: CryptoParameters, seed: bigint | undefined): Promise<Uint8Array>;
  deriveEvaluationKey(parameters: CryptoParameters, clientKey: NativeUpload): Promise<Uint8Array>;
}

/** Builds of the addon: for any processor, and for those with AVX2 and its companions. */
export type EngineVariant = 'baseline' | 'x86-64-v3';

let loaded: NativeEngine | undefined;

/**
 * The addon, loaded once: the variant for this processor where it was built, the one for any otherwise.
 *
 * @throws EngineError `ADDON_MISSING` where none is built, or it was built for another machine.
 */
export function nativeEngine(): NativeEngine {
  loaded ??= loadVariant(new URL('../native/', import.meta.url));
  return loaded;
}

/** The best variant in a folder. The one for any processor must be there: it tells what this processor is. */
export function loadVariant(folder: URL): NativeEngine {
  const baseline = loadAddon(new URL('tacit-engine.node', folder));
  const better = new URL(`tacit-engine.${baseline.bestVariant()}.node`, folder);
  return existsSync(better) ? loadAddon(better) : baseline;
}

/** The variant of the addon that this process runs. */
export function engineVariant(): EngineVariant {
  return nativeEngine().variant();
}

/** Loads the addon at a place; the folders src and dist lie equally deep, so one relative path serves both. */
export function loadAddon(url: URL): NativeEngine {
  const path = fileURLToPath(url);
  const hint = 'Run `npm run build` in the root of the workspace; it needs Rust (cargo).';
  const expected = `the native addon at ${path}`;
  if (!existsSync(path)) {
    throw new EngineError('ADDON_MISSING', `The native addon is not built. ${hint}`, {
      got: 'no file',
      expected,
      hint,
    });
  }
  try {
    return createRequire(import.meta.url)(path) as NativeEngine;
  } catch (cause) {
    throw new EngineError('ADDON_MISSING', `The native addon cannot be loaded here. ${hint}`, {
      got: cause instanceof Error ? cause.message : String(cause),
      expected,
      hint,
      cause,
    });
  }
}
