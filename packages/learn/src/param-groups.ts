// `optimizer__paramGroups: [[glob, options], …]`: different options for parameters by name, as in skorch.

import type { Tensor } from '@tacit/tensor';

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

function globToPattern(glob: string): RegExp {
  const source = glob.replace(/\[[^\]]*\]|[\\^$.|+(){}*?[\]]/g, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    return part.length > 1 ? part.replace(/^\[!/, '[^') : `\\${part}`;
  });
  return new RegExp(`^${source}$`);
}
