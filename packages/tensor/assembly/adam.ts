// One step of Adam on four numbers at a time. The scalar twin is in src/kernels/adam.ts.

/**
 * Updates `count` numbers, a multiple of 4.
 *
 * @param p - address of the parameters; `g`, `m` and `v` of their gradients and the running averages of these and of their squares.
 * @param step - learning rate over the first bias correction.
 * @param root - one over the root of the second bias correction.
 */
export function adam(
  count: i32,
  p: usize,
  g: usize,
  m: usize,
  v: usize,
  keepM: f32,
  takeM: f32,
  keepV: f32,
  takeV: f32,
  step: f32,
  root: f32,
  eps: f32,
  decay: f32,
): void {
  const end = p + ((<usize>count) << 2);
  while (p < end) {
    const data = v128.load(p);
    const gradient = f32x4.add(v128.load(g), f32x4.mul(f32x4.splat(decay), data));
    const mean = f32x4.add(
      f32x4.mul(f32x4.splat(keepM), v128.load(m)),
      f32x4.mul(f32x4.splat(takeM), gradient),
    );
    const square = f32x4.add(
      f32x4.mul(f32x4.splat(keepV), v128.load(v)),
      f32x4.mul(f32x4.splat(takeV), f32x4.mul(gradient, gradient)),
    );
    const divisor = f32x4.add(f32x4.mul(f32x4.sqrt(square), f32x4.splat(root)), f32x4.splat(eps));
    v128.store(m, mean);
    v128.store(v, square);
    v128.store(p, f32x4.sub(data, f32x4.div(f32x4.mul(f32x4.splat(step), mean), divisor)));
    p += 16;
    g += 16;
    m += 16;
    v += 16;
  }
}
