// The operations by reflection: whatever the files of src/operations export.

import { readdirSync } from 'node:fs';

const folder = new URL('../src/operations/', import.meta.url);

/** Names of all functions that the files of src/operations export, also of those that are not public. */
export async function operationNames(): Promise<string[]> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && !file.includes('.test'));
  const modules = await Promise.all(files.map((file) => import(new URL(file, folder).href)));
  return modules.flatMap((module: object) => Object.keys(module));
}
