import { createRequire } from 'node:module';
import type * as Mathjs from 'mathjs';
import { describe, expect, it } from 'vitest';
import { mathjs } from '../../src/base/libraries.js';
import { mathjsParser } from '../../src/base/mathjs-parser.js';
import { loadArchitecture, builtinArchitectures, libraryActivation, activationReports } from '../../src/index.js';

const load = createRequire(import.meta.url);
const whole = load('mathjs/number') as typeof Mathjs;
const parser = mathjsParser(load);

const told = (parse: (text: string) => Mathjs.MathNode, text: string): string => {
  try {
    return JSON.stringify(parse(text));
  } catch (error) {
    return `${String(error)} ${String((error as { char?: number }).char)}`;
  }
};

const sides = builtinArchitectures().flatMap((name) =>
  loadArchitecture(name).equations.flatMap(({ text }) => text.replace(/ for .*$/s, '').split('=')),
);
const functions = activationReports().flatMap(({ name }) => libraryActivation(name).expression ?? []);
const odd = [
  '',
  '(',
  'a*',
  '2 3',
  '3 m',
  'a b(c)',
  "2*A'*x + phi(w[1])",
  '-x^2 + 1e-3',
  'true ? a < b <= c : 0.1',
  'a.b(1)',
  '[1,2]',
  'x=3;y',
  'NaN',
  '1:2',
  '1..n',
  'f(x)=x',
  '0x1F',
  '{a:1}',
  "'x'",
  '1.5e400',
  '0.30000000000000004',
  'a to b',
  'not a',
  '5!',
  'x % y',
  '\u0000',
  'ü + é',
  `${'('.repeat(40)}x${')'.repeat(40)}`,
];

describe('the parser of mathjs by itself', () => {
  it('is what equations are parsed with', () => {
    expect(Object.keys(mathjs())).toEqual(Object.keys(parser));
  });

  it.each([
    ['equations', sides],
    ['activations', functions],
    ['odd texts', odd],
  ])('gives the trees and the errors of the whole library: %s', (_title, texts) => {
    expect(texts.length).toBeGreaterThan(10);
    for (const text of texts) expect(told(parser.parse, text)).toBe(told(whole.parse, text));
  });

  it('evaluates nothing', () => {
    expect(() => {
      parser.parse('w[1]').evaluate({ w: [1] });
    }).toThrow();
    expect(() => {
      parser.parse('f(x) = x').evaluate();
    }).toThrow();
  });
});
