//! Loops over elements; the twins of kernels/elementwise.ts. Each gives false, and does nothing, where lengths differ.

use napi::bindgen_prelude::Float32ArraySlice;
use napi_derive::napi;

use crate::registers::on_widest_registers;

/// out = max(x, 0); NaN stays NaN.
#[napi]
pub fn relu(x: &[f32], mut out: Float32ArraySlice) -> bool {
    // SAFETY: JavaScript runs nothing until this returns, and `out` is an array of its own.
    let out = unsafe { out.as_mut() };
    if out.len() != x.len() {
        return false;
    }
    on_widest_registers!(relu_lanes(x: &[f32], out: &mut [f32]));
    true
}

#[inline(always)]
fn relu_lanes(x: &[f32], out: &mut [f32]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out = if *x <= 0.0 { 0.0 } else { *x };
    }
}

/// out = grad, and 0 where x ≤ 0.
#[napi]
pub fn relu_gradient(x: &[f32], grad: &[f32], mut out: Float32ArraySlice) -> bool {
    // SAFETY: as in `relu`.
    let out = unsafe { out.as_mut() };
    if out.len() != x.len() || grad.len() != x.len() {
        return false;
    }
    on_widest_registers!(relu_gradient_lanes(x: &[f32], grad: &[f32], out: &mut [f32]));
    true
}

#[inline(always)]
fn relu_gradient_lanes(x: &[f32], grad: &[f32], out: &mut [f32]) {
    for ((out, x), grad) in out.iter_mut().zip(x).zip(grad) {
        *out = if *x <= 0.0 { 0.0 } else { *grad };
    }
}
