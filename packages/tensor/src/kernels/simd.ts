// The SIMD kernels as an instance of WebAssembly, made at its first use. Where the engine has no SIMD, or a page's content
// security policy forbids WebAssembly, there is none, and the scalar kernels compute the same.

import { simdBinary } from './simd-binary.js';

// Declared here: TypeScript has these names only in its library of browser types.
declare const atob: (text: string) => string;
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: SimdKernel };
};

/** What the module exports; see assembly/. */
export interface SimdKernel {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  gemm(
    transposeA: number,
    transposeB: number,
    m: number,
    n: number,
    k: number,
    a: number,
    b: number,
    c: number,
    row: number,
    mode: number,
    scratch: number,
  ): void;
  adam(
    count: number,
    p: number,
    g: number,
    m: number,
    v: number,
    keepM: number,
    takeM: number,
    keepV: number,
    takeV: number,
    step: number,
    root: number,
    eps: number,
    decay: number,
  ): void;
  columnSums(
    rows: number,
    columns: number,
    stride: number,
    from: number,
    sums: number,
    isFirst: number,
  ): void;
  relu(count: number, x: number): void;
  reluGradient(count: number, x: number, grad: number): void;
  quantize(count: number, x: number, scale: number, low: number, high: number): void;
  quantizeGradient(
    count: number,
    x: number,
    grad: number,
    scale: number,
    lowest: number,
    highest: number,
  ): void;
}

let kernel: SimdKernel | null | undefined;

/** The kernels, or null where there is none. */
export function simdKernel(): SimdKernel | null {
  if (kernel === undefined) kernel = instantiate();
  return kernel;
}

function instantiate(): SimdKernel | null {
  try {
    const bytes = Uint8Array.from(atob(simdBinary), (character) => character.charCodeAt(0));
    if (!WebAssembly.validate(bytes)) return null;
    return new WebAssembly.Instance(new WebAssembly.Module(bytes)).exports;
  } catch {
    return null;
  }
}

const PAGE_BYTES = 65536;

let heap = new Float32Array(0);

/** The kernel's memory as floats, at least `length` of them; null when it cannot grow that far. */
export function simdHeap(owner: SimdKernel, length: number): Float32Array | null {
  if (heap.length >= length && heap.buffer === owner.memory.buffer) return heap;
  const missing = 4 * length - owner.memory.buffer.byteLength;
  if (missing > 0) {
    try {
      owner.memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch {
      return null;
    }
  }
  // Growing detaches the views made before.
  heap = new Float32Array(owner.memory.buffer);
  return heap;
}
