// Whether a score is the best so far, as recorded under `<name>_best`.

import type { History } from '../history.js';

/** Follows one score over the epochs. */
export class BestSoFar {
  #best: number | null = null;

  /** Takes up the best score of a history, so that a fit that goes on does not call its first epoch the best. */
  restore(history: History, name: string): void {
    this.#best = null;
    for (const epoch of history) {
      if (epoch[`${name}_best`] === true && typeof epoch[name] === 'number') this.#best = epoch[name];
    }
  }

  /** Whether the score is strictly better than all before; an equal one is not, and NaN never is. */
  update(score: number, lowerIsBetter: boolean): boolean {
    if (Number.isNaN(score)) return false;
    const isBest = this.#best === null || (lowerIsBetter ? score < this.#best : score > this.#best);
    if (isBest) this.#best = score;
    return isBest;
  }
}
