import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const groups = ['lmi', 'bound', 'parameterize', 'pivot', 'allocate'] as const;

/** The stems (`bound/gershgorin-disc`) of the files under `folder` that end in `ending`. */
function stems(folder: string, ending: string): readonly string[] {
  return groups.flatMap((group) => {
    const path = join(root, folder, group);
    if (!existsSync(path)) return [];
    return readdirSync(path)
      .filter((name) => name.endsWith(ending))
      .map((name) => `${group}/${name.slice(0, -ending.length)}`);
  });
}

const rules = stems('rules', '.ts');

describe('one rule, one stem, three places', () => {
  it('there are rules', () => {
    expect(rules.length).toBeGreaterThan(15);
  });

  it('every rule has a proof to read, and every proof a rule', () => {
    expect(stems('proofs', '.md')).toEqual(rules);
  });

  it('every proof that a solver checks has its page', () => {
    const pages = new Set(stems('proofs', '.md'));
    expect(stems('proofs', '.smt2').filter((stem) => !pages.has(stem))).toEqual([]);
  });

  it('every rule has a test, and every test a rule', () => {
    expect(stems('test/rules', '.test.ts')).toEqual(rules);
  });
});

const index = ['rules/form.ts', 'rules/contractions.ts', 'rules/steps.ts', 'rules/index.ts']
  .map((list) => readFileSync(join(root, list), 'utf8'))
  .join('\n');

describe.each(rules)('rules/%s.ts', (stem) => {
  const text = readFileSync(join(root, 'rules', `${stem}.ts`), 'utf8');

  it('is imported by one of the lists of rules and used there', () => {
    const names =
      new RegExp(`^import \\{ ([^}]+) \\} from '\\./${stem}\\.js';$`, 'm').exec(index)?.[1]?.split(', ') ?? [];
    expect(names.length).toBeGreaterThan(0);
    const body = index.replace(/^import .*$/gm, '');
    for (const name of names) expect(body).toMatch(new RegExp(`\\b${name}\\b`));
  });

  it('carries its stem as its name', () => {
    expect(/^\s*name: '([^']*)',$/m.exec(text)?.[1]).toBe(stem);
  });

  it('has the headings in its docstring, in order', () => {
    const docstring =
      [...text.matchAll(/\/\*\*[\s\S]*?\*\//g)]
        .map(([comment]) => comment)
        .find((comment) => comment.includes('**Statement.**')) ?? '';
    const headings = [...docstring.matchAll(/^ \* \*\*(.+?)\.\*\* \S/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['Statement', 'Source', 'Target', 'Derivation', 'Assumptions', 'When not to use']);
  });

  it('has a page that names it and says what the rule assumes and loses', () => {
    const page = readFileSync(join(root, 'proofs', `${stem}.md`), 'utf8');
    expect(page).toContain(`rules/${stem}.ts`);
    const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(
      expect.arrayContaining(['Statement', 'Assumptions', 'Proof', 'What is lost', 'Where it is used', 'Literature']),
    );
    const solved = existsSync(join(root, 'proofs', `${stem}.smt2`));
    expect(page.includes(`${stem.split('/')[1] ?? ''}.smt2`)).toBe(solved);
  });
});
