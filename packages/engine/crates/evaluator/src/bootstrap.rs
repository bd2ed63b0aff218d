//! One table look-up on a ciphertext: key switch, centered modulus switch, blind rotation, sample extraction.

use std::sync::Mutex;

use tfhe::core_crypto::prelude::{
    CiphertextModulus, ComputationBuffers, Fft, GlweCiphertext, GlweCiphertextOwned, LweCiphertext,
    LweCiphertextOwned, MonomialDegree, blind_rotate_assign_mem_optimized,
    blind_rotate_assign_mem_optimized_requirement, extract_lwe_sample_from_glwe_ciphertext,
    keyswitch_lwe_ciphertext, lwe_ciphertext_centered_binary_modulus_switch,
};

use crate::error::EngineError;
use crate::keys::EvaluationKey;

/// Bootstraps under one key from several threads; scratch memory is reused between calls.
pub(crate) struct Bootstrapper<'a> {
    key: &'a EvaluationKey,
    fft: Fft,
    idle: Mutex<Vec<Scratch>>,
}

struct Scratch {
    small: LweCiphertextOwned<u64>,
    accumulator: GlweCiphertextOwned<u64>,
    buffers: ComputationBuffers,
}

impl<'a> Bootstrapper<'a> {
    pub(crate) fn new(key: &'a EvaluationKey) -> Self {
        Self {
            key,
            fft: Fft::new(key.bootstrapping_key.polynomial_size()),
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Replaces a ciphertext of φ by one of `t[j]`, `j = ⌊φ · 2N / 2⁶⁴⌋`, where `t` repeats each entry of `table`
    /// N / boxes times and goes on as `t[j + N] = −t[j]`.
    ///
    /// # Errors
    /// [`EngineError::Internal`] when another thread of the pool panicked.
    pub(crate) fn apply(&self, ciphertext: &mut [u64], table: &[u64]) -> Result<(), EngineError> {
        let mut scratch = match self.idle()?.pop() {
            Some(scratch) => scratch,
            None => self.new_scratch(),
        };
        self.apply_with(&mut scratch, ciphertext, table);
        self.idle()?.push(scratch);
        Ok(())
    }

    fn apply_with(&self, scratch: &mut Scratch, ciphertext: &mut [u64], table: &[u64]) {
        let key = self.key;
        let mut big = LweCiphertext::from_container(ciphertext, CiphertextModulus::new_native());
        keyswitch_lwe_ciphertext(&key.key_switching_key, &big, &mut scratch.small);
        write_table(&mut scratch.accumulator, table);
        let log_modulus = key
            .bootstrapping_key
            .polynomial_size()
            .to_blind_rotation_input_modulus_log();
        // Centered: the mask's rounding error has half the variance, and zero mean at the middle of a position.
        let switched = lwe_ciphertext_centered_binary_modulus_switch::<u64, usize, _>(
            scratch.small.as_view(),
            log_modulus,
        );
        blind_rotate_assign_mem_optimized(
            &switched,
            &mut scratch.accumulator,
            &key.bootstrapping_key,
            self.fft.as_view(),
            scratch.buffers.stack(),
        );
        let degree = MonomialDegree(0);
        extract_lwe_sample_from_glwe_ciphertext(&scratch.accumulator, &mut big, degree);
    }

    fn new_scratch(&self) -> Scratch {
        let key = self.key;
        let bootstrapping_key = &key.bootstrapping_key;
        let modulus = CiphertextModulus::new_native();
        let (glwe_size, polynomial_size) =
            (bootstrapping_key.glwe_size(), bootstrapping_key.polynomial_size());
        let mut buffers = ComputationBuffers::new();
        let required = blind_rotate_assign_mem_optimized_requirement::<u64>(
            glwe_size,
            polynomial_size,
            self.fft.as_view(),
        );
        buffers.resize(required.unaligned_bytes_required());
        Scratch {
            small: LweCiphertext::new(0, key.key_switching_key.output_lwe_size(), modulus),
            accumulator: GlweCiphertext::new(0, glwe_size, polynomial_size, modulus),
            buffers,
        }
    }

    /// The lock is held for a push or a pop, never during a bootstrap.
    fn idle(&self) -> Result<std::sync::MutexGuard<'_, Vec<Scratch>>, EngineError> {
        self.idle.lock().map_err(|_| EngineError::Internal {
            message: "a thread of the pool failed before".into(),
        })
    }
}

/// The table as a trivial GLWE ciphertext: no mask, each entry on N / boxes coefficients of the body.
fn write_table(accumulator: &mut GlweCiphertextOwned<u64>, table: &[u64]) {
    accumulator.get_mut_mask().as_mut().fill(0);
    let mut body = accumulator.get_mut_body();
    let coefficients = body.as_mut();
    let box_size = coefficients.len() / table.len().max(1);
    for (coefficients, entry) in coefficients.chunks_mut(box_size.max(1)).zip(table) {
        coefficients.fill(*entry);
    }
}

#[cfg(test)]
mod tests {
    use rayon::prelude::*;
    use tfhe::core_crypto::prelude::{
        DefaultRandomGenerator, EncryptionRandomGenerator, LweSecretKey, ModulusSwitchedLweCiphertext,
        Plaintext, allocate_and_encrypt_new_lwe_ciphertext, new_seeder,
    };
    use tfhe::shortint::client_key::atomic_pattern::AtomicPatternClientKey;

    use super::*;
    use crate::circuit::ServerCircuit;
    use crate::envelope::{Kind, seal};
    use crate::parameters::Parameters;
    use crate::support::{CircuitSpec, Client, LayerSpec, Numbers, REAL, TermSpec, load_key};

    /// Entries of the table, and half of the positions that the blind rotation tells apart.
    const N: usize = 1024;
    const POSITION: u64 = 1 << (64 - 11);

    struct Moments {
        mean: f64,
        variance: f64,
        count: f64,
    }

    fn moments(values: &[f64]) -> Moments {
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Moments {
            mean,
            variance: squares / (count - 1.0),
            count,
        }
    }

    impl Moments {
        /// False-alarm probability 10⁻⁶ each, two-sided: 4.9 deviations of the mean and of a normal variance.
        fn check(&self, what: &str, variance: f64) {
            let Self {
                mean,
                variance: got,
                count,
            } = self;
            println!(
                "{what}: mean {mean:.3e}, deviation {:.4e} of {:.4e}, {count} values",
                got.sqrt(),
                variance.sqrt()
            );
            let bound = 4.9 * (variance / count).sqrt();
            assert!(mean.abs() < bound, "{what}: mean {mean}, bound {bound}");
            let ratio = got / variance - 1.0;
            // The formulas are upper estimates to 10 %.
            let bound = 4.9 * (2.0 / count).sqrt();
            assert!(
                (-bound - 0.1..bound + 0.02).contains(&ratio),
                "{what}: variance off by {ratio}"
            );
        }
    }

    /// n/(48·w²) of the centered modulus switch and 1/12 of rounding the body, in positions² (w = 2N).
    fn modulus_switch_variance(parameters: &Parameters) -> f64 {
        parameters.lwe_dimension as f64 / 48.0 + 1.0 / 12.0
    }

    /// Key switch: l·kN·V(n)·(B²/12 + 1/6) + kN·B^(−2l)/24, in positions².
    fn key_switch_variance(parameters: &Parameters) -> f64 {
        let base = (parameters.ks_base_log as f64).exp2();
        let level = parameters.ks_level as f64;
        let dimension = parameters.big_dimension() as f64;
        let noise = parameters.lwe_noise.powi(2) * (base * base / 12.0 + 1.0 / 6.0);
        let rounding = base.powf(-2.0 * level) / 24.0;
        (level * dimension * noise + dimension * rounding) * (2.0 * N as f64).powi(2)
    }

    /// Blind rotation at one level, torus units²: noise of the key, rounding of the decomposition, and the Fourier
    /// transform's own error as tfhe-rs fits it.
    fn rotation_variance(parameters: &Parameters) -> f64 {
        let base = (parameters.pbs_base_log as f64).exp2();
        let dimension = parameters.glwe_dimension as f64;
        let size = N as f64;
        let noise =
            size * parameters.glwe_noise.powi(2) * (base * base / 12.0 + 1.0 / 6.0) * (dimension + 1.0);
        let rounding = (0.5 * dimension * size + 1.0) / (24.0 * base * base);
        let transform = 0.00705
            * (2.0 * (64.0 - 53.0) - 128.0_f64).exp2()
            * base.powi(2)
            * dimension.powf(1.22003)
            * size.powf(2.22003)
            * (dimension + 1.0).powf(1.01827);
        parameters.lwe_dimension as f64 * (noise + rounding + transform)
    }

    struct Setup {
        client: Client,
        key: EvaluationKey,
    }

    fn setup() -> Setup {
        let spec = CircuitSpec {
            parameters: REAL.into(),
            inputs: 1,
            layers: vec![LayerSpec::new(
                vec![TermSpec::new(0, 1, &[1], &[1])],
                &[0],
                0,
                &[],
            )],
        };
        let circuit = ServerCircuit::load(&spec.seal()).unwrap();
        let client = Client::new(&REAL);
        let sealed = seal(Kind::EvaluationKey, circuit.hash(), &client.evaluation_key());
        let key = load_key(&sealed, &circuit).unwrap();
        Setup { client, key }
    }

    impl Setup {
        fn small_secret(&self) -> LweSecretKey<&[u64]> {
            let AtomicPatternClientKey::Standard(standard) = &self.client.key.atomic_pattern else {
                panic!("a standard key")
            };
            standard.small_lwe_secret_key()
        }

        /// The position that the blind rotation reads for a small ciphertext.
        fn position(&self, small: &LweCiphertextOwned<u64>) -> u64 {
            let log_modulus = self
                .key
                .bootstrapping_key
                .polynomial_size()
                .to_blind_rotation_input_modulus_log();
            let switched =
                lwe_ciphertext_centered_binary_modulus_switch::<u64, usize, _>(small.as_view(), log_modulus);
            let secret = self.small_secret();
            let mask: usize = switched
                .mask()
                .zip(secret.as_ref())
                .filter(|(_, bit)| **bit == 1)
                .map(|(element, _)| element)
                .sum();
            (switched.body().wrapping_sub(mask) % (2 * N)) as u64
        }
    }

    /// Signed positions between what was read and cell `cell`.
    fn offset(position: u64, cell: u64) -> f64 {
        steps(position.wrapping_sub(cell).wrapping_mul(POSITION))
    }

    fn steps(phase: u64) -> f64 {
        phase as i64 as f64 / POSITION as f64
    }

    #[test]
    fn the_middle_of_a_cell_is_read_as_that_cell_on_average() {
        let setup = setup();
        let secret = setup.small_secret();
        let noise = setup.client.key.parameters().lwe_noise_distribution();
        let mut seeder = new_seeder();
        let mut generator =
            EncryptionRandomGenerator::<DefaultRandomGenerator>::new(seeder.seed(), seeder.as_mut());
        let mut numbers = Numbers::seeded(5);
        // Without the key switch this is cheap: enough values to tell a mean of 0 from a mean of ±½ by 100 deviations.
        let offsets: Vec<f64> = (0..200_000)
            .map(|_| {
                let cell = numbers.below(2 * N as u64);
                let phase = cell.wrapping_mul(POSITION).wrapping_add(POSITION / 2);
                let small = allocate_and_encrypt_new_lwe_ciphertext(
                    &secret,
                    Plaintext(phase),
                    noise,
                    CiphertextModulus::new_native(),
                    &mut generator,
                );
                offset(setup.position(&small), cell)
            })
            .collect();
        moments(&offsets).check("offset in positions", modulus_switch_variance(&REAL));
    }

    #[test]
    fn a_table_of_n_entries_is_read_where_the_modulus_switch_points() {
        let setup = setup();
        let bootstrapper = Bootstrapper::new(&setup.key);
        // Every entry differs from its neighbours by one position; the first half of the torus holds them all.
        let table: Vec<u64> = (0..N as u64).map(|entry| entry * POSITION).collect();
        let mut numbers = Numbers::seeded(6);
        let quarter = N as u64 / 4;
        let cells: Vec<u64> = (0..BOOTSTRAPS)
            .map(|_| quarter + numbers.below(2 * quarter))
            .collect();
        let phases: Vec<u64> = cells.iter().map(|cell| cell * POSITION + POSITION / 2).collect();
        let inputs = setup.client.expand(&setup.client.encrypt(1, &phases));
        let read: Vec<(u64, u64)> = inputs
            .into_par_iter()
            .map(|mut ciphertext| {
                let modulus = CiphertextModulus::new_native();
                let key_switching_key = &setup.key.key_switching_key;
                let mut small = LweCiphertext::new(0, key_switching_key.output_lwe_size(), modulus);
                let big = LweCiphertext::from_container(ciphertext.as_slice(), modulus);
                keyswitch_lwe_ciphertext(key_switching_key, &big, &mut small);
                bootstrapper.apply(&mut ciphertext, &table).unwrap();
                (setup.position(&small), setup.client.decrypt(&ciphertext)[0])
            })
            .collect();
        let offsets: Vec<f64> = cells
            .iter()
            .zip(&read)
            .map(|(cell, (position, _))| offset(*position, *cell))
            .collect();
        let errors: Vec<f64> = read
            .iter()
            .map(|(position, phase)| steps(phase.wrapping_sub(table[*position as usize])) / (2 * N) as f64)
            .collect();
        for error in &errors {
            assert!(error.abs() < 0.5 / (2 * N) as f64, "another entry was read");
        }
        let input_variance = modulus_switch_variance(&REAL) + key_switch_variance(&REAL);
        moments(&offsets).check("offset in positions, with key switch", input_variance);
        moments(&errors).check("output noise", rotation_variance(&REAL));
    }

    const BOOTSTRAPS: usize = 256;
}
