// The names that a net's parameters may have, at run time. The compiler checks them where it sees them (params.ts); this is
// for names that come as text: from a search grid, a saved configuration, the command line, or plain JavaScript.

import { ParameterError } from './errors.js';
import { nearestName } from './nearest-name.js';
import { declaredDefaults } from './recipe.js';

/** The components whose options are spelled `component__name`. Callbacks are looked after separately. */
export const componentNames = [
  'module',
  'criterion',
  'optimizer',
  'iteratorTrain',
  'iteratorValid',
  'dataset',
  'trainSplit',
] as const;

export type ComponentName = (typeof componentNames)[number];

/** Names that a net itself gives meaning to, whether the component declares them or not. */
const alwaysValid: Readonly<Partial<Record<ComponentName, readonly string[]>>> = {
  optimizer: ['lr', 'paramGroups'],
  iteratorTrain: ['batchSize'],
  iteratorValid: ['batchSize'],
};

/** Valid names, and prefixes behind which any name is accepted since the component declares none. */
interface ValidNames {
  readonly names: ReadonlySet<string>;
  readonly openPrefixes: readonly string[];
}

/** What the names are checked against. */
export interface NameContext {
  /** For the message. */
  readonly estimatorName: string;
  /** The names that are no component's. */
  readonly ownNames: readonly string[];
  /** What each component is, by its name: those of every net, and those that a subclass adds. */
  readonly components: ReadonlyMap<string, ComponentName>;
  /** All parameters, default ones included: the recipes of the components are among them. */
  readonly params: Readonly<Record<string, unknown>>;
  /** What declares the options of each callback, by the callback's name. */
  readonly callbacks: () => ReadonlyMap<string, unknown>;
}

/**
 * Refuses unknown names, all in one error.
 *
 * @throws ParameterError `UNKNOWN_PARAMETER`.
 */
export function checkParameterNames(given: readonly string[], context: NameContext): void {
  // Default callbacks are made for this alone, so only when a name asks for them.
  const needsCallbacks = given.some((name) => name.startsWith('callbacks__'));
  const valid = validNames(context, needsCallbacks ? context.callbacks() : new Map());
  const unknown = given.filter((name) => !isValid(name, valid)).sort();
  if (unknown.length > 0) throw unknownNames(context.estimatorName, unknown, valid);
}

function validNames(
  { params, ownNames, components }: NameContext,
  callbacks: ReadonlyMap<string, unknown>,
): ValidNames {
  const names = new Set(ownNames);
  const openPrefixes: string[] = [];
  const addOptions = (prefix: string, recipe: unknown): void => {
    const declared = declaredDefaults(recipe);
    if (declared === null) openPrefixes.push(`${prefix}__`);
    else for (const option of Object.keys(declared)) names.add(`${prefix}__${option}`);
  };
  for (const [component, kind] of components) {
    for (const option of alwaysValid[kind] ?? []) names.add(`${component}__${option}`);
    if (params[component]) addOptions(component, params[component]);
  }
  for (const [name, callback] of callbacks) {
    names.add(`callbacks__${name}`);
    if (callback !== null) names.add(`callbacks__${name}__startEpoch`);
    if (callback !== null) addOptions(`callbacks__${name}`, callback);
  }
  return { names, openPrefixes };
}

function isValid(given: string, { names, openPrefixes }: ValidNames): boolean {
  // An option of one group of an optimizer is valid where it is valid for all of them.
  const name = given.replace(/__paramGroups__\d+__/, '__');
  if (name !== given && name.endsWith('__paramGroups')) return false;
  return (
    names.has(name) || openPrefixes.some((prefix) => name.startsWith(prefix) && name.length > prefix.length)
  );
}

/** The error for unknown names of an estimator whose names are all known; proposes the nearest ones. */
export function unknownParameters(
  estimatorName: string,
  unknown: readonly string[],
  valid: readonly string[],
): ParameterError {
  return unknownNames(estimatorName, [...unknown].sort(), { names: new Set(valid), openPrefixes: [] });
}

function unknownNames(estimatorName: string, unknown: readonly string[], valid: ValidNames): ParameterError {
  const proposals = unknown.map((name) => proposalFor(name, valid));
  const lines = unknown.map((name, index) => {
    const proposal = proposals[index];
    const question = proposal === null ? '' : ` Did you mean ${proposal}?`;
    return `Unknown parameter ${name} of ${estimatorName}.${question}`;
  });
  return new ParameterError(lines.join('\n'), {
    code: 'UNKNOWN_PARAMETER',
    got: unknown.join(', '),
    expected: proposals.map((proposal) => proposal ?? 'no such parameter').join(', '),
    hint: '',
  });
}

function proposalFor(name: string, { names, openPrefixes }: ValidNames): string | null {
  const nearest = nearestName(name, names);
  if (nearest !== null) return nearest;
  // `modulenumUnits`, `module_numUnits`: the prefix of a component that declares no names, without its underscores.
  for (const prefix of openPrefixes) {
    const component = prefix.slice(0, -2);
    const rest = name.slice(component.length).replace(/^_+/, '');
    if (name.startsWith(component) && rest !== '') return `${prefix}${rest}`;
  }
  return null;
}
