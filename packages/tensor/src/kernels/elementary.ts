// exp, log, tanh … for single numbers, the same to the last bit on every JavaScript engine. The standard leaves the
// accuracy of Math.exp and its kind to the engine, and engines differ; + − × ÷ and Math.sqrt are exact by IEEE 754. So
// everything here is made of those: reduce the argument to a short range, then sum a power series in double precision.
// Errors are below 1e-11 of the result, so after rounding to float32 a result is at most one unit off in the last place.
//
// The series are the ones of any calculus book (their coefficients are computed below, not tabulated); only the number of
// terms is chosen, so that the first omitted one is below the accuracy wanted at the end of the range.

const LN2_HIGH = 0.6931471803691238; // ln 2 to 32 bits: products with exponents are exact
const LN2_LOW = 1.9082149292705877e-10;

const HALF_PI_HIGH = 1.570796325802803; // π/2 in 27 + 27 + 53 bits
const HALF_PI_MIDDLE = 9.920935739593517e-10;
const HALF_PI_LOW = 5.721188726109832e-18;
const TWO_OVER_PI = 0.6366197723675814;
/** Beyond this, multiples of π/2 no longer subtract exactly, and {@link reduceLarge} takes over. */
const LARGE_ANGLE = 2 ** 24;
/** ⌊2/π · 2²⁵⁶⌋. */
const TWO_OVER_PI_BITS = 0xa2f9836e4e441529fc2757d1f534ddc0db6295993c439041fe5163abdebbc561n;

const MIN_EXPONENT = -1074;
const POWERS_OF_TWO = new Float64Array(1023 - MIN_EXPONENT + 1);
for (let exponent = MIN_EXPONENT, power = 2 ** -1074; exponent <= 1023; exponent++, power *= 2) {
  POWERS_OF_TWO[exponent - MIN_EXPONENT] = power;
}

const DOUBLE = new Float64Array(1);
const WORDS = new Uint32Array(DOUBLE.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

/** eˣ; 0 and Infinity where a double has no other value for it. */
export function exp(x: number): number {
  if (x > 709.78) return Number.POSITIVE_INFINITY;
  if (x < -745.2) return 0;
  if (Number.isNaN(x)) return x;
  const exponent = Math.floor(x * Math.LOG2E + 0.5);
  const r = x - exponent * LN2_HIGH - exponent * LN2_LOW; // |r| ≤ 0.3466: r¹²/12! < 7e-15
  const series =
    1 +
    r *
      (1 +
        r *
          (1 / 2 +
            r *
              (1 / 6 +
                r *
                  (1 / 24 +
                    r *
                      (1 / 120 +
                        r *
                          (1 / 720 +
                            r *
                              (1 / 5040 +
                                r * (1 / 40320 + r * (1 / 362880 + r * (1 / 3628800 + r / 39916800))))))))));
  // 2¹⁰²⁴ is no double, but series · 2¹⁰²³ · 2 may be one.
  if (exponent > 1023) return series * POWERS_OF_TWO[1023 - MIN_EXPONENT] * 2;
  if (exponent < MIN_EXPONENT) return series * POWERS_OF_TWO[0] * 0.5;
  return series * POWERS_OF_TWO[exponent - MIN_EXPONENT];
}

/** eˣ − 1 without cancellation near 0. */
export function expm1(x: number): number {
  // |x| < 1e-3: the first omitted term is x⁵/120, 1e-14 of the result.
  if (x > -1e-3 && x < 1e-3) return x * (1 + x * (1 / 2 + x * (1 / 6 + x / 24)));
  return exp(x) - 1;
}

/** Natural logarithm; −Infinity at 0, NaN below. */
export function log(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  if (x === Number.POSITIVE_INFINITY) return x;
  let exponent = 0;
  let scaled = x;
  if (x < 2.2250738585072014e-308) {
    scaled = x * 18014398509481984; // 2⁵⁴ makes a subnormal double normal
    exponent = -54;
  }
  DOUBLE[0] = scaled;
  exponent += (WORDS[HIGH] >>> 20) - 1023;
  WORDS[HIGH] = (WORDS[HIGH] & 0xfffff) | 0x3ff00000;
  let mantissa = DOUBLE[0];
  if (mantissa > Math.SQRT2) {
    mantissa *= 0.5;
    exponent++;
  }
  // log m = 2·artanh s with s = (m − 1)/(m + 1), |s| ≤ 0.1716: s²⁰/21 < 3e-17
  const s = (mantissa - 1) / (mantissa + 1);
  const q = s * s;
  const series =
    1 +
    q *
      (1 / 3 +
        q *
          (1 / 5 +
            q * (1 / 7 + q * (1 / 9 + q * (1 / 11 + q * (1 / 13 + q * (1 / 15 + q * (1 / 17 + q / 19))))))));
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * series);
}

/** log(1 + x) without cancellation near 0. */
export function log1p(x: number): number {
  // |x| < 1e-3: the first omitted term is x⁶/6, 2e-16 of the result.
  if (x > -1e-3 && x < 1e-3) return x * (1 - x * (1 / 2 - x * (1 / 3 - x * (1 / 4 - x / 5))));
  return log(1 + x);
}

/** Hyperbolic tangent. */
export function tanh(x: number): number {
  const magnitude = x < 0 ? -x : x;
  if (magnitude < 0.1) {
    const q = x * x; // the first omitted term is 1382/155925 · q⁵ < 9e-13
    return x * (1 - q * (1 / 3 - q * (2 / 15 - q * (17 / 315 - (q * 62) / 2835))));
  }
  if (magnitude > 22) return x < 0 ? -1 : 1;
  const power = exp(2 * magnitude);
  const result = 1 - 2 / (power + 1);
  return x < 0 ? -result : result;
}

/** Logistic function 1 / (1 + e⁻ˣ). */
export function sigmoid(x: number): number {
  return 1 / (1 + exp(-x));
}

/** log(1 + eˣ), which grows like x and never overflows. */
export function softplus(x: number): number {
  return x > 0 ? x + log1p(exp(-x)) : log1p(exp(x));
}

/** Sine of an angle in radians, of any size. */
export function sin(x: number): number {
  if (!(x > -LARGE_ANGLE && x < LARGE_ANGLE)) return reduceLarge(x, 0);
  const quarters = Math.floor(x * TWO_OVER_PI + 0.5);
  return quarterWave(quarters, reduced(x, quarters));
}

/** Cosine of an angle in radians, of any size. */
export function cos(x: number): number {
  if (!(x > -LARGE_ANGLE && x < LARGE_ANGLE)) return reduceLarge(x, 1);
  const quarters = Math.floor(x * TWO_OVER_PI + 0.5);
  return quarterWave(quarters + 1, reduced(x, quarters));
}

/** x − quarters·π/2. The first two products are exact: 27 bits times at most 25. */
function reduced(x: number, quarters: number): number {
  return x - quarters * HALF_PI_HIGH - quarters * HALF_PI_MIDDLE - quarters * HALF_PI_LOW;
}

/** sin(quarters·π/2 + r) for |r| ≤ π/4. */
function quarterWave(quarters: number, r: number): number {
  const quadrant = quarters & 3;
  const q = r * r;
  const value =
    (quadrant & 1) === 0
      ? r *
        (1 -
          q *
            (1 / 6 - q * (1 / 120 - q * (1 / 5040 - q * (1 / 362880 - q * (1 / 39916800 - q / 6227020800))))))
      : 1 -
        q *
          (1 / 2 -
            q *
              (1 / 24 -
                q * (1 / 720 - q * (1 / 40320 - q * (1 / 3628800 - q * (1 / 479001600 - q / 87178291200))))));
  return quadrant < 2 ? value : -value;
}

/** The same for huge angles: x is a whole multiple of a power of two, so x·2/π is taken in exact integers. */
function reduceLarge(x: number, quarters: number): number {
  const magnitude = x < 0 ? -x : x;
  DOUBLE[0] = magnitude;
  const exponent = (WORDS[HIGH] >>> 20) - 1023 - 52;
  const mantissa = (BigInt((WORDS[HIGH] & 0xfffff) | 0x100000) << 32n) | BigInt(WORDS[1 - HIGH]);
  // Beyond 2¹⁷², where no float32 is; infinities and NaN end here too.
  if (exponent > 120) return Number.NaN;
  // Position of the binary point after the product: 256 − exponent.
  const product = mantissa * TWO_OVER_PI_BITS;
  const point = BigInt(256 - exponent);
  const half = 1n << (point - 1n);
  const whole = (product + half) >> point;
  const fraction = product - (whole << point);
  const r = (Number(fraction >> (point - 80n)) / 2 ** 80) * 1.5707963267948966;
  const turned = Number(whole & 3n);
  return x < 0 ? quarterWave(quarters - turned, -r) : quarterWave(quarters + turned, r);
}

/** xᵖ: by squaring for whole exponents up to 1024, else by exp(p·log x). NaN for a fractional power of a negative number. */
export function pow(x: number, exponent: number): number {
  if (exponent === 0.5) return Math.sqrt(x);
  const magnitude = exponent < 0 ? -exponent : exponent;
  const isWhole = Math.floor(magnitude) === magnitude;
  if (isWhole && magnitude <= 1024) {
    const power = wholePower(x, magnitude);
    return exponent < 0 ? 1 / power : power;
  }
  if (x >= 0 || Number.isNaN(x)) return exp(exponent * log(x));
  if (!isWhole) return Number.NaN;
  return magnitude % 2 === 1 ? -exp(exponent * log(-x)) : exp(exponent * log(-x));
}

function wholePower(x: number, exponent: number): number {
  let result = 1;
  let square = x;
  for (let rest = exponent; rest > 0; rest >>= 1) {
    if ((rest & 1) === 1) result *= square;
    square *= square;
  }
  return result;
}

const ERFC_STEP = 0.5;
const ERFC_POINTS = 11; // e^(−(12·0.5)²) < 3e-16
const ERFC_SQUARES = Float64Array.from({ length: ERFC_POINTS }, (_, n) => ((n + 1) * ERFC_STEP) ** 2);
const ERFC_WEIGHTS = ERFC_SQUARES.map((square) => exp(-square));

/**
 * Complementary error function 1 − erf x, accurate also where it is tiny.
 *
 * @see Chiarella & Reichel 1968: the trapezoidal rule with step h for the integral form of erfc, whose error is
 * e^(−(π/h)²), 7e-18 here, once the pole at x is added back.
 */
export function erfc(x: number): number {
  if (Number.isNaN(x)) return x;
  if (x < 0.5) return x < -0.5 ? 2 - erfc(-x) : 1 - erfSeries(x);
  if (x > 27) return 0;
  const square = x * x;
  let sum = 0.5 / square;
  for (let n = 0; n < ERFC_POINTS; n++) sum += ERFC_WEIGHTS[n] / (ERFC_SQUARES[n] + square);
  const trapezoid = ((2 * ERFC_STEP * x) / Math.PI) * exp(-square) * sum;
  return x < Math.PI / ERFC_STEP ? trapezoid - 2 / expm1((2 * Math.PI * x) / ERFC_STEP) : trapezoid;
}

/** Error function, accurate also near 0. */
export function erf(x: number): number {
  return x >= -0.5 && x <= 0.5 ? erfSeries(x) : 1 - erfc(x);
}

/** erf x for |x| ≤ 0.5: 2/√π · Σ (−1)ⁿ x²ⁿ⁺¹ / (n!·(2n+1)); the first omitted term is below 3e-14. */
function erfSeries(x: number): number {
  const q = x * x;
  let power = x;
  let sum = x;
  for (let n = 1; n < 10; n++) {
    power *= -q / n;
    sum += power / (2 * n + 1);
  }
  return sum * 1.1283791670955126;
}

/** Distribution function of the standard normal distribution. */
export function normalCdf(x: number): number {
  return 0.5 * erfc(-x * Math.SQRT1_2);
}

/** Density of the standard normal distribution. */
export function normalPdf(x: number): number {
  return 0.3989422804014327 * exp(-0.5 * x * x);
}
