import { evaluate } from 'mathjs';
import { describe, expect, it } from 'vitest';
import { planTree } from '../../../src/5-emit/run/tree.js';
import { jax } from '../../../src/5-emit/python/dialects/jax.js';
import { numpy } from '../../../src/5-emit/python/dialects/numpy.js';
import { torch } from '../../../src/5-emit/python/dialects/torch.js';
import { ExpressionPrinter } from '../../../src/5-emit/python/expression.js';
import type { Parameter, Tree } from '../../../src/model/program.js';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';

const number = (value: number): Tree => ({ kind: 'number', value });
const buffer = (id: number): Tree => ({ kind: 'buffer', buffer: id });
const slope = (layer: number): Tree => ({ kind: 'parameter', parameter: { kind: 'slope-lower', layer } });
const text = (tree: Tree, dialect = numpy): string => new ExpressionPrinter(dialect).print(tree).text;

/** Trees of positive numbers: sums of negative terms come in with a sign that keeps the whole away from 0. */
function randomTree(random: Random, depth: number): Tree {
  const inner = (): Tree => randomTree(random, depth - 1);
  if (depth === 0)
    return random.pick([
      number(random.pick([1, 2, 0.5, 3, 2 ** -60, 0.1, -1, -3])),
      slope(random.integer(0, 1)),
      buffer(random.integer(0, 3)),
      { kind: 'parameter', parameter: { kind: 'lipschitz' } },
    ]);
  switch (random.integer(0, 6)) {
    case 0:
      return { kind: 'add', items: Array.from({ length: random.integer(2, 3) }, inner) };
    case 1:
      return { kind: 'multiply', items: Array.from({ length: random.integer(2, 3) }, inner) };
    case 2:
      return {
        kind: 'divide',
        numerator: inner(),
        denominator: { kind: 'add', items: [number(7), { kind: 'abs', body: inner() }] },
      };
    case 3:
      return { kind: 'abs', body: inner() };
    case 4:
      return { kind: 'sqrt', body: { kind: 'abs', body: inner() } };
    case 5:
      return { kind: random.pick(['min', 'max'] as const), items: [inner(), inner()] };
    default:
      return {
        kind: 'divide',
        numerator: { kind: 'multiply', items: [inner(), inner()] },
        denominator: {
          kind: 'divide',
          numerator: { kind: 'add', items: [number(7), { kind: 'abs', body: inner() }] },
          denominator: number(3),
        },
      };
  }
}

const buffers = [1.25, 0.375, -2.5, 40];
const [lower, lipschitz] = [[-0.5, 0.75], 3];

const scope = {
  lip: lipschitz,
  ...Object.fromEntries([
    ...buffers.map((entry, at) => [`t${at}`, entry] as const),
    ...lower.map((entry, at) => [`m_${at}`, entry] as const),
  ]),
  tiny: 2 ** -60,
  _capped: (limit: number, above: number, below: number): number => (above >= limit * below ? limit : above / below),
  _ratio: (a: number, b: number): number => a / b,
};

/** The value of a printed expression on scalars: mathjs binds as Python does, and writes a power as ^. */
const value = (python: string): number =>
  Number(
    evaluate(
      python
        .replace(/\b(?:np|math)\./g, '')
        .replace(/\bm\[(\d)\]/g, 'm_$1')
        .replaceAll('minimum(', 'min(')
        .replaceAll('maximum(', 'max(')
        .replaceAll('**', '^'),
      { ...scope },
    ),
  );

describe('expressions', () => {
  it('have the value of the tree, whatever its shape', () => {
    const random = generator(21);
    const context = {
      buffer: (id: number): Float64Array => Float64Array.of(buffers[id] ?? NaN),
      parameter: (parameter: Parameter): Float64Array =>
        Float64Array.of(
          parameter.kind === 'lipschitz'
            ? lipschitz
            : parameter.kind === 'slope-lower'
              ? (lower[parameter.layer] ?? NaN)
              : NaN,
        ),
    };
    for (let round = 0; round < 1000; round += 1) {
      const tree = randomTree(random, random.integer(1, 4));
      const out = new Float64Array(1);
      planTree(tree, out, context)();
      const expected = out[0] ?? NaN;
      expect(Math.abs(value(text(tree)) - expected), text(tree)).toBeLessThanOrEqual(
        1e-12 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  it('read as one would write them', () => {
    const product = (...items: readonly Tree[]): Tree => ({ kind: 'multiply', items });
    const over = (numerator: Tree, denominator: Tree): Tree => ({ kind: 'divide', numerator, denominator });
    expect(text({ kind: 'add', items: [buffer(1), product(number(-1), slope(0))] })).toBe('t1 - m[0]');
    expect(text(product(number(2), over(number(1), product(buffer(1), buffer(1), buffer(2)))))).toBe(
      '2 / (t1**2 * t2)',
    );
    expect(
      text({
        kind: 'exp',
        body: { kind: 'min', items: [{ kind: 'max', items: [buffer(1), number(-32)] }, number(32)] },
      }),
    ).toBe('np.exp(np.clip(t1, -32, 32))');
    expect(text({ kind: 'select', guard: buffer(1), positive: buffer(2), otherwise: number(0) }, torch)).toBe(
      'torch.where(t1 > 0, t2, 0)',
    );
  });

  it('do not form a quotient that is not taken', () => {
    const ratio: Tree = {
      kind: 'divide',
      numerator: { kind: 'parameter', parameter: { kind: 'lipschitz' } },
      denominator: buffer(1),
    };
    for (const dialect of [numpy, jax, torch]) {
      expect(text({ kind: 'min', items: [number(1), ratio] }, dialect)).toBe('_capped(1, lip, t1)');
      expect(text({ kind: 'min', items: [number(1), { kind: 'sqrt', body: ratio }] }, dialect)).toBe(
        `${dialect.xp}.sqrt(_capped(1, lip, t1))`,
      );
    }
  });

  it('keep what slopes alone decide in Python floats, and quotients of them from raising', () => {
    const printer = new ExpressionPrinter(torch);
    const tree: Tree = { kind: 'max', items: [{ kind: 'abs', body: slope(0) }, number(2 ** -60)] };
    const printed = printer.print(tree);
    expect(printed).toMatchObject({ text: 'max(abs(m[0]), 2.0**-60)', fixed: true });
    printer.define(5, tree, printed);
    expect(printer.print({ kind: 'divide', numerator: number(1), denominator: buffer(5) }).text).toBe('1 / t5');
    expect(printer.print({ kind: 'divide', numerator: number(1), denominator: slope(1) }).text).toBe('_ratio(1, m[1])');
  });
});
