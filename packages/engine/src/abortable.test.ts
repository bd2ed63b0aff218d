import { describe, expect, it } from 'vitest';
import { Queue } from './abortable.js';

/** A native call that ends when it is told to. */
function controlled(): {
  start: () => Promise<string>;
  end: (value: string) => void;
  isStarted: () => boolean;
} {
  let isStarted = false;
  let end: (value: string) => void = () => {};
  const ended = new Promise<string>((resolve) => {
    end = resolve;
  });
  const start = () => {
    isStarted = true;
    return ended;
  };
  return { start, end: (value) => end(value), isStarted: () => isStarted };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('a queue', () => {
  it('starts a call when the one before it has settled', async () => {
    const queue = new Queue();
    const [first, second] = [controlled(), controlled()];
    const results = [queue.run(first.start), queue.run(second.start)];
    await turn();
    expect([first.isStarted(), second.isStarted()]).toEqual([true, false]);
    first.end('first');
    await turn();
    expect(second.isStarted()).toBe(true);
    second.end('second');
    expect(await Promise.all(results)).toEqual(['first', 'second']);
  });

  it('goes on after a call that fails or throws at once', async () => {
    const queue = new Queue();
    const fails = queue.run(() => Promise.reject(new Error('later')));
    const throws = queue.run(() => {
      throw new Error('at once');
    });
    const works = queue.run(async () => 'works');
    await expect(fails).rejects.toMatchObject({ code: 'ENGINE_FAILURE', message: 'later' });
    await expect(throws).rejects.toMatchObject({ code: 'ENGINE_FAILURE', message: 'at once' });
    expect(await works).toBe('works');
  });

  it('rejects an aborted call at once, and starts the next only when the native side has stopped', async () => {
    const queue = new Queue();
    const [aborted, next] = [controlled(), controlled()];
    const controller = new AbortController();
    const result = queue.run(aborted.start, controller.signal);
    const nextResult = queue.run(next.start);
    await turn();
    controller.abort('reason');
    await expect(result).rejects.toBe('reason');
    await turn();
    expect(next.isStarted()).toBe(false);
    aborted.end('too late');
    next.end('next');
    expect(await nextResult).toBe('next');
  });

  it('never starts a call that is aborted while it waits', async () => {
    const queue = new Queue();
    const [first, waiting, last] = [controlled(), controlled(), controlled()];
    const controller = new AbortController();
    const firstResult = queue.run(first.start);
    const waitingResult = queue.run(waiting.start, controller.signal);
    const lastResult = queue.run(last.start);
    controller.abort('reason');
    await expect(waitingResult).rejects.toBe('reason');
    await turn();
    expect(last.isStarted()).toBe(false);
    first.end('first');
    last.end('last');
    expect(await Promise.all([firstResult, lastResult])).toEqual(['first', 'last']);
    expect(waiting.isStarted()).toBe(false);
  });
});
