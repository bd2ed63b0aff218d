//! TFHE parameters of a circuit: what is supported, what is secure, and the sizes that follow from them.

use serde::Deserialize;
use tfhe::core_crypto::prelude::{
    CiphertextModulus, DecompositionBaseLog, DecompositionLevelCount, DynamicDistribution, GlweDimension,
    LweDimension, PolynomialSize, StandardDev,
};
use tfhe::shortint::parameters::{
    CarryModulus, ClassicPBSParameters, EncryptionKeyChoice, MaxNoiseLevel, MessageModulus, ModulusSwitchType,
};

use crate::error::{EngineError, Mismatch};
use crate::panels::LANES;

/// Message modulus of every key: the encoding step of tfhe-rs is then 2 of 2⁶⁴, so decryption gives raw phases.
pub(crate) const MESSAGE_MODULUS: u64 = 1 << 62;
pub(crate) const CARRY_MODULUS: u64 = 1;

/// Largest dimension k·N of the big key.
const MAX_BIG_DIMENSION: usize = 16_384;
/// Most memory that an unpacked evaluation key may take.
const MAX_KEY_MEMORY_BYTES: u64 = 8 << 30;
/// Digits of the blind rotation must be exact as floating-point numbers, with bits to spare; digits of the key switch
/// are 32-bit numbers.
const MAX_PBS_BASE_LOG: usize = 50;
const MAX_KS_BASE_LOG: usize = 31;
/// How far, relatively, a standard deviation may lie under the curve: rounding of whoever computed it.
const CURVE_TOLERANCE: f64 = 1e-6;

/// One TFHE parameter set, spelled as in the server circuit. Noise is a standard deviation in torus units (0 to 1).
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Parameters {
    pub lwe_dimension: usize,
    pub glwe_dimension: usize,
    pub polynomial_size: usize,
    pub lwe_noise: f64,
    pub glwe_noise: f64,
    pub pbs_base_log: usize,
    pub pbs_level: usize,
    pub ks_base_log: usize,
    pub ks_level: usize,
}

impl Parameters {
    /// Dimension k·N of the key that inputs, edges and outputs are encrypted under.
    pub fn big_dimension(&self) -> usize {
        self.glwe_dimension * self.polynomial_size
    }

    /// 64-bit words of a ciphertext: mask, then body.
    pub fn ciphertext_words(&self) -> usize {
        self.big_dimension() + 1
    }

    /// Bytes of the evaluation key as tfhe-rs writes it: one body per seeded ciphertext and 256 bytes of fields.
    pub fn key_bytes(&self) -> u64 {
        256 + 8 * (self.bootstrapping_bodies() + self.key_switching_rows())
    }

    /// Bytes that the unpacked evaluation key takes: bootstrapping key in Fourier form, key-switching key expanded.
    pub fn key_memory_bytes(&self) -> u64 {
        let glwe_size = self.glwe_dimension as u64 + 1;
        let columns = (self.lwe_dimension + 1).next_multiple_of(LANES) as u64;
        8 * self.bootstrapping_bodies() * glwe_size + 8 * self.key_switching_rows() * columns
    }

    /// # Errors
    /// `PARAMETERS_UNSUPPORTED` names the first value out of range, `PARAMETERS_INSECURE` a noise below the curve.
    pub fn check(&self) -> Result<(), EngineError> {
        self.check_range()?;
        self.check_security()
    }

    /// # Errors
    /// [`EngineError::ParametersUnsupported`] names the first value out of range.
    pub(crate) fn check_range(&self) -> Result<(), EngineError> {
        check_range("lweDimension", self.lwe_dimension, 450, 1200)?;
        check_range("glweDimension", self.glwe_dimension, 1, 8)?;
        if !self.polynomial_size.is_power_of_two() {
            return unsupported("polynomialSize", self.polynomial_size, "a power of two");
        }
        check_range("polynomialSize", self.polynomial_size, 256, 16_384)?;
        check_range(
            "glweDimension · polynomialSize",
            self.big_dimension(),
            256,
            MAX_BIG_DIMENSION,
        )?;
        check_decomposition("pbs", self.pbs_base_log, self.pbs_level, MAX_PBS_BASE_LOG)?;
        check_decomposition("ks", self.ks_base_log, self.ks_level, MAX_KS_BASE_LOG)?;
        check_noise("lweNoise", self.lwe_noise)?;
        check_noise("glweNoise", self.glwe_noise)?;
        if self.key_memory_bytes() > MAX_KEY_MEMORY_BYTES {
            return unsupported(
                "the memory of the evaluation key",
                format!("{} bytes", self.key_memory_bytes()),
                format!("at most {MAX_KEY_MEMORY_BYTES} bytes"),
            );
        }
        Ok(())
    }

    /// # Errors
    /// [`EngineError::ParametersInsecure`] when a noise lies below the 128-bit curve at its key's dimension.
    pub(crate) fn check_security(&self) -> Result<(), EngineError> {
        check_curve("lweNoise", self.lwe_noise, self.lwe_dimension)?;
        check_curve("glweNoise", self.glwe_noise, self.big_dimension())
    }

    /// The same set in tfhe-rs's terms. The noise level that tfhe-rs polices has no meaning here, so it is whatever the
    /// key says.
    pub fn to_shortint(&self, max_noise_level: MaxNoiseLevel) -> ClassicPBSParameters {
        let gaussian = |deviation| DynamicDistribution::new_gaussian_from_std_dev(StandardDev(deviation));
        ClassicPBSParameters {
            lwe_dimension: LweDimension(self.lwe_dimension),
            glwe_dimension: GlweDimension(self.glwe_dimension),
            polynomial_size: PolynomialSize(self.polynomial_size),
            lwe_noise_distribution: gaussian(self.lwe_noise),
            glwe_noise_distribution: gaussian(self.glwe_noise),
            pbs_base_log: DecompositionBaseLog(self.pbs_base_log),
            pbs_level: DecompositionLevelCount(self.pbs_level),
            ks_base_log: DecompositionBaseLog(self.ks_base_log),
            ks_level: DecompositionLevelCount(self.ks_level),
            message_modulus: MessageModulus(MESSAGE_MODULUS),
            carry_modulus: CarryModulus(CARRY_MODULUS),
            max_noise_level,
            log2_p_fail: 0.0,
            ciphertext_modulus: CiphertextModulus::new_native(),
            encryption_key_choice: EncryptionKeyChoice::Big,
            modulus_switch_noise_reduction_params: ModulusSwitchType::Standard,
        }
    }

    /// n·l·(k+1)·N: the bodies of the seeded bootstrapping key.
    pub(crate) fn bootstrapping_bodies(&self) -> u64 {
        let glwe_words = (self.glwe_dimension as u64 + 1) * self.polynomial_size as u64;
        self.lwe_dimension as u64 * self.pbs_level as u64 * glwe_words
    }

    /// kN·l: the ciphertexts of the key-switching key.
    pub(crate) fn key_switching_rows(&self) -> u64 {
        self.big_dimension() as u64 * self.ks_level as u64
    }
}

/// Smallest standard deviation with 128 bits of security at a dimension, torus units: Concrete's curve for binary keys and
/// Gaussian noise, above a floor of 2² of 2⁶⁴. Compilers take the 132-bit curve unless they are asked for this one.
fn secure_deviation(dimension: usize) -> f64 {
    let floor = (4.0_f64 - 2.0 * 64.0).exp2();
    let curve = (2.0 * (2.675_931_372_549_016 - 0.025_696_778_711_484_593 * dimension as f64)).exp2();
    (floor + curve).sqrt()
}

fn check_curve(what: &str, noise: f64, dimension: usize) -> Result<(), EngineError> {
    let least = secure_deviation(dimension);
    if noise >= least * (1.0 - CURVE_TOLERANCE) {
        Ok(())
    } else {
        Err(EngineError::ParametersInsecure(Mismatch::new(
            format!("{what} at dimension {dimension}"),
            format!("{noise:e}"),
            format!("at least {least:e}"),
        )))
    }
}

fn check_range(what: &str, got: usize, least: usize, most: usize) -> Result<(), EngineError> {
    if (least..=most).contains(&got) {
        Ok(())
    } else {
        unsupported(what, got, format!("{least} to {most}"))
    }
}

fn check_decomposition(key: &str, base_log: usize, level: usize, most: usize) -> Result<(), EngineError> {
    check_range(&format!("{key}BaseLog"), base_log, 1, most)?;
    check_range(&format!("{key}Level"), level, 1, 63)?;
    // tfhe-rs decomposes fewer bits than a word has.
    check_range(&format!("{key}BaseLog · {key}Level"), base_log * level, 1, 63)
}

fn check_noise(what: &str, noise: f64) -> Result<(), EngineError> {
    // NaN is in no range.
    if (f64::MIN_POSITIVE..1.0).contains(&noise) {
        Ok(())
    } else {
        unsupported(what, noise, "a number between 0 and 1")
    }
}

fn unsupported(
    what: &str,
    got: impl std::fmt::Display,
    expected: impl std::fmt::Display,
) -> Result<(), EngineError> {
    Err(EngineError::ParametersUnsupported(Mismatch::new(
        what, got, expected,
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{REAL, TEST_ONLY_INSECURE};

    type Change = fn(&mut Parameters);

    #[test]
    fn the_sets_of_tfhe_rs_are_above_the_curve() {
        // shortint V1_4, Gaussian, failure 2^-128: (dimension, standard deviation) of the small and the big key.
        let published = [
            (747, 1.594_460_486_545_068_7e-5),
            (837, 3.374_714_248_183_74e-6),
            (884, 1.499_900_593_439_687_3e-6),
            (1006, 1.827_710_129_421_597_8e-7),
            (1055, 7.847_776_759_741_55e-8),
            (1536, 1.952_439_265_554_806_8e-11),
            (2048, 2.845_267_479_601_915e-15),
            (8192, 2.168_404_344_971_009e-19),
        ];
        for (dimension, deviation) in published {
            check_curve("noise", deviation, dimension).unwrap();
            let least = secure_deviation(dimension);
            assert!(least <= deviation * (1.0 + CURVE_TOLERANCE));
            check_curve("noise", least, dimension).unwrap();
            let error = check_curve("noise", least * 0.999, dimension).unwrap_err();
            assert_eq!(error.code(), "PARAMETERS_INSECURE");
        }
    }

    #[test]
    fn the_key_size_is_that_of_keys_of_tfhe_rs() {
        // Measured on keys of shortint V1_4 2_2 (866, 1, 2048) and 3_3 (1006, 1, 8192).
        let sizes = [
            ((866, 1, 2048, 1, 5), 28_459_264),
            ((1006, 1, 8192, 2, 7), 264_175_872),
        ];
        for ((lwe_dimension, glwe_dimension, polynomial_size, pbs_level, ks_level), bytes) in sizes {
            let parameters = Parameters {
                lwe_dimension,
                glwe_dimension,
                polynomial_size,
                pbs_level,
                ks_level,
                ..REAL
            };
            assert_eq!(parameters.key_bytes(), bytes);
        }
    }

    #[test]
    fn real_parameters_pass_and_test_parameters_are_insecure() {
        REAL.check_range().unwrap();
        REAL.check_security().unwrap();
        TEST_ONLY_INSECURE.check_range().unwrap();
        assert_eq!(
            TEST_ONLY_INSECURE.check_security().unwrap_err().code(),
            "PARAMETERS_INSECURE"
        );
    }

    #[test]
    fn values_out_of_range_are_named() {
        let cases: [(&str, Change); 16] = [
            ("lweDimension", |p| p.lwe_dimension = 449),
            ("lweDimension", |p| p.lwe_dimension = usize::MAX),
            ("glweDimension", |p| p.glwe_dimension = 0),
            ("glweDimension", |p| p.glwe_dimension = usize::MAX),
            ("polynomialSize", |p| p.polynomial_size = 0),
            ("polynomialSize", |p| p.polynomial_size = 1000),
            ("polynomialSize", |p| p.polynomial_size = 1 << 63),
            ("glweDimension · polynomialSize", |p| p.polynomial_size = 16_384),
            ("pbsBaseLog", |p| p.pbs_base_log = 0),
            ("pbsLevel", |p| p.pbs_level = usize::MAX),
            ("pbsBaseLog · pbsLevel", |p| p.pbs_level = 3),
            ("ksLevel", |p| p.ks_level = 0),
            ("ksBaseLog · ksLevel", |p| p.ks_base_log = 13),
            ("lweNoise", |p| p.lwe_noise = f64::NAN),
            ("glweNoise", |p| p.glwe_noise = f64::INFINITY),
            ("glweNoise", |p| p.glwe_noise = -1e-9),
        ];
        for (what, change) in cases {
            let mut parameters = REAL;
            change(&mut parameters);
            let error = parameters.check_range().unwrap_err();
            assert_eq!(error.code(), "PARAMETERS_UNSUPPORTED");
            assert_eq!(error.mismatch().unwrap().what, what);
        }
    }
}
