import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** The README's snippets run as they stand: shell blocks with the checkout's command line, ts blocks with its sources. */
const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const execute = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']): Block => ({ language, text }));
const of = (language: string): readonly string[] => blocks.filter((block) => block.language === language).map((block) => block.text);

/** Arguments as a shell would cut them, double quotes included. */
const words = (text: string): readonly string[] => (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'));

describe('README', () => {
  let folder = '';
  let cache = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lipwright-readme-'));
    // Inside the project, so that the snippets find the packages they import.
    cache = join(root, 'node_modules', '.cache', 'lipwright-readme');
    await mkdir(cache, { recursive: true });
    for (const text of of('yaml')) {
      const name = /^name: (\S+)$/m.exec(text)?.[1] ?? 'unnamed';
      await writeFile(join(folder, `${name}.yaml`), text);
    }
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
    await rm(cache, { recursive: true, force: true });
  });

  const commands = of('sh').flatMap((text) => text.trim().split('\n'));

  it('has snippets to run', () => {
    expect(commands.length).toBeGreaterThanOrEqual(8);
    expect(of('ts').length).toBeGreaterThanOrEqual(2);
    expect(of('yaml').length).toBeGreaterThanOrEqual(1);
  });

  it.each(commands)('%s', async (command) => {
    const match = /^npx lipwright (.*?)(?: > (\S+))?$/.exec(command);
    expect(match, command).not.toBeNull();
    const [, rest = '', target] = match ?? [];
    const { stdout } = await execute(process.execPath, ['--import', pathToFileURL(join(root, 'node_modules', 'tsx', 'dist', 'esm', 'index.mjs')).href, join(root, 'src', 'cli', 'main.ts'), ...words(rest)], { cwd: folder });
    const out = /--out (\S+)/.exec(rest)?.[1];
    if (target !== undefined) await writeFile(join(folder, target), stdout);
    const product = out === undefined ? stdout : await readFile(join(folder, out), 'utf8');
    expect(product.length).toBeGreaterThan(80);
  });

  it.each(of('ts').map((text, at) => ({ text, at })))('ts snippet $at', async ({ text, at }) => {
    const file = join(cache, `snippet-${at}.ts`);
    await writeFile(file, text.replaceAll("from 'lipwright'", `from ${JSON.stringify(pathToFileURL(join(root, 'src', 'index.ts')).href)}`));
    const { stdout } = await execute(process.execPath, ['--import', 'tsx', file], { cwd: root });
    for (const word of stdout.trim().split(/\s+/)) expect(['', 'true']).toContain(word);
  });
});
