// Logs of a fit in files.

import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { JsonLinesWriter } from '../callbacks/logging/json-lines-writer.js';
import {
  TensorBoardWriter,
  type TensorBoardWriterOptions,
} from '../callbacks/logging/tensor-board-writer.js';

/** Appends a line of JSON for each epoch or batch to a file, which is made with its folder if it is missing. */
export function jsonLinesFile(path: string): JsonLinesWriter {
  return new JsonLinesWriter({ append: appendTo(path) });
}

let files = 0;

/** Writes a new event file into a folder that TensorBoard watches: `tensorboard --logdir runs`. */
export function tensorBoardFile(
  directory: string,
  options: Pick<TensorBoardWriterOptions, 'tagOf'> = {},
): TensorBoardWriter {
  // The name that TensorFlow gives; TensorBoard reads every file with `tfevents` in its name.
  const seconds = Math.floor(Date.now() / 1000);
  const name = `events.out.tfevents.${seconds}.${hostname()}.${process.pid}.${files++}`;
  return new TensorBoardWriter({ append: appendTo(join(directory, name)), ...options });
}

function appendTo(path: string): (content: string | Uint8Array) => Promise<void> {
  let isReady = false;
  return async (content) => {
    if (!isReady) await mkdir(dirname(path), { recursive: true });
    isReady = true;
    await appendFile(path, content);
  };
}
