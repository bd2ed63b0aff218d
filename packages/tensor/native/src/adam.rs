//! One step of Adam; the twin of kernels/adam.ts.

use napi::bindgen_prelude::Float32ArraySlice;
use napi_derive::napi;

use crate::registers::on_widest_registers;

/// The numbers of one step, rounded to float32.
#[derive(Clone, Copy)]
struct Factors {
    keep_m: f32,
    take_m: f32,
    keep_v: f32,
    take_v: f32,
    step: f32,
    root: f32,
    eps: f32,
    decay: f32,
}

/// Changes parameters and running averages in place. `factors`: keepM, takeM, keepV, takeV, step, root, eps, decay.
/// Gives false, and does nothing, where lengths differ.
#[napi]
pub fn adam(
    mut parameter: Float32ArraySlice,
    gradient: &[f32],
    mut mean: Float32ArraySlice,
    mut square: Float32ArraySlice,
    factors: &[f32],
) -> bool {
    // SAFETY: JavaScript runs nothing until this returns, and the four arrays are different ones.
    let (parameter, mean, square) = unsafe { (parameter.as_mut(), mean.as_mut(), square.as_mut()) };
    let &[keep_m, take_m, keep_v, take_v, step, root, eps, decay] = factors else {
        return false;
    };
    let length = parameter.len();
    if gradient.len() != length || mean.len() != length || square.len() != length {
        return false;
    }
    let factors = Factors {
        keep_m,
        take_m,
        keep_v,
        take_v,
        step,
        root,
        eps,
        decay,
    };
    on_widest_registers!(adam_lanes(
        parameter: &mut [f32],
        gradient: &[f32],
        mean: &mut [f32],
        square: &mut [f32],
        factors: Factors,
    ));
    true
}

#[inline(always)]
fn adam_lanes(parameter: &mut [f32], gradient: &[f32], mean: &mut [f32], square: &mut [f32], f: Factors) {
    let averages = mean.iter_mut().zip(square);
    for ((p, gradient), (mean, square)) in parameter.iter_mut().zip(gradient).zip(averages) {
        let g = gradient + f.decay * *p;
        let m = f.keep_m * *mean + f.take_m * g;
        let v = f.keep_v * *square + f.take_v * (g * g);
        *mean = m;
        *square = v;
        *p -= (f.step * m) / (v.sqrt() * f.root + f.eps);
    }
}
