// Loops over elements that branch or divide: where a comparison of each element decides, a branch is mispredicted every
// other time, a lane's selection never. The scalar twins are in src/kernels/elementwise.ts. All counts are multiples of 4.

/** out = max(x, 0), NaN staying NaN; in place. */
export function relu(count: i32, x: usize): void {
  const end = x + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  for (; x < end; x += 16) v128.store(x, f32x4.max(v128.load(x), zero));
}

/** grad = 0 where x ≤ 0; in place. */
export function reluGradient(count: i32, x: usize, grad: usize): void {
  const end = x + ((<usize>count) << 2);
  const zero = f32x4.splat(0);
  for (; x < end; x += 16) {
    v128.store(grad, v128.andnot(v128.load(grad), f32x4.le(v128.load(x), zero)));
    grad += 16;
  }
}

/** x = scale · clamp(round(x / scale), low, high) in double precision; in place. */
export function quantize(count: i32, x: usize, scale: f64, low: f64, high: f64): void {
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16) {
    const values = v128.load(x);
    const first = quantizePair(f64x2.promote_low_f32x4(values), scale, low, high);
    const upper = v128.shuffle<f32>(values, values, 2, 3, 2, 3);
    const second = quantizePair(f64x2.promote_low_f32x4(upper), scale, low, high);
    v128.store(
      x,
      v128.shuffle<f32>(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 1, 4, 5),
    );
  }
}

function quantizePair(values: v128, scale: f64, low: f64, high: f64): v128 {
  const factor = f64x2.splat(scale);
  const position = f64x2.div(values, factor);
  // The one-instruction forms, under which NaN stays.
  const clipped = f64x2.pmin(f64x2.pmax(position, f64x2.splat(low)), f64x2.splat(high));
  // 1.5·2⁵² and not `nearest`, so that −0.3 becomes 0 and not −0, as in the scalar twin.
  const rounding = f64x2.splat(6755399441055744);
  return f64x2.mul(f64x2.sub(f64x2.add(clipped, rounding), rounding), factor);
}

/** grad = 0 where x / scale, in double precision, is below `lowest` or above `highest`; in place. */
export function quantizeGradient(
  count: i32,
  x: usize,
  grad: usize,
  scale: f64,
  lowest: f64,
  highest: f64,
): void {
  const end = x + ((<usize>count) << 2);
  for (; x < end; x += 16) {
    const values = v128.load(x);
    const first = outside(f64x2.promote_low_f32x4(values), scale, lowest, highest);
    const upper = v128.shuffle<f32>(values, values, 2, 3, 2, 3);
    const second = outside(f64x2.promote_low_f32x4(upper), scale, lowest, highest);
    v128.store(grad, v128.andnot(v128.load(grad), v128.shuffle<f32>(first, second, 0, 2, 4, 6)));
    grad += 16;
  }
}

function outside(values: v128, scale: f64, lowest: f64, highest: f64): v128 {
  const position = f64x2.div(values, f64x2.splat(scale));
  return v128.or(f64x2.lt(position, f64x2.splat(lowest)), f64x2.gt(position, f64x2.splat(highest)));
}
