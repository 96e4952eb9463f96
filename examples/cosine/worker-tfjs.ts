import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { ready, train } from './train-tfjs.js';
import type { TensorModule } from './train-tfjs.js';

/**
 * Trains with TensorFlow.js: one job after the other, as JSON lines `{ "module": path, "seed": n }` on stdin, results
 * on stdout.
 */
await ready();
for await (const line of createInterface({ input: process.stdin })) {
  const { module, seed } = JSON.parse(line) as { readonly module: string; readonly seed: number };
  const result = train((await import(pathToFileURL(module).href)) as TensorModule, seed, (step) => {
    if (step % 100 === 99) process.stderr.write(`@ ${step + 1}\n`);
  });
  process.stdout.write(`${JSON.stringify([result])}\n`);
}
