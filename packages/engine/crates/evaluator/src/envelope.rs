//! The envelope around every binary that crosses a boundary: magic, version, kind, circuit hash, length, checksum.

use sha2::{Digest, Sha256};

use crate::error::{EngineError, Mismatch};

/// SHA-256 of the payload of a server circuit: the name that keys, requests and responses carry.
pub type Hash = [u8; 32];

const MAGIC: [u8; 4] = *b"TACT";
const VERSION: u16 = 1;
/// Bytes that the checksum covers in front of the payload.
const CHECKED_HEADER: usize = 48;
pub(crate) const HEADER: usize = 80;

/// What an envelope holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    ServerCircuit = 1,
    EvaluationKey = 2,
    Request = 3,
    Response = 4,
    ClientKey = 5,
}

impl Kind {
    fn name(number: u16) -> String {
        let name = match number {
            1 => "server circuit",
            2 => "evaluation key",
            3 => "request",
            4 => "response",
            5 => "client key",
            _ => "unknown",
        };
        format!("{number} ({name})")
    }
}

/// Lower-case hexadecimal digits of a hash.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub(crate) fn sha256(payload: &[u8]) -> Hash {
    Sha256::digest(payload).into()
}

/// Checks an envelope and returns its circuit hash and its payload.
///
/// # Errors
/// The first of the checks of docs/wire-format.md that fails, in their order. A server circuit whose hash is not that
/// of its payload is [`EngineError::CircuitMismatch`]; for the other kinds the caller compares the hash.
pub fn open(bytes: &[u8], kind: Kind) -> Result<(Hash, &[u8]), EngineError> {
    let Some((header, payload)) = bytes.split_first_chunk::<HEADER>() else {
        return Err(EngineError::EnvelopeTruncated(Mismatch::new(
            "The envelope",
            format!("{} bytes", bytes.len()),
            format!("at least {HEADER} bytes"),
        )));
    };
    let [m0, m1, m2, m3, v0, v1, k0, k1, rest @ ..] = header;
    check_start([*m0, *m1, *m2, *m3], [*v0, *v1], [*k0, *k1], kind)?;
    // `rest` starts at byte 8; the three fields below fill it exactly.
    let (hash, rest) = split_array::<32>(rest)?;
    let (length, checksum) = split_array::<8>(rest)?;
    let length = u64::from_le_bytes(length);
    if u64::try_from(payload.len()) != Ok(length) {
        return Err(EngineError::EnvelopeLength(Mismatch::new(
            "The payload",
            format!("{} bytes", payload.len()),
            format!("{length} bytes"),
        )));
    }
    let computed = checksum_of(header, payload);
    if computed.as_slice() != checksum {
        return Err(EngineError::EnvelopeChecksum(Mismatch::new(
            "The checksum of the received bytes",
            hex(&computed),
            hex(checksum),
        )));
    }
    if kind == Kind::ServerCircuit {
        check_circuit("The hash of the circuit's payload", &sha256(payload), &hash)?;
    }
    Ok((hash, payload))
}

/// Wraps a payload.
pub fn seal(kind: Kind, hash: &Hash, payload: &[u8]) -> Vec<u8> {
    let mut bytes = vec![0; HEADER];
    bytes.extend_from_slice(payload);
    seal_in_place(kind, hash, &mut bytes);
    bytes
}

/// Fills the header of an envelope whose payload was written behind [`HEADER`] reserved bytes.
pub(crate) fn seal_in_place(kind: Kind, hash: &Hash, bytes: &mut [u8]) {
    let Some((header, payload)) = bytes.split_first_chunk_mut::<HEADER>() else {
        return;
    };
    let length = payload.len() as u64;
    let fields = [
        MAGIC.as_slice(),
        &VERSION.to_le_bytes(),
        &(kind as u16).to_le_bytes(),
        hash,
        &length.to_le_bytes(),
    ]
    .concat();
    let (checked, checksum) = header.split_at_mut(CHECKED_HEADER);
    checked.copy_from_slice(&fields);
    let digest = Sha256::new()
        .chain_update(&fields)
        .chain_update(payload)
        .finalize();
    checksum.copy_from_slice(&digest);
}

/// Compares the circuit hash that something carries with that of the circuit it is used with.
pub(crate) fn check_circuit(what: &str, got: &Hash, expected: &Hash) -> Result<(), EngineError> {
    if got == expected {
        Ok(())
    } else {
        Err(EngineError::CircuitMismatch(Mismatch::new(
            what,
            hex(got),
            hex(expected),
        )))
    }
}

fn check_start(magic: [u8; 4], version: [u8; 2], number: [u8; 2], kind: Kind) -> Result<(), EngineError> {
    if magic != MAGIC {
        return Err(EngineError::EnvelopeForeign(Mismatch::new(
            "The start of the envelope",
            hex(&magic),
            format!("{} (\"TACT\")", hex(&MAGIC)),
        )));
    }
    let version = u16::from_le_bytes(version);
    if version != VERSION {
        return Err(EngineError::EnvelopeVersion(Mismatch::new(
            "The version of the envelope",
            version,
            VERSION,
        )));
    }
    let number = u16::from_le_bytes(number);
    if number != kind as u16 {
        return Err(EngineError::EnvelopeKind(Mismatch::new(
            "The kind of the envelope",
            Kind::name(number),
            Kind::name(kind as u16),
        )));
    }
    Ok(())
}

fn split_array<const N: usize>(bytes: &[u8]) -> Result<([u8; N], &[u8]), EngineError> {
    bytes
        .split_first_chunk::<N>()
        .map(|(head, tail)| (*head, tail))
        .ok_or_else(|| EngineError::Internal {
            message: "the envelope header is shorter than its fields".into(),
        })
}

fn checksum_of(header: &[u8; HEADER], payload: &[u8]) -> Hash {
    let (checked, _) = header.split_at(CHECKED_HEADER);
    Sha256::new()
        .chain_update(checked)
        .chain_update(payload)
        .finalize()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: Hash = [7; 32];

    fn code(bytes: &[u8], kind: Kind) -> &'static str {
        open(bytes, kind).map_or_else(|error| error.code(), |_| "accepted")
    }

    #[test]
    fn a_payload_comes_back_with_its_circuit_hash() {
        for payload in [b"".as_slice(), b"x", &[9; 1000]] {
            let bytes = seal(Kind::Request, &HASH, payload);
            assert_eq!(open(&bytes, Kind::Request), Ok((HASH, payload)));
        }
    }

    #[test]
    fn any_flipped_bit_is_refused() {
        let bytes = seal(Kind::EvaluationKey, &HASH, b"a payload of some bytes");
        for position in 0..bytes.len() * 8 {
            let mut broken = bytes.clone();
            broken[position / 8] ^= 1 << (position % 8);
            assert_ne!(
                code(&broken, Kind::EvaluationKey),
                "accepted",
                "bit {position} was flipped"
            );
        }
    }

    #[test]
    fn any_truncation_or_extension_is_refused() {
        let bytes = seal(Kind::Response, &HASH, b"payload");
        for length in 0..bytes.len() {
            assert_ne!(code(&bytes[..length], Kind::Response), "accepted");
        }
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(code(&longer, Kind::Response), "ENVELOPE_LENGTH");
    }

    #[test]
    fn the_checks_come_in_the_documented_order() {
        let bytes = seal(Kind::Request, &HASH, b"payload");
        let with = |position: usize, value: u8| {
            let mut changed = bytes.clone();
            changed[position] = value;
            changed
        };
        assert_eq!(code(&bytes[..79], Kind::Request), "ENVELOPE_TRUNCATED");
        assert_eq!(code(&with(0, b'X'), Kind::Request), "ENVELOPE_FOREIGN");
        assert_eq!(code(&with(4, 2), Kind::Request), "ENVELOPE_VERSION");
        assert_eq!(code(&bytes, Kind::EvaluationKey), "ENVELOPE_KIND");
        assert_eq!(code(&with(47, 255), Kind::Request), "ENVELOPE_LENGTH");
        assert_eq!(code(&with(8, 1), Kind::Request), "ENVELOPE_CHECKSUM");
        let foreign_hash = seal(Kind::ServerCircuit, &HASH, b"payload");
        assert_eq!(code(&foreign_hash, Kind::ServerCircuit), "CIRCUIT_MISMATCH");
    }
}
