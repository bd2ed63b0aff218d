// Parameters of a net as text: on the command line (`--module__nWBits 3`) and in the JSON of grids. Names are those of the
// net; their values are JSON where they are, and text or names of classes otherwise.

import { Module, Optimizer } from '@tacit/nn';
import { UsageError } from '../commands/usage-error.js';
import { knownClass, subclassesOf } from '../model/known-classes.js';

/** Parameters by name. */
export type Parameters = Readonly<Record<string, unknown>>;

/** What the words behind a command are: one operand or more, and parameters. */
export interface Words {
  readonly operands: readonly string[];
  readonly parameters: Parameters;
}

/**
 * Tells operands from parameters, `--name value` or `--name=value`.
 *
 * @throws UsageError for a name without a value, or one that comes twice.
 */
export function readWords(words: readonly string[]): Words {
  const operands: string[] = [];
  const parameters: Record<string, unknown> = {};
  for (let index = 0; index < words.length; index++) {
    const word = words[index]!;
    if (!word.startsWith('--')) {
      operands.push(word);
      continue;
    }
    const equals = word.indexOf('=');
    const name = word.slice(2, equals === -1 ? undefined : equals);
    const text = equals === -1 ? words[++index] : word.slice(equals + 1);
    if (text === undefined || (equals === -1 && text.startsWith('--'))) throw noValue(name);
    if (Object.hasOwn(parameters, name)) throw new UsageError(`--${name} is given twice.`);
    parameters[name] = parameterValue(name, fromText(text));
  }
  return { operands, parameters };
}

function noValue(name: string): UsageError {
  return new UsageError(
    `--${name} has no value. Parameters are given as --name value; --help lists all options.`,
  );
}

/** JSON as what it says, anything else as text. */
function fromText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Parameters that are classes, and what these extend. */
const classParameters: readonly (readonly [name: RegExp, base: abstract new (...args: never[]) => object])[] =
  [
    [/^optimizer$/, Optimizer as never],
    [/^(module|criterion)$|__activation$/, Module as never],
  ];

/**
 * A parameter's value: the class itself where the parameter is one.
 *
 * @throws UsageError for a class that Tacit does not have.
 */
export function parameterValue(name: string, value: unknown): unknown {
  const base = classParameters.find(([pattern]) => pattern.test(name))?.[1];
  if (base === undefined || typeof value !== 'string') return value;
  const found = knownClass(value);
  if (found?.prototype instanceof base) return found;
  throw new UsageError(
    `${name} ${JSON.stringify(value)} is no class of Tacit. Use one of: ${choices(name, base)}.`,
  );
}

function choices(name: string, base: abstract new (...args: never[]) => object): string {
  const all = subclassesOf(base);
  if (name === 'criterion') return all.filter((choice) => choice.endsWith('Loss')).join(', ');
  return all.filter((choice) => !choice.endsWith('Loss')).join(', ');
}
