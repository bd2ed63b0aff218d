// Scales that are powers of two, without logarithms: Math.log2 may be off by a bit in the last place, differently on each
// engine, which at a power of two itself would double a scale.

/** The smallest power of two that is at least x, for x > 0; other values (0, NaN, Infinity) as they are. */
export function powerOfTwoAtLeast(x: number): number {
  if (!(x > 0 && x < Number.POSITIVE_INFINITY)) return x;
  let power = 1;
  // Doubling and halving are exact.
  while (power < x) power *= 2;
  while (power / 2 >= x) power /= 2;
  return power;
}
