/** Nearest integer, ties to even, so that rounding has no drift (IEEE 754 roundToIntegralTiesToEven). */
export function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return rounded - value === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}
