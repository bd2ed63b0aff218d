// What the module of kernels exports.

export { adam } from './adam';
export { quantize, quantizeGradient, relu, reluGradient } from './elementwise';
export { columnSums, gemm } from './gemm';
