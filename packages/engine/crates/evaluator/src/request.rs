//! Requests: seeded ciphertexts, expanded to full ones sample by sample.

use rayon::prelude::*;
use serde::Deserialize;
use serde_bytes::Bytes;

use crate::bytes;
use crate::circuit::ServerCircuit;
use crate::envelope::{self, Kind, check_circuit};
use crate::error::{EngineError, Mismatch};
use crate::mask::MaskStream;
use crate::message;
use crate::panels::{LANES, Panels};

/// Most bytes of ciphertexts that one response may hold.
const MAX_RESPONSE_BYTES: u64 = 1 << 30;

/// The seeded inputs of some samples, sample-major.
#[derive(Debug)]
pub(crate) struct Request {
    pub samples: usize,
    seeds: Vec<[u8; 16]>,
    bodies: Vec<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RequestMessage<'a> {
    samples: u64,
    #[serde(borrow)]
    seeds: &'a Bytes,
    #[serde(borrow)]
    bodies: &'a Bytes,
}

impl Request {
    /// # Errors
    /// Those of [`envelope::open`], `CIRCUIT_MISMATCH` and `REQUEST_INVALID`.
    pub(crate) fn load(bytes: &[u8], circuit: &ServerCircuit) -> Result<Self, EngineError> {
        let (hash, payload) = envelope::open(bytes, Kind::Request)?;
        check_circuit("The circuit of the request", &hash, circuit.hash())?;
        let message: RequestMessage = message::decode(payload)
            .map_err(|reason| invalid("The payload", reason, "the map of a request"))?;
        let samples = check_samples(message.samples, circuit)?;
        let inputs = samples * circuit.inputs();
        check_words("seeds", message.seeds, inputs, 16)?;
        check_words("bodies", message.bodies, inputs, 8)?;
        Ok(Self {
            samples,
            seeds: bytes::to_seeds(message.seeds),
            bodies: bytes::to_u64(message.bodies),
        })
    }

    /// Full ciphertexts of `samples` samples from `first` on.
    pub(crate) fn expand(&self, circuit: &ServerCircuit, first: usize, samples: usize) -> Panels {
        let width = circuit.inputs();
        let mut panels = Panels::new(samples, width, circuit.parameters().big_dimension());
        let inputs = first * width..(first + samples) * width;
        let seeds = self.seeds.get(inputs.clone()).unwrap_or_default();
        let streams: Vec<MaskStream> = seeds.par_iter().map(|seed| MaskStream::new(*seed)).collect();
        let count = panels.count;
        panels
            .masks
            .par_chunks_mut(width)
            .enumerate()
            .for_each(|(panel, runs)| {
                let streams = streams.iter().skip(panel / count * width);
                let start = (panel % count * LANES) as u64;
                for (run, stream) in runs.iter_mut().zip(streams) {
                    stream.fill(start, run);
                }
            });
        panels
            .bodies
            .copy_from_slice(self.bodies.get(inputs).unwrap_or_default());
        panels
    }
}

/// A response must fit in memory as one message; more samples belong into more requests.
fn check_samples(got: u64, circuit: &ServerCircuit) -> Result<usize, EngineError> {
    let words = circuit.parameters().ciphertext_words() as u64;
    let sample_bytes = circuit.outputs() as u64 * words * 8;
    let most = (MAX_RESPONSE_BYTES / sample_bytes).max(1);
    match usize::try_from(got) {
        Ok(samples) if (1..=most).contains(&got) => Ok(samples),
        _ => Err(invalid("samples", got, format!("1 to {most}"))),
    }
}

fn check_words(what: &str, got: &[u8], count: usize, word: usize) -> Result<(), EngineError> {
    if count.checked_mul(word) == Some(got.len()) {
        Ok(())
    } else {
        Err(invalid(
            what,
            format!("{} bytes", got.len()),
            format!("{count} words of {word} bytes, samples · inputs"),
        ))
    }
}

fn invalid(what: &str, got: impl std::fmt::Display, expected: impl std::fmt::Display) -> EngineError {
    EngineError::RequestInvalid(Mismatch::new(what, got, expected))
}
