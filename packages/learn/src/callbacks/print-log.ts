// The table that grows by a row an epoch. Columns and layout are skorch's.

import { isTerminal, printLine } from '../environment.js';
import type { EpochRecord } from '../history.js';
import { Callback } from './callback.js';
import type { Net } from './net.js';

/** Options of {@link PrintLog}. */
export type PrintLogOptions = {
  /** Keys of the history that get no column; events with their prefix (`event_lr`). */
  keysIgnored: string | readonly string[] | null;
  /** Takes each line. Default: the console, and then only if the net's `verbose` is not 0. */
  sink: (line: string) => void;
  /** Whether best values are colored. 'auto': only on the console, and only where it is a terminal. */
  colors: boolean | 'auto';
  /** Digits after the point of numbers that are no counts. 4. */
  digits: number;
};

/**
 * Prints a table of the history: `epoch`, then the other keys in alphabetical order, then events (`event_` dropped, a `+`
 * where they are true), `dur` last. A best value is colored. Comes after all other callbacks, wherever it was given.
 */
export class PrintLog extends Callback<PrintLogOptions> {
  // It shows what the others record.
  static override readonly callOrder = 2;
  static readonly defaults = {
    keysIgnored: null,
    sink: printLine,
    colors: 'auto' as boolean | 'auto',
    digits: 4,
  };
  #isFirstRow = true;

  override initialize(): void {
    this.#isFirstRow = true;
  }

  override onEpochEnd(net: Net): void {
    const { sink } = this.options;
    if (sink === printLine && net.verbose === 0) return;
    const columns = this.#columns(net.history.last());
    if (this.#isFirstRow) {
      sink(joinCells(columns.map(({ header, width }) => header.padStart(width))));
      sink(joinCells(columns.map(({ width }) => '-'.repeat(width))));
      this.#isFirstRow = false;
    }
    // Padded by what is seen: the color codes around a cell have no width.
    sink(
      joinCells(
        columns.map(({ text, color, width }) => ' '.repeat(width - text.length) + paint(text, color)),
      ),
    );
  }

  #columns(epoch: EpochRecord): Column[] {
    return orderedKeys(epoch, this.#ignored()).map((key, position) => {
      const text = cellText(key, epoch[key], this.options.digits);
      const header = key.startsWith('event_') ? key.slice('event_'.length) : key;
      const isBest = epoch[`${key}_best`] === true && this.#isColored();
      return {
        header,
        text,
        color: isBest ? colors[position % colors.length]! : null,
        width: Math.max(header.length + 2, text.length),
      };
    });
  }

  #ignored(): ReadonlySet<string> {
    const { keysIgnored } = this.options;
    return new Set(typeof keysIgnored === 'string' ? [keysIgnored] : keysIgnored);
  }

  #isColored(): boolean {
    const { colors: wanted, sink } = this.options;
    return wanted === 'auto' ? sink === printLine && isTerminal() : wanted;
  }
}

interface Column {
  readonly header: string;
  readonly text: string;
  readonly color: number | null;
  readonly width: number;
}

/** Blue, cyan, green, magenta, red: a column keeps its color, since its position does not change. */
const colors = [94, 36, 32, 35, 31] as const;

function paint(text: string, color: number | null): string {
  return color === null ? text : `\u001b[${color}m${text}\u001b[0m`;
}

function joinCells(cells: readonly string[]): string {
  return cells.join('  ');
}

function orderedKeys(epoch: EpochRecord, ignored: ReadonlySet<string>): string[] {
  const keys = Object.keys(epoch).filter(
    (key) =>
      key !== 'batches' && !key.endsWith('_best') && !key.endsWith('_batch_count') && !ignored.has(key),
  );
  const others = keys.filter((key) => key !== 'epoch' && key !== 'dur' && !key.startsWith('event_')).sort();
  const events = keys.filter((key) => key.startsWith('event_')).sort();
  const only = (key: string) => keys.filter((one) => one === key);
  return [...only('epoch'), ...others, ...events, ...only('dur')];
}

// JavaScript does not tell 1 from 1.0, so a column is known to hold counts by its name.
function cellText(key: string, value: unknown, digits: number): string {
  if (value === null || value === undefined || value === false) return '';
  if (value === true) return '+';
  if (typeof value !== 'number') return String(value);
  const isCount = key === 'epoch' || key.endsWith('_count') || key.endsWith('_size');
  return isCount ? String(value) : value.toFixed(digits);
}
