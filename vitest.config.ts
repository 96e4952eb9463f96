import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/reporter.js';

const solver = 'test/proofs.test.ts';

export default defineConfig({
  test: {
    // Only hangs may end here: a busy machine is ten times as slow as an idle one.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    // Forked processes: the solver's WASM threads and its memory end with them.
    pool: 'forks',
    maxWorkers: 2,
    // What keeps no state needs no process of its own: loading the engine anew for each of two hundred files takes minutes.
    projects: [
      { extends: true, test: { name: 'engine', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, solver], isolate: false } },
      { extends: true, test: { name: 'proofs', include: [solver] } },
    ],
    reporters: ['default', new ClosingLine()],
  },
});
