//! Responses: the last layer's ciphertexts, every word rounded to the bits that matter.

use serde::Serialize;
use serde_bytes::Bytes;

use crate::envelope::{self, HEADER, Hash, Kind};
use crate::error::EngineError;

#[derive(Serialize)]
struct ResponseMessage<'a> {
    samples: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    bits: Option<u32>,
    ciphertexts: &'a Bytes,
}

/// Writes the words of `[samples, outputs, k·N + 1]` ciphertexts into a response envelope, `bits` of each; without
/// `bits` they are whole, and the response does not say so.
///
/// # Errors
/// None that the writer is known to give; the type is the encoder's.
pub(crate) fn write(
    hash: &Hash,
    samples: usize,
    bits: Option<u32>,
    words: impl Iterator<Item = u64>,
) -> Result<Vec<u8>, EngineError> {
    let packed = pack(words, bits.unwrap_or(64));
    let message = ResponseMessage {
        samples: samples as u64,
        bits,
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

/// The nearest multiples of 2^(64 − bits), divided by it, without gaps and lowest bit first.
fn pack(words: impl Iterator<Item = u64>, bits: u32) -> Vec<u8> {
    let mut packed = Vec::new();
    let (mut pending, mut count) = (0_u128, 0);
    for word in words {
        let rounded = match 64_u32.checked_sub(bits) {
            None | Some(0) => word,
            Some(dropped) => word.wrapping_add(1 << (dropped - 1)) >> dropped,
        };
        pending |= u128::from(rounded) << count;
        count += bits;
        while count >= 8 {
            packed.push(pending as u8);
            pending >>= 8;
            count -= 8;
        }
    }
    if count > 0 {
        packed.push(pending as u8);
    }
    packed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_rounded_and_packed_from_the_lowest_bit() {
        let words = [
            0x8000_0000_0000_0000,
            0x27ff_ffff_ffff_ffff,
            0x2800_0000_0000_0000,
            u64::MAX,
        ];
        // 8, 2, 3 and 16, which is 0: the torus closes.
        assert_eq!(pack(words.into_iter(), 4), [0x28, 0x03]);
        // 4, 1, 1 and 8, which is 0.
        assert_eq!(pack(words.into_iter(), 3), [0b0100_1100, 0]);
        let whole: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        assert_eq!(pack(words.into_iter(), 64), whole);
    }
}
