// Searches on many machines: the same fits that run in one thread, through a queue (BullMQ) on Redis. `searchQueue({ redis })` is
// a backend for any search and cross-validation; `runSearchOnQueue` fits a search with it; `runWorker` is what `tacit worker` does.

export { SearchQueueError, type SearchQueueErrorCode, searchQueueErrorCodes } from './errors.js';
export { runSearchOnQueue } from './run-search-on-queue.js';
export { type RunWorkerOptions, runWorker, type WorkerEvent } from './run-worker.js';
export { type SearchQueueOptions, searchQueue } from './search-queue.js';
