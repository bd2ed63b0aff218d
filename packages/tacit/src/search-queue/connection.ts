// Connections to Redis.

import { Redis } from 'ioredis';
import { SearchQueueError } from './errors.js';

/** Milliseconds until a server that does not answer counts as absent. */
const CONNECT_MS = 5_000;

/** Milliseconds between two tries after a connection was lost. */
const RETRY_MS = 500;

/**
 * A connection that stands. One that is lost later is made again for as long as anybody needs it.
 *
 * @param url - `redis://[user:password@]host[:port][/database]`, `rediss://` for TLS.
 * @throws SearchQueueError `QUEUE_UNREACHABLE`.
 */
export async function connectRedis(url: string): Promise<Redis> {
  checkUrl(url);
  let isConnected = false;
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_MS,
    // What BullMQ asks of connections that wait for jobs.
    maxRetriesPerRequest: null,
    retryStrategy: () => (isConnected ? RETRY_MS : null),
  });
  let lastError: unknown = null;
  redis.on('error', (error) => {
    lastError = error;
  });
  try {
    await redis.connect();
    await redis.ping();
  } catch (error) {
    redis.disconnect();
    throw unreachable(url, lastError ?? error);
  }
  isConnected = true;
  return redis;
}

/** Ends a connection, whatever state it is in. */
export function closeRedis(redis: Redis): void {
  redis.disconnect();
}

function checkUrl(url: string): void {
  if (/^rediss?:\/\/.+/.test(url)) return;
  throw unreachable(url, null);
}

/** Redis does not answer. */
export function unreachable(url: string, cause: unknown): SearchQueueError {
  const reason = cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
  const got = withoutPassword(url);
  return new SearchQueueError(`There is no Redis at ${got}${reason}.`, {
    code: 'QUEUE_UNREACHABLE',
    got,
    expected: 'redis://host:port of a Redis that answers',
    hint: 'Start one with redis-server, or mend the address.',
    cause,
  });
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}
