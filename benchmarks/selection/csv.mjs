// How much memory does it take to read a CSV of 1,000,000 rows and 20 columns, and to scale it? In a process of its own, whose
// largest resident size counts everything: Node, the reader, the columns, the scaled copy.

import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readCsv } from '../../packages/datasets/dist/node/index.js';
import { StandardScaler } from '../../packages/learn/dist/index.js';
import { Generator } from '../../packages/tensor/dist/index.js';

const rows = 1_000_000;
const columns = 20;

if (process.argv[1] === fileURLToPath(import.meta.url)) await readAndScale(process.argv[2]);

/** The rows of the benchmark. */
export async function csvRows(progress) {
  progress(`a CSV of ${rows} rows and ${columns} columns`);
  const folder = mkdtempSync(join(tmpdir(), 'tacit-bench-'));
  try {
    const path = join(folder, 'large.csv');
    await writeCsv(path);
    const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(import.meta.url), path]);
    const { megabytes, seconds } = JSON.parse(stdout);
    return [
      { id: 'csv-memory', value: megabytes, unit: 'MB', target: '≤ 1000', ok: megabytes <= 1000 },
      { id: 'csv-seconds', value: seconds, unit: 's', target: 'report', ok: true },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function writeCsv(path) {
  const generator = new Generator(0);
  const file = await open(path, 'w');
  await file.write(`${Array.from({ length: columns }, (_, i) => `c${i}`).join(',')}\n`);
  for (let start = 0; start < rows; start += 1000) {
    const lines = Array.from({ length: 1000 }, () =>
      Array.from({ length: columns }, () => generator.normal().toFixed(4)).join(','),
    );
    await file.write(`${lines.join('\n')}\n`);
  }
  await file.close();
}

async function readAndScale(path) {
  const start = performance.now();
  const table = await readCsv(path);
  const scaled = await new StandardScaler().fitTransform(table.columns);
  if (scaled.shape[0] !== rows || scaled.shape[1] !== columns) throw new Error('The table lost its shape.');
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ megabytes: process.resourceUsage().maxRSS / 1024, seconds }));
}
