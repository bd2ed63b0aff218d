import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EngineError, engineErrorCodes, fromNative } from './errors.js';
import { nativeEngine } from './native.js';

describe('the list of error codes', () => {
  it('is the one that README.md documents', () => {
    const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
    const documented = [...readme.matchAll(/^\| `([A-Z_]+)` *\|/gm)].map((match) => match[1]);
    expect(documented.length).toBeGreaterThan(0);
    expect(documented).toEqual([...engineErrorCodes]);
  });

  it("begins with the native evaluator's", () => {
    const native = nativeEngine().errorCodes();
    expect(native.length).toBeGreaterThan(0);
    expect(engineErrorCodes.slice(0, native.length)).toEqual(native);
  });
});

describe('an error of the addon', () => {
  it('keeps its code, both sides and its hint', () => {
    const fields = { code: 'KEY_SIZE', got: '3 bytes', expected: '9 bytes', hint: 'Make a new key.' };
    const error = fromNative(Object.assign(new Error('words'), fields));
    expect(error).toBeInstanceOf(EngineError);
    expect(error).toMatchObject({ name: 'EngineError', message: 'words', ...fields });
  });

  it('without a known code is a failure of the engine, with the cause kept', () => {
    for (const cause of [Object.assign(new Error('words'), { code: 'GenericFailure' }), 'words', undefined]) {
      expect(fromNative(cause)).toMatchObject({ code: 'ENGINE_FAILURE' });
    }
    const cause = new Error('words');
    expect(fromNative(cause).cause).toBe(cause);
  });
});
