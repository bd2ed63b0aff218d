//! Evaluates a compiled neural-network circuit on TFHE ciphertexts.
//!
//! The way of one request: [`ServerCircuit::load`] and [`EvaluationKey::load`] check and unpack what was received once,
//! [`evaluate()`] then turns request envelopes into response envelopes. Everything here runs on the rayon pool that the
//! caller enters; no function of this crate ever sees a secret key. The formats are those of docs/wire-format.md.

// The feature `gpu` needs one unsafe call of tfhe-rs, and says why it is sound.
#![cfg_attr(not(feature = "gpu"), forbid(unsafe_code))]
#![deny(unsafe_code)]
#![deny(clippy::all)]

mod blind_rotation;
mod bootstrap;
mod bytes;
mod circuit;
mod control;
mod envelope;
mod error;
mod evaluate;
mod fourier;
#[cfg(feature = "gpu")]
mod gpu;
mod key_switch;
mod keys;
mod linear;
mod mask;
mod message;
mod panels;
mod parameters;
mod request;
mod response;

pub use circuit::ServerCircuit;
pub use control::{Control, Report};
pub use envelope::{Hash, Kind, hex, open, seal};
pub use error::{EngineError, Mismatch};
pub use evaluate::{DEFAULT_MEMORY_BYTES, evaluate};
pub use keys::EvaluationKey;
pub use parameters::Parameters;

// The support file of the tests under tests/ serves the unit tests too, and names this crate as they do.
#[cfg(test)]
extern crate self as tacit_evaluator;

#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;
