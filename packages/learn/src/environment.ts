// What this package uses of its host, Node or a browser, besides the language. Named here, so that the sources compile
// without the types of either and import no module of either.

interface Host {
  readonly console: { log(...values: unknown[]): void; warn(...values: unknown[]): void };
  readonly performance: { now(): number };
  readonly setImmediate?: (task: () => void) => unknown;
  readonly MessageChannel?: new () => MessageChannelLike;
  readonly process?: {
    readonly stdout?: { readonly isTTY?: boolean };
    readonly env?: Readonly<Record<string, string | undefined>>;
    readonly versions?: { readonly node?: string };
  };
}

interface MessageChannelLike {
  readonly port1: { onmessage: (() => void) | null; close(): void };
  readonly port2: { postMessage(message: null): void };
}

export const host = globalThis as unknown as Host;

/** Writes a line where a terminal or a browser's console shows it. Looked up on each call: tests replace the console. */
export function printLine(line: string): void {
  host.console.log(line);
}

/** Milliseconds on a clock that never runs backwards. */
export function now(): number {
  return host.performance.now();
}

/** Whether lines from {@link printLine} reach a terminal that understands colors (see no-color.org). */
export function isTerminal(): boolean {
  return host.process?.stdout?.isTTY === true && !host.process.env?.NO_COLOR;
}
