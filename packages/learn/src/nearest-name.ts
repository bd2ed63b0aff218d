// "Did you mean …?": the nearest of the valid names. Case and underscores are ignored first, since the usual mistakes
// are a foreign spelling (`module__n_w_bits`) and a missing underscore (`optimizer_momentum`).

import { distance } from 'fastest-levenshtein';

/** The valid name that is most like `name`, or null when none is like it. */
export function nearestName(name: string, valid: Iterable<string>): string | null {
  const plain = simplify(name);
  // A third of the letters may be wrong; beyond that a proposal confuses more than it helps.
  let best = Math.max(2, Math.floor(plain.length / 3)) + 1;
  let nearest: string | null = null;
  for (const candidate of valid) {
    const letters = distance(plain, simplify(candidate));
    // Names that are the same but for case and underscores are told apart by their plain distance, which stays below 1.
    const score = letters + distance(name, candidate) / 1000;
    if (score < best) {
      best = score;
      nearest = candidate;
    }
  }
  return nearest;
}

function simplify(name: string): string {
  return name.replaceAll('_', '').toLowerCase();
}
