import { readFileSync, readdirSync } from 'node:fs';
import { configDefaults, defineConfig } from 'vitest/config';
import { ClosingLine } from './test/reporter.js';

const all = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .map((name) => `test/${name.replaceAll('\\', '/')}`)
  .filter((name) => name.endsWith('.test.ts'));
/** Those that put other modules in the place of ours, and the solver, whose WASM threads and memory end with its process. */
const alone = all.filter((name) => /\bvi\.(mock|doMock)\(|smt\.js'/.test(readFileSync(name, 'utf8')));

export default defineConfig({
  test: {
    // Only hangs may end here: a busy machine is ten times as slow as an idle one.
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    pool: 'forks',
    maxWorkers: 2,
    // What keeps no state needs no process of its own: loading the engine anew for each of two hundred files takes minutes.
    projects: [
      {
        extends: true,
        test: {
          name: 'engine',
          include: ['test/**/*.test.ts'],
          exclude: [...configDefaults.exclude, ...alone],
          isolate: false,
        },
      },
      { extends: true, test: { name: 'alone', include: alone } },
    ],
    reporters: ['default', new ClosingLine()],
  },
});
