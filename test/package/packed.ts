import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** The latest change of a file below the folder, in milliseconds. */
function latest(folder: string): number {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile());
  return Math.max(0, ...entries.map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs));
}

/** `npm ci` builds; only who changed a source since then waits for the compiler. */
function ensureBuilt(): void {
  const finished = join(root, 'dist', 'src', 'base', 'libraries-lazy.js');
  const shipped = join(root, 'dist', 'src', 'base', 'shipped.js');
  const changed = Math.max(latest(join(root, 'src')), latest(join(root, 'rules')));
  if (!existsSync(finished) || statSync(shipped).mtimeMs < changed)
    execFileSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: 'inherit' });
}

/**
 * A folder of a user outside the repository: the package as `npm pack` makes it, unpacked into its node_modules, with
 * links to what it depends on. No network is asked for anything.
 */
export function userFolder(dependencies: readonly string[]): string {
  ensureBuilt();
  const folder = mkdtempSync(join(tmpdir(), 'lipwright-user-'));
  const [packed] = JSON.parse(
    execFileSync('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }),
  ) as [{ filename: string }];
  const own = join(folder, 'node_modules', 'lipwright');
  mkdirSync(own, { recursive: true });
  execFileSync('tar', ['-xzf', join(folder, packed.filename), '-C', own, '--strip-components=1']);
  for (const name of dependencies) {
    const link = join(folder, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
  return folder;
}
