// The kernels of the native addon (../../native), for Node on machines where it is built: vectors as wide as the processor
// has, and no copies into another memory. They give the same bits as the kernels they replace, so a machine without the
// addon, or a browser, computes the same weights more slowly.

/** What the addon exports. Each call gives false, having done nothing, where arrays are shorter than the sizes say. */
export interface NativeKernels {
  gemm(
    transposeA: boolean,
    transposeB: boolean,
    m: number,
    n: number,
    k: number,
    a: Float32Array,
    b: Float32Array,
    out: Float32Array,
    row: Float32Array,
    mode: number,
  ): boolean;
  columnSums(data: Float32Array, columns: number, sums: Float32Array): boolean;
  relu(x: Float32Array, out: Float32Array): boolean;
  reluGradient(x: Float32Array, grad: Float32Array, out: Float32Array): boolean;
  adam(
    parameter: Float32Array,
    gradient: Float32Array,
    mean: Float32Array,
    square: Float32Array,
    factors: Float32Array,
  ): boolean;
  quantize(x: Float32Array, scales: Float64Array, low: number, high: number, out: Float32Array): boolean;
  quantizeGradient(
    x: Float32Array,
    grad: Float32Array,
    scales: Float64Array,
    lowest: number,
    highest: number,
    out: Float32Array,
  ): boolean;
  scaleGradients(
    x: Float32Array,
    grad: Float32Array,
    scales: Float64Array,
    low: number,
    high: number,
    out: Float32Array,
  ): boolean;
  roundColumns(
    x: Float32Array,
    low: Float64Array,
    widths: Float64Array,
    levels: number,
    out: Float32Array,
  ): boolean;
  /** Limits registers to so many bits: tests run the code for smaller machines with it. */
  limitVectors(bits: number): void;
}

// Declared here: this package is compiled without Node's types, and asks at run time where it is.
declare const process:
  | { getBuiltinModule?(name: 'module'): { createRequire(from: string): (path: string) => unknown } }
  | undefined;

/** From this file; the folders src and dist lie equally deep, so one relative path serves both. */
const addon = '../../native/tacit-tensor.node';

/** Below this many elements, crossing into the addon costs more than the loop. */
export const NATIVE_ELEMENTS = 256;

let kernels: NativeKernels | null | undefined;

/** The addon's kernels, or null where there is none. */
export function nativeKernels(): NativeKernels | null {
  if (kernels === undefined) kernels = load();
  return kernels;
}

function load(): NativeKernels | null {
  try {
    const module = typeof process === 'undefined' ? undefined : process.getBuiltinModule?.('module');
    if (module === undefined) return null;
    const here = (import.meta as { readonly url?: string }).url ?? '';
    return module.createRequire(here)(addon) as NativeKernels;
  } catch {
    // Not built, or built for another machine.
    return null;
  }
}
