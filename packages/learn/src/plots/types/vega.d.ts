// The little that is used of vega, by tsconfig's "paths": its own types need those of a browser, which this package must not.

export function parse(spec: object): object;

export class View {
  constructor(runtime: object, options: { readonly renderer: 'none' });
  toSVG(): Promise<string>;
  finalize(): this;
}
