// @ts-check
/**
 * The Python environment of the tests and examples of the Python targets. As a program it makes the environment if it is
 * missing and says nothing if all is well; without Python it says nothing either, unless CI=true, where that is a failure.
 * Everything goes to stderr.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** @typedef {{ readonly path: string, readonly reason: null } | { readonly path: null, readonly reason: string }} PythonEnvironment */

const root = fileURLToPath(new URL('..', import.meta.url));
const requirements = join(root, 'test', 'python', 'requirements.txt');
const leastPython = [3, 11];
const windows = process.platform === 'win32';
/** As long as this a failure is not tried again, unless it is asked for. */
const failureStands = 15 * 60 * 1000;

const stopped = 'the making of its environment was stopped';

const probe =
  'import platform, sys; print(platform.python_implementation(), platform.python_version(), sys.platform, platform.machine(), sys.base_prefix)';

/** A Python that is new enough; else what is there instead, null for nothing. */
function inspect(/** @type {string} */ command) {
  const { status, stdout } = spawnSync(command, ['-c', probe], { encoding: 'utf8', timeout: 30_000 });
  if (status !== 0) return { python: null, instead: null };
  const [implementation = '', version = ''] = stdout.trim().split(' ');
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = leastPython;
  if (implementation !== 'CPython' || major < leastMajor || (major === leastMajor && minor < leastMinor))
    return { python: null, instead: `${implementation} ${version}` };
  return { python: { command, description: stdout.trim() }, instead: null };
}

/** $PYTHON, or the first Python that is new enough. */
function findPython() {
  const { PYTHON } = process.env;
  const commands = PYTHON ? [PYTHON] : ['python3', 'python', 'python3.14', 'python3.13', 'python3.12', 'python3.11'];
  const others = [];
  for (const command of commands) {
    const { python, instead } = inspect(command);
    if (python !== null) return { python, reason: '' };
    if (instead !== null) others.push(`${command} is ${instead}`);
  }
  const found = others[0] ?? `${commands[0]} does not run`;
  return { python: null, reason: `${found}, and Python ${leastPython.join('.')} or later is needed` };
}

function cacheFolder() {
  const { XDG_CACHE_HOME, LOCALAPPDATA } = process.env;
  if (XDG_CACHE_HOME) return join(XDG_CACHE_HOME, 'lipwright');
  if (windows) return join(LOCALAPPDATA || join(homedir(), 'AppData', 'Local'), 'lipwright', 'Cache');
  return process.platform === 'darwin'
    ? join(homedir(), 'Library', 'Caches', 'lipwright')
    : join(homedir(), '.cache', 'lipwright');
}

const interpreterOf = (/** @type {string} */ folder) =>
  windows ? join(folder, 'Scripts', 'python.exe') : join(folder, 'bin', 'python');

/** Runs the maker; the reason if it fails. @returns {Promise<{ readonly status: number, readonly reason: string }>} */
function make(/** @type {string} */ command, /** @type {string} */ folder, /** @type {boolean} */ quiet) {
  return new Promise((resolve) => {
    const terminal = process.stderr.isTTY && !quiet ? ['--terminal'] : [];
    const child = spawn(
      command,
      [join(root, 'scripts', 'make_python_environment.py'), folder, requirements, ...terminal],
      { stdio: ['ignore', 2, 'pipe'] },
    );
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said = (said + text).slice(-4000);
      if (!quiet) process.stderr.write(text);
    });
    const stop = () => void child.kill('SIGTERM');
    process.once('SIGTERM', stop);
    // On Ctrl-C the maker is told by the terminal, and we end after it.
    const wait = () => undefined;
    process.on('SIGINT', wait);
    const end = (/** @type {number} */ status, /** @type {string} */ reason) => {
      process.off('SIGTERM', stop);
      process.off('SIGINT', wait);
      resolve({ status, reason });
    };
    child.on('error', (error) => end(1, error.message));
    child.on('close', (status) => end(status ?? 130, said.trim().split('\n').at(-1) ?? ''));
  });
}

/** A failure that is still fresh. */
function standingFailure(/** @type {string} */ note) {
  return existsSync(note) && Date.now() - statSync(note).mtimeMs < failureStands ? readFileSync(note, 'utf8') : null;
}

/**
 * The interpreter of the environment, which is made if it is missing: a minute or two, and up to 6 GB on the disk. Its folder is
 * $LIPWRIGHT_PYTHON_ENV, an environment that is used as it is, or lies in the user's cache folder, under a name that changes with the
 * requirements and the Python. `again` tries what has failed a moment ago.
 * @param {{ readonly quiet?: boolean, readonly again?: boolean }} [options]
 * @returns {Promise<PythonEnvironment>}
 */
export async function pythonEnvironment({ quiet = false, again = false } = {}) {
  const { LIPWRIGHT_PYTHON_ENV: given } = process.env;
  if (given) {
    const path = interpreterOf(given);
    return existsSync(path) ? { path, reason: null } : { path: null, reason: `LIPWRIGHT_PYTHON_ENV has no ${path}` };
  }
  const { python, reason } = findPython();
  if (python === null) return { path: null, reason };
  const key = createHash('sha256')
    .update(readFileSync(requirements))
    .update(python.description)
    .digest('hex')
    .slice(0, 12);
  const folder = join(cacheFolder(), `python-${key}`);
  const path = interpreterOf(folder);
  // A link to a Python that is gone does not exist either.
  if (existsSync(join(folder, 'complete'))) {
    if (existsSync(path)) return { path, reason: null };
    rmSync(join(folder, 'complete'));
  }
  const note = `${folder}.failed`;
  const failure = again ? null : standingFailure(note);
  if (failure !== null) return { path: null, reason: failure };
  const made = await make(python.command, folder, quiet);
  if (made.status === 0) {
    rmSync(note, { force: true });
    return { path, reason: null };
  }
  if (made.status === 130) return { path: null, reason: stopped };
  const because = `its environment could not be made (${made.reason})`;
  try {
    writeFileSync(note, because);
  } catch {
    // Then the next one tries again.
  }
  return { path: null, reason: because };
}

/** What is said where Python targets cannot be tested. */
export const notTested = (/** @type {string} */ reason) => `Python targets not tested: ${reason}`;

/** Whether that is a failure. */
export const mustTest = () => process.env['CI'] === 'true';

if (process.argv[1] !== undefined && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const wanted = process.argv.includes('--print');
  const { path, reason } = await pythonEnvironment({ again: true });
  if (wanted && path !== null) process.stdout.write(`${path}\n`);
  if (reason === stopped) process.exitCode = 130;
  else if (path === null && (wanted || mustTest())) {
    process.stderr.write(`lipwright: ${notTested(reason)}\n`);
    process.exitCode = 1;
  }
}
