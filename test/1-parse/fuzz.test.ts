import { readFileSync, readdirSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { parseArchitecture } from '../../src/1-parse/index.js';

const read = (folder: string): readonly string[] => {
  const url = new URL(folder, import.meta.url);
  return readdirSync(url)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .map((file) => readFileSync(new URL(file, url), 'utf8'));
};
const good = read('../../rules/architectures/');
const seeds = [...good, ...read('../examples/bad/').filter((text) => text.length < 4_000)];

/** Text that has hurt parsers before, for this grammar and for YAML. */
const hostile = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'x;process.exit()',
  'import("fs")',
  '${7*7}',
  '`',
  '"',
  "'",
  "''",
  '\\',
  '\0',
  '\x02',
  '\x18',
  '\x1f',
  '\ufeff',
  '\u2028',
  '\u0085',
  '\ud800',
  '😀',
  'é',
  'λ',
  'φ(',
  '−',
  '\r',
  '\r\n',
  '\t',
  '\n',
  '\n\n',
  '\n  ',
  '\n      ',
  ' ',
  '#',
  ' #',
  '..',
  '...',
  '---',
  '--- ',
  '%YAML 1.1',
  '%TAG ! x',
  '&a ',
  '*a',
  '<<: *a',
  '!!js/function ',
  '!<x> ',
  '? ',
  '- ',
  '- - - -',
  ': ',
  ', ',
  '[',
  ']',
  '{',
  '}',
  '(',
  ')',
  '|',
  '|+2',
  '|-',
  '>',
  '>-',
  '~',
  'null',
  'true',
  '.inf',
  '-.inf',
  '.nan',
  '0x1F',
  '0o17',
  '1e400',
  '1e-400',
  '-0',
  '0',
  '9'.repeat(400),
  '1.2.3',
  '1..2',
  '=',
  '==',
  ':=',
  '<=',
  '+',
  '-',
  '*',
  '/',
  '^',
  '.*',
  '!',
  '%',
  '@',
  '$',
  '?',
  'for',
  ' for l in 1..n',
  ' in ',
  ' to ',
  ' mod ',
  'end',
  'phi',
  'phi(',
  'phi()',
  'x',
  'y',
  'n',
  'l',
  'w[',
  'w[l-1]',
  'w[n]',
  'w[0]',
  'C[l]',
  'A',
  'A * x',
  'y = A * x',
  'equations:',
  'equations: |',
  'parameters:',
  'name:',
  '{ structure: diagonal }',
  'structure',
  'function(){}',
  'NaN',
  'Infinity',
  'undefined',
  'a'.repeat(65),
  'true',
];

/** Pieces of the grammar itself, put in the place of a word: most results still are YAML, many still parse. */
const grammar = [
  'x',
  'y',
  'h',
  'w[l]',
  'w[l-1]',
  'w[l+1]',
  'w[n]',
  'w[0]',
  'w[1]',
  'u[n]',
  'C[l]',
  'C[1]',
  'C[n]',
  'A',
  'B',
  'b',
  'b[l]',
  'C',
  'w',
  'phi(',
  ')',
  '(',
  'phi(x)',
  '*',
  '+',
  '-',
  '/',
  '=',
  '^2',
  "'",
  'for l in 1..n',
  'for k in 2..n-1',
  '1..n',
  '2',
  '0',
  '0.5',
  '-1',
  '1e300',
  'n',
  'l',
  'k',
  'Q',
  'v[l-1]',
  'A * x',
  '2 * (A * x + b)',
  'w[0] = x',
  'diagonal',
  'dense',
  'sparse',
];

const brackets = [
  '(',
  '[',
  '{',
  '-',
  '+',
  "'",
  '^2',
  'phi(',
  'w[',
  '!',
  '- ',
  '? ',
  ' ',
  '[[',
  '{a: ',
  'x*',
  'x+',
  '\n ',
  '#',
  '\\',
  '""',
  'f(x)(',
  '((x))*',
  '(x+x)*',
  'A*',
];

/** One edit: where (a fraction of the length), what kind, and two numbers that pick the details. */
const edit = fc.record({ at: fc.nat(9_999), kind: fc.nat(10), pick: fc.nat(9_999), size: fc.nat(9_999) });
const mutation = fc.record({
  // Two in three cases start from a file that is right, so that edits reach the later checks.
  seed: fc.oneof({ weight: 2, arbitrary: fc.nat(good.length - 1) }, { weight: 1, arbitrary: fc.nat(seeds.length - 1) }),
  edits: fc.oneof(
    { weight: 3, arbitrary: fc.array(edit, { minLength: 1, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(edit, { maxLength: 8, size: 'max' }) },
  ),
});

function apply(
  text: string,
  { at, kind, pick, size }: { at: number; kind: number; pick: number; size: number },
): string {
  const from = Math.floor((at / 10_000) * (text.length + 1));
  const [before, after] = [text.slice(0, from), text.slice(from)];
  const choose = (list: readonly string[]): string => list[pick % list.length] ?? '';
  const length = 1 + (size % 40);
  switch (kind) {
    case 0: {
      // A flipped bit of one UTF-8 byte, as a damaged file would have it (invalid bytes become U+FFFD).
      const bytes = Buffer.from(text);
      const byte = Math.min(from, bytes.length - 1);
      if (byte >= 0) bytes[byte] = (bytes[byte] ?? 0) ^ (1 << (pick % 8));
      return bytes.toString('utf8');
    }
    case 1:
      return pick % 2 === 0 ? before : after;
    case 2:
      return before + text.slice(from, from + length).repeat(1 + (pick % 4)) + after;
    case 3: {
      const other = choose(seeds);
      return before + other.slice(size % (other.length + 1));
    }
    case 4:
      return before + choose(hostile) + after;
    case 5:
      return before + after.slice(length);
    case 6:
      return before + choose(brackets).repeat(1 + (size % 10 === 0 ? size % 3_000 : size % 60)) + after;
    case 7: {
      const lines = text.split('\n');
      const line = from % lines.length;
      const moved = lines.splice(line, 1 + (size % 3));
      lines.splice(pick % (lines.length + 1), 0, ...moved);
      return lines.join('\n');
    }
    default: {
      const words = text.split(/(\s+)/);
      words[from % words.length] = choose(grammar);
      return words.join('');
    }
  }
}

/**
 * `accepted`, or the code that the text is refused with. That there is an answer at all is what the suite's one limit
 * sees to.
 */
function attempt(text: string): string {
  let code = 'accepted';
  try {
    const { equations } = parseArchitecture(text, null);
    // What is accepted keeps the promises that later stages build on.
    const summands = equations.flatMap(({ terms, biases }) => [...terms, ...biases]);
    const sound =
      equations.filter(({ kind, target }) => kind === 'output' && target.family === 'y').length === 1 &&
      equations.every(({ terms, target }) => terms.length > 0 && target.family !== 'x') &&
      summands.every(({ coefficient }) => Number.isFinite(coefficient) && coefficient !== 0);
    if (!sound) throw new Error('an unsound architecture was accepted');
  } catch (error) {
    if (!(error instanceof LipwrightError)) throw error;
    code = error.code;
    const { position } = error.diagnostic;
    const lines = text.replace(/^\ufeff/, '').split('\n');
    // The place lies in the text: at most one past the end of a line that exists.
    if (position === null || position.line < 1 || position.line > lines.length)
      throw new Error(`${code} without a line`, { cause: error });
    if (position.column < 1 || position.column > (lines[position.line - 1] ?? '').length + 1)
      throw new Error(`${code} outside its line`, { cause: error });
  }
  return code;
}

describe('fuzzing the parser', () => {
  it('answers 15,000 mutated files with an architecture or a coded error', () => {
    const codes = new Map<string, number>();
    const property = fc.property(mutation, ({ seed, edits }) => {
      const code = attempt(edits.reduce(apply, seeds[seed] ?? ''));
      codes.set(code, (codes.get(code) ?? 0) + 1);
    });
    fc.assert(property, { seed: 20_250_221, numRuns: 15_000, endOnFailure: false });
    // A fuzzer that is refused at the door, or never refused, tests nothing.
    expect(codes.get('accepted') ?? 0).toBeGreaterThan(1_000);
    const reached =
      'LW103 LW105 LW106 LW107 LW201 LW202 LW203 LW204 LW205 LW206 LW207 LW208 LW209 LW210 LW211 LW214 LW307'.split(
        ' ',
      );
    for (const code of reached) expect(codes.get(code) ?? 0, code).toBeGreaterThan(1);
  });

  it.each([
    ['brackets', '('.repeat(60_000)],
    ['flow sequences', `name: ${'['.repeat(250_000)}`],
    ['flow mappings', `name: ${'{a: '.repeat(60_000)}`],
    ['sequence indicators', `name:\n${'- '.repeat(120_000)}`],
    ['indicators in a flow', `name: [${'a: '.repeat(4_000)}`],
    ['collections as keys in a flow', `name: [${'{}: '.repeat(4_000)}`],
    ['indicators on many lines of a flow', `name: [\n${'a:\n'.repeat(4_000)}`],
    ['deep indentation', Array.from({ length: 700 }, (_, k) => `${' '.repeat(k)}a:`).join('\n')],
    ['many keys', Array.from({ length: 40_000 }, (_, k) => `k${k}:`).join('\n')],
    ['one key many times', 'k:\n'.repeat(80_000)],
    [
      'many parameters',
      'name: a\nequations: y = A * x\nparameters:\n' +
        Array.from({ length: 8_000 }, (_, k) => `  A${k}: { structure: dense }\n`).join(''),
    ],
    ['many errors', '}'.repeat(200_000)],
    ['many quotes', '"\n'.repeat(100_000)],
    ['many documents', '---\n'.repeat(60_000)],
    ['a long plain text', 'x '.repeat(120_000)],
    [
      'long equations',
      'name: a\nequations: |\n' +
        Array.from({ length: 60 }, (_, k) => `  h${k} = phi(${'x+'.repeat(2_030)}x)\n`).join(''),
    ],
    [
      'long products',
      'name: a\nequations: |\n' +
        Array.from({ length: 60 }, (_, k) => `  h${k} = phi(${'2*'.repeat(2_030)}x)\n`).join(''),
    ],
    ['sums of sums', `name: a\nequations: |\n  y = ${'(x+'.repeat(30)}x${')'.repeat(30)}\n`],
    ['products of sums', `name: a\nequations: |\n  y = ${'(1+1)*'.repeat(600)}x\n`],
    [
      'many indexed weights',
      'name: a\nequations: |\n' +
        `${Array.from({ length: 499 }, (_, k) => `  w[${k}] = phi(${Array.from({ length: 18 }, (_, j) => `C[${k * 18 + j}]*x`).join('+')})\n`).join('')} ` +
        ' y = x',
    ],
    ['continued lines', `name: a\nequations: |\n  y = x\n${'    + x\n'.repeat(30_000)}`],
    ['comments', `name: a\nequations: |\n${'  #\n'.repeat(60_000)}`],
    ['escapes', `name: a\nequations: "${'\\n'.repeat(120_000)}"`],
  ])('answers: %s', (_, text) => {
    expect(attempt(text.slice(0, 262_144))).toMatch(/^(accepted|LW\d{3})$/);
  });
});
