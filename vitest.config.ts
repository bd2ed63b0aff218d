import { defineConfig } from 'vitest/config';

// '@tacit/source' resolves the workspace's packages to their TypeScript sources, so tests need no build.
const conditions = ['@tacit/source', 'import', 'module', 'node', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    typecheck: {
      enabled: true,
      tsconfig: './tsconfig.tests.json',
      include: ['packages/*/src/**/*.test-d.ts'],
    },
  },
});
