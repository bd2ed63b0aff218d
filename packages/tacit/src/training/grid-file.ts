// Grids of parameters from JSON files: `{ "lr": [0.1, 0.01], "module__hiddenSizes": [[8], [16]] }`, or a list of such.

import { readFile } from 'node:fs/promises';
import { UsageError } from '../commands/usage-error.js';
import { type Parameters, parameterValue } from './parameters.js';

/** Values to try by parameter. */
export type Grid = Readonly<Record<string, readonly unknown[]>>;

/**
 * Reads a grid.
 *
 * @throws UsageError for a file that is not there, or holds something else.
 */
export async function readGrid(path: string): Promise<Grid | readonly Grid[]> {
  const content = parsed(path, await text(path));
  if (!Array.isArray(content)) return checkedGrid(path, content);
  if (content.length === 0) throw wrongGrid(path, 'an empty list');
  return content.map((grid) => checkedGrid(path, grid));
}

/** A grid whose names are those of a pipeline: the names of the net get a prefix, those of the steps before it do not. */
export function prefixedGrid(grid: Grid | readonly Grid[], prefix: string): Grid | readonly Grid[] {
  return isList(grid) ? grid.map((one) => prefixed(one, prefix)) : prefixed(grid, prefix);
}

function isList(grid: Grid | readonly Grid[]): grid is readonly Grid[] {
  return Array.isArray(grid);
}

function prefixed(grid: Grid, prefix: string): Grid {
  const entries = Object.entries(grid);
  return Object.fromEntries(
    entries.map(([name, values]) => [name.startsWith('columns__') ? name : `${prefix}${name}`, values]),
  );
}

/** Parameters by the names of the net. */
export function withoutPrefix(parameters: Parameters, prefix: string): Parameters {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      value,
    ]),
  );
}

async function text(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new UsageError(`The grid ${path} cannot be read: ${(cause as Error).message}.`);
  }
}

function parsed(path: string, content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (cause) {
    throw new UsageError(`The grid ${path} is not JSON: ${(cause as Error).message}.`);
  }
}

function checkedGrid(path: string, grid: unknown): Grid {
  if (typeof grid !== 'object' || grid === null || Array.isArray(grid))
    throw wrongGrid(path, JSON.stringify(grid));
  const entries = Object.entries(grid).map(([name, values]) => {
    if (!Array.isArray(values) || values.length === 0) throw wrongValues(path, name, values);
    return [name, values.map((value) => parameterValue(name, value))] as const;
  });
  if (entries.length === 0) throw wrongGrid(path, 'a grid without parameters');
  return Object.fromEntries(entries);
}

function wrongGrid(path: string, got: string): UsageError {
  return new UsageError(
    `The grid ${path} holds ${got}. Write the values to try by parameter: { "lr": [0.1, 0.01], "module__nWBits": [2, 3] }.`,
  );
}

function wrongValues(path: string, name: string, values: unknown): UsageError {
  return new UsageError(
    `The grid ${path} gives ${JSON.stringify(values)} for ${name}. Give a list of values to try: "${name}": [first, second].`,
  );
}
