//! Keys of a client, byte for byte as Zama's WASM package writes them: payloads 5 and 2 of docs/wire-format.md.
//!
//! The only crate here that handles a secret; the evaluator does not depend on it. Keys draw from tfhe-rs's generator.

#![forbid(unsafe_code)]
#![deny(clippy::all)]

use tacit_evaluator::{EngineError, Mismatch, Parameters};
use tfhe::core_crypto::commons::generators::DeterministicSeeder;
use tfhe::core_crypto::commons::math::random::Seed;
use tfhe::core_crypto::prelude::DefaultRandomGenerator;
use tfhe::shortint::engine::ShortintEngine;
use tfhe::shortint::parameters::{ClassicPBSParameters, MaxNoiseLevel};
use tfhe::shortint::{ClientKey, CompressedServerKey};

/// Bookkeeping that the WASM client writes and nothing reads.
const LOG2_FAILURE: f64 = -40.0;

/// The payload of a new client key; of the same key, whoever makes it, where a seed is given.
///
/// # Errors
/// `PARAMETERS_UNSUPPORTED` and `PARAMETERS_INSECURE`.
pub fn client_key(parameters: &Parameters, seed: Option<u128>) -> Result<Vec<u8>, EngineError> {
    parameters.check()?;
    let shortint = shortint(parameters);
    let key = match seed {
        None => ClientKey::new(shortint),
        Some(seed) => {
            let mut seeder = DeterministicSeeder::<DefaultRandomGenerator>::new(Seed(seed));
            ShortintEngine::new_from_seeder(&mut seeder).new_client_key(shortint)
        }
    };
    serialize(&key)
}

/// The payload of a new evaluation key of a client key, made on the current rayon pool.
///
/// # Errors
/// `PARAMETERS_UNSUPPORTED`, `PARAMETERS_INSECURE`, and `KEY_INVALID` for a client key of other parameters.
pub fn evaluation_key(parameters: &Parameters, client_key: &[u8]) -> Result<Vec<u8>, EngineError> {
    check_client_key(parameters, client_key)?;
    let key: ClientKey = bincode::deserialize(client_key).map_err(|error| invalid(&error.to_string()))?;
    serialize(&CompressedServerKey::new(&key))
}

/// Refuses whatever differs from a key of these parameters elsewhere than in its secret bits, so that no received
/// length reaches the deserializer.
fn check_client_key(parameters: &Parameters, client_key: &[u8]) -> Result<(), EngineError> {
    let template = self::client_key(parameters, None)?;
    if template.len() != client_key.len() {
        return Err(invalid(&format!("{} bytes", client_key.len())));
    }
    let big = 12..12 + 8 * parameters.big_dimension();
    let small = big.end + 16..big.end + 16 + 8 * parameters.lwe_dimension;
    let is_same = |(at, (byte, expected)): (usize, (&u8, &u8))| {
        if big.contains(&at) || small.contains(&at) {
            // Words of eight bytes, each 0 or 1.
            let first = if at < big.end { big.start } else { small.start };
            *byte <= u8::from((at - first) % 8 == 0)
        } else {
            byte == expected
        }
    };
    if client_key.iter().zip(&template).enumerate().all(is_same) {
        Ok(())
    } else {
        Err(invalid("of other parameters, or damaged"))
    }
}

fn shortint(parameters: &Parameters) -> ClassicPBSParameters {
    ClassicPBSParameters {
        log2_p_fail: LOG2_FAILURE,
        ..parameters.to_shortint(MaxNoiseLevel::new(1))
    }
}

fn serialize(key: &impl serde::Serialize) -> Result<Vec<u8>, EngineError> {
    bincode::serialize(key).map_err(|error| EngineError::Internal {
        message: error.to_string(),
    })
}

fn invalid(got: &str) -> EngineError {
    EngineError::KeyInvalid(Mismatch::new(
        "The client key",
        got,
        "a key of the circuit's parameters",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    const REAL: Parameters = Parameters {
        lwe_dimension: 844,
        glwe_dimension: 2,
        polynomial_size: 1024,
        lwe_noise: 2.990_786_968_333_998_6e-06,
        glwe_noise: 2.845_267_479_601_915e-15,
        pbs_base_log: 23,
        pbs_level: 1,
        ks_base_log: 3,
        ks_level: 5,
    };

    #[test]
    fn a_seed_gives_one_key_and_none_gives_another() {
        let key = client_key(&REAL, Some(7)).unwrap();
        assert_eq!(client_key(&REAL, Some(7)).unwrap(), key);
        assert_ne!(client_key(&REAL, Some(8)).unwrap(), key);
        assert_ne!(client_key(&REAL, None).unwrap(), client_key(&REAL, None).unwrap());
    }

    #[test]
    fn the_evaluation_key_has_the_documented_length() {
        let key = client_key(&REAL, None).unwrap();
        assert_eq!(
            evaluation_key(&REAL, &key).unwrap().len() as u64,
            REAL.key_bytes()
        );
    }

    #[test]
    fn parameters_below_the_curve_or_out_of_range_are_refused() {
        let weak = Parameters {
            lwe_noise: 1e-12,
            ..REAL
        };
        assert_eq!(client_key(&weak, None).unwrap_err().code(), "PARAMETERS_INSECURE");
        let nan = Parameters {
            glwe_noise: f64::NAN,
            ..REAL
        };
        assert_eq!(
            client_key(&nan, None).unwrap_err().code(),
            "PARAMETERS_UNSUPPORTED"
        );
    }

    #[test]
    fn damaged_and_foreign_client_keys_are_refused() {
        let key = client_key(&REAL, None).unwrap();
        for length in [0, 3, key.len() - 1] {
            let error = evaluation_key(&REAL, &key[..length]).unwrap_err();
            assert_eq!(error.code(), "KEY_INVALID");
        }
        // The tag, a length, a word of each secret, the parameters.
        for position in [
            0,
            4,
            12,
            19,
            12 + 8 * 2048 + 3,
            12 + 8 * 2048 + 16,
            key.len() - 20,
        ] {
            let mut changed = key.clone();
            changed[position] ^= 0x40;
            let error = evaluation_key(&REAL, &changed).unwrap_err();
            assert_eq!(error.code(), "KEY_INVALID", "byte {position}");
        }
    }
}
