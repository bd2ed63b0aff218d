// A compiled net: what the client needs, what the server needs, and predictions in the clear and simulated.

import { warn } from '@tacit/learn';
import { Generator } from '@tacit/tensor';
import { CircuitError } from './errors.js';
import type { CircuitReport } from './report.js';
import { type CircuitRunner, circuitRunner } from './run/run-circuit.js';
import {
  type ClassLabel,
  type ClientSpec,
  decodeOutputs,
  encodeServerCircuit,
  type Prediction,
  quantizeRows,
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
  execute(circuit: Circuit, rows: readonly (readonly number[])[]): Promise<Prediction>;
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

/** Rows that circuits take: nested numbers, or arrays of typed arrays. */
export type Rows = ArrayLike<ArrayLike<number>>;

export class Circuit {
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
   * Labels of raw rows.
   *
   * @param X - [nSamples, nFeatures]; values outside the training range are clamped, rows far outside counted in a warning.
   * @throws CircuitError `FEATURE_COUNT` or `INPUT_INVALID` for rows that do not fit, `NO_RUNTIME` for mode 'execute'
   *   of a circuit that was compiled without one.
   */
  async predict(X: Rows, options: PredictOptions = {}): Promise<ClassLabel[]> {
    return (await this.predictAll(X, options)).labels;
  }

  /** Probabilities of raw rows, [nSamples][nClasses] in the order of the classes; otherwise like {@link predict}. */
  async predictProba(X: Rows, options: PredictOptions = {}): Promise<number[][]> {
    return (await this.predictAll(X, options)).probabilities;
  }

  /** Labels, probabilities and logits of raw rows from one run; otherwise like {@link predict}. */
  async predictAll(X: Rows, { mode = 'clear', seed = 0 }: PredictOptions = {}): Promise<Prediction> {
    if (mode !== 'clear' && mode !== 'simulate' && mode !== 'execute') {
      throw new CircuitError('OPTION_INVALID', `There is no mode '${String(mode)}'.`, {
        got: mode,
        expected: ['clear', 'simulate', 'execute'],
      });
    }
    const { inputs } = this.clientSpec;
    const { levels, farOutside } = quantizeRows(inputs.features, X);
    if (mode === 'execute') {
      return this.#requireRuntime().execute(
        this,
        Array.from(X, (row) => Array.from(row)),
      );
    }
    if (farOutside > 0) {
      warn(
        'ROWS_FAR_OUTSIDE',
        `${farOutside} of ${X.length} rows are far outside the training range; they were clamped.`,
      );
    }
    const noise = mode === 'simulate' ? new Generator(seed) : null;
    const turns = this.#run(levels, X.length, noise);
    return decodeOutputs(this.clientSpec, turns);
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
