// `npm run bench -- [suite…] [--json]`: runs benchmark suites and prints, in one run, machine, versions, Tacit, peer, ratio.
// A suite is a file `<name>.bench.mjs` in this folder that exports `run(progress)` and resolves to rows
// `{ id, value, unit, peer?, peerValue?, ratio?, target, ok }`; `ok` is null where a peer is not installed.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const available = readdirSync(here)
  .filter((file) => file.endsWith('.bench.mjs'))
  .map((file) => file.replace('.bench.mjs', ''));
const args = process.argv.slice(2);
const isJson = args.includes('--json');
const names = args.filter((argument) => !argument.startsWith('--'));

if (args.includes('--help')) {
  console.log(
    `npm run bench -- [suite…] [--json]\nsuites: ${available.join(', ')}; without a name all of them run`,
  );
} else {
  await main();
}

async function main() {
  const unknown = names.filter((name) => !available.includes(name));
  if (unknown.length > 0) {
    console.error(`There is no suite ${unknown.join(', ')}; there are ${available.join(', ')}.`);
    process.exitCode = 2;
    return;
  }
  const rows = [];
  for (const suite of names.length > 0 ? names : available) {
    process.stderr.write(`suite ${suite}\n`);
    const { run } = await import(`./${suite}.bench.mjs`);
    for (const row of await run((message) => process.stderr.write(`  ${message}\n`))) rows.push(row);
  }
  const document = { machine: machine(), versions: versions(), rows };
  console.log(isJson ? JSON.stringify(document) : formatDocument(document));
  // Where the machine is slower than the one that the targets were set on, a miss is a finding, not a failure.
}

function machine() {
  return `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown processor'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}-${process.arch}`;
}

function versions() {
  const { version } = JSON.parse(readFileSync(join(here, '../packages/tacit/package.json'), 'utf8'));
  const rustc = execFileSync('rustc', ['--version'], { encoding: 'utf8' }).split(' ')[1];
  return { tacit: version, node: process.versions.node, rustc };
}

function formatDocument({ machine, versions, rows }) {
  const header = ['id', 'value', 'unit', 'target', 'ok', 'peer', 'peer value', 'ratio'];
  const table = [header, ...rows.map(formatRow)];
  const widths = header.map((_, column) => Math.max(...table.map((cells) => cells[column].length)));
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column]))
      .join('  ')
      .trimEnd(),
  );
  const versionText = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [machine, versionText.join(', '), '', ...lines].join('\n');
}

function formatRow({ id, value, unit, target, ok, peer, peerValue, ratio }) {
  const number = (x) => (typeof x === 'number' ? Number(x.toPrecision(3)).toString() : '');
  const verdict = ok === null ? '?' : ok ? 'yes' : 'NO';
  return [
    id,
    number(value),
    unit,
    String(target ?? ''),
    verdict,
    peer ?? '',
    number(peerValue),
    number(ratio),
  ];
}
