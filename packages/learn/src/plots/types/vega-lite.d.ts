// The little that is used of vega-lite; see vega.d.ts.

export function compile(spec: object): { readonly spec: object };
