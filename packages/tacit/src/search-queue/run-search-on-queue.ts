// A search on a queue in one call.

import { type SearchQueueOptions, searchQueue } from './search-queue.js';

/** What can be sent to a queue: every search of `@tacit/learn`. */
interface QueueableSearch {
  fit(X: unknown, y: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  setParams(changes: never): unknown;
}

/**
 * Fits a search with its fits on the workers of a queue; the best candidate is fitted on all rows here. The search itself is
 * changed in its `backend` alone.
 *
 * @throws as the search's `fit`, and as {@link searchQueue}.
 * @example await runSearchOnQueue(search, X, y, { redis: 'redis://127.0.0.1:6379' });
 */
export async function runSearchOnQueue<S extends QueueableSearch>(
  search: S,
  X: unknown,
  y: unknown,
  options: SearchQueueOptions & { readonly signal?: AbortSignal },
): Promise<S> {
  const { signal, ...queue } = options;
  search.setParams({ backend: searchQueue(queue) } as never);
  await search.fit(X, y, signal === undefined ? {} : { signal });
  return search;
}
