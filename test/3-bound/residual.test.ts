import { describe, expect, it } from 'vitest';
import { derive } from '../../src/compile.js';
import type { Index } from '../../src/base/label.js';
import { constant, label, labelText, shift } from '../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  number,
  offDiagonal,
  product,
  quotient,
  rowSums,
  scalarSymbol,
  scale,
  square,
  subtract,
  sum,
  symbol,
  transpose,
} from '../../src/expr/build.js';
import type { Dimension, Expression, SymbolNode } from '../../src/expr/node.js';
import { plainName, text } from '../../src/expr/print.js';
import type { Bounds, Constraint } from '../../src/model/inequality.js';
import { builtin } from '../architectures.js';

/** The inequalities of the literature (Juston et al., section 3), written down from its formulas. */
class Literature {
  private readonly x = label('x');
  private readonly last: Index;
  private readonly width: (index: Index) => Dimension;

  constructor(last: Index, width: (index: Index) => Dimension) {
    this.last = last;
    this.width = width;
  }

  private isFirst(index: Index): boolean {
    return index.base === 'constant' && index.offset === 1;
  }
  private C(index: Index): SymbolNode {
    return symbol('weight', label('C', index), {
      rows: this.width(index),
      columns: this.isFirst(index) ? this.x : this.width(shift(index, -1)),
    });
  }
  private Lambda(index: Index): SymbolNode {
    return symbol(
      'multiplier',
      label('', index),
      { rows: this.width(index), columns: this.width(index) },
      { diagonal: true, positive: true },
    );
  }
  private kappa(): SymbolNode {
    return symbol('cap', label('', constant(1)), { rows: this.width(constant(1)), columns: null }, { positive: true });
  }
  private S(index: Index): Expression {
    return abs(scalarSymbol('slope-sum', label('', index)));
  }
  private P(index: Index): SymbolNode {
    return scalarSymbol('slope-product', label('', index));
  }
  private get a(): Expression {
    return diag(symbol('weight', label('A'), { rows: this.x, columns: this.x }, { diagonal: true }));
  }
  private get B(): SymbolNode {
    return symbol('weight', label('B'), { rows: this.x, columns: this.width(this.last) });
  }
  private get limit(): Expression {
    const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
    return fill(scale(1, [lip, lip], number(1)), this.x);
  }

  /** |a| < 𝓛 */
  interval(): string {
    return `${abs(this.a).key} < ${fill(scalarSymbol('lipschitz', label('Lip'), { positive: true }), this.x).key}`;
  }
  /** |a| ∘ (|B| 1) < 𝓛² − a² */
  outputBudget(): string {
    return `${this.skip().key} < ${subtract(this.limit, square(this.a)).key}`;
  }
  private skip(): Expression {
    return hadamard([abs(this.a), rowSums(abs(this.B))]);
  }
  /** |S₁| |C₁|ᵀ λ₁ + 2 |P₁| |C₁|ᵀ (λ₁ ∘ κ) < 𝓛² − a² − |a| ∘ (|B| 1) */
  firstBudget(): string {
    const one = constant(1);
    const [columns, lambda] = [transpose(abs(this.C(one))), diag(this.Lambda(one))];
    const usage = sum([
      scale(1, [this.S(one)], product([columns, lambda])),
      scale(2, [abs(this.P(one))], product([columns, hadamard([lambda, this.kappa()])])),
    ]);
    return `${usage.key} < ${sum([this.limit, scale(-1, [], square(this.a)), scale(-1, [], this.skip())]).key}`;
  }
  /** |C| 1 < 2 / |S| */
  ball(index: Index): string {
    return `${rowSums(abs(this.C(index))).key} < ${fill(quotient(number(2), this.S(index)), this.width(index)).key}`;
  }
  cap(): string {
    return `${rowSums(abs(this.C(constant(1)))).key} <= ${this.kappa().key}`;
  }
  /** |c| ≤ |S| / (2 P) */
  element(index: Index): string {
    return `${abs(this.C(index)).key} <= ${quotient(scale(0.5, [this.S(index)], number(1)), this.P(index)).key}`;
  }
  /** 2 − |S| |C| 1, with the cap for |C₁| 1 */
  private divisor(index: Index): Expression {
    const sums = this.isFirst(index) ? this.kappa() : rowSums(abs(this.C(index)));
    return subtract(fill(number(2), this.width(index)), scale(1, [this.S(index)], sums));
  }
  /** λ_n ∘ (2 − |S_n| |C_n| 1) ≥ |BᵀB| 1 + |B|ᵀ |a| */
  lastMultiplier(): string {
    const demand = sum([
      rowSums(abs(product([transpose(this.B), this.B]))),
      product([transpose(abs(this.B)), abs(this.a)]),
    ]);
    return `${diag(this.Lambda(this.last)).key} >= ${quotient(demand, this.divisor(this.last)).key}`;
  }
  /** λ_l ∘ (2 − |S_l| |C_l| 1) ≥ ρ_l */
  middleMultiplier(index: Index): string {
    const above = shift(index, 1);
    const [C, Lambda] = [this.C(above), this.Lambda(above)];
    const rho = sum([
      scale(1, [this.S(above)], product([transpose(abs(C)), diag(Lambda)])),
      scale(-2, [this.P(above)], product([transpose(square(C)), diag(Lambda)])),
      scale(2, [abs(this.P(above))], rowSums(abs(offDiagonal(product([transpose(C), Lambda, C]))))),
    ]);
    return `${diag(this.Lambda(index)).key} >= ${quotient(rho, this.divisor(index)).key}`;
  }
}

const show = ({ left, relation, right }: Constraint): string => `${left.key} ${relation} ${right.key}`;
const shown = (bounds: Bounds, kind: Constraint['kind']): readonly string[] =>
  bounds.constraints.filter((constraint) => constraint.kind === kind).map(show);
const boundsOf = (depth: number | 'n', strategy = 'gershgorin'): Bounds =>
  derive(builtin('residual'), { depth, strategy }).bounds;
const orderOf = (bounds: Bounds): readonly string[] =>
  bounds.order.flatMap(({ symbols }) => symbols.map((node) => plainName(node)));

describe.each([1, 2, 3, 5])('the residual block at n = %d', (n) => {
  const literature = new Literature(constant(n), (index) => label('w', index));
  const bounds = boundsOf(n);
  const hidden = Array.from({ length: n }, (_, k) => constant(k + 1));

  it('has the budget rows of the literature', () => {
    expect(shown(bounds, 'interval')).toEqual([literature.interval()]);
    expect(shown(bounds, 'budget')).toEqual([literature.outputBudget(), literature.firstBudget()]);
  });

  it('has its row balls, and its one cap', () => {
    expect(shown(bounds, 'row-ball')).toEqual(hidden.map((index) => literature.ball(index)));
    expect(shown(bounds, 'cap')).toEqual([literature.cap()]);
  });

  it('has its bounds on the multipliers', () => {
    expect(shown(bounds, 'multiplier-bound')).toEqual(
      hidden.map((index, k) => (k + 1 === n ? literature.lastMultiplier() : literature.middleMultiplier(index))),
    );
  });

  it("drops the elementwise bounds that the row balls imply, and keeps them in the paper's own strategy", () => {
    expect(shown(bounds, 'element-bound')).toEqual([]);
    const paper = boundsOf(n, 'gershgorin-paper');
    expect(shown(paper, 'element-bound')).toEqual(hidden.slice(1).map((index) => literature.element(index)));
    expect(shown(paper, 'multiplier-bound')).toEqual(shown(bounds, 'multiplier-bound'));
    expect(shown(paper, 'budget')).toEqual(shown(bounds, 'budget'));
  });

  it('is evaluated A, B → C[n] → lambda[n] → … → C[1], and breaks one cycle', () => {
    const backward = hidden
      .slice(1)
      .reverse()
      .flatMap((index) => [`C[${index.offset}]`, `lambda[${index.offset}]`]);
    expect(orderOf(bounds)).toEqual(['A', 'B', ...backward, 'kappa[1]', 'lambda[1]', 'C[1]']);
    expect(bounds.cycles.map(({ between, cap }) => [...between, cap].map((node) => plainName(node)))).toEqual([
      ['C[1]', 'lambda[1]', 'kappa[1]'],
    ]);
  });

  it("caps C[1] by what it turns out to have, or by the paper's 1/|S|", () => {
    expect(bounds.cycles[0]?.value).toBeNull();
    expect(text(boundsOf(n, 'gershgorin-paper').cycles[0]?.value ?? number(0))).toBe('1 / |S[1]|');
  });
});

describe('the residual block at symbolic depth', () => {
  const [loop, depth]: readonly [Index, Index] = [
    { base: 'loop', offset: 0 },
    { base: 'depth', offset: 0 },
  ];
  const literature = new Literature(depth, () => label('w'));
  const bounds = boundsOf('n');

  it('has the inequalities of the literature for the first, middle and last rows', () => {
    const rows = [constant(1), loop, depth];
    expect(shown(bounds, 'interval')).toEqual([literature.interval()]);
    expect(shown(bounds, 'budget')).toEqual([literature.outputBudget(), literature.firstBudget()]);
    expect(shown(bounds, 'row-ball')).toEqual(rows.map((index) => literature.ball(index)));
    expect(shown(bounds, 'multiplier-bound')).toEqual([
      literature.middleMultiplier(constant(1)),
      literature.middleMultiplier(loop),
      literature.lastMultiplier(),
    ]);
    expect(shown(bounds, 'cap')).toEqual([literature.cap()]);
    // C[2] bounds the row of w[1], C[l+1] that of w[l]: together C[2] … C[n].
    expect(shown(boundsOf('n', 'gershgorin-paper'), 'element-bound')).toEqual([
      literature.element(constant(2)),
      literature.element(shift(loop, 1)),
    ]);
  });

  it('runs the middle rows from 2 to n − 1, downwards', () => {
    const middle = bounds.constraints.find(({ kind, row }) => kind === 'multiplier-bound' && labelText(row) === 'w[l]');
    expect(middle?.span).toEqual({ from: constant(2), to: shift(depth, -1) });
    expect(orderOf(bounds)).toEqual([
      'A',
      'B',
      'C[n]',
      'lambda[n]',
      'C[l]',
      'lambda[l]',
      'kappa[1]',
      'lambda[1]',
      'C[1]',
    ]);
    expect(bounds.order.filter(({ span }) => span !== null).every(({ direction }) => direction === 'down')).toBe(true);
  });
});

describe('the discs', () => {
  it('are printed with centre and radius, row by row', () => {
    const rows = boundsOf(2).rows.map(({ signal, centre, radius }) => [labelText(signal), text(centre), text(radius)]);
    expect(rows[2]).toEqual([
      'w[2]',
      '(B ∘ B)ᵀ 1 − 2 λ[2]',
      '|offdiag(Bᵀ B)| 1 + |B|ᵀ diag(|A|) + |S[2]| λ[2] ∘ (|C[2]| 1)',
    ]);
  });
});
