//! The key switch of many ciphertexts as one matrix product: digits of their masks times the key, modulo 2⁶⁴.
//!
//! The key, tens of megabytes, is read once for all of them. It lies in strips of 32 columns, so that the sums of one
//! ciphertext and strip stay in registers while rows of the strip come from the first-level cache. Digits are made
//! non-negative by adding half the base, which makes the product one of small unsigned numbers; the surplus is a multiple
//! of the sum of all rows, known beforehand.

use rayon::prelude::*;
use tfhe::core_crypto::prelude::{DecompositionBaseLog, DecompositionLevelCount, SignedDecomposer};

use crate::control::Control;
use crate::error::EngineError;
use crate::mask::MaskStream;
use crate::panels::{LANES, Lanes, Panels};
use crate::parameters::Parameters;

/// Rows of a strip that are multiplied for one ciphertext after the other: 16 KiB of key, 256 bytes of digits.
const BLOCK_ROWS: usize = 64;
/// Ciphertexts that share one reading of a strip, at most: their digits stay in the second-level cache.
const BLOCK_CIPHERTEXTS: usize = 64;

/// A key-switching key from dimension k·N to n.
pub(crate) struct KeySwitchingKey {
    base_log: usize,
    levels: usize,
    /// k·N · levels: rows of the matrix.
    rows: usize,
    /// n + 1: columns, padded with zeros to whole strips.
    columns: usize,
    /// `[strips, rows]` runs of 32 columns.
    strips: Vec<Lanes>,
    /// Half the base times the sum of all rows, one run a strip.
    surplus: Vec<Lanes>,
}

impl KeySwitchingKey {
    /// Expands a seeded key: per row, n words of the seed's stream and one body.
    pub(crate) fn expand(seed: [u8; 16], bodies: &[u64], parameters: &Parameters) -> Self {
        let dimension = parameters.lwe_dimension;
        let (rows, columns) = (bodies.len(), dimension + 1);
        let stream = MaskStream::new(seed);
        let mut strips = vec![[0; LANES]; columns.div_ceil(LANES) * rows];
        let half_base = 1_u64 << (parameters.ks_base_log - 1);
        let surplus = strips
            .par_chunks_exact_mut(rows.max(1))
            .enumerate()
            .map(|(strip, runs)| {
                let first = strip * LANES;
                let masks = LANES.min(dimension - first);
                let mut sum = [0; LANES];
                for (row, (run, body)) in runs.iter_mut().zip(bodies).enumerate() {
                    let (mask, rest) = run.split_at_mut(masks);
                    stream.fill((row * dimension + first) as u64, mask);
                    if let Some(last) = rest.first_mut() {
                        *last = *body;
                    }
                    for (sum, word) in sum.iter_mut().zip(run) {
                        *sum = word.wrapping_mul(half_base).wrapping_add(*sum);
                    }
                }
                sum
            })
            .collect();
        Self {
            base_log: parameters.ks_base_log,
            levels: parameters.ks_level,
            rows,
            columns,
            strips,
            surplus,
        }
    }

    /// Switches ciphertexts of `panels`, each named by sample and index: `[ciphertexts, n + 1]`.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`].
    pub(crate) fn switch(
        &self,
        panels: &Panels,
        ciphertexts: &[(usize, usize)],
        control: &Control<'_>,
    ) -> Result<Vec<u64>, EngineError> {
        let mut switched: Vec<u64> = Vec::with_capacity(ciphertexts.len() * self.columns);
        for block in ciphertexts.chunks(BLOCK_CIPHERTEXTS) {
            let digits = self.digits(panels, block);
            let strips = self
                .strips
                .par_chunks_exact(self.rows)
                .zip(&self.surplus)
                .with_max_len(1)
                .map(|(strip, surplus)| {
                    control.check()?;
                    Ok(self.multiply(strip, surplus, &digits, block.len()))
                })
                .collect::<Result<Vec<_>, EngineError>>()?;
            for (index, (sample, row)) in block.iter().enumerate() {
                let runs = strips.iter().filter_map(|strip| strip.get(index));
                switched.extend(runs.flatten().take(self.columns));
                if let Some(last) = switched.last_mut() {
                    *last = last.wrapping_add(panels.body(*sample, *row));
                }
            }
        }
        Ok(switched)
    }

    /// Digits of the masks plus half the base, `[blocks of rows, ciphertexts, rows of the block]`.
    fn digits(&self, panels: &Panels, ciphertexts: &[(usize, usize)]) -> Vec<u32> {
        let decomposer = SignedDecomposer::<u64>::new(
            DecompositionBaseLog(self.base_log),
            DecompositionLevelCount(self.levels),
        );
        let half_base = 1_u64 << (self.base_log - 1);
        let by_ciphertext: Vec<Vec<u32>> = ciphertexts
            .par_iter()
            .map(|(sample, index)| {
                let words = panels.mask(*sample, *index).flatten();
                words
                    .flat_map(|word| decomposer.decompose(*word))
                    .map(|digit| digit.value().wrapping_add(half_base) as u32)
                    .collect()
            })
            .collect();
        let mut digits = Vec::with_capacity(self.rows * ciphertexts.len());
        for first in (0..self.rows).step_by(BLOCK_ROWS) {
            let last = self.rows.min(first + BLOCK_ROWS);
            for ciphertext in &by_ciphertext {
                digits.extend_from_slice(ciphertext.get(first..last).unwrap_or_default());
            }
        }
        digits
    }

    /// `surplus − digits · strip` for every ciphertext.
    fn multiply(&self, strip: &[Lanes], surplus: &Lanes, digits: &[u32], ciphertexts: usize) -> Vec<Lanes> {
        let mut sums = vec![*surplus; ciphertexts];
        let blocks = digits.chunks(BLOCK_ROWS * ciphertexts);
        pulp::Arch::new().dispatch(|| {
            for (rows, digits) in strip.chunks(BLOCK_ROWS).zip(blocks) {
                for (sum, digits) in sums.iter_mut().zip(digits.chunks_exact(rows.len())) {
                    subtract_product(sum, rows, digits);
                }
            }
        });
        sums
    }
}

/// `sum −= Σ digit · row`.
#[inline(always)]
fn subtract_product(sum: &mut Lanes, rows: &[Lanes], digits: &[u32]) {
    let mut local = *sum;
    for (row, digit) in rows.iter().zip(digits) {
        let digit = u64::from(*digit);
        for lane in 0..LANES {
            local[lane] = local[lane].wrapping_sub(row[lane].wrapping_mul(digit));
        }
    }
    *sum = local;
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use tfhe::core_crypto::prelude::{CiphertextModulus, LweCiphertext, keyswitch_lwe_ciphertext};
    use tfhe::shortint::CompressedServerKey;
    use tfhe::shortint::atomic_pattern::AtomicPatternServerKey;

    use super::*;
    use crate::circuit::ServerCircuit;
    use crate::envelope::{Kind, seal};
    use crate::support::{
        CircuitSpec, Client, LayerSpec, TEST_ONLY_INSECURE, TermSpec, code_of, load_key, uncancelled,
    };

    struct Setup {
        ciphertexts: Vec<Vec<u64>>,
        panels: Panels,
        expected: Vec<u64>,
        key: crate::keys::EvaluationKey,
    }

    /// More ciphertexts than one block takes, switched one by one by tfhe-rs.
    fn setup() -> Setup {
        let client = Client::new(&TEST_ONLY_INSECURE);
        let payload = client.evaluation_key();
        let layer = LayerSpec::new(vec![TermSpec::new(0, 1, &[1], &[1])], &[0], 0, &[]);
        let spec = CircuitSpec::new(TEST_ONLY_INSECURE, 1, vec![layer]);
        let circuit = ServerCircuit::load_test_only_insecure(&spec.seal()).unwrap();
        let key = load_key(&seal(Kind::EvaluationKey, circuit.hash(), &payload), &circuit).unwrap();
        let compressed: CompressedServerKey = bincode::deserialize(&payload).unwrap();
        let AtomicPatternServerKey::Standard(standard) = compressed.decompress().atomic_pattern else {
            panic!("a standard key")
        };
        let ciphertexts = client.expand(&client.encrypt(1, &[1 << 60; BLOCK_CIPHERTEXTS + 3]));
        let places: Vec<_> = (0..ciphertexts.len()).map(|index| (0, index)).collect();
        let mut panels = Panels::new(1, ciphertexts.len(), TEST_ONLY_INSECURE.big_dimension());
        panels.replace(&places, &ciphertexts.concat());
        let modulus = CiphertextModulus::new_native();
        let switched = ciphertexts.iter().flat_map(|ciphertext| {
            let big = LweCiphertext::from_container(ciphertext.as_slice(), modulus);
            let mut small = LweCiphertext::new(0, standard.key_switching_key.output_lwe_size(), modulus);
            keyswitch_lwe_ciphertext(&standard.key_switching_key, &big, &mut small);
            small.into_container()
        });
        Setup {
            expected: switched.collect(),
            ciphertexts,
            panels,
            key,
        }
    }

    #[test]
    fn a_batch_is_switched_as_tfhe_rs_switches_each_to_the_bit() {
        let setup = setup();
        let places: Vec<_> = (0..setup.ciphertexts.len()).map(|index| (0, index)).collect();
        let key = &setup.key.key_switching;
        let switched = uncancelled(|control| key.switch(&setup.panels, &places, control)).unwrap();
        assert_eq!(switched, setup.expected);
        let some = uncancelled(|control| key.switch(&setup.panels, &[(0, 7), (0, 2)], control)).unwrap();
        let columns = key.columns;
        assert_eq!(some[..columns], setup.expected[7 * columns..8 * columns]);
        assert_eq!(some[columns..], setup.expected[2 * columns..3 * columns]);
        let cancelled = AtomicBool::new(true);
        let control = Control::new(&cancelled, &|_| {});
        assert_eq!(code_of(key.switch(&setup.panels, &places, &control)), "CANCELLED");
    }
}
