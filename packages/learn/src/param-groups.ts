// `optimizer__paramGroups: [[glob, options], …]`: different options for parameters by name, as in skorch.

import type { Tensor } from '@tacit/tensor';
import type { Optimizer } from './components.js';
import { ParameterError } from './errors.js';

/** Parameters by name, as modules list them. */
export type NamedParameters = readonly (readonly [name: string, parameter: Tensor])[];

/** A glob over parameter names (`*`, `?`, `[…]`; dots are ordinary) with options for what it matches. */
export type ParamGroupRule<Options = Readonly<Record<string, unknown>>> = readonly [
  glob: string,
  options: Options,
];

/**
 * Groups for an optimizer. Each rule takes the parameters that it matches and no earlier rule took; without any it makes no
 * group. What is left forms the last group, with the optimizer's own options.
 */
export function groupParameters(
  parameters: NamedParameters,
  rules: readonly ParamGroupRule[],
): { readonly params: NamedParameters }[] {
  let left = parameters;
  const groups = rules.map(([glob, options]) => {
    const pattern = globToPattern(glob);
    const params = left.filter(([name]) => pattern.test(name));
    left = left.filter(([name]) => !pattern.test(name));
    return { ...options, params };
  });
  return [...groups, { params: left }].filter(({ params }) => params.length > 0);
}

const groupOption = /^paramGroups__(\d+)__(\w+)$/;

/** Whether an optimizer's option belongs to one group: `paramGroups__0__lr`. */
export function isGroupOption(option: string): boolean {
  return groupOption.test(option);
}

/** The option's name without its group: `lr` for `paramGroups__0__lr`. */
export function optionOfGroup(option: string): string | null {
  return groupOption.exec(option)?.[2] ?? null;
}

/**
 * Writes options of single groups, `{ paramGroups__0__lr: 0.1 }`, into a live optimizer.
 *
 * @throws ParameterError `PARAMETER_VALUE` for a group that is not there. Nothing is written then.
 */
export function applyGroupOptions(
  name: string,
  optimizer: Optimizer,
  options: Readonly<Record<string, unknown>>,
): void {
  const groups = optimizer.paramGroups as readonly Record<string, unknown>[];
  const writes = Object.entries(options).map(([option, value]) => {
    const [, index, key] = groupOption.exec(option)!;
    const group = groups[Number(index)];
    if (group === undefined) throw noSuchGroup(`${name}__${option}`, groups.length);
    return { group, key: key!, value };
  });
  for (const { group, key, value } of writes) group[key] = value;
}

function noSuchGroup(name: string, groups: number): ParameterError {
  return new ParameterError(`${name} is for a group that the optimizer does not have.`, {
    code: 'PARAMETER_VALUE',
    got: name,
    expected: groups === 1 ? 'group 0, the only one' : `a group from 0 to ${groups - 1}`,
    hint: 'Groups are numbered in the order of optimizer__paramGroups; the last one holds what no rule took.',
  });
}

/** A shell glob over the whole of a name. */
export function globToPattern(glob: string): RegExp {
  const source = glob.replace(/\[[^\]]*\]|[\\^$.|+(){}*?[\]]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.length > 1 ? part.replace(/^\[!/, '[^') : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
