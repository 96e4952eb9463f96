import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import { afterAll } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * The sources as they are now, without their types, file by file, for the processes of a test file, which start in a
 * fifth of the time that tsx takes. Inside the checkout, so that they find its packages and data; removed at the end.
 * @returns the path of what a source has become
 */
export function transpiledForTests(): (source: string) => string {
  const cache = join(root, '.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'transpiled-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const entryPoints = ['src', 'rules'].flatMap((top) =>
    readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.d.ts'))
      .map((name) => join(root, top, name)),
  );
  buildSync({ entryPoints, outdir: folder, outbase: root, format: 'esm', platform: 'node', target: 'node20' });
  return (source) => join(folder, source.replace(/\.ts$/, '.js'));
}
