import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { blockRows } from '../../src/2-lmi/block-rows.js';
import { concreteNetwork } from '../../src/2-lmi/concrete.js';
import { symbolicNetwork } from '../../src/2-lmi/symbolic.js';
import type { Index } from '../../src/base/label.js';
import { constant, label, labelText, shift } from '../../src/base/label.js';
import { identity, product, scalarSymbol, scale, sum, symbol, transpose } from '../../src/expr/build.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Dimension, Expression, SymbolNode } from '../../src/expr/node.js';
import { defaultNaming } from '../../src/expr/naming.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Lmi } from '../../src/model/lmi.js';
import { at } from '../../src/numeric/matrix.js';
import { generator } from '../../src/numeric/random.js';
import { builtin, written } from '../architectures.js';
import { samplePoint } from '../laws/points.js';

const lmiOf = (architecture: Architecture, depth: number | 'n'): Lmi =>
  blockRows(
    depth === 'n' ? symbolicNetwork(architecture) : concreteNetwork(architecture, depth),
    createRules().form,
    defaultNaming,
    { record: () => undefined },
  );

/** Blocks by `row, column`. */
function blocksOf(lmi: Lmi): ReadonlyMap<string, Expression> {
  return new Map(
    lmi.rows.flatMap((row) =>
      row.blocks.map(
        ({ column, expression }) => [`${labelText(row.signal)}, ${labelText(column)}`, expression] as const,
      ),
    ),
  );
}
const keysOf = (blocks: ReadonlyMap<string, Expression>): Readonly<Record<string, string>> =>
  Object.fromEntries([...blocks].map(([place, { key }]) => [place, key]));

/** The table of the literature for the residual block; `last` is n, `widthOf` what the width of w[l] is called. */
class Table {
  private readonly x = label('x');
  private readonly last: Index;
  private readonly width: (index: Index) => Dimension;

  constructor(last: Index, width: (index: Index) => Dimension) {
    this.last = last;
    this.width = width;
  }

  private below(index: Index): Dimension {
    return index.base === 'constant' && index.offset === 1 ? this.x : this.width(shift(index, -1));
  }
  private C(index: Index): SymbolNode {
    return symbol('weight', label('C', index), { rows: this.width(index), columns: this.below(index) });
  }
  private lambda(index: Index): SymbolNode {
    return symbol(
      'multiplier',
      label('', index),
      { rows: this.width(index), columns: this.width(index) },
      { diagonal: true, positive: true },
    );
  }
  private S(index: Index): SymbolNode {
    return scalarSymbol('slope-sum', label('', index));
  }
  private P(index: Index): SymbolNode {
    return scalarSymbol('slope-product', label('', index));
  }
  private get A(): SymbolNode {
    return symbol('weight', label('A'), { rows: this.x, columns: this.x }, { diagonal: true });
  }
  private get B(): SymbolNode {
    return symbol('weight', label('B'), { rows: this.x, columns: this.width(this.last) });
  }
  /** −2 P C ᵀΛC of the layer at the index. */
  private curvature(index: Index): Expression {
    return scale(-2, [this.P(index)], product([transpose(this.C(index)), this.lambda(index), this.C(index)]));
  }
  /** S CᵀΛ */
  coupling(index: Index): Expression {
    return scale(1, [this.S(index)], product([transpose(this.C(index)), this.lambda(index)]));
  }

  first(): Expression {
    const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
    return sum([product([this.A, this.A]), scale(-1, [lip, lip], identity(this.x)), this.curvature(constant(1))]);
  }
  corner(): Expression {
    return product([this.A, this.B]);
  }
  middle(index: Index): Expression {
    return sum([scale(-2, [], this.lambda(index)), this.curvature(shift(index, 1))]);
  }
  end(): Expression {
    return sum([product([transpose(this.B), this.B]), scale(-2, [], this.lambda(this.last))]);
  }
}

describe('the LMI of the residual block', () => {
  it.each([1, 2, 3])('is the table of the literature at n = %d', (n) => {
    const table = new Table(constant(n), (index) => label('w', index));
    const expected = new Map<string, Expression>([['x, x', table.first()]]);
    const add = (row: string, column: string, block: Expression): void => {
      const known = expected.get(`${row}, ${column}`);
      const whole = known === undefined ? block : sum([known, block]);
      expected.set(`${row}, ${column}`, whole);
      expected.set(`${column}, ${row}`, transpose(whole));
    };
    const name = (l: number): string => (l === 0 ? 'x' : `w[${l}]`);
    for (let l = 1; l <= n; l += 1) {
      expected.set(`${name(l)}, ${name(l)}`, l < n ? table.middle(constant(l)) : table.end());
      add(name(l - 1), name(l), table.coupling(constant(l)));
    }
    // For n = 1 the corner AᵀB meets S₁C₁ᵀΛ₁ in one block.
    add('x', name(n), table.corner());
    expect(keysOf(blocksOf(lmiOf(builtin('residual'), n)))).toEqual(keysOf(expected));
  });

  it('is the same table at symbolic depth, for first, middle and last rows', () => {
    const [l, n]: readonly Index[] = [
      { base: 'loop', offset: 0 },
      { base: 'depth', offset: 0 },
    ];
    if (l === undefined || n === undefined) throw new Error('two indices');
    // At symbolic depth a family has one width.
    const table = new Table(n, () => label('w'));
    const found = blocksOf(lmiOf(builtin('residual'), 'n'));
    const expected: readonly (readonly [string, Expression])[] = [
      ['x, x', table.first()],
      ['x, w[1]', table.coupling(constant(1))],
      ['x, w[n]', table.corner()],
      ['w[1], x', transpose(table.coupling(constant(1)))],
      ['w[1], w[1]', table.middle(constant(1))],
      ['w[1], w[2]', table.coupling(constant(2))],
      ['w[l], w[l-1]', transpose(table.coupling(l))],
      ['w[l], w[l]', table.middle(l)],
      ['w[l], w[l+1]', table.coupling(shift(l, 1))],
      ['w[n], x', transpose(table.corner())],
      ['w[n], w[n-1]', transpose(table.coupling(n))],
      ['w[n], w[n]', table.end()],
    ];
    expect(keysOf(found)).toEqual(keysOf(new Map(expected)));
  });
});

describe('any LMI', () => {
  const crossed = written(
    [
      'h = phi(2 * H * x - 0.5 * K * x + b)',
      'g = phi(G * h + E * x)',
      'k = phi(0.5 * h + M * g)',
      'y = A * x - 3 * B * k + h + D * g',
    ],
    { A: 'diagonal', M: 'diagonal' },
  );

  it.each([
    ['residual', builtin('residual'), 3],
    ['dense-skip', builtin('dense-skip'), 3],
    ['two-branch', builtin('two-branch'), 2],
    ['feedforward', builtin('feedforward'), 2],
    ['linear', builtin('linear'), 1],
    ['coefficients, identity and diagonal reads', crossed, 1],
  ])('is the sum of all forms, evaluated along the network by plain loops: %s', (_name, architecture, depth) => {
    const random = generator(61);
    const lmi = lmiOf(architecture, depth);
    const { network } = lmi;
    for (let round = 0; round < 20; round += 1) {
      const point = samplePoint(random, 'integers');
      const width = (signal: Parameters<typeof network.dimension>[0]): number =>
        point.width(labelText(network.dimension(signal)));
      const delta = new Map(
        network.rows.map(({ signal }) => [
          labelText(signal),
          Array.from({ length: width(signal) }, () => random.integer(-3, 3)),
        ]),
      );
      const read = (reads: typeof network.output.reads, i: number): number =>
        reads.reduce(
          (total, { coefficient, weight, signal }) =>
            total +
            coefficient *
              (delta.get(labelText(signal)) ?? []).reduce(
                (sums, step, j) => sums + (weight === null ? Number(i === j) : at(point.value(weight), i, j)) * step,
                0,
              ),
          0,
        );
      let direct = 0;
      for (let i = 0; i < width(network.output.target); i += 1) direct += read(network.output.reads, i) ** 2;
      for (const { signal, layer } of network.rows) {
        const steps = delta.get(labelText(signal)) ?? [];
        if (layer === null) {
          const lip = at(point.value(scalarSymbol('lipschitz', label('Lip'), { positive: true })), 0, 0);
          for (const step of steps) direct -= lip * lip * step * step;
          continue;
        }
        const [S, P] = [at(point.value(layer.slopeSum), 0, 0), at(point.value(layer.slopeProduct), 0, 0)];
        steps.forEach((w, i) => {
          const v = read(layer.reads, i);
          direct += at(point.value(layer.multiplier), i, i) * (-2 * P * v * v + 2 * S * v * w - 2 * w * w);
        });
      }
      let form = 0;
      for (const row of lmi.rows) {
        for (const block of row.blocks) {
          const value = evaluate(block.expression, point);
          (delta.get(labelText(row.signal)) ?? []).forEach((a, i) =>
            (delta.get(labelText(block.column)) ?? []).forEach((b, j) => (form += a * at(value, i, j) * b)),
          );
        }
      }
      // Integers throughout: halves are exact too.
      expect(form).toBe(direct);
    }
  });

  it.each([1, 2, 4])("has blocks that are each other's transposes (n = %d)", (n) => {
    for (const name of ['residual', 'dense-skip', 'two-branch', 'feedforward']) {
      const blocks = blocksOf(lmiOf(builtin(name), n));
      for (const [place, block] of blocks) {
        const [row, column] = place.split(', ');
        expect(blocks.get(`${column ?? ''}, ${row ?? ''}`)?.key, place).toBe(transpose(block).key);
      }
    }
  });
});
