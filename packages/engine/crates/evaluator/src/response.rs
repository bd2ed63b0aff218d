//! Responses: the last layer's ciphertexts, whole.

use serde::Serialize;
use serde_bytes::Bytes;

use crate::envelope::{self, HEADER, Hash, Kind};
use crate::error::EngineError;

#[derive(Serialize)]
struct ResponseMessage<'a> {
    samples: u64,
    ciphertexts: &'a Bytes,
}

/// Writes `[samples, outputs, k·N + 1]` ciphertexts into a response envelope.
///
/// # Errors
/// None that the writer is known to give; the type is the encoder's.
pub(crate) fn write(hash: &Hash, samples: usize, ciphertexts: &[u64]) -> Result<Vec<u8>, EngineError> {
    let packed: Vec<u8> = ciphertexts.iter().flat_map(|word| word.to_le_bytes()).collect();
    let message = ResponseMessage {
        samples: samples as u64,
        ciphertexts: Bytes::new(&packed),
    };
    // Written behind the header's place, so that the payload is not copied once more.
    let mut bytes = Vec::with_capacity(HEADER + packed.len() + 64);
    bytes.resize(HEADER, 0);
    rmp_serde::encode::write_named(&mut bytes, &message).map_err(|error| EngineError::Internal {
        message: error.to_string(),
    })?;
    envelope::seal_in_place(Kind::Response, hash, &mut bytes);
    Ok(bytes)
}
