// Exports of modules by address and name. A thread or another machine imports what it is told; code itself is never sent.

import { ParameterError } from '../../errors.js';
import { isParametrized } from '../../estimator.js';
import { nearestName } from '../../nearest-name.js';
import { buildFromRecipe } from '../../recipe.js';
import type { ModuleReference, SearchEstimator } from './search-types.js';

/** Whether a value names an export. */
export function isModuleReference(value: unknown): value is ModuleReference {
  const { from, name } = (value ?? {}) as Partial<ModuleReference>;
  return typeof from === 'string' && typeof name === 'string' && !isParametrized(value);
}

/**
 * What a reference names.
 *
 * @throws ParameterError `MODULE_REFERENCE` for an address that is neither a file's URL nor the name of a package, a module that
 * cannot be imported, or one without such an export.
 */
export async function importReference({ from, name }: ModuleReference): Promise<unknown> {
  checkAddress(from);
  const module = await importModule(from);
  if (Object.hasOwn(module, name)) return module[name];
  const nearest = nearestName(name, Object.keys(module));
  throw invalidReference(
    `${from} has no export ${name}`,
    `one of ${Object.keys(module).join(', ') || 'its exports'}`,
    nearest === null ? 'Export it there.' : `Did you mean ${nearest}?`,
  );
}

/** The estimator that a reference names: an estimator, a class of estimators, or a function that makes one. */
export async function importEstimator(reference: ModuleReference): Promise<SearchEstimator> {
  const value = await importReference(reference);
  const made: unknown = typeof value === 'function' ? await buildFromRecipe(value, [], {}) : value;
  if (isParametrized(made)) return made as SearchEstimator;
  throw invalidReference(
    `${reference.name} of ${reference.from} is no estimator`,
    'an estimator, a class, or a function that makes one',
    'Export a function without parameters that returns a new estimator.',
  );
}

async function importModule(from: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(/* @vite-ignore */ from)) as Record<string, unknown>;
  } catch (cause) {
    throw invalidReference(
      `${from} cannot be imported: ${cause instanceof Error ? cause.message : String(cause)}`,
      'a module that can be imported here',
      'Pass an absolute URL, such as new URL("./model.js", import.meta.url).href, of a JavaScript module.',
      cause,
    );
  }
}

// `data:` and `http:` would let whoever writes the address write the code.
function checkAddress(from: string): void {
  const isFile = from.startsWith('file:');
  const isPackage = /^(@[\w.-]+\/)?[\w-][\w.-]*(\/[\w./-]+)?$/.test(from);
  const isNodeModule = from.startsWith('node:');
  if ((isFile || isPackage) && !isNodeModule) return;
  throw invalidReference(
    `from is '${from}'`,
    'the URL of a file, or the name of a package',
    'Pass import.meta.url, or new URL("./model.js", import.meta.url).href.',
  );
}

function invalidReference(got: string, expected: string, hint: string, cause?: unknown): ParameterError {
  return new ParameterError(`A module reference cannot be used: ${got}.`, {
    code: 'MODULE_REFERENCE',
    got,
    expected,
    hint,
    ...(cause === undefined ? {} : { cause }),
  });
}
