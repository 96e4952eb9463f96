import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { afterAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

// The house's own configuration; only what needs a type-checker is off, since virtual files belong to no project.
const lint = (cwd: string): ESLint =>
  new ESLint({
    cwd,
    overrideConfigFile: join(root, 'eslint.config.mjs'),
    overrideConfig: [{ files: ['**/*.ts'], ...tseslint.configs.disableTypeChecked }],
  });

const house = lint(root);

async function floorErrors(path: string, text: string): Promise<readonly string[]> {
  const results = await house.lintText(`${text}\n`, { filePath: join(root, path) });
  return results.flatMap(({ messages }) =>
    messages.filter(({ ruleId }) => ruleId === 'house/floors').map(({ message }) => message),
  );
}

describe('floors', () => {
  it.each([
    ['src/base/virtual.ts', "import { product } from '../expr/build.js';", /higher floor src\/expr/],
    ['src/numeric/virtual.ts', "import type { Expression } from '../expr/node.js';", /higher floor src\/expr/],
    ['src/expr/virtual.ts', "export type { Lmi } from '../model/lmi.js';", /higher floor src\/model/],
    ['src/model/virtual.ts', "export * from '../rule/contract.js';", /higher floor src\/rule/],
    [
      'src/model/virtual.ts',
      "export type Rule = import('../rule/contract.js').Rule<string, string>;",
      /higher floor src\/rule/,
    ],
    ['src/rule/virtual.ts', "export const parse = () => import('../1-parse/index.js');", /higher floor src\/1-parse/],
    ['src/runtime/js/virtual.ts', "import { fail } from '../../base/diagnostic.js';", /higher floor src\/base/],
    ['src/rule/virtual.ts', "import { createRules } from '../../rules/index.js';", /higher floor rules\//],
    ['src/3-bound/virtual.ts', "import { deriveLmi } from '../2-lmi/concrete.js';", /never import one another/],
    ['src/2-lmi/virtual.ts', "import type { Bounds } from '../3-bound/bound.js';", /never import one another/],
    [
      'src/3-bound/virtual.ts',
      "import { gershgorinDisc } from '../../rules/bound/gershgorin-disc.js';",
      /never import one another/,
    ],
    [
      'src/4-parameterize/virtual.ts',
      "import { strategies } from '../../rules/strategies.js';",
      /never import one another/,
    ],
    ['rules/bound/virtual.ts', "import { bound } from '../../src/3-bound/bound.js';", /never import one another/],
    ['rules/index.ts', "import type { BoundRules } from '../src/3-bound/bound.js';", /never import one another/],
    ['rules/virtual.ts', "import { compile } from '../src/compile.js';", /higher floor src\/compile/],
    ['src/network/virtual.ts', "import { lower } from '../5-emit/index.js';", /higher floor src\/5-emit/],
    ['src/network/virtual.ts', "import type { RuleBook } from '../rule/rule-book.js';", /never import one another/],
    ['src/check/virtual.ts', "import { compile } from '../compile.js';", /never import one another/],
    ['src/check/virtual.ts', "import { bound } from '../3-bound/bound.js';", /the trusted room/],
    ['src/check/virtual.ts', "import type { Compiled } from '../5-emit/index.js';", /the trusted room/],
    ['src/check/virtual.ts', "import { createRules } from '../../rules/index.js';", /the trusted room/],
    ['src/check/virtual.ts', "import { analyseActivation } from '../slopes/index.js';", /the trusted room/],
    ['src/check/virtual.ts', "import { sample } from '../verify/sample.js';", /higher floor src\/verify/],
    ['src/5-emit/virtual.ts', "import { compile } from '../compile.js';", /higher floor src\/compile/],
    ['src/compile.ts', "import { check } from './verify/check.js';", /higher floor src\/verify/],
    ['src/verify/virtual.ts', "import { list } from '../cli/list.js';", /higher floor src\/cli/],
    ['src/verify/virtual.ts', "import { bound } from '../3-bound/bound.js';", /through its index\.ts only/],
    ['src/cli/virtual.ts', "import { tokens } from '../1-parse/tokens.js';", /through its index\.ts only/],
    ['src/index.ts', "export { random } from '../test/numeric/oracle.js';", /higher floor test/],
    ['src/import/virtual.ts', "import { tokens } from '../1-parse/tokens.js';", /through its index\.ts only/],
    ['src/certify/virtual.ts', "import { readNetwork } from '../import/network-file.js';", /higher floor src\/import/],
    ['src/model/virtual.ts', "import type { SlopeBound } from '../slopes/index.js';", /higher floor src\/slopes/],
    ['src/slopes/scalar/virtual.ts', "import { Prover } from '../exact/prover.js';", /higher floor src\/slopes/],
    ['src/slopes/library/virtual.ts', "import { parts } from '../scalar/index.js';", /never import one another/],
    ['src/model/virtual.ts', "import type { Scalar } from '../slopes/scalar/node.js';", /through an index\.ts only/],
    ['src/report/virtual.ts', "import { audit } from '../slopes/audit/audit.js';", /through an index\.ts only/],
    ['src/elsewhere/virtual.ts', "import { fail } from '../base/diagnostic.js';", /stands on no floor/],
  ])('%s may not contain %s', async (path, text, expected) => {
    const errors = await floorErrors(path, text);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(expected);
  });

  it.each([
    ['src/numeric/virtual.ts', "import { fail } from '../base/diagnostic.js';"],
    ['src/3-bound/virtual.ts', "import type { Lmi } from '../model/lmi.js';"],
    ['src/3-bound/virtual.ts', "import { tasksOf } from './tasks.js';"],
    ['rules/bound/virtual.ts', "import type { Rule } from '../../src/rule/contract.js';"],
    ['rules/index.ts', "import { gershgorinDisc } from './bound/gershgorin-disc.js';"],
    [
      'src/check/virtual.ts',
      "import { lmiRules } from '../../rules/form.js'; import { lmiOf } from '../2-lmi/lmi-of.js'; " +
        "import { lowerNetwork } from '../network/lower.js';",
    ],
    ['src/compile.ts', "import { createRules } from '../rules/index.js'; import { bound } from './3-bound/bound.js';"],
    [
      'src/verify/virtual.ts',
      "import { compile } from '../compile.js'; import { strategies } from " +
        "'../../rules/strategies.js'; import { parseArchitecture } from '../1-parse/index.js';",
    ],
    ['src/model/virtual.ts', "import type { Scalar } from '../slopes/scalar/index.js';"],
    ['src/slopes/virtual.ts', "import { parts } from './scalar/node.js'; import type { Lmi } from '../model/lmi.js';"],
    ['src/1-parse/virtual.ts', "import { readActivation } from '../slopes/index.js';"],
    ['test/virtual.test.ts', "import { Prover } from '../src/slopes/exact/prover.js';"],
    ['src/cli/virtual.ts', "import { compile } from '../index.js'; import { fail } from '../base/diagnostic.js';"],
    [
      'test/virtual.test.ts',
      "import { bound } from '../src/3-bound/bound.js'; import { strategies } from '../rules/strategies.js';",
    ],
  ])('%s may contain %s', async (path, text) => {
    expect(await floorErrors(path, text)).toEqual([]);
  });
});

describe('habits', () => {
  it.each([
    ['export const free = (value: any): number => Number(value);', '@typescript-eslint/no-explicit-any'],
    [
      'export const first = (values: readonly number[]): number => values[0]!;',
      '@typescript-eslint/no-non-null-assertion',
    ],
    ['export const half = (value: number) => value / 2;', '@typescript-eslint/explicit-module-boundary-types'],
    ['// @ts-expect-error: not today\nexport const one: string = 1;', '@typescript-eslint/ban-ts-comment'],
    ['let count = 0;\nexport const next = (): number => (count += 1);', 'no-restricted-syntax'],
    ['export const seen = new Map<string, number>();', 'no-restricted-syntax'],
    ['/* eslint-disable */\nexport let count = 0;', 'no-restricted-syntax'],
    ['export const line = 1;\n'.repeat(401), 'max-lines'],
  ])('%s', async (text, rule) => {
    const results = await house.lintText(text, { filePath: join(root, 'src/base/virtual.ts') });
    expect(
      results.flatMap(({ messages }) => messages.filter(({ severity }) => severity === 2).map(({ ruleId }) => ruleId)),
    ).toContain(rule);
  });
});

describe('import cycles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lipwright-cycle-'));
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  async function cycleErrors(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), `${text}\n`);
    const results = await lint(folder).lintFiles(Object.keys(files));
    return results.flatMap(({ messages }) =>
      messages.filter(({ ruleId }) => ruleId === 'house/cycles').map(({ message }) => message),
    );
  }

  it('of two files are rejected in both', async () => {
    const errors = await cycleErrors({
      'first.ts': "import { second } from './second.js';\nexport const first = (): number => second();",
      'second.ts': "import { first } from './first.js';\nexport const second = (): number => first();",
    });
    expect(errors).toEqual([
      'Import cycle: first.ts → second.ts → first.ts',
      'Import cycle: second.ts → first.ts → second.ts',
    ]);
  });

  it('through type imports and re-exports are rejected', async () => {
    const errors = await cycleErrors({
      'a.ts': "import type { B } from './b.js';\nexport type A = B | null;",
      'b.ts': "export type { C as B } from './c.js';",
      'c.ts': "export type C = import('./a.js').A[];",
    });
    expect(errors).toHaveLength(3);
    expect(errors[0]).toBe('Import cycle: a.ts → b.ts → c.ts → a.ts');
  });

  it('of one file with itself are rejected', async () => {
    expect(await cycleErrors({ 'self.ts': "import * as self from './self.js';\nexport const one = self;" })).toEqual([
      'Import cycle: self.ts → self.ts',
    ]);
  });

  it('are not seen where two files import a third', async () => {
    const files = {
      'left.ts': "export * from './base.js';",
      'right.ts': "import './left.js';\nexport * from './base.js';",
      'base.ts': 'export const base = 1;',
    };
    expect(await cycleErrors(files)).toEqual([]);
  });
});
