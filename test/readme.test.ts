import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pythonForTests } from './python/environment.js';
import { transpiledForTests } from './transpiled.js';

/**
 * The README's snippets run as they stand, but for types: shell blocks with the checkout's command line, ts blocks with
 * its sources.
 */
const root = fileURLToPath(new URL('..', import.meta.url));
const readme = await readFile(join(root, 'README.md'), 'utf8');
const execute = promisify(execFile);

interface Block {
  readonly language: string;
  readonly text: string;
}

const blocks = [...readme.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = '', text = '']): Block => ({
  language,
  text,
}));

/** Arguments as a shell would cut them, double quotes included. */
const words = (text: string): readonly string[] =>
  (text.match(/"[^"]*"|\S+/g) ?? []).map((word) => word.replace(/^"(.*)"$/, '$1'));

const python = await pythonForTests();
/** What a command needs that a Python snippet makes. */
const fromPython = /\btrained\.(safetensors|json)\b/;

/** Every snippet in the order of the page: later ones use what earlier ones write. */
const steps = blocks.flatMap(
  ({ language, text }, at): readonly { readonly title: string; readonly language: string; readonly text: string }[] => {
    if (language === 'sh')
      return text
        .trim()
        .split('\n')
        .map((line) => ({ title: line, language, text: line }));
    return ['ts', 'js', 'python'].includes(language)
      ? [{ title: `${language} snippet, block ${at}`, language, text }]
      : [];
  },
);

describe('README', () => {
  // Inside the project, so that the snippets find the packages they import.
  const folder = join(root, 'node_modules', '.cache', `lipwright-readme-${process.pid}`);
  const transpiled = transpiledForTests();

  beforeAll(async () => {
    await mkdir(folder, { recursive: true });
    for (const { text } of blocks.filter(({ language }) => language === 'yaml')) {
      const name = /^name: (\S+)$/m.exec(text)?.[1] ?? 'unnamed';
      await writeFile(join(folder, `${name}.yaml`), text);
    }
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('has snippets to run', () => {
    const count = (wanted: string): number => steps.filter(({ language }) => language === wanted).length;
    expect(count('sh')).toBeGreaterThanOrEqual(12);
    expect(count('ts')).toBeGreaterThanOrEqual(2);
    expect(count('js')).toBeGreaterThanOrEqual(1);
    expect(count('python')).toBeGreaterThanOrEqual(1);
  });

  async function command(text: string): Promise<void> {
    const match = /^npx lipwright (.*?)(?: > (\S+))?$/.exec(text);
    expect(match, text).not.toBeNull();
    const [, rest = '', target] = match ?? [];
    const { stdout } = await execute(process.execPath, [transpiled('src/cli/main.ts'), ...words(rest)], {
      cwd: folder,
    });
    const out = /--out (\S+)/.exec(rest)?.[1];
    if (target !== undefined) await writeFile(join(folder, target), stdout);
    const product = out === undefined ? stdout : await readFile(join(folder, out), 'utf8');
    expect(product.length).toBeGreaterThan(80);
  }

  /** What a snippet prints are claims, which must be true. */
  function claims(stdout: string): void {
    const printed = stdout.trim().split(/\s+/);
    for (const word of printed) expect(['', 'true', 'True']).toContain(word);
  }

  async function snippet(language: string, text: string, at: number): Promise<void> {
    const file = join(folder, `snippet-${at}.${language === 'python' ? 'py' : 'mjs'}`);
    const plain = language === 'ts' ? transformSync(text, { loader: 'ts', format: 'esm' }).code : text;
    const sources = pathToFileURL(transpiled('src/index.ts')).href;
    await writeFile(file, plain.replaceAll(/from ["']lipwright["']/g, `from ${JSON.stringify(sources)}`));
    const run =
      language === 'python'
        ? execute(python.interpreter ?? 'python3', [file], {
            cwd: folder,
            env: { ...process.env, PYTHONPATH: folder, OMP_NUM_THREADS: '1' },
          })
        : execute(process.execPath, [file], { cwd: folder });
    const { stdout } = await run;
    // TensorFlow.js greets those who could have its native addon.
    claims(language === 'js' ? (stdout.trim().split('\n').at(-1) ?? '') : stdout);
  }

  const needsPython = ({ language, text }: { readonly language: string; readonly text: string }): boolean =>
    language === 'python' || fromPython.test(text);
  for (const [at, step] of steps.entries()) {
    // With CI=true there has to be a Python: see pythonForTests.
    const test = python.interpreter === null && needsPython(step) ? it.skip : it;
    test(step.title, () => (step.language === 'sh' ? command(step.text) : snippet(step.language, step.text, at)));
  }
});
