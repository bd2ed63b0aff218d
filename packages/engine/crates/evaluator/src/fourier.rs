//! The negacyclic Fourier transform of polynomials, and the steps around it that tfhe-rs leaves to the compiler's
//! baseline instructions: here they are vectorized for the processor at hand.
//!
//! A polynomial of N coefficients becomes N/2 complex numbers `(p[j] + i·p[j + N/2]) · ω^j`, ω the 4(N/2)-th root of one,
//! transformed in the order that is fastest (Klemsa 2021, "Fast and Error-Free Negacyclic Integer Convolution using
//! Extended Fourier Transform").

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aligned_vec::AVec;
use pulp::{Arch, Simd, WithSimd};
use tfhe::core_crypto::fft_impl::fft64::c64;
use tfhe::core_crypto::fft_impl::fft64::math::fft::{Method, Plan};
use tfhe::core_crypto::prelude::ComputationBuffers;

/// 1.5 · 2⁵²: added to a number below 2⁵¹ it leaves the nearest integer in the low bits of the sum.
const ROUNDER: f64 = 6_755_399_441_055_744.0;
/// How long each algorithm runs when the fastest is looked for.
const TRIAL: Duration = Duration::from_millis(10);

/// The transform of one polynomial size.
pub(crate) struct Transform {
    plan: Plan,
    twists: AVec<c64>,
    arch: Arch,
}

/// Those that were asked for: finding the fastest algorithm takes a tenth of a second.
static TRANSFORMS: Mutex<BTreeMap<usize, Arc<Transform>>> = Mutex::new(BTreeMap::new());

impl Transform {
    /// The transform of a polynomial size: the same for all keys, so that their elements are in one order.
    pub(crate) fn of_size(polynomial_size: usize) -> Arc<Self> {
        // A thread that panicked in here has left the map as it was.
        let mut transforms = TRANSFORMS.lock().unwrap_or_else(PoisonError::into_inner);
        let transform = transforms.entry(polynomial_size);
        transform
            .or_insert_with(|| Arc::new(Self::new(polynomial_size)))
            .clone()
    }

    fn new(polynomial_size: usize) -> Self {
        let half = polynomial_size / 2;
        let unit = std::f64::consts::PI / polynomial_size as f64;
        let twist = |index: usize| {
            let (im, re) = (index as f64 * unit).sin_cos();
            c64 { re, im }
        };
        Self {
            plan: Plan::new(half, Method::Measure(TRIAL)),
            twists: AVec::from_iter(aligned_vec::CACHELINE_ALIGN, (0..half).map(twist)),
            arch: Arch::new(),
        }
    }

    /// Complex numbers of a transformed polynomial.
    pub(crate) fn half(&self) -> usize {
        self.twists.len()
    }

    /// Scratch memory for the transforms.
    pub(crate) fn buffers(&self) -> ComputationBuffers {
        let mut buffers = ComputationBuffers::new();
        buffers.resize(self.plan.fft_scratch().unaligned_bytes_required());
        buffers
    }

    /// Transforms a polynomial over the torus, in turns.
    pub(crate) fn forward_torus(
        &self,
        polynomial: &[u64],
        output: &mut [c64],
        buffers: &mut ComputationBuffers,
    ) {
        const TURN: f64 = 1.0 / 18_446_744_073_709_551_616.0;
        let (low, high) = polynomial.split_at(polynomial.len() / 2);
        for (((output, low), high), twist) in output.iter_mut().zip(low).zip(high).zip(&*self.twists) {
            let (re, im) = (*low as i64 as f64 * TURN, *high as i64 as f64 * TURN);
            *output = c64 { re, im } * twist;
        }
        self.plan.fwd(output, buffers.stack());
    }

    /// Transforms the lowest digit, base 2^`base_log`, of each coefficient and divides the coefficients by the base; with
    /// `is_last` the whole coefficients are the digits. Digits are at most 2⁵⁰ in size.
    pub(crate) fn forward_digits(
        &self,
        coefficients: &mut [u64],
        base_log: usize,
        is_last: bool,
        output: &mut [c64],
        buffers: &mut ComputationBuffers,
    ) {
        let (low, high) = coefficients.split_at_mut(coefficients.len() / 2);
        let twists = &*self.twists;
        if is_last {
            self.arch
                .dispatch(|| twist_digits(low, high, twists, output, |coefficient| *coefficient));
        } else {
            self.arch.dispatch(|| {
                twist_digits(low, high, twists, output, |coefficient| {
                    take_digit(coefficient, base_log)
                });
            });
        }
        self.plan.fwd(output, buffers.stack());
    }

    /// Transforms back and adds the result, turns modulo 1, to a polynomial over the torus. `input` is used up.
    pub(crate) fn add_backward(
        &self,
        input: &mut [c64],
        polynomial: &mut [u64],
        buffers: &mut ComputationBuffers,
    ) {
        self.plan.inv(input, buffers.stack());
        let (low, high) = polynomial.split_at_mut(polynomial.len() / 2);
        let twists = &*self.twists;
        let scale = 1.0 / self.half() as f64;
        self.arch.dispatch(|| untwist(input, twists, scale, low, high));
    }

    /// `output = Σ_r rows[r] · keys[r]`, element by element. `rows` holds one transformed polynomial after the other,
    /// `keys` one of a key for each.
    pub(crate) fn multiply<'k>(
        &self,
        rows: &[c64],
        keys: impl Iterator<Item = &'k [c64]>,
        output: &mut [c64],
    ) {
        let mut pairs = rows.chunks_exact(self.half()).zip(keys);
        let mut is_first = true;
        while let Some(first) = pairs.next() {
            let second = pairs.next();
            self.arch.dispatch(Product {
                first,
                second,
                output,
                is_first,
            });
            is_first = false;
        }
    }

    pub(crate) fn arch(&self) -> Arch {
        self.arch
    }
}

/// The lowest digit in [−B/2, B/2) as a signed number; the rest stays.
#[inline(always)]
fn take_digit(coefficient: &mut u64, base_log: usize) -> u64 {
    let unused = 64 - base_log;
    let digit = ((*coefficient << unused) as i64 >> unused) as u64;
    *coefficient = (coefficient.wrapping_sub(digit) as i64 >> base_log) as u64;
    digit
}

/// Written with additions and bits alone: conversions from 64-bit integers are no vector instructions before AVX-512.
#[inline(always)]
fn twist_digits(
    low: &mut [u64],
    high: &mut [u64],
    twists: &[c64],
    output: &mut [c64],
    digit: impl Fn(&mut u64) -> u64,
) {
    let number = |digit: u64| f64::from_bits(digit.wrapping_add(ROUNDER.to_bits())) - ROUNDER;
    for (((output, low), high), twist) in output.iter_mut().zip(low).zip(high).zip(twists) {
        let (re, im) = (number(digit(low)), number(digit(high)));
        *output = c64 {
            re: re * twist.re - im * twist.im,
            im: re * twist.im + im * twist.re,
        };
    }
}

#[inline(always)]
fn untwist(input: &[c64], twists: &[c64], scale: f64, low: &mut [u64], high: &mut [u64]) {
    for (((input, twist), low), high) in input.iter().zip(twists).zip(low).zip(high) {
        let (re, im) = (twist.re * scale, twist.im * scale);
        *low = low.wrapping_add(turns(input.re * re + input.im * im));
        *high = high.wrapping_add(turns(input.im * re - input.re * im));
    }
}

/// The fraction of a number below 2⁵¹ in units of 2⁻⁶⁴ turns, its last twelve bits zero: added to 1½ it is the mantissa.
#[inline(always)]
fn turns(number: f64) -> u64 {
    let fraction = number - ((number + ROUNDER) - ROUNDER);
    ((fraction + 1.5).to_bits() << 12) ^ (1 << 63)
}

/// One or two products summed in one pass over the output.
struct Product<'a> {
    first: (&'a [c64], &'a [c64]),
    second: Option<(&'a [c64], &'a [c64])>,
    output: &'a mut [c64],
    /// Replaces the output instead of adding to it.
    is_first: bool,
}

impl WithSimd for Product<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let (output, _) = S::as_mut_simd_c64s(self.output);
        let (row, _) = S::as_simd_c64s(self.first.0);
        let (key, _) = S::as_simd_c64s(self.first.1);
        let pairs = output.iter_mut().zip(row).zip(key);
        let Some(second) = self.second else {
            for ((output, row), key) in pairs {
                *output = if self.is_first {
                    simd.mul_c64s(*key, *row)
                } else {
                    simd.mul_add_c64s(*key, *row, *output)
                };
            }
            return;
        };
        let (other_row, _) = S::as_simd_c64s(second.0);
        let (other_key, _) = S::as_simd_c64s(second.1);
        for (((output, row), key), (other_row, other_key)) in pairs.zip(other_row.iter().zip(other_key)) {
            let sum = if self.is_first {
                simd.mul_c64s(*key, *row)
            } else {
                simd.mul_add_c64s(*key, *row, *output)
            };
            *output = simd.mul_add_c64s(*other_key, *other_row, sum);
        }
    }
}
