//! What tests need of the client's side: keys, encryption, decryption, and the writing of artefacts. Unit tests and the
//! tests in this folder share it, so each uses a part of it.
#![allow(dead_code)]

use std::sync::atomic::AtomicBool;

use serde::Serialize;
use serde_bytes::ByteBuf;
use tacit_evaluator::{
    Control, EngineError, EvaluationKey, Hash, Kind, Parameters, ServerCircuit, open, seal,
};
use tfhe::core_crypto::commons::generators::DeterministicSeeder;
use tfhe::core_crypto::commons::math::random::Seed;
use tfhe::core_crypto::prelude::{
    CiphertextModulus, DefaultRandomGenerator, LweCiphertext, Plaintext, SeededLweCiphertext, Seeder,
    decrypt_lwe_ciphertext, encrypt_seeded_lwe_ciphertext,
};
use tfhe::shortint::ciphertext::MaxNoiseLevel;
use tfhe::shortint::{ClientKey, CompressedServerKey};

/// 128 bits of security: standard deviations on the 132-bit curve at dimensions 844 and 2048.
pub const REAL: Parameters = Parameters {
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

/// No security at all: noise far below the curve, keys in a fraction of a second.
pub const TEST_ONLY_INSECURE: Parameters = Parameters {
    lwe_dimension: 450,
    glwe_dimension: 1,
    polynomial_size: 512,
    lwe_noise: 1e-12,
    glwe_noise: 1e-17,
    pbs_base_log: 12,
    pbs_level: 3,
    ks_base_log: 4,
    ks_level: 6,
};

/// A circuit of format 1, or of format 2 after [`CircuitSpec::into_format_2`].
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct CircuitSpec {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub format: Option<u64>,
    pub parameters: ParametersSpec,
    pub inputs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_bits: Option<u64>,
    pub layers: Vec<LayerSpec>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ParametersSpec {
    pub lwe_dimension: u64,
    pub glwe_dimension: u64,
    pub polynomial_size: u64,
    pub lwe_noise: f64,
    pub glwe_noise: f64,
    pub pbs_base_log: u64,
    pub pbs_level: u64,
    pub ks_base_log: u64,
    pub ks_level: u64,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LayerSpec {
    pub rows: u64,
    pub terms: Vec<TermSpec>,
    pub offsets: ByteBuf,
    pub tables: ByteBuf,
    pub boxes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table_of: Option<ByteBuf>,
}

#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct TermSpec {
    pub edge: u64,
    pub columns: u64,
    pub weights: ByteBuf,
    pub gains: ByteBuf,
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub form: Option<FormSpec>,
}

/// The fields of a term that format 2 added.
#[derive(Clone, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FormSpec {
    pub weight_bytes: u64,
    pub column_bytes: u64,
    pub counts: ByteBuf,
    pub indices: ByteBuf,
}

#[derive(Clone, Serialize)]
pub struct RequestSpec {
    pub samples: u64,
    pub seeds: ByteBuf,
    pub bodies: ByteBuf,
}

#[derive(serde::Deserialize)]
pub struct ResponseMessage {
    pub samples: u64,
    pub bits: Option<u32>,
    pub ciphertexts: ByteBuf,
}

impl ResponseMessage {
    /// Words as they were before rounding, but for the bits that were left out.
    fn words(&self) -> Vec<u64> {
        let bits = self.bits.unwrap_or(64) as usize;
        let bit = |at: usize| u64::from(self.ciphertexts[at / 8] >> (at % 8) & 1);
        let number = |start: usize| (0..bits).map(|at| bit(start + at) << at).sum::<u64>();
        let count = self.ciphertexts.len() * 8 / bits;
        (0..count)
            .map(|word| number(word * bits) << (64 - bits))
            .collect()
    }
}

impl From<Parameters> for ParametersSpec {
    fn from(parameters: Parameters) -> Self {
        Self {
            lwe_dimension: parameters.lwe_dimension as u64,
            glwe_dimension: parameters.glwe_dimension as u64,
            polynomial_size: parameters.polynomial_size as u64,
            lwe_noise: parameters.lwe_noise,
            glwe_noise: parameters.glwe_noise,
            pbs_base_log: parameters.pbs_base_log as u64,
            pbs_level: parameters.pbs_level as u64,
            ks_base_log: parameters.ks_base_log as u64,
            ks_level: parameters.ks_level as u64,
        }
    }
}

impl TermSpec {
    pub fn new(edge: u64, columns: u64, weights: &[i32], gains: &[u32]) -> Self {
        Self {
            edge,
            columns,
            weights: pack(weights, |weight| weight.to_le_bytes()),
            gains: pack(gains, |gain| gain.to_le_bytes()),
            form: None,
        }
    }

    fn weights(&self) -> Vec<i32> {
        self.weights
            .chunks_exact(4)
            .map(|word| i32::from_le_bytes(word.try_into().unwrap()))
            .collect()
    }

    /// The same weights in format 2, dense, in words of `weight_bytes`.
    pub fn narrow(&mut self, weight_bytes: usize) {
        let weights = self.weights();
        let narrow = weights
            .iter()
            .flat_map(|weight| weight.to_le_bytes().into_iter().take(weight_bytes));
        self.weights = ByteBuf::from(narrow.collect::<Vec<u8>>());
        self.form = Some(FormSpec {
            weight_bytes: weight_bytes as u64,
            column_bytes: 0,
            counts: ByteBuf::new(),
            indices: ByteBuf::new(),
        });
    }

    /// The same weights in format 2, without those that are 0.
    pub fn thin(&mut self, weight_bytes: usize, column_bytes: usize) {
        let weights = self.weights();
        let (mut counts, mut indices, mut kept) = (Vec::new(), Vec::new(), Vec::new());
        for row in weights.chunks_exact(self.columns as usize) {
            let entries = row.iter().enumerate().filter(|(_, weight)| **weight != 0);
            counts.push(entries.clone().count() as u32);
            for (column, weight) in entries {
                indices.extend_from_slice(&column.to_le_bytes()[..column_bytes]);
                kept.extend_from_slice(&weight.to_le_bytes()[..weight_bytes]);
            }
        }
        self.weights = ByteBuf::from(kept);
        self.form = Some(FormSpec {
            weight_bytes: weight_bytes as u64,
            column_bytes: column_bytes as u64,
            counts: pack(&counts, |count| count.to_le_bytes()),
            indices: ByteBuf::from(indices),
        });
    }
}

impl LayerSpec {
    pub fn new(terms: Vec<TermSpec>, offsets: &[u64], boxes: u64, tables: &[u64]) -> Self {
        Self {
            rows: offsets.len() as u64,
            terms,
            offsets: pack(offsets, |offset| offset.to_le_bytes()),
            tables: pack(tables, |entry| entry.to_le_bytes()),
            boxes,
            table_of: None,
        }
    }
}

impl CircuitSpec {
    pub fn new(parameters: Parameters, inputs: u64, layers: Vec<LayerSpec>) -> Self {
        Self {
            format: None,
            parameters: parameters.into(),
            inputs,
            response_bits: None,
            layers,
        }
    }

    /// The same circuit in format 2, its table entries cut to 32 bits.
    pub fn into_format_2(mut self, response_bits: u64) -> Self {
        self.format = Some(2);
        self.response_bits = Some(response_bits);
        for layer in &mut self.layers {
            layer.table_of = Some(ByteBuf::new());
            let tables = layer.tables.chunks_exact(8).flat_map(|entry| entry[4..].to_vec());
            layer.tables = ByteBuf::from(tables.collect::<Vec<u8>>());
            layer.terms.iter_mut().for_each(|term| term.narrow(4));
        }
        self
    }

    pub fn payload(&self) -> Vec<u8> {
        rmp_serde::to_vec_named(self).unwrap()
    }

    /// The envelope of the circuit.
    pub fn seal(&self) -> Vec<u8> {
        seal_circuit(&self.payload())
    }
}

impl RequestSpec {
    pub fn seal(&self, hash: &Hash) -> Vec<u8> {
        seal(Kind::Request, hash, &rmp_serde::to_vec_named(self).unwrap())
    }
}

pub fn seal_circuit(payload: &[u8]) -> Vec<u8> {
    use sha2::{Digest, Sha256};
    seal(Kind::ServerCircuit, &Sha256::digest(payload).into(), payload)
}

pub fn pack<T: Copy, const N: usize>(values: &[T], bytes: impl Fn(T) -> [u8; N]) -> ByteBuf {
    let packed: Vec<u8> = values.iter().flat_map(|value| bytes(*value)).collect();
    ByteBuf::from(packed)
}

/// The side that holds the secret.
pub struct Client {
    pub key: ClientKey,
}

impl Client {
    pub fn new(parameters: &Parameters) -> Self {
        Self {
            key: ClientKey::new(parameters.to_shortint(MaxNoiseLevel::new(1))),
        }
    }

    /// The payload of an evaluation key.
    pub fn evaluation_key(&self) -> Vec<u8> {
        bincode::serialize(&CompressedServerKey::new(&self.key)).unwrap()
    }

    /// Encrypts phases, sample-major.
    pub fn encrypt(&self, samples: u64, phases: &[u64]) -> RequestSpec {
        let (secret, noise) = self.key.encryption_key_and_noise();
        let mut seeder = DeterministicSeeder::<DefaultRandomGenerator>::new(Seed(rand_u128()));
        let (mut seeds, mut bodies) = (Vec::new(), Vec::new());
        for phase in phases {
            let mut ciphertext = SeededLweCiphertext::new(
                0,
                secret.lwe_dimension().to_lwe_size(),
                seeder.seed().into(),
                CiphertextModulus::new_native(),
            );
            encrypt_seeded_lwe_ciphertext(&secret, &mut ciphertext, Plaintext(*phase), noise, &mut seeder);
            let seed = bincode::serialize(&ciphertext.compression_seed()).unwrap();
            seeds.extend_from_slice(&seed[4..20]);
            bodies.push(*ciphertext.get_body().data);
        }
        RequestSpec {
            samples,
            seeds: ByteBuf::from(seeds),
            bodies: pack(&bodies, |body| body.to_le_bytes()),
        }
    }

    /// Full ciphertexts of a request.
    pub fn expand(&self, request: &RequestSpec) -> Vec<Vec<u64>> {
        let size = self.key.encryption_key().lwe_dimension().to_lwe_size();
        let seeds = request.seeds.chunks_exact(16);
        let bodies = request.bodies.chunks_exact(8);
        seeds
            .zip(bodies)
            .map(|(seed, body)| {
                let seed = Seed(u128::from_le_bytes(seed.try_into().unwrap()));
                let body = u64::from_le_bytes(body.try_into().unwrap());
                SeededLweCiphertext::from_scalar(body, size, seed.into(), CiphertextModulus::new_native())
                    .decompress_into_lwe_ciphertext()
                    .into_container()
            })
            .collect()
    }

    /// Phases of `[count, k·N + 1]` ciphertexts.
    pub fn decrypt(&self, ciphertexts: &[u64]) -> Vec<u64> {
        let secret = self.key.encryption_key();
        let words = secret.lwe_dimension().to_lwe_size().0;
        ciphertexts
            .chunks_exact(words)
            .map(|ciphertext| {
                let modulus = CiphertextModulus::new_native();
                let ciphertext = LweCiphertext::from_container(ciphertext, modulus);
                decrypt_lwe_ciphertext(&secret, &ciphertext).0
            })
            .collect()
    }

    /// Phases in a response envelope, sample-major.
    pub fn decrypt_response(&self, response: &[u8], hash: &Hash) -> Vec<u64> {
        let (got, payload) = open(response, Kind::Response).unwrap();
        assert_eq!(&got, hash);
        let message: ResponseMessage = rmp_serde::from_slice(payload).unwrap();
        let phases = self.decrypt(&message.words());
        assert_eq!(phases.len() as u64 % message.samples, 0);
        phases
    }
}

/// Fresh randomness from the seeder of tfhe-rs.
fn rand_u128() -> u128 {
    tfhe::core_crypto::prelude::new_seeder().seed().0
}

/// Runs `body` with a control that nobody cancels.
pub fn uncancelled<T>(body: impl FnOnce(&Control<'_>) -> T) -> T {
    body(&Control::new(&AtomicBool::new(false), &|_| {}))
}

pub fn load_key(bytes: &[u8], circuit: &ServerCircuit) -> Result<EvaluationKey, EngineError> {
    uncancelled(|control| EvaluationKey::load(bytes, circuit, control))
}

/// The code of a refusal, or "accepted".
pub fn code_of<T>(result: Result<T, EngineError>) -> &'static str {
    result.map_or_else(|error| error.code(), |_| "accepted")
}

/// Signed distance of two phases, in units of `step`.
pub fn steps_between(phase: u64, expected: u64, step: f64) -> f64 {
    phase.wrapping_sub(expected) as i64 as f64 / step
}

/// splitmix64: test data that is the same in every run.
pub struct Numbers(u64);

impl Numbers {
    pub fn seeded(seed: u64) -> Self {
        Self(seed)
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }
}
