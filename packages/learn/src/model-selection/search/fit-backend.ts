// Where fits run. The default runs them one after the other right here; threads and other machines do the same job behind the
// same interface (`@tacit/learn/node`, `tacit`).

import { Breather } from '../../event-loop.js';
import { type StopSignal, throwIfAborted } from '../../net/fitting.js';
import { type FitJob, type FitOutcome, type FitRound, FitRunner } from './fit-task.js';

/** Runs the fits of searches and cross-validations. */
export interface FitBackend {
  /** Makes ready for the fits of a job. @throws what says that the job cannot run there, before any fit. */
  open(job: FitJob): Promise<FitSession>;
}

/** The fits of one job. */
export interface FitSession {
  /**
   * Runs all fits of a round, in any order, and reports the outcome of each as it comes.
   *
   * @throws `signal.reason` after an abort, or what `report` threw; fits that are left are given up.
   */
  run(round: FitRound, report: (outcome: FitOutcome) => void, signal?: StopSignal): Promise<void>;
  /** Lets go of threads and connections. */
  close(): Promise<void>;
}

/** One fit after the other, in this thread. */
export const inThisThread: FitBackend = {
  async open(job) {
    const runner = new FitRunner(job);
    const breather = new Breather();
    return {
      async run({ splits, tasks }, report, signal) {
        for (const task of tasks) {
          throwIfAborted(signal);
          report(await runner.run(splits[task.split]!, task, signal));
          // Nets pause by themselves; other estimators may compute without a break.
          if (breather.isDue()) await breather.pause();
        }
      },
      async close() {},
    };
  },
};
