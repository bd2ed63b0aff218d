//! The Node-API surface of tacit-evaluator: what crosses is converted, the evaluator is called off the event loop on the
//! engine's own pool, and the result is converted back. packages/engine/src is the only caller.

#![deny(clippy::all, clippy::undocumented_unsafe_blocks)]

mod circuit;
mod error;
mod evaluate;
mod key;
mod keygen;
mod pool;
mod upload;
mod variant;
