import { describe, expect, it } from 'vitest';
import { loadCircuit } from './circuit.js';
import { configureEngine, engineThreads } from './threads.js';

describe('configureEngine', () => {
  it('refuses what is no number of threads', () => {
    for (const threads of [0, -1, 1.5, Number.NaN, 1025, '2' as unknown as number]) {
      expect(() => configureEngine({ threads })).toThrow(
        expect.objectContaining({ code: 'ARGUMENT_INVALID' }),
      );
    }
  });

  it('holds until the pool starts, and afterwards only for the same number', async () => {
    configureEngine({ threads: 3 });
    expect(engineThreads()).toBe(3);
    configureEngine({ threads: 1 });
    expect(engineThreads()).toBe(1);
    await expect(loadCircuit(new Uint8Array())).rejects.toMatchObject({ code: 'ENVELOPE_TRUNCATED' });
    configureEngine({ threads: 1 });
    expect(() => configureEngine({ threads: 2 })).toThrow(
      expect.objectContaining({ code: 'ENGINE_STARTED', got: '2', expected: '1' }),
    );
  });
});
