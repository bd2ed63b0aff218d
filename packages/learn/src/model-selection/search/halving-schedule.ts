// How successive halving divides its resources: few for many candidates, more for the best of them, scikit-learn's rules to the
// number (Jamieson & Talwalkar 2016; Li et al. 2018 for the schedule).

import { ParameterError } from '../../errors.js';

/** One round: so many candidates, each with so many rows, epochs or whatever the resource is. */
export interface HalvingRound {
  readonly candidates: number;
  readonly resources: number;
}

/** What a schedule follows from. */
export interface HalvingBudget {
  /** Candidates of the first round. */
  readonly candidates: number;
  /** By how much candidates become fewer, and resources more, from round to round. */
  readonly factor: number;
  readonly minResources: number;
  readonly maxResources: number;
  /** Whether the first rounds repeat the smallest resources until the last ones can have the most. */
  readonly aggressiveElimination: boolean;
  /** Whether the first resources are raised so that the last round uses as many as there are. */
  readonly exhausts: boolean;
}

/** All rounds, and the bounds that led to them. */
export interface HalvingSchedule {
  readonly rounds: readonly HalvingRound[];
  readonly minResources: number;
  /** Candidates that the last round would leave. */
  readonly remaining: number;
  /** Rounds that there would have to be to be left with about one candidate. */
  readonly requiredIterations: number;
  /** Rounds that the resources allow. */
  readonly possibleIterations: number;
}

/** @throws ParameterError `PARAMETER_VALUE` for bounds that leave nothing to do. */
export function halvingSchedule(budget: HalvingBudget): HalvingSchedule {
  const { candidates, factor, maxResources, aggressiveElimination, exhausts } = budget;
  if (budget.minResources > maxResources) throw noResources(budget);
  const requiredIterations = 1 + wholeLog(candidates, factor);
  const raised = Math.floor(maxResources / factor ** (requiredIterations - 1));
  const minResources = exhausts ? Math.max(budget.minResources, raised) : budget.minResources;
  const possibleIterations = 1 + wholeLog(Math.floor(maxResources / minResources), factor);
  const iterations = aggressiveElimination
    ? requiredIterations
    : Math.min(possibleIterations, requiredIterations);
  const rounds: HalvingRound[] = [];
  let left = candidates;
  for (let round = 0; round < iterations; round++) {
    const power = aggressiveElimination
      ? Math.max(0, round - requiredIterations + possibleIterations)
      : round;
    const resources = Math.min(Math.floor(factor ** power * minResources), maxResources);
    rounds.push({ candidates: left, resources });
    left = Math.ceil(left / factor);
  }
  return { rounds, minResources, remaining: left, requiredIterations, possibleIterations };
}

/** The largest whole k with base^k ≤ value, by multiplying: logarithms miss exact powers by a rounding. */
function wholeLog(value: number, base: number): number {
  let power = 0;
  for (let product = base; product <= value; product *= base) power++;
  return power;
}

function noResources({ minResources, maxResources }: HalvingBudget): ParameterError {
  return new ParameterError(`minResources is ${minResources}, more than maxResources, ${maxResources}.`, {
    code: 'PARAMETER_VALUE',
    got: `minResources ${minResources}`,
    expected: `at most ${maxResources}`,
    hint: 'Pass fewer folds, a smaller minResources, or more rows.',
  });
}
