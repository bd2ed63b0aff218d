// A compiled net: what the client needs, what the server needs, and predictions in the clear and simulated.

import { warn } from '@tacit/learn';
import { Generator } from '@tacit/tensor';
import { CircuitError } from './errors.js';
import type { CircuitReport } from './report/circuit-report.js';
import { type CircuitRunner, circuitRunner } from './run/run-circuit.js';
import {
  type Cell,
  type ClassificationPrediction,
  type ClientSpec,
  decodeOutputs,
  encodeServerCircuit,
  type Prediction,
  prepareRows,
  type ServerCircuit,
} from './spec/index.js';

/**
 * How a circuit predicts: 'clear' without noise, 'simulate' with the noise that the parameters predict, 'execute' on
 * real ciphertexts.
 */
export type ExecutionMode = 'clear' | 'simulate' | 'execute';

/** What a circuit cannot do by itself: encrypted execution and files. The package `tacit` brings it. */
export interface CircuitRuntime {
  /** Encrypts the rows, evaluates, decrypts. */
  execute(circuit: Circuit, rows: ArrayLike<ArrayLike<Cell>>): Promise<Prediction>;
  /** Writes `client.json` and `server.bin` into a directory. */
  save(circuit: Circuit, directory: string): Promise<void>;
}

/** Options of the predictions of {@link Circuit}. */
export interface PredictOptions {
  /** Default 'clear'. */
  readonly mode?: ExecutionMode;
  /** Seed of the simulated noise; default 0. */
  readonly seed?: number;
}

/** Rows that circuits take: arrays of numbers, or of whatever the pipeline takes, text and missing values included. */
export type Rows = ArrayLike<ArrayLike<Cell>>;

/** @typeParam P - what it predicts: labels with probabilities, or numbers. */
export class Circuit<out P extends Prediction = Prediction> {
  readonly clientSpec: ClientSpec;
  /** The server's part as it travels: `server.bin`. It holds weights and tables, no labels. */
  readonly serverCircuit: Uint8Array;
  readonly #run: CircuitRunner;
  readonly #report: CircuitReport;
  readonly #runtime: CircuitRuntime | null;

  constructor(
    server: ServerCircuit,
    client: Omit<ClientSpec, 'circuitHash'>,
    report: CircuitReport,
    runtime: CircuitRuntime | null,
  ) {
    const { bytes, hash } = encodeServerCircuit(server);
    this.serverCircuit = bytes;
    this.clientSpec = { ...client, circuitHash: hash };
    this.#run = circuitRunner(server, client.inputs.scaleLog2);
    this.#report = report;
    this.#runtime = runtime;
  }

  /** Shape, bits, noise and tables per layer; bootstraps, sizes and parameters in all. */
  report(): CircuitReport {
    return this.#report;
  }

  /**
   * Predictions for raw rows: labels of a classifier, numbers of a regressor (rows of numbers where y had rows).
   *
   * @param X - [nSamples, nColumns]; values outside the training range are clamped, rows far outside counted in a warning.
   * @throws CircuitError `FEATURE_COUNT` or `INPUT_INVALID` for rows that do not fit, `NO_RUNTIME` for mode 'execute'
   *   of a circuit that was compiled without one.
   */
  async predict(X: Rows, options: PredictOptions = {}): Promise<P['predictions']> {
    return (await this.predictAll(X, options)).predictions;
  }

  /**
   * Probabilities of raw rows, [nSamples][nClasses] in the order of the classes; otherwise like {@link predict}.
   *
   * @throws CircuitError `NO_PROBABILITIES` of a regressor's circuit.
   */
  async predictProba(X: Rows, options: PredictOptions = {}): Promise<number[][]> {
    if (this.clientSpec.task.kind === 'regression') throw noProbabilities();
    const prediction: Prediction = await this.predictAll(X, options);
    return (prediction as ClassificationPrediction).probabilities;
  }

  /** All that the circuit says about raw rows, from one run; otherwise like {@link predict}. */
  async predictAll(X: Rows, { mode = 'clear', seed = 0 }: PredictOptions = {}): Promise<P> {
    if (mode !== 'clear' && mode !== 'simulate' && mode !== 'execute') {
      throw new CircuitError('OPTION_INVALID', `There is no mode '${String(mode)}'.`, {
        got: mode,
        expected: ['clear', 'simulate', 'execute'],
      });
    }
    const { levels, farOutside } = prepareRows(this.clientSpec, X);
    if (mode === 'execute') return (await this.#requireRuntime().execute(this, X)) as P;
    if (farOutside > 0) {
      warn(
        'ROWS_FAR_OUTSIDE',
        `${farOutside} of ${X.length} rows are far outside the training range; they were clamped.`,
      );
    }
    const noise = mode === 'simulate' ? new Generator(seed) : null;
    const turns = this.#run(levels, X.length, noise);
    return decodeOutputs(this.clientSpec, turns) as P;
  }

  /** Writes `client.json` and `server.bin` into a directory, which is made if missing. */
  async save(directory: string): Promise<void> {
    await this.#requireRuntime().save(this, directory);
  }

  #requireRuntime(): CircuitRuntime {
    if (this.#runtime !== null) return this.#runtime;
    throw new CircuitError(
      'NO_RUNTIME',
      'This circuit was compiled without a runtime for ciphertexts and files.',
      {
        hint: "Import compile from 'tacit', or pass the runtime option.",
      },
    );
  }
}

function noProbabilities(): CircuitError {
  return new CircuitError('NO_PROBABILITIES', 'A regressor predicts numbers, no probabilities.', {
    got: 'regression',
    expected: 'a classifier',
    hint: 'Call predict.',
  });
}
