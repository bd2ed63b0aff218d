//! Blind rotation of several tables under one bootstrapping key, element by element of that key: each element, tens of
//! kilobytes, is read from memory once for all of them.
//!
//! Chillotti et al. 2020, "TFHE: Fast Fully Homomorphic Encryption over the Torus", algorithm 3, on the transform of
//! `fourier.rs`.

use std::sync::Arc;

use aligned_vec::{AVec, CACHELINE_ALIGN};
use rayon::prelude::*;
use tfhe::core_crypto::fft_impl::fft64::c64;
use tfhe::core_crypto::prelude::ComputationBuffers;

use crate::control::Control;
use crate::error::EngineError;
use crate::fourier::Transform;
use crate::mask::MaskStream;
use crate::parameters::Parameters;

/// A bootstrapping key in the Fourier domain.
pub(crate) struct BootstrappingKey {
    pub polynomial_size: usize,
    /// k + 1 polynomials a GLWE ciphertext.
    pub glwe_size: usize,
    base_log: usize,
    levels: usize,
    transform: Arc<Transform>,
    /// `[n, levels, k + 1, k + 1, N / 2]`: per bit of the small secret one GGSW ciphertext, lowest level first.
    elements: AVec<c64>,
}

/// What one thread needs; reused from call to call.
pub(crate) struct Scratch {
    /// `[tables, k + 1, N]`
    accumulators: AVec<u64>,
    work: Work,
}

/// Intermediate results of one external product.
struct Work {
    /// `[k + 1, N]`
    difference: AVec<u64>,
    /// `[levels, k + 1, N / 2]`
    digits: AVec<c64>,
    /// `[N / 2]`
    product: AVec<c64>,
    buffers: ComputationBuffers,
}

/// A small ciphertext after the modulus switch: exponents of X modulo 2N.
pub(crate) struct Exponents {
    pub mask: Vec<u32>,
    pub body: usize,
}

impl BootstrappingKey {
    /// Expands a seeded key and transforms it: per GLWE ciphertext, k polynomials of the seed's stream and one body.
    pub(crate) fn expand(seed: [u8; 16], bodies: &[u64], parameters: &Parameters) -> Self {
        let (size, glwe_size) = (parameters.polynomial_size, parameters.glwe_dimension + 1);
        let transform = Transform::of_size(size);
        let stream = MaskStream::new(seed);
        let half = transform.half();
        let mut elements = AVec::from_iter(
            CACHELINE_ALIGN,
            std::iter::repeat_n(c64::default(), bodies.len() / size * glwe_size * half),
        );
        let mask_words = parameters.big_dimension();
        elements
            .par_chunks_exact_mut(glwe_size * half)
            .zip(bodies.par_chunks_exact(size))
            .enumerate()
            .for_each_init(
                || (transform.buffers(), vec![0; mask_words]),
                |(buffers, mask), (row, (output, body))| {
                    stream.fill((row * mask_words) as u64, mask);
                    let polynomials = mask.chunks_exact(size).chain([body]);
                    for (output, polynomial) in output.chunks_exact_mut(half).zip(polynomials) {
                        transform.forward_torus(polynomial, output, buffers);
                    }
                },
            );
        Self {
            polynomial_size: size,
            glwe_size,
            base_log: parameters.pbs_base_log,
            levels: parameters.pbs_level,
            transform,
            elements,
        }
    }

    /// Words of an output: k·N of mask, one of body.
    pub(crate) fn ciphertext_words(&self) -> usize {
        (self.glwe_size - 1) * self.polynomial_size + 1
    }

    /// Scratch memory for up to `tables` tables at a time.
    pub(crate) fn scratch(&self, tables: usize) -> Scratch {
        let glwe_words = self.glwe_size * self.polynomial_size;
        let zeros = |count| AVec::from_iter(CACHELINE_ALIGN, std::iter::repeat_n(0, count));
        let half = self.transform.half();
        let numbers = |count| AVec::from_iter(CACHELINE_ALIGN, std::iter::repeat_n(c64::default(), count));
        Scratch {
            accumulators: zeros(tables * glwe_words),
            work: Work {
                difference: zeros(glwe_words),
                digits: numbers(self.levels * self.glwe_size * half),
                product: numbers(half),
                buffers: self.transform.buffers(),
            },
        }
    }

    /// Turns each table, N coefficients, by the phase of a small ciphertext and writes the LWE ciphertext of what is
    /// then its first coefficient: `k·N` mask words, one body.
    ///
    /// # Errors
    /// [`EngineError::Cancelled`], looked for at every element of the key.
    pub(crate) fn rotate(
        &self,
        exponents: &[Exponents],
        write_table: impl Fn(usize, &mut [u64]),
        outputs: &mut [u64],
        scratch: &mut Scratch,
        control: &Control<'_>,
    ) -> Result<(), EngineError> {
        let size = self.polynomial_size;
        let glwe_words = self.glwe_size * size;
        let Scratch { accumulators, work } = scratch;
        let tables = || exponents.iter().enumerate();
        for ((index, exponents), accumulator) in tables().zip(accumulators.chunks_exact_mut(glwe_words)) {
            let (mask, body) = accumulator.split_at_mut(glwe_words - size);
            mask.fill(0);
            let (table, _) = work.difference.split_at_mut(size);
            write_table(index, table);
            turn(table, 2 * size - exponents.body, body);
        }
        let ggsw = self.levels * self.glwe_size * self.glwe_size * self.transform.half();
        for (bit, element) in self.elements.chunks_exact(ggsw).enumerate() {
            control.check()?;
            for (exponents, accumulator) in exponents.iter().zip(accumulators.chunks_exact_mut(glwe_words)) {
                match exponents.mask.get(bit) {
                    None | Some(0) => {}
                    Some(exponent) => self.select(element, *exponent as usize, accumulator, work),
                }
            }
        }
        let ciphertexts = outputs.chunks_exact_mut(glwe_words - size + 1);
        for (accumulator, ciphertext) in accumulators.chunks_exact(glwe_words).zip(ciphertexts) {
            extract(accumulator, size, ciphertext);
        }
        Ok(())
    }

    /// Adds the external product of a key element with `(X^exponent − 1) · accumulator` to the accumulator: it is turned
    /// by the exponent where the element's bit is 1.
    fn select(&self, element: &[c64], exponent: usize, accumulator: &mut [u64], work: &mut Work) {
        let (size, half, transform) = (self.polynomial_size, self.transform.half(), &self.transform);
        let kept = self.base_log * self.levels;
        let differences = work.difference.chunks_exact_mut(size);
        for (polynomial, difference) in accumulator.chunks_exact(size).zip(differences) {
            transform
                .arch()
                .dispatch(|| subtract_from_turned(polynomial, exponent, kept, difference));
        }
        let levels = work.digits.chunks_exact_mut(self.glwe_size * half);
        for (level, digits) in levels.enumerate() {
            let is_last = level + 1 == self.levels;
            let differences = work.difference.chunks_exact_mut(size);
            for (difference, digits) in differences.zip(digits.chunks_exact_mut(half)) {
                transform.forward_digits(difference, self.base_log, is_last, digits, &mut work.buffers);
            }
        }
        for (column, polynomial) in accumulator.chunks_exact_mut(size).enumerate() {
            let keys = element.chunks_exact(half).skip(column).step_by(self.glwe_size);
            transform.multiply(&work.digits, keys, &mut work.product);
            transform.add_backward(&mut work.product, polynomial, &mut work.buffers);
        }
    }
}

/// `output = X^exponent · input` modulo X^N + 1, exponent at most 2N.
fn turn(input: &[u64], exponent: usize, output: &mut [u64]) {
    for_both_parts(input, exponent, output, |turned, sign, output| {
        for (output, turned) in output.iter_mut().zip(turned) {
            *output = apply_sign(*turned, sign);
        }
    });
}

/// Signed integers whose digits approximate `X^exponent · input − input` to `kept` bits.
#[inline(always)]
fn subtract_from_turned(input: &[u64], exponent: usize, kept: usize, output: &mut [u64]) {
    let mut start = 0;
    for_both_parts(input, exponent, output, |turned, sign, output| {
        let (_, rest) = input.split_at(start);
        for ((output, turned), word) in output.iter_mut().zip(turned).zip(rest) {
            let difference = apply_sign(*turned, sign).wrapping_sub(*word);
            *output = (((difference as i64 >> (63 - kept)) + 1) >> 1) as u64;
        }
        start += output.len();
    });
}

/// Calls `body` for the two runs in which the coefficients of `X^exponent · input` follow each other in `input`, with
/// their sign: 0 as they are, all ones negated.
#[inline(always)]
fn for_both_parts(
    input: &[u64],
    exponent: usize,
    output: &mut [u64],
    mut body: impl FnMut(&[u64], u64, &mut [u64]),
) {
    let size = input.len();
    let (turns, shift) = (exponent / size, exponent % size);
    let sign = if turns % 2 == 0 { 0 } else { u64::MAX };
    let (rest, wrapped) = input.split_at(size - shift);
    let (first, second) = output.split_at_mut(shift);
    body(wrapped, !sign, first);
    body(rest, sign, second);
}

#[inline(always)]
fn apply_sign(word: u64, sign: u64) -> u64 {
    (word ^ sign).wrapping_sub(sign)
}

/// The LWE ciphertext of the first coefficient.
fn extract(accumulator: &[u64], size: usize, ciphertext: &mut [u64]) {
    let polynomials = accumulator.chunks_exact(size);
    for (polynomial, mask) in polynomials.zip(ciphertext.chunks_mut(size)) {
        let mut words = mask.iter_mut();
        if let (Some(word), Some(first)) = (words.next(), polynomial.first()) {
            *word = *first;
        }
        for (word, coefficient) in words.zip(polynomial.iter().rev()) {
            *word = coefficient.wrapping_neg();
        }
    }
}
