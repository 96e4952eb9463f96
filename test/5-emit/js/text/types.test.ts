import { transformSync } from 'esbuild';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { shippedRuntime } from '../../../../src/base/shipped.js';
import { withoutTypes } from '../../../../src/5-emit/js/text/types.js';

/** By a compiler: formatted alike and without comments. */
const compiled = (text: string, fileName: string): string =>
  ts.transpileModule(text, {
    fileName,
    compilerOptions: {
      target: ts.ScriptTarget.ES2023,
      module: ts.ModuleKind.ESNext,
      removeComments: true,
      verbatimModuleSyntax: true,
    },
  }).outputText;

/** A parser of JavaScript alone, which takes no types. */
const isJavaScript = (text: string): string => transformSync(text, { loader: 'js' }).code;

describe('the types of the runtime', () => {
  it.each([...shippedRuntime('js')])('%s: what is left is what the compiler leaves', (_file, source) => {
    const plain = withoutTypes(source);
    isJavaScript(plain);
    // Of a file of types alone nothing is left.
    expect(compiled(plain.trim() === '' ? 'export {};' : plain, 'plain.js')).toBe(compiled(source, 'source.ts'));
  });
});

describe('types go', () => {
  it.each([
    ['const x: Map<string, readonly Plan[]> = new Map();', 'const x = new Map();'],
    ['const x = new Map<string, Set<number>>();', 'const x = new Map();'],
    ['let f = (a: number, b?: string): a is string | null => a < b!;', 'let f = (a, b) => a < b;'],
    ['const f: (a: { b: number }) => void = (a) => undefined;', 'const f = (a) => undefined;'],
    [
      'function f({ a, b }: Pair, [c]: number[] = []): readonly A[][] { return g(a! as never, c); }',
      'function f({ a, b }, [c] = []) { return g(a, c); }',
    ],
    ['a[b[i]!]! += c! / d! / e;', 'a[b[i]] += c / d / e;'],
    ['export type A = { a: number; b: string } | null;\nlet b = 1;', 'let b = 1;'],
    ['import type { A } from "a";\nimport * as tf from "tf";', 'import * as tf from "tf";'],
    ['// Of A.\ninterface A {\n  b: { c: number };\n}\nlet b = 1;', 'let b = 1;'],
    ['throw e(`x: ${y as string} as z! ${`${q!}`}`);', 'throw e(`x: ${y} as z! ${`${q}`}`);'],
    ['for (const a: A of b as C[]) d(a);', 'for (const a of b) d(a);'],
  ])('%s', (text, left) => expect(withoutTypes(text)).toBe(left));
});

describe('what is no type stays', () => {
  it.each([
    'const a = b ? { c: d } : (e);',
    'const a = b ? (c) : d;',
    'if (a !== b || !c) d({ e: f, g: !h });',
    'const family = (name) => name.replace(/[:)\\]]: T.*$/, "as x!");',
    'for (;;) if (a < b && c > d) e(f < g);',
    'let as = 1, type = 2; type = as / 3 / type;',
    '// a: T as b!\nlet c = "d: T"; /* e! */',
    'export const a = 1;\nexport function f() {\n  return { a };\n}',
  ])('%s', (text) => expect(withoutTypes(text)).toBe(text));
});

it('lists that were broken for their types stand on one line again', () => {
  expect(withoutTypes('function f(\n  a: Float64Array,\n  b: number,\n): void {\n}')).toBe('function f(a, b) {\n}');
});
