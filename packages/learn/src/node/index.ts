// What needs Node: files and the terminal.

export { writeAtomically } from './atomic-write.js';
export { DirectoryStore } from './directory-store.js';
export { jsonLinesFile, tensorBoardFile } from './log-files.js';
export {
  loadNet,
  loadParams,
  type PartPaths,
  type PartsNet,
  saveNet,
  saveParams,
  type WholeNet,
} from './net-files.js';
export { onAbort } from './search/on-abort.js';
export {
  decodeOutcome,
  decodeTask,
  encodeOutcome,
  JobEncoder,
  type PortableJob,
  type PortableOutcome,
  type PortableTask,
} from './search/portable-job.js';
export type { KnownExports, PortableValue } from './search/portable-value.js';
export {
  type ThreadBackend,
  ThreadSession,
  type WatchedThread,
  type WorkerThreadsOptions,
  workerThreads,
} from './search/worker-threads.js';
export { terminalDisplay } from './terminal-display.js';
