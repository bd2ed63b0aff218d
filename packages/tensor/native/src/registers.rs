//! Which registers the processor at hand has, and loops compiled for each kind.

use std::sync::atomic::{AtomicU32, Ordering};

use napi_derive::napi;

/// Kinds of registers that there is code for.
#[derive(Clone, Copy)]
pub enum Registers {
    #[cfg(target_arch = "x86_64")]
    Avx512,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    /// Whatever every processor of the architecture has.
    Smallest,
}

/// Bits of the widest registers to use.
static WIDEST: AtomicU32 = AtomicU32::new(512);

/// Limits registers to so many bits, on all threads: tests run the code for smaller machines with it.
#[napi]
pub fn limit_vectors(bits: u32) {
    WIDEST.store(bits, Ordering::Relaxed);
}

/// The widest registers of this processor within the limit.
pub fn registers() -> Registers {
    #[cfg(target_arch = "x86_64")]
    {
        let widest = WIDEST.load(Ordering::Relaxed);
        if widest >= 512 && is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512vl") {
            return Registers::Avx512;
        }
        if widest >= 256 && is_x86_feature_detected!("avx2") {
            return Registers::Avx2;
        }
    }
    Registers::Smallest
}

/// Calls an `#[inline(always)]` function compiled for the widest registers: the compiler turns its loops into lanes by itself,
/// which changes no bit, since it may not reorder additions or fuse them with multiplications.
macro_rules! on_widest_registers {
    ($body:ident($($argument:ident: $type:ty),* $(,)?)) => {{
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx512f,avx512vl")]
        fn on_avx512($($argument: $type),*) {
            $body($($argument),*)
        }
        #[cfg(target_arch = "x86_64")]
        #[target_feature(enable = "avx2")]
        fn on_avx2($($argument: $type),*) {
            $body($($argument),*)
        }
        match $crate::registers::registers() {
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has what the function is compiled for.
            $crate::registers::Registers::Avx512 => unsafe { on_avx512($($argument),*) },
            #[cfg(target_arch = "x86_64")]
            // SAFETY: the processor has what the function is compiled for.
            $crate::registers::Registers::Avx2 => unsafe { on_avx2($($argument),*) },
            $crate::registers::Registers::Smallest => $body($($argument),*),
        }
    }};
}
pub(crate) use on_widest_registers;
