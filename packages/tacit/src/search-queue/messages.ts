// What lies in Redis, and what travels through the queue: plain data in the binary form of structured cloning, which keeps every
// bit of every number (JSON has no NaN). Reading it runs no code; the modules that it names are imported, files and packages alone.

import { deserialize, serialize } from 'node:v8';
import type { RowSplit } from '@tacit/learn';
import type { PortableJob, PortableOutcome, PortableTask } from '@tacit/learn/node';

/** Name of the queue, and beginning of all keys. */
export const queueName = 'tacit-search';

/** Seconds that the data of a search is kept if nobody takes it away: a search that was killed leaves it. */
export const keptSeconds = 24 * 3600;

/** One fit in the queue. */
export interface QueueTask {
  readonly search: string;
  readonly round: number;
  /** A {@link PortableTask}, packed. */
  readonly task: string;
}

/** Key of the job of a search. */
export const jobKey = (search: string) => `${queueName}:data:${search}:job`;

/** Key of the row numbers of a round. */
export const roundKey = (search: string, round: number) => `${queueName}:data:${search}:round:${round}`;

/** Identity of a fit in the queue. */
export const taskId = (search: string, round: number, index: number) => `${search}-${round}-${index}`;

export const packJob = (job: PortableJob): Buffer => serialize(job);
export const unpackJob = (bytes: Buffer): PortableJob => deserialize(bytes) as PortableJob;

export const packSplits = (splits: readonly RowSplit[]): Buffer => serialize(splits);
export const unpackSplits = (bytes: Buffer): readonly RowSplit[] => deserialize(bytes) as RowSplit[];

export const packTask = (task: PortableTask): string => serialize(task).toString('base64');
export const unpackTask = (text: string): PortableTask =>
  deserialize(Buffer.from(text, 'base64')) as PortableTask;

export const packOutcome = (outcome: PortableOutcome): string => serialize(outcome).toString('base64');
export const unpackOutcome = (text: string): PortableOutcome =>
  deserialize(Buffer.from(text, 'base64')) as PortableOutcome;
