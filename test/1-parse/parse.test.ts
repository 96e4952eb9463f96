import { describe, expect, it } from 'vitest';
import {
  builtinArchitectures,
  loadArchitecture,
  parseArchitecture,
  readArchitecture,
} from '../../src/1-parse/index.js';
import type { Architecture, Equation, Index, SignalReference } from '../../src/model/architecture.js';
import { fileURLToPath } from 'node:url';

const parseLines = (...lines: readonly string[]): Architecture =>
  parseArchitecture(`name: test\nequations: |\n${lines.map((line) => `  ${line}\n`).join('')}`, null);

const place = (index: Index | null): string => {
  if (index === null) return '';
  const letter = { constant: '', depth: 'n', loop: 'l' }[index.base];
  return `[${letter}${letter !== '' && index.offset >= 0 ? '+' : ''}${index.offset}]`;
};
const signal = (reference: SignalReference): string => `${reference.family}${place(reference.index)}`;

/** Terms and biases in one comparable line: `coefficient weight signal`. */
function summary({ terms, biases }: Equation): readonly string[] {
  const products = terms.map(
    (t) => `${t.coefficient} ${t.weight === null ? 'I' : t.weight.name + place(t.weight.index)} ${signal(t.signal)}`,
  );
  return [...products, ...biases.map((b) => `${b.coefficient} ${b.bias.name}${place(b.bias.index)}`)];
}

const last = (value: Architecture): readonly string[] => {
  const equation = value.equations.at(-1);
  return equation === undefined ? [] : summary(equation);
};

describe('parseArchitecture', () => {
  it('reads maps of any length that are written in one line', () => {
    const names = Array.from({ length: 40 }, (_, k) => `W${k}`);
    const { parameters } = parseArchitecture(
      'name: test\nparameters: { ' +
        `${names.map((name) => `${name}: { structure: diagonal }`).join(', ')} }\nequations: |\n  y ` +
        `= ${names.map((name) => `${name} * x`).join(' + ')}\n`,
      null,
    );
    expect([...parameters.keys()]).toEqual(expect.arrayContaining(names));
  });

  it('reads the deep residual block', () => {
    const text = [
      'name: mine',
      'equations: |',
      '  w[0] = x',
      '  w[l] = phi(C[l] * w[l-1] + b[l])   for l in 1..n',
      '  y    = A * x + B * w[n] + c',
      'parameters:',
      '  A: { structure: diagonal }',
      'source: arXiv 2502.21279',
      '',
    ].join('\n');
    const at = (line: number, column: number): object => ({ file: 'mine.yaml', line, column });
    const loop = (offset: number): object => ({ base: 'loop', offset });
    const x = { family: 'x', index: null };
    expect(parseArchitecture(text, 'mine.yaml')).toEqual({
      name: 'mine',
      title: 'mine',
      source: 'arXiv 2502.21279',
      parameters: new Map([['A', 'diagonal']]),
      activations: new Map(),
      blocks: new Map(),
      composition: null,
      definition: text,
      equations: [
        {
          kind: 'alias',
          target: { family: 'w', index: { base: 'constant', offset: 0 } },
          range: null,
          activation: null,
          terms: [{ coefficient: 1, weight: null, signal: x, position: at(3, 10) }],
          biases: [],
          text: 'w[0] = x',
          position: at(3, 3),
        },
        {
          kind: 'hidden',
          target: { family: 'w', index: loop(0) },
          range: { variable: 'l', from: { base: 'constant', offset: 1 }, to: { base: 'depth', offset: 0 } },
          activation: null,
          terms: [
            {
              coefficient: 1,
              weight: { name: 'C', index: loop(0) },
              signal: { family: 'w', index: loop(-1) },
              position: at(4, 14),
            },
          ],
          biases: [{ coefficient: 1, bias: { name: 'b', index: loop(0) }, position: at(4, 30) }],
          text: 'w[l] = phi(C[l] * w[l-1] + b[l]) for l in 1..n',
          position: at(4, 3),
        },
        {
          kind: 'output',
          target: { family: 'y', index: null },
          range: null,
          activation: null,
          terms: [
            { coefficient: 1, weight: { name: 'A', index: null }, signal: x, position: at(5, 10) },
            {
              coefficient: 1,
              weight: { name: 'B', index: null },
              signal: { family: 'w', index: { base: 'depth', offset: 0 } },
              position: at(5, 18),
            },
          ],
          biases: [{ coefficient: 1, bias: { name: 'c', index: null }, position: at(5, 29) }],
          text: 'y = A * x + B * w[n] + c',
          position: at(5, 3),
        },
      ],
    });
  });

  it.each([
    ['A*x + b', ['1 A x', '1 b']],
    ['x', ['1 I x']],
    ['-x', ['-1 I x']],
    ['b - x', ['-1 I x', '1 b']],
    ['0.5*(A*x + B*h)', ['0.5 A x', '0.5 B h']],
    ['A*(x)', ['1 A x']],
    ['A*(2*x)', ['2 A x']],
    ['2*A*x/4', ['0.5 A x']],
    ['A*x*3', ['3 A x']],
    ['A*3*x', ['3 A x']],
    ['-(A*x - b)', ['-1 A x', '1 b']],
    ['--x', ['1 I x']],
    ['+x - -b', ['1 I x', '1 b']],
    ['A*x - (B*h - (c - d))', ['1 A x', '-1 B h', '1 c', '-1 d']],
    ['(A + B)*x', ['1 A x', '1 B x']],
    ['(1 + 2)*x', ['3 I x']],
    ['1e-3*x + .5*h + 2*b', ['0.001 I x', '0.5 I h', '2 b']],
    ['x/(2*4) + b/3', ['0.125 I x', `${1 / 3} b`]],
    ['((((((((x))))))))', ['1 I x']],
  ])('multiplies out y = %s', (right, expected) => {
    expect(last(parseLines('h = phi(Q * x)', `y = ${right}`))).toEqual(expected);
  });

  it.each([
    'S',
    'P',
    'L',
    'm',
    'lambda',
    'Lambda',
    'kappa',
    'i',
    'e',
    'pi',
    'j',
    'λ',
    'Ω',
    'phi2',
    'N',
    'X',
    'T_1',
    'I',
    'inv',
    'eval',
    'import',
    'class',
    'this',
    'end_',
    'cm',
  ])('takes %s as a weight, and as a bias', (name) => {
    expect(last(parseLines(`y = ${name} * x`))).toEqual([`1 ${name} x`]);
    expect(last(parseLines(`y = A * x + ${name}`))).toEqual(['1 A x', `1 ${name}`]);
  });

  it.each(['phi', 'φ', 'ϕ'])('takes %s for the activation', (name) => {
    expect(parseLines(`h = ${name}(A * x)`, 'y = B * h').equations[0]?.kind).toBe('hidden');
  });

  it.each([
    ['w[l] = phi(C[l] * w[l-1]) for l in 1..n', 'w[l+0]', '1 C[l+0] w[l-1]'],
    ['w[k+1] = phi(C[k] * w[k]) for k in 0..n-1', 'w[l+1]', '1 C[l+0] w[l+0]'],
    ['w[l-2] = phi(C[l+3] * w[0]) for l in 3..9', 'w[l-2]', '1 C[l+3] w[0]'],
    ['w[n] = phi(C[n-1] * w[n-0] + C[n+2] * w[0])', 'w[n+0]', '1 C[n-1] w[n+0]'],
    ['w[7] = phi(C[007] * x)', 'w[7]', '1 C[7] x'],
  ])('reads the indices of %s', (line, target, term) => {
    const [, equation] = parseLines('w[0] = x', line, 'y = B * w[n]').equations;
    expect(equation === undefined ? '' : signal(equation.target)).toBe(target);
    expect(equation === undefined ? '' : summary(equation)[0]).toBe(term);
  });

  it('reads the bounds of a range', () => {
    const bounds = (range: string): unknown =>
      parseLines('w[0] = x', `w[l] = phi(C[l] * w[l-1]) for l in ${range}`, 'y = B * w[n]').equations[1]?.range;
    const index = (base: Index['base'], offset: number): Index => ({ base, offset });
    expect(bounds('1..n')).toEqual({ variable: 'l', from: index('constant', 1), to: index('depth', 0) });
    expect(bounds(' n - 2 .. n+3 ')).toEqual({ variable: 'l', from: index('depth', -2), to: index('depth', 3) });
    expect(bounds('2..5')).toEqual({ variable: 'l', from: index('constant', 2), to: index('constant', 5) });
  });

  it('joins continued lines, skips comments and blank lines, and takes a list as well', () => {
    const block = parseLines('# first', 'h = phi(A * x', '    + b)  # goes on', '', 'y = B * h');
    const list = parseArchitecture('name: test\nequations:\n  - h = phi(A * x + b)\n  - y = B * h\n', null);
    expect(block.equations.map(({ text }) => text)).toEqual(['h = phi(A * x + b)', 'y = B * h']);
    expect(list.equations.map(summary)).toEqual(block.equations.map(summary));
  });

  it('accepts what looks like a double definition but never meets', () => {
    const lines = [
      'w[0] = x',
      'w[1] = phi(C[1] * x)',
      'w[l] = phi(C[l] * w[l-1]) for l in 2..n-1',
      'w[n] = phi(C[n] * w[n-1])',
      'y = B * w[n]',
    ];
    expect(parseLines(...lines).equations).toHaveLength(5);
  });

  it('lets biases be shared', () => {
    expect(
      parseLines('w[0] = x', 'w[l] = phi(C[l] * w[l-1] + b) for l in 1..n', 'y = B * w[n] + b').equations,
    ).toHaveLength(3);
  });

  it('takes an equation as long and as deep as the limits allow', () => {
    const chain = Array.from({ length: 1_023 }, () => '+ x').join(' ');
    expect(last(parseLines(`y = ${chain}`))).toHaveLength(1_023);
    expect(last(parseLines(`y = ${'('.repeat(32)}x${')'.repeat(32)}`))).toEqual(['1 I x']);
    const members = Array.from({ length: 499 }, (_, k) => `w[${k + 1}] = phi(C[${k + 1}] * w[${k}])`);
    expect(parseLines(...members, 'y = A * x + B * w[499]').equations).toHaveLength(500);
  });

  it('never touches object prototypes', () => {
    const before = Object.getOwnPropertyNames(Object.prototype);
    expect(() =>
      parseArchitecture('name: a\nequations: y = W * x\nparameters: { __proto__: { structure: dense } }', null),
    ).toThrow();
    expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before);
  });
});

describe('loadArchitecture', () => {
  it('comes with five architectures', () => {
    expect(builtinArchitectures()).toEqual(['dense-skip', 'feedforward', 'linear', 'residual', 'two-branch']);
  });

  it.each(['dense-skip', 'feedforward', 'linear', 'residual', 'two-branch'])('loads %s by name and by path', (name) => {
    const byName = loadArchitecture(name);
    expect(byName.name).toBe(name);
    const path = fileURLToPath(new URL(`../../rules/architectures/${name}.yaml`, import.meta.url));
    expect(loadArchitecture(path).definition).toBe(byName.definition);
    expect(readArchitecture(path).equations.map(summary)).toEqual(byName.equations.map(summary));
  });

  it('knows the reads of every built-in', () => {
    const reads = (name: string): readonly (readonly string[])[] => loadArchitecture(name).equations.map(summary);
    const chain = ['1 C[l+0] w[l-1]', '1 b[l+0]'];
    expect(reads('residual')).toEqual([['1 I x'], chain, ['1 A x', '1 B w[n+0]', '1 c']]);
    expect(reads('feedforward')).toEqual([['1 I x'], chain, ['1 B w[n+0]', '1 c']]);
    expect(reads('linear')).toEqual([['1 W x', '1 c']]);
    expect(reads('dense-skip')).toEqual([
      ['1 C[1] x', '1 b[1]'],
      ['1 C[l+0] w[l-1]', '1 D[l+0] x', '1 b[l+0]'],
      ['1 A x', '1 B w[n+0]', '1 c'],
    ]);
    expect(reads('two-branch')).toEqual([
      ['1 I x'],
      ['1 C[l+0] u[l-1]', '1 b[l+0]'],
      ['1 I x'],
      ['1 D[l+0] w[l-1]', '1 d[l+0]'],
      ['1 A u[n+0]', '1 B w[n+0]', '1 c'],
    ]);
  });
});
