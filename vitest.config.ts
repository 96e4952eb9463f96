import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Forked processes: the solver's WASM threads and its memory end with the file that used them.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new ClosingLine()],
  },
});
