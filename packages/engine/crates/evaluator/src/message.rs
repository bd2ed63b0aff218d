//! MessagePack payloads, read to the last byte.

use rmp_serde::Deserializer;
use rmp_serde::decode::Error;
use serde::Deserialize;

/// Decodes one value that fills `payload`. `bin` fields are borrowed, so no received length is ever allocated.
///
/// # Errors
/// What the decoder says, in words.
pub(crate) fn decode<'a, T: Deserialize<'a>>(payload: &'a [u8]) -> Result<T, String> {
    let mut deserializer = Deserializer::from_read_ref(payload);
    let value = T::deserialize(&mut deserializer).map_err(|error| error.to_string())?;
    // The deserializer does not tell its position. Asking for one more (unit) value reads one marker and fails exactly
    // so at the end; whatever else comes of it means that there was a marker to read.
    match <()>::deserialize(&mut deserializer) {
        Err(Error::InvalidMarkerRead(_)) => Ok(value),
        _ => Err("bytes follow the message".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_byte_after_the_message_is_refused() {
        assert_eq!(decode::<u64>(&[42]), Ok(42));
        for byte in 0..=255 {
            assert!(decode::<u64>(&[42, byte]).is_err(), "{byte} followed");
        }
    }
}
