// A worker process of a test: prints what it does, a JSON document a line. Arguments: the address of Redis, and after how many
// milliseconds without a sign of life another worker takes over. With a third one, a number, it kills itself in the middle of
// the first fit from that number on which takes long enough.

import { runWorker } from '../../dist/search-queue/index.js';

const [redis, lockDuration, deadlyFit = 'Infinity'] = process.argv.slice(2);
const abort = new AbortController();
process.once('SIGTERM', () => abort.abort());
let started = 0;
let timer = null;
await runWorker({
  redis,
  lockDuration: Number(lockDuration),
  signal: abort.signal,
  onEvent: (event) => {
    process.stdout.write(`${JSON.stringify(event)}\n`);
    dieInAFit(event);
  },
});
process.exit(0);

function dieInAFit({ kind }) {
  clearTimeout(timer);
  if (kind === 'started' && ++started >= Number(deadlyFit)) {
    timer = setTimeout(() => process.kill(process.pid, 'SIGKILL'), 10);
  }
}
