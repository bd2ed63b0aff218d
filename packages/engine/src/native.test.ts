import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EngineError } from './errors.js';
import { loadAddon, nativeEngine } from './native.js';

describe('the loader', () => {
  it('gives the same addon each time', () => {
    expect(nativeEngine()).toBe(nativeEngine());
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
