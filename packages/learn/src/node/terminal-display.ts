// Bars on a terminal, drawn by cli-progress.

import { Presets, SingleBar } from 'cli-progress';
import type { ProgressDisplay } from '../callbacks/progress-bar.js';

/** Draws the bars of a ProgressBar on a stream; nothing where it is no terminal. Default: stderr, so that output can be piped. */
export function terminalDisplay(stream: NodeJS.WriteStream = process.stderr): ProgressDisplay {
  let bar: SingleBar | null = null;
  return {
    start(total, label) {
      const done = total === null ? '{value} batches' : '{bar} {value}/{total}';
      bar = new SingleBar(
        { stream, noTTYOutput: false, clearOnComplete: true, format: `${label} ${done} {values}` },
        Presets.shades_classic,
      );
      bar.start(total ?? Number.MAX_SAFE_INTEGER, 0, { values: '' });
    },
    update(done, values) {
      const shown = Object.entries(values).map(([key, value]) => `${key} ${value.toFixed(4)}`);
      bar?.update(done, { values: shown.join(', ') });
    },
    stop() {
      bar?.stop();
      bar = null;
    },
  };
}
