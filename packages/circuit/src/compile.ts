// Fitted estimator → circuit.

import { warn } from '@tacit/learn';
import { QuantNet } from '@tacit/nn';
import { Circuit, type Rows } from './circuit.js';
import { type CheckedOptions, type CompileOptions, checkOptions } from './compile-options.js';
import { type Calibration, calibrateVariants } from './encode/calibrate.js';
import { exactTableBits } from './encode/layer-plan.js';
import { type Selection, selectParameters } from './encode/select-parameters.js';
import { CircuitError } from './errors.js';
import {
  type EstimatorParts,
  estimatorParts,
  type FittedClassifier,
  type FittedEstimator,
  type FittedPipeline,
  type FittedRegressor,
  type FittedTargetRegressor,
} from './fitted-estimator.js';
import { checkAccumulators, checkExact } from './graph/check-graph.js';
import { foldSingleOutput } from './graph/fold-output.js';
import type { IntegerGraph } from './graph/integer-graph.js';
import { lowerNet } from './graph/lower.js';
import { bitsOf, withCommonPeriods } from './graph/requantize.js';
import { makeReport } from './report/circuit-report.js';
import {
  type ClassificationPrediction,
  encodeServerCircuit,
  prepareRows,
  type RegressionPrediction,
} from './spec/index.js';

/** Bits that output weights are tried with before those they were trained with. */
const fewOutputBits = [4, 6] as const;
/** Bits of the weights of sines that read tables. */
const periodBits = 6;
/** Boxes of more bits than this need rings whose keys take minutes. */
const cheapExactBits = 6;

/**
 * Compiles a fitted classifier or regressor around a `SparseQuantNeuralNet` or `SparseQuantConvNet` to a TFHE circuit. A
 * pipeline's steps before the net go to the client: users send raw rows.
 *
 * @param X - [nSamples, nFeatures] raw calibration rows, as the estimator took them: the training rows, or some hundreds of
 *   them. Ranges of accumulators, hence scales and noise in accumulator steps, come from these.
 * @throws CircuitError `NOT_FITTED`, `UNSUPPORTED_NET`, `UNSUPPORTED_STEP`, `ACCUMULATOR_TOO_WIDE`,
 *   `ROUNDED_ACCUMULATOR_BITS`, `PRECISION_UNSUPPORTED`, `OPTION_INVALID`, `FEATURE_COUNT`, `INPUT_INVALID`.
 */
export function compile(
  estimator:
    | FittedRegressor
    | FittedPipeline<FittedRegressor>
    | FittedTargetRegressor
    | FittedPipeline<FittedTargetRegressor>,
  X: Rows,
  options?: CompileOptions,
): Promise<Circuit<RegressionPrediction>>;
export function compile(
  estimator: FittedClassifier | FittedPipeline<FittedClassifier>,
  X: Rows,
  options?: CompileOptions,
): Promise<Circuit<ClassificationPrediction>>;
export function compile(estimator: FittedEstimator, X: Rows, options?: CompileOptions): Promise<Circuit>;
export async function compile(
  estimator: FittedEstimator,
  X: Rows,
  options: CompileOptions = {},
): Promise<Circuit> {
  const checked = checkOptions(options);
  const parts = estimatorParts(estimator);
  const graph = loweredGraph(parts, options);
  const task = parts.taskOf(graph.output.rows);
  const { levels } = prepareRows({ steps: parts.steps, inputs: { features: graph.features } }, X);
  const calibrations = outputVariants(graph, levels, X.length, checked, options);
  const bootstraps = graph.hidden.reduce((sum, layer) => sum + layer.rows, 0);
  const pErrorLog2 = checked.pErrorLog2(bootstraps);
  const limit = task.kind === 'regression' ? checked.maxRelativeNoise : checked.maxLabelFlips;
  const selection = selectParameters(calibrations, levels, X.length, {
    pErrorLog2,
    maxLabelFlips: limit,
    seed: checked.seed,
    output: task,
    ...(options.security === undefined ? {} : { security: options.security }),
    ...(options.costs === undefined ? {} : { costs: options.costs }),
  });
  if (selection === null) throw noRoom(graph);
  if (!selection.isWithinLimit) warnOfHarm(selection, limit, task.kind === 'regression');
  const { encoded, parameters } = selection;
  const { bytes } = encodeServerCircuit(encoded.server);
  const report = makeReport({
    calibration: selection.calibration,
    selection,
    omega: omegaOf(parts),
    inputs: levels,
    samples: X.length,
    pErrorLog2,
    circuitBytes: bytes.length,
    ...(options.costs === undefined ? {} : { costs: options.costs }),
  });
  return new Circuit(
    encoded.server,
    {
      format: 'tacit.client',
      version: 2,
      parameters,
      steps: parts.steps,
      inputs: { scaleLog2: encoded.inputScaleLog2, features: graph.features },
      outputs: mapTargets(encoded.outputs, parts.targets),
      responseBits: encoded.server.responseBits,
      task,
    },
    report,
    options.runtime ?? null,
  );
}

/** The graph of the net, checked, in the form that costs least. */
function loweredGraph(parts: EstimatorParts, { tableBits, precision }: CompileOptions): IntegerGraph {
  const graph = withTableBits(lowerNet(parts.module), tableBits);
  checkAccumulators(graph);
  warnOfSmallOmega(omegaOf(parts));
  if (precision === 'exact') {
    checkExact(graph, (layer) => exactTableBits(graph, layer));
    const widest = Math.max(0, ...graph.hidden.map((layer) => exactTableBits(graph, layer)));
    if (widest > cheapExactBits) warnOfPrice(widest);
  }
  return foldSingleOutput(withCommonPeriods(graph, periodBits));
}

function withTableBits(graph: IntegerGraph, tableBits: CompileOptions['tableBits']): IntegerGraph {
  if (tableBits === undefined) return graph;
  const bits =
    typeof tableBits === 'number' ? new Array<number>(graph.hidden.length).fill(tableBits) : tableBits;
  if (bits.length !== graph.hidden.length || graph.accumulators === 'bounded') {
    throw new CircuitError('OPTION_INVALID', `tableBits has ${bits.length} widths.`, {
      got: tableBits,
      expected:
        graph.accumulators === 'bounded'
          ? "none, as accumulators are 'bounded'"
          : `one width, or one for each of ${graph.hidden.length} hidden layers`,
    });
  }
  return { ...graph, hidden: graph.hidden.map((layer, l) => ({ ...layer, tableBits: bits[l]! })) };
}

/** The circuit with fewer and fewer rounded output weights, fewest bits first, the trained ones last. */
function outputVariants(
  graph: IntegerGraph,
  levels: Int32Array,
  samples: number,
  { precision }: CheckedOptions,
  { outputBits }: CompileOptions,
): Calibration[] {
  const trained = bitsOf(graph.output.term.weights);
  const isFree = graph.hidden.length > 0 && graph.output.rows > 1;
  const few = isFree ? fewOutputBits.filter((bits) => bits < trained) : [];
  const choices = outputBits === undefined ? [...few, trained] : [Math.min(outputBits, trained)];
  return calibrateVariants(graph, choices, levels, samples, precision);
}

function mapTargets(
  outputs: Selection['encoded']['outputs'],
  targets: EstimatorParts['targets'],
): Selection['encoded']['outputs'] {
  if (targets === null) return outputs;
  return outputs.map(({ scale, offset }, k) => ({
    scale: scale * (targets.scale[k] ?? 1),
    offset: offset * (targets.scale[k] ?? 1) + (targets.offset[k] ?? 0),
  }));
}

function omegaOf({ module }: EstimatorParts): number | null {
  return module instanceof QuantNet ? module.omega : null;
}

function warnOfSmallOmega(omega: number | null): void {
  if (omega === null || omega >= 4) return;
  warn(
    'OMEGA_SMALL',
    `Each neuron may keep only ${omega} weights. Use 2 or 3 bits for nWBits and 2 for nABits.`,
  );
}

function warnOfPrice(bits: number): void {
  warn(
    'EXACT_BITS_DEAR',
    `Exact tables of ${bits} bits need large keys and slow bootstraps: look at circuit.report() before making keys. ` +
      'Fewer nAccumBits, or precision: approximate, cost less.',
  );
}

function noRoom(graph: IntegerGraph): CircuitError {
  return new CircuitError(
    'ACCUMULATOR_TOO_WIDE',
    `No parameter set has room for accumulators as wide as those of this net (${graph.hidden.length + 1} layers).`,
    { hint: 'Use narrower layers, fewer weight bits, or a larger pError.' },
  );
}

function warnOfHarm({ labelFlips }: Selection, limit: number, isRegression: boolean): void {
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  if (isRegression) {
    warn(
      'OUTPUT_NOISE',
      `Noise is expected to be ${percent(labelFlips)} of the spread of the outputs; no parameter set reaches the ` +
        `${percent(limit)} asked for. Train longer, or raise maxRelativeNoise.`,
    );
    return;
  }
  warn(
    'LABEL_FLIPS',
    `Noise is expected to change ${percent(labelFlips)} of the labels; no parameter set reaches the ${100 * limit} % ` +
      'asked for. Train longer, give activations more bits, or raise maxLabelFlips.',
  );
}
