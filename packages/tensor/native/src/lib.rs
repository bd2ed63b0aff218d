//! Kernels of @tacit/tensor for Node, on the widest vectors that the processor at hand has. They give the bits of the
//! WebAssembly and scalar kernels: the same products added in the same order, each rounded on its own (Rust never fuses
//! a multiplication with an addition), so that a seed gives the same weights with and without this addon.

#![deny(clippy::all, clippy::undocumented_unsafe_blocks)]

mod adam;
mod elementwise;
mod gemm;
mod quantize;
mod registers;
mod vector;
