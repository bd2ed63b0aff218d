// Which backend runs the fits: the one that was given, this thread, or worker threads.

import { host } from '../../environment.js';
import { ParameterError } from '../../errors.js';
import { type FitBackend, inThisThread } from './fit-backend.js';
import { invalidParameter } from './fit-failure.js';
import type { RunOptions } from './search-types.js';

/** @throws ParameterError `PARAMETER_VALUE` for an `nJobs` that is no number of workers; `PARALLEL_UNAVAILABLE` outside of Node. */
export async function chooseBackend({ backend = null, nJobs = 1 }: RunOptions): Promise<FitBackend> {
  if (backend !== null) return backend;
  const isValid = nJobs === -1 || (Number.isSafeInteger(nJobs) && nJobs >= 1);
  if (!isValid)
    throw invalidParameter('nJobs', String(nJobs), 'a whole number from 1, or −1 for all processors');
  if (nJobs === 1) return inThisThread;
  if (host.process?.versions?.node === undefined) throw noThreads(nJobs);
  // By a name that bundlers do not follow: what needs Node stays out of bundles for browsers.
  const entry = '@tacit/learn/node';
  const { workerThreads } = (await import(/* @vite-ignore */ entry)) as {
    workerThreads(options: { nJobs: number }): FitBackend;
  };
  return workerThreads({ nJobs });
}

function noThreads(nJobs: number): ParameterError {
  return new ParameterError(`nJobs is ${nJobs}, and there are no worker threads here.`, {
    code: 'PARALLEL_UNAVAILABLE',
    got: `nJobs ${nJobs} outside of Node`,
    expected: 'nJobs 1',
    hint: 'Leave nJobs out in a browser, or pass a backend of your own.',
  });
}
