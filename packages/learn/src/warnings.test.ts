import { expect, test, vi } from 'vitest';
import { collectWarnings, onWarning, warn } from './warnings.js';

test('a warning is printed when nobody listens', () => {
  const print = vi.spyOn(console, 'warn').mockImplementation(() => {});
  warn('CODE', 'words');
  expect(print).toHaveBeenCalledExactlyOnceWith('CODE: words');
  print.mockRestore();
});

test('listeners get it instead, until they end', () => {
  const print = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const heard: string[] = [];
  const listener = ({ code }: { code: string }) => heard.push(code);
  const ends = [onWarning(listener), onWarning(listener)];
  warn('A', '');
  ends[0]!();
  warn('B', '');
  expect(heard).toEqual(['A', 'A', 'B']);
  expect(print).not.toHaveBeenCalled();
  ends[1]!();
  warn('C', '');
  expect(print).toHaveBeenCalledOnce();
  print.mockRestore();
});

test('collectWarnings gives result and warnings, and ends also when the task throws', async () => {
  expect(
    await collectWarnings(() => {
      warn('A', 'a');
      return 3;
    }),
  ).toEqual({
    result: 3,
    warnings: [{ code: 'A', message: 'a' }],
  });
  await expect(collectWarnings(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
  const print = vi.spyOn(console, 'warn').mockImplementation(() => {});
  warn('B', 'b');
  expect(print).toHaveBeenCalledOnce();
  print.mockRestore();
});
