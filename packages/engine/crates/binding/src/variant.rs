//! For which processors this addon was built, and which of its variants the processor at hand can run.

use napi_derive::napi;

const BASELINE: &str = "baseline";
const X86_64_V3: &str = "x86-64-v3";

/// The variant that this is.
#[napi]
pub fn variant() -> &'static str {
    if cfg!(all(
        target_arch = "x86_64",
        target_feature = "avx2",
        target_feature = "fma"
    )) {
        X86_64_V3
    } else {
        BASELINE
    }
}

/// The most demanding variant that runs here.
#[napi]
pub fn best_variant() -> &'static str {
    if has_x86_64_v3() { X86_64_V3 } else { BASELINE }
}

/// The instructions that the level x86-64-v3 adds, and the operating system's consent to its registers.
#[cfg(target_arch = "x86_64")]
fn has_x86_64_v3() -> bool {
    is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("fma")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("f16c")
        && is_x86_feature_detected!("lzcnt")
        && is_x86_feature_detected!("movbe")
}

#[cfg(not(target_arch = "x86_64"))]
fn has_x86_64_v3() -> bool {
    false
}
