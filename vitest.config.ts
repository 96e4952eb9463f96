import { defineConfig } from 'vitest/config';
import { ClosingLine } from './test/reporter.js';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only hangs may end here: a busy machine is ten times as slow as an idle one.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Forked processes: the solver's WASM threads and its memory end with the file that used them.
    pool: 'forks',
    maxWorkers: 2,
    reporters: ['default', new ClosingLine()],
  },
});
