// The normal distribution far out in its tails, where 1 − erf underflows.

/**
 * log2 of the probability that a standard normal variable lies further than `z` ≥ 0 from 0, on either side: erfc(z/√2).
 *
 * Continued fraction of Mills' ratio beyond z = 2 (Abramowitz and Stegun 26.2.14), the series of erf below.
 */
export function twoSidedTailLog2(z: number): number {
  if (z < 2) return Math.log2(1 - erfSeries(z / Math.SQRT2));
  let ratio = z;
  for (let term = 200; term >= 1; term--) ratio = z + term / ratio;
  const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  return (logDensity - Math.log(ratio)) / Math.LN2 + 1;
}

/** The z with {@link twoSidedTailLog2}(z) = `probabilityLog2`; 7.14 for 2⁻⁴⁰. */
export function tailQuantile(probabilityLog2: number): number {
  let low = 0;
  let high = 64;
  for (let step = 0; step < 80; step++) {
    const middle = (low + high) / 2;
    if (twoSidedTailLog2(middle) > probabilityLog2) low = middle;
    else high = middle;
  }
  return high;
}

// erf x = 2/√π · Σ (−1)ⁿ x^(2n+1) / (n! (2n+1))
function erfSeries(x: number): number {
  let term = x;
  let sum = x;
  for (let n = 1; n < 60; n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
