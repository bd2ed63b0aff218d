// Worker of src/node/evaluation-key-worker.ts. Plain JavaScript outside of src, so that one file serves the sources and
// the build alike. Takes the bytes of a client key, posts those of its evaluation key, and ends.

import { parentPort, workerData } from 'node:worker_threads';
import tfhe from 'node-tfhe';

const { Shortint } = tfhe;
const bytes = Shortint.serialize_compressed_server_key(
  Shortint.new_compressed_server_key(Shortint.deserialize_client_key(workerData)),
);
parentPort?.postMessage(bytes, [bytes.buffer]);
