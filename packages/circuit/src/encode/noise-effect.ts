// How much noise harms what a net predicts: the fraction of labels that it changes, or, of a regressor, how large it is
// beside the spread of the outputs.

/** What the outputs mean, as far as noise goes; a client spec's task is one. */
export type OutputKind =
  | { readonly kind: 'classification' }
  | { readonly kind: 'binary'; readonly threshold: number }
  | { readonly kind: 'regression' };

/** Gathers simulated rows, and gives the harm of their noise. */
export interface NoiseEffect {
  /** @param clear - outputs of one row without noise. @param noisy - the same with. */
  add(clear: readonly number[], noisy: readonly number[]): void;
  /** A fraction: of labels that change, or of the outputs' standard deviation. */
  harm(): number;
}

/** An empty {@link NoiseEffect} for outputs of a kind. */
export function noiseEffect(kind: OutputKind): NoiseEffect {
  if (kind.kind === 'regression') return relativeNoise();
  // Yes where the sigmoid of the logit is above the threshold: the same as the larger of the logit and this.
  const threshold = kind.kind === 'binary' ? Math.log(kind.threshold / (1 - kind.threshold)) : 0;
  return labelFlips(kind.kind === 'binary' ? (outputs) => [outputs[0]!, threshold] : (outputs) => outputs);
}

/**
 * Of rows never seen, the share of what normal margins around 0 would give. Measured on held-out rows of iris, wine,
 * breast cancer and digits, ReLU and sine, two to four sets each: 0 to a third, but for one net (breast cancer, one or two
 * of 143 rows) in which it was 1.
 */
const unseenShare = 1 / 3;

/**
 * The fraction of labels that noise is expected to change: of the simulated rows, or of rows never seen, whichever is
 * more.
 *
 * A net separates the rows it was trained on better than others, so their labels alone would promise too much. Were the
 * margins of rows never seen normal around 0, with the root mean square of the calibration rows' margins, noise of
 * deviation σ would change the sign of arctan(σ / rms) / π of them. Fewer margins than that lie near 0.
 */
function labelFlips(candidates: (outputs: readonly number[]) => readonly number[]): NoiseEffect {
  let rows = 0;
  let flips = 0;
  let squaredNoise = 0;
  let squaredMargin = 0;
  return {
    add(clearOutputs, noisyOutputs) {
      const clear = candidates(clearOutputs);
      const noisy = candidates(noisyOutputs);
      const [first, second] = leadingTwo(clear);
      rows++;
      if (leadingTwo(noisy)[0] !== first) flips++;
      const margin = clear[first]! - clear[second]!;
      squaredNoise += (noisy[first]! - noisy[second]! - margin) ** 2;
      squaredMargin += margin ** 2;
    },
    harm() {
      if (rows === 0 || squaredNoise === 0) return 0;
      const ofNormalMargins = Math.atan(Math.sqrt(squaredNoise / squaredMargin)) / Math.PI;
      return Math.max(flips / rows, unseenShare * ofNormalMargins);
    },
  };
}

/** Root mean square of the noise over the standard deviation of the outputs, the worst output of a row. */
function relativeNoise(): NoiseEffect {
  let rows = 0;
  const sums: { value: number; square: number; noise: number }[] = [];
  return {
    add(clear, noisy) {
      rows++;
      for (const [k, value] of clear.entries()) {
        sums[k] ??= { value: 0, square: 0, noise: 0 };
        sums[k].value += value;
        sums[k].square += value ** 2;
        sums[k].noise += (noisy[k]! - value) ** 2;
      }
    },
    harm() {
      const ratios = sums.map(({ value, square, noise }) =>
        noise === 0 ? 0 : Math.sqrt(noise / Math.max(square - value ** 2 / rows, 0)),
      );
      return Math.max(0, ...ratios);
    },
  };
}

/** Positions of the largest and the second largest of at least two values. */
function leadingTwo(values: readonly number[]): [number, number] {
  let [first, second] = values[1]! > values[0]! ? [1, 0] : [0, 1];
  for (let i = 2; i < values.length; i++) {
    if (values[i]! > values[first]!) [first, second] = [i, first];
    else if (values[i]! > values[second]!) second = i;
  }
  return [first, second];
}
