//! Evaluation keys: the bytes of tfhe-rs's compressed server key, checked field by field before tfhe-rs unpacks them.

use bincode::Options;
use tfhe::conformance::ParameterSetConformant;
use tfhe::core_crypto::commons::math::random::CompressionSeed;
use tfhe::shortint::CompressedServerKey;
use tfhe::shortint::atomic_pattern::compressed::CompressedAtomicPatternServerKey;
use tfhe::shortint::ciphertext::MaxDegree;
use tfhe::shortint::parameters::{AtomicPatternParameters, PBSParameters};
use tfhe::shortint::server_key::ShortintCompressedBootstrappingKey;

use crate::blind_rotation::BootstrappingKey;
use crate::circuit::ServerCircuit;
use crate::control::Control;
use crate::envelope::{self, Hash, Kind, check_circuit};
use crate::error::{EngineError, Mismatch};
use crate::key_switch::KeySwitchingKey;
use crate::parameters::{CARRY_MODULUS, MESSAGE_MODULUS, Parameters};

/// An unpacked evaluation key of one circuit. It holds no secret.
pub struct EvaluationKey {
    circuit_hash: Hash,
    memory_bytes: u64,
    pub(crate) key_switching: KeySwitchingKey,
    pub(crate) bootstrapping: BootstrappingKey,
    /// None where there is no GPU: then the processor does its work.
    #[cfg(feature = "gpu")]
    pub(crate) gpu: Option<crate::gpu::GpuKey>,
}

impl EvaluationKey {
    /// Opens, checks and unpacks the envelope of an evaluation key made for `circuit`, on the current rayon pool.
    ///
    /// # Errors
    /// Those of [`envelope::open`], `CIRCUIT_MISMATCH`, `KEY_SIZE`, `KEY_INVALID` and `CANCELLED`.
    pub fn load(bytes: &[u8], circuit: &ServerCircuit, control: &Control<'_>) -> Result<Self, EngineError> {
        let (hash, payload) = envelope::open(bytes, Kind::EvaluationKey)?;
        check_circuit("The circuit of the evaluation key", &hash, circuit.hash())?;
        control.check()?;
        let parameters = circuit.parameters();
        let seeded = read_parts(payload, parameters)?;
        control.check()?;
        let (seed, bodies) = &seeded.key_switching;
        let key_switching = KeySwitchingKey::expand(*seed, bodies, parameters);
        control.check()?;
        let (seed, bodies) = &seeded.bootstrapping;
        let bootstrapping = BootstrappingKey::expand(*seed, bodies, parameters);
        #[cfg(feature = "gpu")]
        let gpu = {
            let (switching_seed, switching_bodies) = &seeded.key_switching;
            let (bootstrapping_seed, bootstrapping_bodies) = &seeded.bootstrapping;
            crate::gpu::GpuKey::upload(
                parameters,
                (switching_seed, switching_bodies),
                (bootstrapping_seed, bootstrapping_bodies),
            )
        };
        Ok(Self {
            #[cfg(feature = "gpu")]
            gpu,
            circuit_hash: hash,
            memory_bytes: parameters.key_memory_bytes(),
            key_switching,
            bootstrapping,
        })
    }

    pub fn circuit_hash(&self) -> &Hash {
        &self.circuit_hash
    }

    /// Memory that the unpacked key takes.
    pub fn memory_bytes(&self) -> u64 {
        self.memory_bytes
    }
}

/// The seed of the masks, and the bodies.
type Seeded = ([u8; 16], Vec<u64>);

struct Parts {
    key_switching: Seeded,
    bootstrapping: Seeded,
}

/// Parses the key and refuses whatever differs from the parameters: nothing that tfhe-rs asserts on gets past this.
fn read_parts(payload: &[u8], parameters: &Parameters) -> Result<Parts, EngineError> {
    let expected = parameters.key_bytes();
    if payload.len() as u64 != expected {
        return Err(EngineError::KeySize(Mismatch::new(
            "The evaluation key",
            format!("{} bytes", payload.len()),
            format!("{expected} bytes"),
        )));
    }
    let key: CompressedServerKey = bincode::DefaultOptions::new()
        .with_fixint_encoding()
        .with_limit(expected)
        .deserialize(payload)
        .map_err(|error| invalid("The evaluation key", error, "a compressed server key of tfhe-rs"))?;
    check_conformance(&key, parameters)?;
    let (atomic_pattern, ..) = key.into_raw_parts();
    let CompressedAtomicPatternServerKey::Standard(standard) = atomic_pattern else {
        return Err(not_classic());
    };
    let (key_switching_key, bootstrapping_key, _) = standard.into_raw_parts();
    let ShortintCompressedBootstrappingKey::Classic { bsk, .. } = bootstrapping_key else {
        return Err(not_classic());
    };
    let key_switching_seed = read_seed("The key-switching key", &key_switching_key.compression_seed())?;
    let bootstrapping_seed = read_seed("The bootstrapping key", &bsk.compression_seed())?;
    Ok(Parts {
        key_switching: (key_switching_seed, key_switching_key.into_container()),
        bootstrapping: (bootstrapping_seed, bsk.into_container()),
    })
}

fn check_conformance(key: &CompressedServerKey, parameters: &Parameters) -> Result<(), EngineError> {
    let shortint = parameters.to_shortint(key.max_noise_level);
    let expected: AtomicPatternParameters = PBSParameters::PBS(shortint).into();
    let max_degree = MaxDegree::new(MESSAGE_MODULUS * CARRY_MODULUS - 1);
    if key.is_conformant(&(expected, max_degree)) {
        Ok(())
    } else {
        Err(invalid(
            "The evaluation key",
            "of other parameters",
            "of the circuit's parameters, message modulus 2^62, carry modulus 1, key switch first",
        ))
    }
}

/// tfhe-rs does not check where in its stream a seeded entity starts: anything but the start gives another mask. As
/// bytes: tag of the seed's kind (0, counter mode), 16 bytes of seed, 24 bytes of start index.
fn read_seed(what: &str, seed: &CompressionSeed) -> Result<[u8; 16], EngineError> {
    let bytes = bincode::serialize(seed).map_err(|error| EngineError::Internal {
        message: error.to_string(),
    })?;
    if let Some(([0, 0, 0, 0], rest)) = bytes.split_first_chunk()
        && let Some((seed, index)) = rest.split_first_chunk()
        && *index == [0; 24]
    {
        Ok(*seed)
    } else {
        Err(invalid(
            what,
            "seeded elsewhere than at the start of its stream",
            "a counter-mode seed with start index 0",
        ))
    }
}

fn not_classic() -> EngineError {
    invalid(
        "The evaluation key",
        "of another kind",
        "a classic key of the standard pattern",
    )
}

fn invalid(what: &str, got: impl std::fmt::Display, expected: &str) -> EngineError {
    EngineError::KeyInvalid(Mismatch::new(what, got, expected))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use super::*;
    use crate::envelope::seal;
    use crate::support::{CircuitSpec, Client, LayerSpec, TEST_ONLY_INSECURE, TermSpec, code_of, load_key};
    use tfhe::shortint::ClientKey;
    use tfhe::shortint::ciphertext::MaxNoiseLevel;
    use tfhe::shortint::parameters::{
        ClassicPBSParameters, EncryptionKeyChoice, MessageModulus, ModulusSwitchType,
    };

    fn circuit() -> ServerCircuit {
        let term = TermSpec::new(0, 1, &[1], &[1]);
        let spec = CircuitSpec::new(
            TEST_ONLY_INSECURE,
            1,
            vec![LayerSpec::new(vec![term], &[0], 0, &[])],
        );
        ServerCircuit::load_test_only_insecure(&spec.seal()).unwrap()
    }

    fn load(payload: &[u8], circuit: &ServerCircuit) -> Result<EvaluationKey, EngineError> {
        load_key(&seal(Kind::EvaluationKey, circuit.hash(), payload), circuit)
    }

    /// Where the fields of a key start that are not ciphertext bodies.
    fn metadata(parameters: &Parameters) -> Vec<(&'static str, usize, usize)> {
        let key_switching = 4 + 8 + 8 * parameters.key_switching_rows() as usize;
        let bootstrapping = key_switching + 24 + 20 + 24 + 24 + 4;
        let end = bootstrapping + 8 + 8 * parameters.bootstrapping_bodies() as usize;
        vec![
            ("atomic pattern", 0, 4),
            ("length of the key-switching key", 4, 8),
            ("shape of the key-switching key", key_switching, 24),
            ("seed kind of the key-switching key", key_switching + 24, 4),
            ("start index of the key-switching key", key_switching + 44, 24),
            ("modulus of the key-switching key", key_switching + 68, 24),
            ("kind of the bootstrapping key", bootstrapping - 4, 4),
            ("length of the bootstrapping key", bootstrapping, 8),
            ("shape of the bootstrapping key", end, 32),
            ("seed kind of the bootstrapping key", end + 32, 4),
            ("start index of the bootstrapping key", end + 52, 24),
            ("modulus of the bootstrapping key", end + 76, 24),
            ("modulus switch and order", end + 100, 8),
            ("moduli and degree", end + 108, 24),
        ]
    }

    #[test]
    fn every_change_of_metadata_is_refused() {
        let circuit = circuit();
        let key = Client::new(&TEST_ONLY_INSECURE).evaluation_key();
        load(&key, &circuit).unwrap();
        let fields = metadata(circuit.parameters());
        assert_eq!(
            fields.iter().map(|field| field.2).sum::<usize>() + 2 * 16 + 8,
            256
        );
        for (field, start, length) in fields {
            for position in start..start + length {
                for value in [1, 0x7f, 0xff] {
                    let mut changed = key.clone();
                    changed[position] ^= value;
                    // 2⁶⁴ spelled out is the same modulus as the 0 that tfhe-rs writes for it.
                    let is_native = field.starts_with("modulus of") && position == start + 8 && value == 1;
                    let expected = if is_native { "accepted" } else { "KEY_INVALID" };
                    let code = code_of(load(&changed, &circuit));
                    assert_eq!(code, expected, "{field}, byte {position} ^ {value}");
                }
            }
        }
    }

    #[test]
    fn a_key_of_another_length_is_refused() {
        let circuit = circuit();
        let key = Client::new(&TEST_ONLY_INSECURE).evaluation_key();
        for length in [0, 1, 4, 12, 255, 256, key.len() - 1] {
            assert_eq!(code_of(load(&key[..length], &circuit)), "KEY_SIZE");
        }
        let longer = [key.as_slice(), &[0]].concat();
        assert_eq!(code_of(load(&longer, &circuit)), "KEY_SIZE");
        assert_eq!(code_of(load(&vec![0xff; key.len()], &circuit)), "KEY_INVALID");
        assert_eq!(code_of(load(&vec![0; key.len()], &circuit)), "KEY_INVALID");
    }

    #[test]
    fn a_key_of_other_parameters_of_the_same_length_is_refused() {
        type Change = fn(&mut ClassicPBSParameters);
        let changes: [Change; 5] = [
            |p| p.pbs_base_log.0 += 1,
            |p| p.ks_base_log.0 += 1,
            |p| p.message_modulus = MessageModulus(1 << 61),
            |p| p.encryption_key_choice = EncryptionKeyChoice::Small,
            |p| p.modulus_switch_noise_reduction_params = ModulusSwitchType::CenteredMeanNoiseReduction,
        ];
        let circuit = circuit();
        for change in changes {
            let mut parameters = TEST_ONLY_INSECURE.to_shortint(MaxNoiseLevel::new(1));
            change(&mut parameters);
            let client = Client {
                key: ClientKey::new(parameters),
            };
            let code = code_of(load(&client.evaluation_key(), &circuit));
            assert_eq!(code, "KEY_INVALID", "{parameters:?}");
        }
    }

    #[test]
    fn a_key_of_another_circuit_names_both_hashes() {
        let circuit = circuit();
        let error = load_key(&seal(Kind::EvaluationKey, &[3; 32], b""), &circuit)
            .err()
            .unwrap();
        assert_eq!(error.code(), "CIRCUIT_MISMATCH");
        let mismatch = error.mismatch().unwrap();
        assert_eq!(mismatch.got, envelope::hex(&[3; 32]));
        assert_eq!(mismatch.expected, envelope::hex(circuit.hash()));
    }

    #[test]
    fn a_cancelled_load_stops() {
        let circuit = circuit();
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), b"");
        let cancelled = AtomicBool::new(true);
        let control = Control::new(&cancelled, &|_| {});
        let result = EvaluationKey::load(&sealed, &circuit, &control);
        assert_eq!(code_of(result), "CANCELLED");
    }
}
