import { describe, expect, it } from 'vitest';
import { weightedBudget } from '../../../rules/bound/weighted-budget.js';
import { constant, label } from '../../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  negate,
  number,
  product,
  rowSums,
  scalarSymbol,
  scale,
  square,
  subtract,
  sum,
  symbol,
  transpose,
} from '../../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../../src/expr/node.js';
import { text } from '../../../src/expr/print.js';
import type { BudgetSource } from '../../../src/model/bounding.js';
import { matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { constraintSlack, implicationViolations, slackBetween } from '../../laws/implication.js';
import type { Point } from '../../laws/points.js';
import { flavours, samplePoint } from '../../laws/points.js';
import { P, layerOf } from '../../laws/symbols.js';

const [x, w] = [label('x'), label('w', constant(1))];
const weight = (name: string, rows = x, columns = x, diagonal = false): SymbolNode =>
  symbol('weight', label(name), { rows, columns }, { diagonal });
const [A, B, C, E] = [weight('A', x, x, true), weight('B', x, w), weight('C', w, x), weight('E', w, x)];
const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
const layer = layerOf(1, [{ coefficient: 1, weight: C, signal: x }], w);
const lambda = diag(layer.multiplier);
const limit = scale(1, [lip, lip], fill(number(1), x));
const [aa, ab] = [square(diag(A)), hadamard([abs(diag(A)), rowSums(abs(B))])];
const readerTerm = (of: SymbolNode): Expression =>
  scale(1, [abs(layer.slopeSum)], product([transpose(abs(of)), lambda]));

const sourceOf = (total: Expression, more: Partial<BudgetSource> = {}): BudgetSource => ({
  total,
  row: x,
  span: null,
  outputWeights: [A, B],
  ownWeights: [A],
  readers: [C],
  ...more,
});
/** The budget row of a residual block. */
const residual = sourceOf(sum([negate(limit), aa, ab, readerTerm(C)]));

describe('bound/weighted-budget', () => {
  const identitySkip = sourceOf(
    sum([negate(limit), fill(number(0.25), x), scale(0.5, [], rowSums(abs(B))), readerTerm(C)]),
    { outputWeights: [B], ownWeights: [] },
  );
  const branches = sourceOf(sum([negate(limit), aa, readerTerm(C), readerTerm(E)]), {
    outputWeights: [A],
    readers: [C, E],
  });

  it.each([
    ['residual', residual],
    ['identity skip', identitySkip],
    ['two readers', branches],
  ])('passes the laws of an implying rule: %s', (_name, source) => {
    const random = generator(12);
    const shares = weightedBudget.apply(source);
    const points = Array.from({ length: 300 }, (_, at): Point => {
      const point = samplePoint(random, flavours[at % flavours.length] ?? 'plain').with(
        lip,
        matrix(1, 1, () => 2 ** random.normal()),
      );
      const wide = point.with(
        layer.slopeSum,
        matrix(1, 1, () => random.normal()),
      );
      // Mostly near the edge: every share takes about a third.
      return [A, B, C, E].reduce(
        (all, node) => {
          const { rows, columns } = point.value(node);
          const size = random.uniform() * (node === A ? 1 : 0.5);
          return all.with(
            node,
            matrix(rows, columns, (i, j) => (node.diagonal && i !== j ? 0 : (size * random.normal()) / rows)),
          );
        },
        wide.with(
          layer.multiplier,
          matrix(point.width('w[1]'), point.width('w[1]'), (i, j) => (i === j ? random.uniform() : 0)),
        ),
      );
    });
    const trial = {
      stem: 'bound/weighted-budget',
      points,
      source: (point: Point) => slackBetween(source.total, fill(number(0), x), point),
      target: (point: Point) => Math.min(...shares.map((share) => constraintSlack(share, point))),
    };
    expect(implicationViolations(weightedBudget, trial)).toEqual([]);
  });

  it('is |a|² < 𝓛², |a| ∘ (|B| 1) < 𝓛² − a², then C₁, as in the literature', () => {
    const shares = weightedBudget.apply(residual);
    expect(shares.map(({ parameters }) => parameters)).toEqual([[A], [B], [C]]);
    expect(shares.map(({ left }) => left.key)).toEqual([aa, ab, readerTerm(C)].map((node) => node.key));
    expect(shares.map(({ right }) => right.key)).toEqual(
      [limit, subtract(limit, aa), subtract(subtract(limit, aa), ab)].map((node) => node.key),
    );
    expect(shares.every(({ relation, kind }) => relation === '<' && kind === 'budget')).toBe(true);
    expect(text(shares[2]?.right ?? limit)).toBe('𝓛² − (diag(A) ∘ diag(A)) − diag(|A|) ∘ (|B| 1)');
  });

  it('puts what no weight can change first, as a demand without parameters', () => {
    const [demand, ...rest] = weightedBudget.apply(identitySkip);
    expect(demand?.parameters).toEqual([]);
    expect(demand?.left.key).toBe(fill(number(0.25), x).key);
    expect(demand?.right.key).toBe(limit.key);
    expect(rest.map(({ parameters }) => parameters)).toEqual([[B], [C]]);
  });

  it('lets the readers share what is left', () => {
    expect(
      weightedBudget
        .apply(branches)
        .at(-1)
        ?.parameters.map((node) => node.key)
        .sort(),
    ).toEqual([C.key, E.key]);
  });

  it('refuses terms of unknown sign, parts that no weight can make small, and limits that depend on weights', () => {
    // A reader's part that holds a multiplier and no weight: the identity read.
    const alone = symbol('multiplier', label('I'), { rows: x, columns: x }, { diagonal: true, positive: true });
    const reason = (source: BudgetSource): string | undefined => weightedBudget.refuses(source)?.because;
    expect(reason(sourceOf(sum([negate(limit), scale(1, [P], ab)])))).toContain('unknown sign');
    expect(
      reason(sourceOf(sum([negate(limit), aa, scale(1, [abs(layer.slopeSum)], diag(alone))]), { readers: [] })),
    ).toContain('identity');
    expect(reason(sourceOf(sum([negate(limit), negate(aa), readerTerm(C)])))).toContain('limit');
    expect(reason(residual)).toBeUndefined();
  });
});
