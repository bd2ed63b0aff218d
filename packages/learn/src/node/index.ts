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
export {
  type ThreadBackend,
  type WatchedThread,
  type WorkerThreadsOptions,
  workerThreads,
} from './search/worker-threads.js';
export { terminalDisplay } from './terminal-display.js';
