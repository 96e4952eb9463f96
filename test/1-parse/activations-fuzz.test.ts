import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';

const seed = `name: fuzz
activations:
  phi: relu
  f: leaky-relu(a=0.2)
  g: { expression: "s * v + max(0, v)", parameters: { s: 0.5 } }
  k: { name: elu, parameters: { alpha: 1.5 } }
  s: { spline: { knots: 5, range: 2, slopes: [-0.5, 1] } }
  m: |
    if(v > 1, v,
      (v + 1) / 2)
equations: |
  a = phi(A * x + b)
  c = f(C * a)
  d = g(D * c)
  e = k(E * d)
  h = s(H * e)
  i = m(I * h)
  j = tanh(J * i)
  y = K * j + L * x
`;

const pieces = [
  '(',
  ')',
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  "'",
  '|',
  '\n',
  '  ',
  '=',
  '+',
  '-',
  '*',
  '/',
  '^',
  '<',
  '>',
  '0',
  '1e9',
  '1e400',
  '.5',
  '.nan',
  '.inf',
  'v',
  'x',
  'y',
  'n',
  'phi',
  'φ',
  'tanh',
  'sqrt',
  'log',
  'if',
  'relu',
  'gelu',
  'maxmin',
  'spline',
  'knots',
  'step',
  'range',
  'slopes',
  'name',
  'expression',
  'parameters',
  '__proto__',
  'constructor',
  'toString',
  '\\',
  '\u00a0',
  '𝓛',
  '#',
  '&a',
  '*a',
  '!!str',
];

function mutated(random: Random): string {
  let text = seed;
  for (let edits = random.pick([1, 1, 1, 2]); edits > 0; edits -= 1) {
    const at = random.integer(0, text.length);
    const length = random.integer(0, 12);
    const [before, after] = [text.slice(0, at), text.slice(at)];
    text = random.pick([
      () => before + random.pick(pieces) + after,
      () => before + after.slice(length),
      () => before + random.pick(pieces) + after.slice(length),
      () => before + after.slice(0, length) + after,
    ])();
  }
  return text;
}

describe('files with activations', () => {
  it('mutated 2,000 times are read or refused by a code at a place inside the text', () => {
    const random = generator(81);
    const codes = new Map<string, number>();
    for (let round = 0; round < 2000; round += 1) {
      const text = mutated(random);
      let code = 'accepted';
      try {
        for (const { slopes } of parseArchitecture(text, null).activations.values())
          expect(slopes[0] <= slopes[1] && slopes.every(Number.isFinite), text).toBe(true);
      } catch (error) {
        if (!(error instanceof LipwrightError)) throw new Error(text, { cause: error });
        code = error.code;
        const { position } = error.diagnostic;
        const line = text.split('\n')[(position?.line ?? 0) - 1];
        expect(line === undefined ? -1 : (position?.column ?? 0) - 1, `${error.message}\n${text}`).toBeLessThanOrEqual(
          line?.length ?? -2,
        );
        expect(position?.column, text).toBeGreaterThanOrEqual(1);
      }
      codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    if (process.env['FUZZ_REPORT'] !== undefined) console.log(Object.fromEntries([...codes].sort()));
    expect(codes.get('accepted') ?? 0).toBeGreaterThan(100);
    for (const code of ['LW103', 'LW105', 'LW107', 'LW201', 'LW202', 'LW209', 'LW210', 'LW310'])
      expect(codes.get(code) ?? 0, code).toBeGreaterThan(2);
    // Sums without an activation are equations of their own: what is left of these is rare.
    expect(codes.get('LW211') ?? 0).toBeGreaterThan(0);
  });
});
