// Which callbacks a net has, and in which order: the default ones, then the user's, each kind in its place.

import { type Callback, type HookName, hookNames } from '../callbacks/callback.js';

/** A callback under its name; null when it is switched off. */
export interface NamedCallback {
  readonly name: string;
  readonly callback: Callback<object> | null;
  /** What declares the option names: the callback, or the one that was switched off. */
  readonly recipe: unknown;
}

type CallbackEntry = Callback<object> | null;

/**
 * The callbacks that parameters ask for: default ones, then `callbacks`, either replaced by `callbacks__NAME`. A user's
 * callback under the name of a default one takes its place.
 */
export function namedCallbacks(
  defaults: () => Readonly<Record<string, Callback<object>>>,
  params: Readonly<Record<string, unknown>>,
): NamedCallback[] {
  const { callbacks } = params;
  if (callbacks === 'disable') return [];
  const given = (callbacks ?? {}) as Readonly<Record<string, CallbackEntry>>;
  const entries = Object.entries<CallbackEntry>({ ...defaults(), ...given }).map(([name, recipe]) => {
    const replacement = params[`callbacks__${name}`];
    const callback = replacement === undefined ? recipe : (replacement as CallbackEntry);
    return { name, callback, recipe: callback ?? recipe };
  });
  const orderOf = ({ recipe }: NamedCallback) =>
    (recipe?.constructor as typeof Callback | undefined)?.callOrder ?? 0;
  return entries.sort((a, b) => orderOf(a) - orderOf(b));
}

/** A callback that is switched on. */
export interface LiveCallback {
  readonly name: string;
  readonly callback: Callback<object>;
}

/** Switched-on callbacks by the hook that they implement, so that the loop calls no empty ones. */
export type Listeners = Readonly<Record<HookName, readonly LiveCallback[]>>;

export function listenersOf(callbacks: readonly LiveCallback[]): Listeners {
  const listening = (hook: HookName) => callbacks.filter(({ callback }) => callback[hook] !== undefined);
  return Object.fromEntries(hookNames.map((hook) => [hook, listening(hook)])) as unknown as Listeners;
}
