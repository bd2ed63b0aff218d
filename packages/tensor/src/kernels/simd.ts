// The SIMD kernel as an instance of WebAssembly, made at its first use. Where the engine has no SIMD, or a page's content
// security policy forbids WebAssembly, there is none, and the scalar kernel computes the same.

import { gemmBinary } from './gemm-binary.js';

// Declared here: TypeScript has these names only in its library of browser types.
declare const atob: (text: string) => string;
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: SimdKernel };
};

/** What the module exports; see assembly/gemm.ts. */
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
}

let kernel: SimdKernel | null | undefined;

/** The kernel, or null where there is none. */
export function simdKernel(): SimdKernel | null {
  if (kernel === undefined) kernel = instantiate();
  return kernel;
}

function instantiate(): SimdKernel | null {
  try {
    const bytes = Uint8Array.from(atob(gemmBinary), (character) => character.charCodeAt(0));
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
