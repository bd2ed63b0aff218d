//! Rounding to a few levels, row by row with a scale each, and its gradients; the twins of kernels/quantize.ts. Each gives
//! false, and does nothing, where lengths do not fit.

use napi::bindgen_prelude::Float32ArraySlice;
use napi_derive::napi;

use crate::registers::on_widest_registers;

/// Adding and subtracting 1.5·2⁵² rounds a double below 2⁵¹ to a whole number, ties to even.
const ROUNDING: f64 = 6_755_399_441_055_744.0;

/// Partial sums of a gradient of a scale. A part of what is computed: see kernels/quantize.ts.
const PARTS: usize = 8;
/// Terms that are computed before they are added: a multiple of `PARTS`.
const BLOCK: usize = 64;

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
    let mut sums = [0f64; PARTS];
    let mut terms = [0f64; BLOCK];
    for (x, grad) in x.chunks(BLOCK).zip(grad.chunks(BLOCK)) {
        let terms = &mut terms[..x.len()];
        for ((term, x), grad) in terms.iter_mut().zip(x).zip(grad) {
            let position = f64::from(*x) / scale;
            let level = clamp(position, low, high) + ROUNDING - ROUNDING;
            let is_inside = position >= low - 0.5 && position <= high + 0.5;
            *term = f64::from(*grad) * (level - if is_inside { position } else { 0.0 });
        }
        for terms in terms.chunks(PARTS) {
            for (sum, term) in sums.iter_mut().zip(terms) {
                *sum += term;
            }
        }
    }
    *out = (((sums[0] + sums[1]) + (sums[2] + sums[3])) + ((sums[4] + sums[5]) + (sums[6] + sums[7]))) as f32;
}

/// The level of each column's element, 0 to `levels`, scaled to [−1, 1]: x becomes (x − low) / width, clamped, half-way
/// cases rounded up. `low` and `widths` have a number for each column.
#[napi]
pub fn round_columns(
    x: &[f32],
    low: &[f64],
    widths: &[f64],
    levels: f64,
    mut out: Float32ArraySlice,
) -> bool {
    // SAFETY: as in `quantize`.
    let out = unsafe { out.as_mut() };
    if low.is_empty()
        || widths.len() != low.len()
        || out.len() != x.len()
        || !x.len().is_multiple_of(low.len())
    {
        return false;
    }
    on_widest_registers!(round_rows(
        x: &[f32],
        low: &[f64],
        widths: &[f64],
        levels: f64,
        out: &mut [f32],
    ));
    true
}

#[inline(always)]
fn round_rows(x: &[f32], low: &[f64], widths: &[f64], levels: f64, out: &mut [f32]) {
    for (x, out) in x.chunks_exact(low.len()).zip(out.chunks_exact_mut(low.len())) {
        for ((out, x), (low, width)) in out.iter_mut().zip(x).zip(low.iter().zip(widths)) {
            let clamped = clamp((f64::from(*x) - low) / width, 0.0, levels);
            let whole = clamped.floor();
            let level = whole + if clamped - whole >= 0.5 { 1.0 } else { 0.0 };
            *out = ((2.0 * level) / levels - 1.0) as f32;
        }
    }
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
