import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EngineError } from './errors.js';
import { engineVariant, loadAddon, loadVariant, nativeEngine } from './native.js';

describe('the loader', () => {
  it('gives the same addon each time', () => {
    expect(nativeEngine()).toBe(nativeEngine());
  });

  it('takes the variant for the processor where there is one, the baseline otherwise', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tacit-engine-'));
    const addon = new URL('../native/tacit-engine.node', import.meta.url);
    const copy = join(folder, 'tacit-engine.node');
    copyFileSync(addon, copy);
    try {
      const alone = loadVariant(pathToFileURL(`${folder}/`));
      expect(alone.variant()).toBe('baseline');
      const best = alone.bestVariant();
      // No addon at all, so that it is seen to be tried.
      writeFileSync(join(folder, `tacit-engine.${best}.node`), 'no library');
      writeFileSync(join(folder, 'tacit-engine.x86-64-v9.node'), 'no library');
      expect(() => loadVariant(pathToFileURL(`${folder}/`))).toThrow(
        expect.objectContaining({ expected: expect.stringContaining(best) }),
      );
      expect(['baseline', best]).toContain(engineVariant());
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('says how to build an addon that is missing or broken', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tacit-engine-'));
    const broken = join(folder, 'broken.node');
    writeFileSync(broken, 'no library');
    try {
      for (const path of [join(folder, 'missing.node'), broken]) {
        const load = () => loadAddon(pathToFileURL(path));
        expect(load).toThrow(EngineError);
        expect(load).toThrow(expect.objectContaining({ code: 'ADDON_MISSING' }));
        expect(load).toThrow('npm run build');
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
