// Recipes: how a user says what a net is to be built from. A recipe is a class, a function that makes one, or a ready
// instance; its options are the last parameter of the class or function.

/** A class, a factory function or an instance of `T`. */
export type Recipe<T> = (abstract new (...args: never[]) => T) | ((...args: never[]) => T) | T;

/** What a recipe makes. */
export type ComponentOf<R> = R extends abstract new (
  ...args: never[]
) => infer T
  ? T
  : R extends (...args: never[]) => infer T
    ? T
    : R;

type AnyFunction = (...args: unknown[]) => unknown;
type AnyClass = new (...args: unknown[]) => object;

// ECMAScript makes the `prototype` of a class read-only and that of a function writable; arrow functions have none.
function isClass(value: AnyFunction): boolean {
  return Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false;
}

/**
 * Builds a component. A class or factory is called with `leading` and then the options. An instance is used as it is; if
 * options are given, a new one of its class is built from them alone (skorch's rule).
 */
export function buildFromRecipe<T>(
  recipe: unknown,
  leading: readonly unknown[],
  options: Readonly<Record<string, unknown>>,
): T {
  if (typeof recipe === 'function') return callRecipe(recipe as AnyFunction, [...leading, options]) as T;
  if (Object.keys(options).length === 0) return recipe as T;
  return callRecipe((recipe as object).constructor as AnyFunction, [...leading, options]) as T;
}

function callRecipe(recipe: AnyFunction, args: readonly unknown[]): unknown {
  return isClass(recipe) ? new (recipe as unknown as AnyClass)(...args) : recipe(...args);
}

/**
 * The option names that a recipe declares with their defaults, or null if it declares none: a `static defaults` of the
 * class (of the instance's class), or a property `defaults` of the factory.
 */
export function declaredDefaults(recipe: unknown): Readonly<Record<string, unknown>> | null {
  if (recipe === null || (typeof recipe !== 'object' && typeof recipe !== 'function')) return null;
  const owner = typeof recipe === 'function' ? recipe : recipe.constructor;
  const defaults = (owner as { readonly defaults?: unknown } | undefined)?.defaults;
  return typeof defaults === 'object' && defaults !== null ? (defaults as Record<string, unknown>) : null;
}

/** The name of a recipe in messages. */
export function recipeName(recipe: unknown): string {
  if (typeof recipe === 'function') return recipe.name || 'a factory';
  return typeof recipe === 'object' && recipe !== null ? recipe.constructor.name : String(recipe);
}
