// Rounding without drift.

/** Adding 1.5 · 2⁵² leaves a double below 2⁵¹ no bits for a fraction: the addition itself rounds, ties to even. */
const SHIFT = 6755399441055744;

/** Nearest integer, ties to even, so that rounding has no drift (IEEE 754 roundToIntegralTiesToEven). Below 2⁵¹. */
export function roundHalfEven(value: number): number {
  return value + SHIFT - SHIFT;
}

/** The integer from `low` to `high` nearest to `value`, ties to even; NaN stays NaN. */
export function roundWithin(value: number, low: number, high: number): number {
  // Clamped first: the bounds are integers, so the result is the same, and nothing too large is rounded.
  const clamped = value < low ? low : value > high ? high : value;
  return clamped + SHIFT - SHIFT;
}
