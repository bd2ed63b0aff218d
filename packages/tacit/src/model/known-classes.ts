// Classes of Tacit's packages by their names, as they are written on the command line, in grids and in saved models. Only what
// these packages export is known, so nothing that a file says can load code.

import * as learn from '@tacit/learn';
import * as nn from '@tacit/nn';

/** A class or function of Tacit's. */
// biome-ignore lint/complexity/noBannedTypes: the one type of all classes and functions; what they take is not known here.
export type KnownClass = Function;

const allExports: readonly (readonly [string, unknown])[] = [...Object.entries(nn), ...Object.entries(learn)];
const exported: ReadonlyMap<string, KnownClass> = new Map(
  allExports.filter((entry): entry is readonly [string, KnownClass] => typeof entry[1] === 'function'),
);

/** The class with that name, or null. */
export function knownClass(name: string): KnownClass | null {
  return exported.get(name) ?? null;
}

/** The name under which Tacit exports a class or function, or null. */
export function nameOfClass(value: unknown): string | null {
  for (const [name, known] of exported) if (known === value) return name;
  return null;
}

/** Names of the classes that extend `base`, in alphabetical order. */
export function subclassesOf(base: abstract new (...args: never[]) => object): string[] {
  return [...exported.keys()].filter((name) => exported.get(name)?.prototype instanceof base).sort();
}
