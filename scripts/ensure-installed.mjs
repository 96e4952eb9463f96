// @ts-check
/**
 * Installs the dependencies if they are missing or do not belong to package-lock.json; says nothing if all is well.
 * Plain Node without dependencies, since it runs before there are any. Everything goes to stderr: stdout belongs to
 * the command that follows.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const modules = join(root, 'node_modules');
const stamp = join(modules, '.lipwright-installed');
const leastNode = [20, 19];

/** @returns {never} */
function stop(/** @type {string} */ message) {
  process.stderr.write(`lipwright: ${message}\n`);
  process.exit(1);
}

function nodeIsTooOld() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]);
}

/** True if npm's own record of node_modules has every package of the lock file in the locked version. */
function recordAgrees(/** @type {string} */ lock) {
  const record = join(modules, '.package-lock.json');
  if (!existsSync(record)) return false;
  try {
    const wanted = Object.entries(JSON.parse(lock).packages);
    const found = JSON.parse(readFileSync(record, 'utf8')).packages;
    // Optional packages are those of other platforms, among others; npm leaves them out.
    return wanted.every(
      ([path, { version, optional }]) => path === '' || optional === true || found[path]?.version === version,
    );
  } catch {
    return false;
  }
}

if (nodeIsTooOld()) stop(`Node ${process.versions.node} is too old; Node ${leastNode.join('.')} or later is needed.`);

const lockPath = join(root, 'package-lock.json');
if (!existsSync(lockPath))
  stop('package-lock.json is missing, so the dependencies cannot be installed as they were tested.');
const lock = readFileSync(lockPath, 'utf8');
const hash = createHash('sha256').update(lock).digest('hex');
const installed = existsSync(stamp) && readFileSync(stamp, 'utf8').trim() === hash;

if (!installed && !recordAgrees(lock)) {
  process.stderr.write('lipwright: installing the dependencies (npm ci); this happens once.\n');
  // Through the shell, since npm is a script (npm.cmd) on Windows.
  const { status, signal, error } = spawnSync('npm ci --no-audit --no-fund', {
    cwd: root,
    shell: true,
    stdio: ['ignore', 2, 2],
  });
  if (error !== undefined) stop(`npm could not be started (${error.message}); install npm, then run "npm ci".`);
  if (status !== 0)
    stop(
      `"npm ci" failed (${signal ?? `exit status ${status}`}); its own message stands above. Check the network and the disk, then run it again.`,
    );
}
if (!installed) {
  try {
    writeFileSync(stamp, `${hash}\n`);
  } catch {
    // A read-only node_modules is as good; the check is only slower next time.
  }
}
