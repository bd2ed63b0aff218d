// Worker of src/node/search/worker-threads.ts. Plain JavaScript outside of src, so that one file serves the sources and the
// build alike; it needs the build.

export { runInThread as default } from '../dist/node/search/fit-thread.js';
