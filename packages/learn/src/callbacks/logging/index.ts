export { JsonLinesWriter, type JsonLinesWriterOptions } from './json-lines-writer.js';
export {
  type MetricsEntry,
  MetricsLogger,
  type MetricsLoggerOptions,
  type MetricsWriter,
  type RunInfo,
} from './metrics-logger.js';
export { type FetchLike, MlflowWriter, type MlflowWriterOptions } from './mlflow-writer.js';
export { TensorBoardWriter, type TensorBoardWriterOptions } from './tensor-board-writer.js';
