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
}

let loaded: NativeEngine | undefined;

/**
 * The addon, loaded once.
 *
 * @throws EngineError `ADDON_MISSING` where it is not built, or was built for another machine.
 */
export function nativeEngine(): NativeEngine {
  loaded ??= loadAddon(new URL('../native/tacit-engine.node', import.meta.url));
  return loaded;
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
