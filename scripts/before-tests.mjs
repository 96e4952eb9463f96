// @ts-check
/**
 * What stands before the tests, side by side, since most of it waits for one core or for the network: style, types and
 * the Python environment. Each says nothing if all is well. Ends with the status of the first that fails, after all.
 */
import { spawn } from 'node:child_process';

const commands = ['npm run -s lint', 'npm run -s typecheck', 'node scripts/python-environment.mjs'];

/** Through the shell, since npm is a script (npm.cmd) on Windows. @returns {Promise<number>} */
const run = (/** @type {string} */ command) =>
  new Promise((resolve) => {
    const child = spawn(command, { shell: true, stdio: 'inherit' });
    child.on('error', () => resolve(1));
    child.on('close', (status) => resolve(status ?? 130));
  });

// On Ctrl-C the commands are told by the terminal, and we end after them.
process.on('SIGINT', () => undefined);
const ended = await Promise.all(commands.map(run));
process.exitCode = ended.find((status) => status !== 0) ?? 0;
