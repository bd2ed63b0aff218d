//! Table look-ups on all ciphertexts of a layer: key switch, centered modulus switch, blind rotation, sample extraction.
//!
//! Ciphertexts go through in batches: one key switch for the batch, then blind rotations in chunks that share one reading
//! of the bootstrapping key. Chunks are of equal size and as many as fill all threads equally often.

use std::sync::Mutex;

use rayon::prelude::*;
use tfhe::core_crypto::prelude::{
    CiphertextModulus, CiphertextModulusLog, LweCiphertext, ModulusSwitchedLweCiphertext,
    lwe_ciphertext_centered_binary_modulus_switch,
};

use crate::blind_rotation::{Exponents, Scratch};
use crate::circuit::Tables;
use crate::control::Progress;
use crate::error::EngineError;
use crate::keys::EvaluationKey;
use crate::panels::Panels;

/// Ciphertexts that share one reading of the bootstrapping key: their accumulators stay in the second-level cache.
const CHUNK: usize = 8;
/// Chunks that each thread gets from one batch.
const CHUNKS_PER_BATCH: usize = 8;

/// Bootstraps under one key on the current rayon pool; scratch memory is reused between calls.
pub(crate) struct Bootstrapper<'a> {
    key: &'a EvaluationKey,
    idle: Mutex<Vec<Scratch>>,
}

impl<'a> Bootstrapper<'a> {
    pub(crate) fn new(key: &'a EvaluationKey) -> Self {
        Self {
            key,
            idle: Mutex::new(Vec::new()),
        }
    }

    /// Ciphertexts that are on their way at the same time, on `threads` threads.
    pub(crate) fn batch_size(threads: usize) -> usize {
        threads * CHUNK * CHUNKS_PER_BATCH
    }

    /// Replaces every ciphertext of φ by one of `t[j]`, `j = ⌊φ · 2N / 2⁶⁴⌋`, where `t` repeats each entry of the row's
    /// table N / boxes times and goes on as `t[j + N] = −t[j]`. Row `r` of a sample has table `r`.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`]; [`EngineError::Internal`] when another thread of the pool panicked.
    pub(crate) fn apply(
        &self,
        panels: &mut Panels,
        tables: &Tables,
        progress: &Progress<'_>,
    ) -> Result<(), EngineError> {
        let threads = rayon::current_num_threads();
        let ciphertexts: Vec<(usize, usize)> = (0..panels.bodies.len())
            .map(|position| (position / panels.width, position % panels.width))
            .collect();
        #[cfg(feature = "gpu")]
        if let Some(gpu) = &self.key.gpu {
            return apply_on_gpu(gpu, panels, &ciphertexts, tables, progress);
        }
        for batch in ciphertexts.chunks(even_share(ciphertexts.len(), Self::batch_size(threads))) {
            let switched = self.switch(panels, batch, progress)?;
            let outputs = self.rotate(batch, &switched, tables, progress)?;
            panels.replace(batch, &outputs);
        }
        Ok(())
    }

    /// Key switch and modulus switch.
    pub(crate) fn switch(
        &self,
        panels: &Panels,
        batch: &[(usize, usize)],
        progress: &Progress<'_>,
    ) -> Result<Vec<Exponents>, EngineError> {
        let key = self.key;
        let log_modulus = CiphertextModulusLog(key.bootstrapping.polynomial_size.ilog2() as usize + 1);
        let small = key.key_switching.switch(panels, batch, progress.control())?;
        let ciphertexts = small.par_chunks_exact(small.len() / batch.len().max(1));
        Ok(ciphertexts
            .map(|small| modulus_switch(small, log_modulus))
            .collect())
    }

    /// `[ciphertexts, k·N + 1]`
    fn rotate(
        &self,
        batch: &[(usize, usize)],
        switched: &[Exponents],
        tables: &Tables,
        progress: &Progress<'_>,
    ) -> Result<Vec<u64>, EngineError> {
        let key = &self.key.bootstrapping;
        let words = key.ciphertext_words();
        let chunk = even_share(batch.len(), CHUNK * rayon::current_num_threads())
            .div_ceil(rayon::current_num_threads())
            .max(1);
        let mut outputs = vec![0; batch.len() * words];
        outputs
            .par_chunks_mut(chunk * words)
            .zip(switched.par_chunks(chunk))
            .zip(batch.par_chunks(chunk))
            .with_max_len(1)
            .try_for_each(|((outputs, switched), batch)| {
                let idle = self.idle()?.pop();
                let mut scratch = idle.unwrap_or_else(|| key.scratch(CHUNK));
                let row = |index: usize| batch.get(index).map_or(0, |(_, row)| *row);
                let write = |index: usize, table: &mut [u64]| write_table(table, tables.row(row(index)));
                key.rotate(switched, write, outputs, &mut scratch, progress.control())?;
                self.idle()?.push(scratch);
                progress.advance(batch.len());
                Ok(())
            })?;
        Ok(outputs)
    }

    /// The lock is held for a push or a pop, never during a bootstrap.
    fn idle(&self) -> Result<std::sync::MutexGuard<'_, Vec<Scratch>>, EngineError> {
        self.idle.lock().map_err(|_| EngineError::Internal {
            message: "a thread of the pool failed before".into(),
        })
    }
}

#[cfg(feature = "gpu")]
fn apply_on_gpu(
    gpu: &crate::gpu::GpuKey,
    panels: &mut Panels,
    ciphertexts: &[(usize, usize)],
    tables: &Tables,
    progress: &Progress<'_>,
) -> Result<(), EngineError> {
    for batch in ciphertexts.chunks(crate::gpu::BATCH) {
        progress.control().check()?;
        let size = gpu.polynomial_size();
        let mut coefficients = vec![0; batch.len() * size];
        for ((_, row), table) in batch.iter().zip(coefficients.chunks_exact_mut(size)) {
            write_table(table, tables.row(*row));
        }
        let mut words = Vec::new();
        for (sample, row) in batch {
            words.extend(panels.mask(*sample, *row).flatten());
            words.push(panels.body(*sample, *row));
        }
        panels.replace(batch, &gpu.bootstrap(words, &coefficients));
        progress.advance(batch.len());
    }
    Ok(())
}

/// Centered: the mask's rounding error has half the variance, and zero mean at the middle of a position.
fn modulus_switch(small: &[u64], log_modulus: CiphertextModulusLog) -> Exponents {
    let small = LweCiphertext::from_container(small, CiphertextModulus::new_native());
    let switched = lwe_ciphertext_centered_binary_modulus_switch::<u64, usize, _>(small, log_modulus);
    Exponents {
        mask: switched.mask().map(|exponent| exponent as u32).collect(),
        body: switched.body(),
    }
}

/// The size of equal parts, each at most `most`, that are as few as possible.
fn even_share(count: usize, most: usize) -> usize {
    count.div_ceil(count.div_ceil(most).max(1)).max(1)
}

/// Each entry of the table on N / boxes coefficients.
fn write_table(coefficients: &mut [u64], table: &[u64]) {
    let box_size = coefficients.len() / table.len().max(1);
    for (coefficients, entry) in coefficients.chunks_mut(box_size.max(1)).zip(table) {
        coefficients.fill(*entry);
    }
}

#[cfg(test)]
mod tests {
    use tfhe::core_crypto::prelude::{
        DefaultRandomGenerator, EncryptionRandomGenerator, LweSecretKey, Plaintext,
        allocate_and_encrypt_new_lwe_ciphertext, new_seeder,
    };
    use tfhe::shortint::client_key::atomic_pattern::AtomicPatternClientKey;

    use super::*;
    use crate::circuit::ServerCircuit;
    use crate::envelope::{Kind, seal};
    use crate::parameters::Parameters;
    use crate::support::{CircuitSpec, Client, LayerSpec, Numbers, REAL, TermSpec, load_key, uncancelled};

    /// Entries of the table, and half of the positions that the blind rotation tells apart.
    const N: usize = 1024;
    const POSITION: u64 = 1 << (64 - 11);
    const LOG_MODULUS: CiphertextModulusLog = CiphertextModulusLog(11);

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
        let spec = CircuitSpec::new(
            REAL,
            1,
            vec![LayerSpec::new(
                vec![TermSpec::new(0, 1, &[1], &[1])],
                &[0],
                0,
                &[],
            )],
        );
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

        /// The position that the blind rotation reads.
        fn position(&self, exponents: &Exponents) -> u64 {
            let secret = self.small_secret();
            let mask: usize = exponents
                .mask
                .iter()
                .zip(secret.as_ref())
                .filter(|(_, bit)| **bit == 1)
                .map(|(element, _)| *element as usize)
                .sum();
            (exponents.body.wrapping_sub(mask) % (2 * N)) as u64
        }
    }

    /// Full ciphertexts of one sample.
    fn panels(ciphertexts: &[Vec<u64>]) -> Panels {
        let width = ciphertexts.len();
        let mut panels = Panels::new(1, width, ciphertexts[0].len() - 1);
        let places: Vec<_> = (0..width).map(|index| (0, index)).collect();
        panels.replace(&places, &ciphertexts.concat());
        panels
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
                offset(setup.position(&modulus_switch(small.as_ref(), LOG_MODULUS)), cell)
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
        let mut panels = panels(&setup.client.expand(&setup.client.encrypt(1, &phases)));
        let places: Vec<_> = (0..BOOTSTRAPS).map(|index| (0, index)).collect();
        let tables = Tables::shared(table.clone(), BOOTSTRAPS);
        let positions: Vec<u64> = uncancelled(|control| {
            let progress = Progress::new(control, BOOTSTRAPS as u64);
            let switched = bootstrapper.switch(&panels, &places, &progress).unwrap();
            bootstrapper.apply(&mut panels, &tables, &progress).unwrap();
            switched
                .iter()
                .map(|exponents| setup.position(exponents))
                .collect()
        });
        let outputs: Vec<u64> = panels.ciphertexts().flatten().collect();
        let read: Vec<(u64, u64)> = positions
            .into_iter()
            .zip(setup.client.decrypt(&outputs))
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
