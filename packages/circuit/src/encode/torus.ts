// Turns of the torus (1 = once around) to and from its 64-bit representation.

/** Nearest torus element, as the word that ciphertexts carry; whole turns drop out. Exact to 2⁻⁵³ turns. */
export function turnsToWord(turns: number): bigint {
  const fraction = turns - Math.floor(turns);
  return BigInt.asUintN(64, BigInt(Math.round(fraction * 2 ** 53)) << 11n);
}

/** The word as turns in [−½, ½), to 2⁻⁵³. */
export function wordToTurns(word: bigint): number {
  return Number(BigInt.asIntN(64, word) >> 11n) / 2 ** 53;
}

/** Nearest multiple of 2⁻³² turns, as the upper half of the word: what tables hold. */
export function turnsToHalfWord(turns: number): number {
  const fraction = turns - Math.floor(turns);
  return Math.round(fraction * 2 ** 32) % 2 ** 32;
}

/** The half word as turns in [−½, ½). */
export function halfWordToTurns(halfWord: number): number {
  return (halfWord | 0) / 2 ** 32;
}
