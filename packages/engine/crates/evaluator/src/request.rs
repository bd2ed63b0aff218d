//! Requests: seeded ciphertexts, expanded to full ones sample by sample.

use rayon::prelude::*;
use serde::Deserialize;
use serde_bytes::Bytes;
use tfhe::core_crypto::commons::math::random::Seed;
use tfhe::core_crypto::prelude::{
    CiphertextModulus, DefaultRandomGenerator, LweCiphertext, LweDimension, SeededLweCiphertext,
    decompress_seeded_lwe_ciphertext,
};

use crate::bytes;
use crate::circuit::ServerCircuit;
use crate::envelope::{self, Kind, check_circuit};
use crate::error::{EngineError, Mismatch};
use crate::message;

/// Most bytes of ciphertexts that one response may hold.
const MAX_RESPONSE_BYTES: u64 = 1 << 30;

/// The seeded inputs of some samples, sample-major.
#[derive(Debug)]
pub(crate) struct Request {
    pub samples: usize,
    seeds: Vec<u128>,
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
            seeds: bytes::to_u128(message.seeds),
            bodies: bytes::to_u64(message.bodies),
        })
    }

    /// Full ciphertexts of `samples` samples from `first` on: `[samples, inputs, k·N + 1]`.
    pub(crate) fn expand(&self, circuit: &ServerCircuit, first: usize, samples: usize) -> Vec<u64> {
        let words = circuit.parameters().ciphertext_words();
        let start = first * circuit.inputs();
        let count = samples * circuit.inputs();
        let seeded = self.seeds.iter().zip(&self.bodies).skip(start).take(count);
        let seeded: Vec<_> = seeded.collect();
        let mut ciphertexts = vec![0; count * words];
        ciphertexts
            .par_chunks_exact_mut(words)
            .zip(seeded)
            .for_each(|(ciphertext, (seed, body))| expand_one(*seed, *body, ciphertext));
        ciphertexts
    }
}

fn expand_one(seed: u128, body: u64, ciphertext: &mut [u64]) {
    let size = LweDimension(ciphertext.len() - 1).to_lwe_size();
    let modulus = CiphertextModulus::new_native();
    let seeded = SeededLweCiphertext::from_scalar(body, size, Seed(seed).into(), modulus);
    let mut output = LweCiphertext::from_container(ciphertext, modulus);
    decompress_seeded_lwe_ciphertext::<_, _, DefaultRandomGenerator>(&mut output, &seeded);
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
