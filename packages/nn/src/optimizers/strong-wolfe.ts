// A line search for steps that decrease the loss enough and flatten it enough (the strong Wolfe conditions), by
// bracketing and cubic interpolation: Nocedal & Wright 2006, algorithms 3.5 and 3.6.

/** The loss at a distance along the direction of search. */
export interface LinePoint {
  /** Distance from the start, as a multiple of the direction. */
  readonly step: number;
  readonly loss: number;
  /** Derivative of the loss with respect to `step`. */
  readonly slope: number;
}

/** When a {@link searchLine} ends. */
export interface LineSearchLimits {
  readonly maxEvaluations: number;
  /** Width of a bracket, as a step, below which there is nothing to gain. */
  readonly tolerance: number;
}

const SUFFICIENT_DECREASE = 1e-4; // c₁
const CURVATURE = 0.9; // c₂, the usual value for quasi-Newton directions
/** Least and greatest part of a bracket, or of a step beyond it, that the next trial goes into. */
const SAFEGUARD = 0.1;
const LARGEST_GROWTH = 10;

/**
 * A point that satisfies both conditions, or the best one found within the limits: `start` if none was better.
 *
 * @param start - the point of step 0; its slope is negative.
 * @param firstStep - the first trial.
 * @param evaluate - the point at a step; its loss may be Infinity or NaN, which counts as too far.
 */
export function searchLine<Point extends LinePoint>(
  start: Point,
  firstStep: number,
  evaluate: (step: number) => Point,
  limits: LineSearchLimits,
): Point {
  let previous = start;
  let step = firstStep;
  for (let evaluations = 1; evaluations <= limits.maxEvaluations; evaluations++) {
    const point = evaluate(step);
    const rest = { ...limits, maxEvaluations: limits.maxEvaluations - evaluations };
    if (!decreases(point, start) || (evaluations > 1 && point.loss >= previous.loss)) {
      return zoom(start, previous, point, evaluate, rest);
    }
    if (isFlat(point, start)) return point;
    if (point.slope >= 0) return zoom(start, point, previous, evaluate, rest);
    step = within(
      cubicMinimum(previous, point),
      point.step + SAFEGUARD * (point.step - previous.step),
      LARGEST_GROWTH * point.step,
    );
    previous = point;
  }
  return previous;
}

/** Narrows a bracket: `low` has the smaller loss of its ends, and decreases sufficiently; a minimum lies between. */
function zoom<Point extends LinePoint>(
  start: Point,
  low: Point,
  high: Point,
  evaluate: (step: number) => Point,
  limits: LineSearchLimits,
): Point {
  let [best, other] = [low, high];
  for (let evaluations = 0; evaluations < limits.maxEvaluations; evaluations++) {
    const width = other.step - best.step;
    if (Math.abs(width) < limits.tolerance) break;
    const ends = [best.step + SAFEGUARD * width, other.step - SAFEGUARD * width];
    const point = evaluate(within(cubicMinimum(best, other), Math.min(...ends), Math.max(...ends)));
    if (!decreases(point, start) || point.loss >= best.loss) {
      other = point;
      continue;
    }
    if (isFlat(point, start)) return point;
    if (point.slope * width >= 0) other = best;
    best = point;
  }
  return best;
}

function decreases(point: LinePoint, start: LinePoint): boolean {
  return point.loss <= start.loss + SUFFICIENT_DECREASE * point.step * start.slope;
}

function isFlat(point: LinePoint, start: LinePoint): boolean {
  return Math.abs(point.slope) <= -CURVATURE * start.slope;
}

/** Where the cubic through both losses and slopes has its minimum (eq. 3.59); NaN if nowhere. */
function cubicMinimum(a: LinePoint, b: LinePoint): number {
  const d1 = a.slope + b.slope - (3 * (a.loss - b.loss)) / (a.step - b.step);
  const d2 = Math.sign(b.step - a.step) * Math.sqrt(d1 * d1 - a.slope * b.slope);
  return b.step - ((b.step - a.step) * (b.slope + d2 - d1)) / (b.slope - a.slope + 2 * d2);
}

/** The value kept within bounds; their middle in place of NaN. */
function within(value: number, low: number, high: number): number {
  return Number.isNaN(value) ? (low + high) / 2 : Math.min(high, Math.max(low, value));
}
