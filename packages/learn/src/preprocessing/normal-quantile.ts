// The quantile function of the normal distribution, for scales in units of its standard deviation.

import { elementary } from '@tacit/tensor';

/** The z below which a standard normal variable lies with probability `p`; −∞ for 0, ∞ for 1. */
export function normalQuantile(p: number): number {
  if (p <= 0) return Number.NEGATIVE_INFINITY;
  if (p >= 1) return Number.POSITIVE_INFINITY;
  let [low, high] = [-40, 40];
  // Bisection to the last digit: it is done twice a fit, and has no starting point to get wrong.
  for (let step = 0; step < 100; step++) {
    const middle = (low + high) / 2;
    if (elementary.normalCdf(middle) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
