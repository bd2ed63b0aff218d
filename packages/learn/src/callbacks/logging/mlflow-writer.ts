// Runs of an MLflow tracking server, through its REST interface (mlflow.org/docs/latest/rest-api.html, version 2.0).

import { LoggerError } from '../../errors.js';
import type { MetricsEntry, MetricsWriter, RunInfo } from './metrics-logger.js';

/** What this needs of `fetch`; that of browsers and Node fits. */
export type FetchLike = (
  url: string,
  request: {
    readonly method: string;
    readonly headers: Record<string, string>;
    readonly body?: Uint8Array | string;
  },
) => Promise<{ readonly ok: boolean; readonly status: number; text(): Promise<string> }>;

/** Options of {@link MlflowWriter}. */
export interface MlflowWriterOptions {
  /** Where the server is: `http://127.0.0.1:5000`. */
  readonly trackingUri: string;
  /** The experiment, made if there is none of the name. Default 'Default'. */
  readonly experimentName?: string;
  /** Default: the server invents one. */
  readonly runName?: string;
  /** A run to go on with, instead of a new one. */
  readonly runId?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** Whether the run is marked as finished when the writer is closed. Default true. */
  readonly terminate?: boolean;
  /** Sent with each request: `{ authorization: … }`. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly fetch?: FetchLike;
}

/** Most metrics, and most parameters, that a request of `log-batch` may hold. */
const metricsARequest = 1000;
const paramsARequest = 100;

/** Logs parameters, metrics and files of a fit to a run. */
export class MlflowWriter implements MetricsWriter {
  readonly #options: MlflowWriterOptions;
  readonly #fetch: FetchLike;
  #run: { readonly id: string; readonly artifactUri: string } | null = null;

  constructor(options: MlflowWriterOptions) {
    this.#options = options;
    this.#fetch = options.fetch ?? (globalThis as unknown as { readonly fetch: FetchLike }).fetch;
  }

  /** The id of the run; null before it was made. */
  get runId(): string | null {
    return this.#run?.id ?? null;
  }

  /** @throws LoggerError `LOGGER_FAILED` when the server does not answer, or refuses. */
  async open({ params }: RunInfo): Promise<void> {
    this.#run ??= await this.#startRun();
    // MLflow refuses a parameter whose value changes within a run, and values of more than 6000 characters.
    const list = Object.entries(params).map(([key, value]) => ({ key, value: value.slice(0, 6000) }));
    for (const part of partsOf(list, paramsARequest)) await this.#logBatch({ params: part });
  }

  async write(entries: readonly MetricsEntry[]): Promise<void> {
    const metrics = entries.flatMap(({ step, time, values }) =>
      Object.entries(values).map(([key, value]) => ({
        key,
        value: jsonNumber(value),
        timestamp: time,
        step,
      })),
    );
    for (const part of partsOf(metrics, metricsARequest)) await this.#logBatch({ metrics: part });
  }

  /** Keeps a file with the run; only servers that keep files themselves (`--serve-artifacts`, the default) take it. */
  async saveFile(name: string, bytes: Uint8Array): Promise<void> {
    const { artifactUri } = this.#run!;
    const root = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/.exec(artifactUri)?.[1];
    if (root === undefined) throw otherArtifacts(artifactUri);
    await this.#send('PUT', `mlflow-artifacts/artifacts/${root}/${encodeURIComponent(name)}`, bytes);
  }

  async close(): Promise<void> {
    if (this.#run === null || this.#options.terminate === false) return;
    await this.#post('runs/update', { run_id: this.#run.id, status: 'FINISHED', end_time: Date.now() });
    this.#run = null;
  }

  async #startRun(): Promise<{ readonly id: string; readonly artifactUri: string }> {
    const { runId, runName, tags = {} } = this.#options;
    const answer =
      runId !== undefined
        ? await this.#send('GET', `mlflow/runs/get?run_id=${encodeURIComponent(runId)}`)
        : await this.#post('runs/create', {
            experiment_id: await this.#experimentId(),
            start_time: Date.now(),
            ...(runName === undefined ? {} : { run_name: runName }),
            tags: Object.entries(tags).map(([key, value]) => ({ key, value })),
          });
    const { info } = (answer as { readonly run: { readonly info: { run_id: string; artifact_uri: string } } })
      .run;
    return { id: info.run_id, artifactUri: info.artifact_uri };
  }

  async #experimentId(): Promise<string> {
    const name = this.#options.experimentName ?? 'Default';
    const path = `mlflow/experiments/get-by-name?experiment_name=${encodeURIComponent(name)}`;
    try {
      const found = (await this.#send('GET', path)) as {
        readonly experiment: { readonly experiment_id: string };
      };
      return found.experiment.experiment_id;
    } catch (error) {
      if (!(error instanceof LoggerError) || !error.got.includes('RESOURCE_DOES_NOT_EXIST')) throw error;
      const made = (await this.#post('experiments/create', { name })) as { readonly experiment_id: string };
      return made.experiment_id;
    }
  }

  async #logBatch(content: object): Promise<void> {
    await this.#post('runs/log-batch', { run_id: this.#run!.id, ...content });
  }

  #post(path: string, content: object): Promise<unknown> {
    return this.#send('POST', `mlflow/${path}`, JSON.stringify(content));
  }

  async #send(method: string, path: string, body?: Uint8Array | string): Promise<unknown> {
    const url = `${this.#options.trackingUri.replace(/\/$/, '')}/api/2.0/${path}`;
    const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream';
    const headers = { 'content-type': type, ...this.#options.headers };
    const request = this.#fetch(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const answer = await request.catch((cause: unknown) => {
      throw failed(method, url, cause instanceof Error ? cause.message : String(cause), cause);
    });
    const text = await answer.text();
    if (!answer.ok) throw failed(method, url, `status ${answer.status}: ${text.slice(0, 500)}`);
    return text === '' ? {} : JSON.parse(text);
  }
}

/** NaN and the infinities are text in the JSON of protocol buffers. */
function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}

function* partsOf<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let start = 0; start < list.length; start += size) yield list.slice(start, start + size);
}

function failed(method: string, url: string, got: string, cause?: unknown): LoggerError {
  return new LoggerError(`${method} ${url} failed: ${got}.`, {
    code: 'LOGGER_FAILED',
    got,
    expected: 'an answer of a MLflow tracking server',
    hint: 'Look whether the server runs at trackingUri, and whether headers hold what it asks for.',
    cause,
  });
}

function otherArtifacts(artifactUri: string): LoggerError {
  return new LoggerError(`The server keeps the files of this run at ${artifactUri}.`, {
    code: 'LOGGER_FAILED',
    got: artifactUri,
    expected: 'an address that begins with mlflow-artifacts:',
    hint: 'Start the server with --serve-artifacts, or leave out artifacts.',
  });
}
