//! Rounding to a few levels, row by row with a scale each, and its gradients; the twins of kernels/quantize.ts. Each gives
//! false, and does nothing, where lengths do not fit.

use napi::bindgen_prelude::Float32ArraySlice;
use napi_derive::napi;

use crate::registers::on_widest_registers;

/// Adding and subtracting 1.5·2⁵² rounds a double below 2⁵¹ to a whole number, ties to even.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// Partial sums of a gradient of a scale. A part of what is computed: see kernels/quantize.ts.
const PARTS: usize = 8;

/// out = scale · clamp(round(x / scale), low, high), in double precision.
#[napi]
pub fn quantize(x: &[f32], scales: &[f64], low: f64, high: f64, mut out: Float32ArraySlice) -> bool {
    // SAFETY: JavaScript runs nothing until this returns, and `out` is an array of its own.
    let out = unsafe { out.as_mut() };
    let Some(columns) = columns_of(x, scales) else {
        return false;
    };
    if out.len() != x.len() {
        return false;
    }
    for ((x, out), scale) in x
        .chunks_exact(columns)
        .zip(out.chunks_exact_mut(columns))
        .zip(scales)
    {
        let scale = *scale;
        on_widest_registers!(quantize_row(x: &[f32], scale: f64, low: f64, high: f64, out: &mut [f32]));
    }
    true
}

#[inline(always)]
fn quantize_row(x: &[f32], scale: f64, low: f64, high: f64, out: &mut [f32]) {
    for (out, x) in out.iter_mut().zip(x) {
        let clipped = clamp(f64::from(*x) / scale, low, high);
        *out = (scale * (clipped + ROUNDING - ROUNDING)) as f32;
    }
}

/// out = grad, and 0 where x / scale is below `lowest` or above `highest`.
#[napi]
pub fn quantize_gradient(
    x: &[f32],
    grad: &[f32],
    scales: &[f64],
    lowest: f64,
    highest: f64,
    mut out: Float32ArraySlice,
) -> bool {
    // SAFETY: as in `quantize`.
    let out = unsafe { out.as_mut() };
    let Some(columns) = columns_of(x, scales) else {
        return false;
    };
    if out.len() != x.len() || grad.len() != x.len() {
        return false;
    }
    let rows = x.chunks_exact(columns).zip(grad.chunks_exact(columns));
    for (((x, grad), out), scale) in rows.zip(out.chunks_exact_mut(columns)).zip(scales) {
        let scale = *scale;
        on_widest_registers!(gradient_row(
            x: &[f32],
            grad: &[f32],
            scale: f64,
            lowest: f64,
            highest: f64,
            out: &mut [f32],
        ));
    }
    true
}

#[inline(always)]
fn gradient_row(x: &[f32], grad: &[f32], scale: f64, lowest: f64, highest: f64, out: &mut [f32]) {
    for ((out, x), grad) in out.iter_mut().zip(x).zip(grad) {
        let position = f64::from(*x) / scale;
        *out = if position < lowest || position > highest {
            0.0
        } else {
            *grad
        };
    }
}

/// The gradient of each scale: Σ grad · (integer − x/scale, or the integer alone where x is clipped) over its row.
#[napi]
pub fn scale_gradients(
    x: &[f32],
    grad: &[f32],
    scales: &[f64],
    low: f64,
    high: f64,
    mut out: Float32ArraySlice,
) -> bool {
    // SAFETY: as in `quantize`.
    let out = unsafe { out.as_mut() };
    let Some(columns) = columns_of(x, scales) else {
        return false;
    };
    if out.len() != scales.len() || grad.len() != x.len() {
        return false;
    }
    let rows = x.chunks_exact(columns).zip(grad.chunks_exact(columns));
    for (((x, grad), out), scale) in rows.zip(out.iter_mut()).zip(scales) {
        let scale = *scale;
        on_widest_registers!(scale_gradient(
            x: &[f32],
            grad: &[f32],
            scale: f64,
            low: f64,
            high: f64,
            out: &mut f32,
        ));
    }
    true
}

#[inline(always)]
fn scale_gradient(x: &[f32], grad: &[f32], scale: f64, low: f64, high: f64, out: &mut f32) {
    let term = |x: f32, grad: f32| {
        let position = f64::from(x) / scale;
        let level = clamp(position, low, high) + ROUNDING - ROUNDING;
        let is_inside = position >= low - 0.5 && position <= high + 0.5;
        f64::from(grad) * (level - if is_inside { position } else { 0.0 })
    };
    let mut sums = [0f64; PARTS];
    let (whole_x, rest_x) = x.as_chunks::<PARTS>();
    let (whole_grad, rest_grad) = grad.as_chunks::<PARTS>();
    for (x, grad) in whole_x.iter().zip(whole_grad) {
        for part in 0..PARTS {
            sums[part] += term(x[part], grad[part]);
        }
    }
    for (sum, (x, grad)) in sums.iter_mut().zip(rest_x.iter().zip(rest_grad)) {
        *sum += term(*x, *grad);
    }
    *out = (((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))) as f32;
}

/// NaN stays.
#[inline(always)]
fn clamp(value: f64, low: f64, high: f64) -> f64 {
    if value < low {
        low
    } else if value > high {
        high
    } else {
        value
    }
}

/// Elements for each scale; none where they do not fit, or there are none.
fn columns_of(x: &[f32], scales: &[f64]) -> Option<usize> {
    let columns = x.len().checked_div(scales.len())?;
    (columns > 0 && columns * scales.len() == x.len()).then_some(columns)
}
