import { appendFileSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { isMainThread } from 'node:worker_threads';

/*
 * `node --import trace-modules.mjs …` appends the paths of all modules that are loaded to the file TRACE_FILE: those that
 * are imported as the loader meets them, those that are required at the end.
 */
const file = process.env['TRACE_FILE'] ?? '';

if (isMainThread) {
  register(import.meta.url);
  process.on('exit', () =>
    appendFileSync(
      file,
      Object.keys(createRequire(import.meta.url).cache)
        .map((path) => `${path}\n`)
        .join(''),
    ),
  );
}

export async function load(url, context, next) {
  appendFileSync(file, `${url}\n`);
  return next(url, context);
}
