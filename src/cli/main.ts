#!/usr/bin/env node
import { processIo, reasonOf } from './io.js';
import { diagnosticText } from './messages.js';
import { run } from './run.js';
import { status } from './session.js';

// What cannot be printed is no verdict, whatever it was: neither "done" nor "a property failed".
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `lipwright … | head` closes the pipe early, and wants to hear nothing of it.
  if (error.code === 'EPIPE') process.exit(status.badInput);
  const diagnostic = {
    code: 'LW108',
    found: `stdout (${reasonOf(error)})`,
    expected: 'a file or a pipe that takes the output',
    position: null,
  } as const;
  process.stderr.write(diagnosticText(diagnostic, new Map()), () => process.exit(status.badInput));
});
// Nobody is left to hear of it.
process.stderr.on('error', () => process.exit(status.badInput));

// The status is set, not forced: what is still in the pipe must reach its reader.
process.exitCode = await run(process.argv.slice(2), processIo());
