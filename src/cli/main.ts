#!/usr/bin/env node
import { processIo } from './io.js';
import { run } from './run.js';

// `lipwright … | head` closes the pipe early; that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit();
    throw error;
  });
}

// The status is set, not forced: what is still in the pipe must reach its reader.
process.exitCode = await run(process.argv.slice(2), processIo());
