// Progress on the terminal: bars and short lines on stderr, nothing where stderr is no terminal.

import { Callback } from '@tacit/learn';
import { Presets, SingleBar } from 'cli-progress';

/** One bar. */
export interface ProgressHandle {
  advance(): void;
  stop(): void;
  /** Advances the bar at the end of every epoch of a fit. */
  readonly callback: Callback;
}

/** Tells people how far long work has come. */
export interface Progress {
  bar(label: string, total: number): ProgressHandle;
  say(message: string): void;
}

/** Progress on `stream`; silent unless it is a terminal. */
export function terminalProgress(stream: NodeJS.WriteStream): Progress {
  return {
    bar(label, total) {
      const bar = new SingleBar(
        {
          stream,
          noTTYOutput: false,
          format: `${label.padEnd(28)} {bar} {value}/{total}`,
          clearOnComplete: true,
        },
        Presets.shades_classic,
      );
      bar.start(total, 0);
      const advance = () => bar.increment();
      return { advance, stop: () => bar.stop(), callback: new EpochProgress({ advance }) };
    },
    say(message) {
      if (stream.isTTY) stream.write(`${message}\n`);
    },
  };
}

type EpochProgressOptions = { readonly advance: () => void };

// What it advances is an option, so that the copies that pipelines make of a net advance the same bar.
class EpochProgress extends Callback<EpochProgressOptions> {
  static readonly defaults: EpochProgressOptions = { advance: () => {} };

  override onEpochEnd(): void {
    this.options.advance();
  }
}
