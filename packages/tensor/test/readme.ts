// Runs the example of a README: shared by the packages' tests of their READMEs.

import { readFileSync } from 'node:fs';

/** The text of a README.md. */
export function readReadme(url: URL): string {
  return readFileSync(url, 'utf8');
}

/**
 * Runs the first TypeScript block of a README, which must be plain JavaScript but for its imports by name.
 *
 * @param packages - what its imports give, by package name.
 * @returns the lines it printed, and the lines that its comments after `console.log(…);` promise.
 */
export function runReadmeExample(
  readme: string,
  packages: Readonly<Record<string, object>>,
): { readonly printed: readonly string[]; readonly promised: readonly string[] } {
  const code = /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  const body = code.replace(/import (\{[^}]*\}) from ('[^']*');/g, 'const $1 = packages[$2];');
  const printed: string[] = [];
  new Function('packages', 'console', body)(packages, { log: (line: unknown) => printed.push(String(line)) });
  const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)/g)].map((match) => match[1]);
  return { printed, promised };
}

/** The error codes that a README's table lists, in order. */
export function documentedCodes(readme: string): string[] {
  return [...readme.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map((match) => match[1]);
}
