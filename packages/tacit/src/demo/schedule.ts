// The learning rate of the demo's trainings, and of the accuracy benchmark's.

import { elementary } from '@tacit/tensor';

/** Part of the steps in which the rate rises. */
const warmUp = 0.05;

/**
 * Factor of the learning rate after so many of all steps: a line up to 1, then half a cosine wave down to 0 (Loshchilov &
 * Hutter 2017). Few-bit weights settle only when steps become small.
 */
export function warmUpCosine(step: number, steps: number): number {
  const part = Math.min(1, step / steps);
  if (part < warmUp) return part / warmUp;
  return 0.5 * (1 + elementary.cos((Math.PI * (part - warmUp)) / (1 - warmUp)));
}
