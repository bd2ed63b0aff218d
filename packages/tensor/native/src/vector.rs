//! One register of float32 lanes, and the few operations that a product needs.

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::*;

/// Lanes that are multiplied and added one by one, each result rounded on its own.
///
/// The implementations for x86-64 may only be used in functions that are compiled for these registers, and inline into them.
pub trait Vector: Copy {
    const LANES: usize;
    fn zero() -> Self;
    fn splat(value: f32) -> Self;
    fn load(from: &[f32]) -> Self;
    fn store(self, to: &mut [f32]);
    fn mul(self, other: Self) -> Self;
    fn add(self, other: Self) -> Self;
}

impl Vector for [f32; 4] {
    const LANES: usize = 4;

    #[inline(always)]
    fn zero() -> Self {
        [0.0; 4]
    }

    #[inline(always)]
    fn splat(value: f32) -> Self {
        [value; 4]
    }

    #[inline(always)]
    fn load(from: &[f32]) -> Self {
        [from[0], from[1], from[2], from[3]]
    }

    #[inline(always)]
    fn store(self, to: &mut [f32]) {
        to[..4].copy_from_slice(&self);
    }

    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane] * other[lane])
    }

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        std::array::from_fn(|lane| self[lane] + other[lane])
    }
}

#[cfg(target_arch = "x86_64")]
macro_rules! vector {
    ($type:ty, $lanes:literal, $zero:ident, $splat:ident, $load:ident, $store:ident, $mul:ident, $add:ident) => {
        impl Vector for $type {
            const LANES: usize = $lanes;

            #[inline(always)]
            fn zero() -> Self {
                // SAFETY: the trait asks callers for the processor's feature.
                unsafe { $zero() }
            }

            #[inline(always)]
            fn splat(value: f32) -> Self {
                // SAFETY: as in `zero`.
                unsafe { $splat(value) }
            }

            #[inline(always)]
            fn load(from: &[f32]) -> Self {
                // SAFETY: as in `zero`; the slicing panics unless there are as many.
                unsafe { $load(from[..$lanes].as_ptr()) }
            }

            #[inline(always)]
            fn store(self, to: &mut [f32]) {
                // SAFETY: as in `load`.
                unsafe { $store(to[..$lanes].as_mut_ptr(), self) }
            }

            #[inline(always)]
            fn mul(self, other: Self) -> Self {
                // SAFETY: as in `zero`.
                unsafe { $mul(self, other) }
            }

            #[inline(always)]
            fn add(self, other: Self) -> Self {
                // SAFETY: as in `zero`.
                unsafe { $add(self, other) }
            }
        }
    };
}

#[cfg(target_arch = "x86_64")]
vector!(
    __m512,
    16,
    _mm512_setzero_ps,
    _mm512_set1_ps,
    _mm512_loadu_ps,
    _mm512_storeu_ps,
    _mm512_mul_ps,
    _mm512_add_ps
);
#[cfg(target_arch = "x86_64")]
vector!(
    __m256,
    8,
    _mm256_setzero_ps,
    _mm256_set1_ps,
    _mm256_loadu_ps,
    _mm256_storeu_ps,
    _mm256_mul_ps,
    _mm256_add_ps
);
