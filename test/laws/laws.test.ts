import { describe, expect, it } from 'vitest';
import { absoluteHomogeneity } from '../../rules/bound/absolute-homogeneity.js';
import { gershgorinDisc } from '../../rules/bound/gershgorin-disc.js';
import { gramOffDiagonal } from '../../rules/bound/gram-off-diagonal.js';
import { squareRoot } from '../../rules/bound/square-root.js';
import { triangleInequality } from '../../rules/bound/triangle-inequality.js';
import { unknownSign } from '../../rules/bound/unknown-sign.js';
import { slopeRestriction } from '../../rules/lmi/slope-restriction.js';
import { rowShrink } from '../../rules/parameterize/row-shrink.js';
import { label } from '../../src/base/label.js';
import { abs, fill, number, offDiagonal, product, rowSums, scale, sum, transpose } from '../../src/expr/build.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression } from '../../src/expr/node.js';
import type { QuadraticTerm } from '../../src/model/lmi.js';
import type { Constraint } from '../../src/model/inequality.js';
import type { Assignment } from '../../src/model/parameterization.js';
import { generator } from '../../src/numeric/random.js';
import { matrix } from '../../src/numeric/matrix.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { descriptionViolations } from './common.js';
import { discTrial } from './discs.js';
import { formViolations, termsOf } from './form.js';
import { implicationViolations } from './implication.js';
import { hostileWeight, mapViolations } from './map.js';
import type { Point } from './points.js';
import { flavours, least, samplePoint } from './points.js';
import { remade, rewriteViolations } from './rewrite.js';
import { D, P, X, Y, d, layerOf } from './symbols.js';

/**
 * Every law-checker must reject rules that are broken in the way it looks for: a law that nothing can break is none.
 */

const startsWith = (prefix: string): unknown =>
  expect.arrayContaining([expect.stringMatching(new RegExp(`^${prefix}`))]);

describe('the laws of descriptions', () => {
  const good = {
    name: 'bound/x',
    statement: 'a ≤ b',
    latex: 'a \\le b \\quad (c > 0)',
    exact: false,
    assumptions: [{ text: 'c is positive', latex: 'c > 0' }],
  };

  it('accept a good one', () => expect(descriptionViolations(good, 'bound/x')).toEqual([]));

  it.each([
    ['name', { ...good, name: 'bound/y' }],
    ['statement', { ...good, statement: '' }],
    ['assumption', { ...good, latex: 'a \\le b' }],
    ['assumption', { ...good, assumptions: [{ text: '', latex: 'a' }] }],
    ['latex: unbalanced', { ...good, latex: '\\frac{a}{b (c > 0)' }],
    ['latex: .left', { ...good, latex: '\\left|a (c > 0)' }],
  ])('reject a broken %s', (violation, broken) =>
    expect(descriptionViolations(broken, 'bound/x')).toEqual(startsWith(violation)),
  );
});

describe('the laws of rewriting rules', () => {
  const source = rowSums(abs(sum([X, Y])));
  const trialOf = (
    rule: RewriteRule,
    accepts: readonly Expression[] = [source],
    refuses: readonly Expression[] = [],
  ): readonly string[] => rewriteViolations(rule, { stem: rule.name, accepts, refuses });
  const gram = rowSums(abs(offDiagonal(product([transpose(X), D, X]))));

  it('accept the triangle inequality', () => expect(trialOf(triangleInequality)).toEqual([]));

  it('reject a target that is too small', () => {
    // |X + Y| 1 ≤ |X| 1: forgets a summand.
    const broken = {
      ...triangleInequality,
      apply: (node: Expression): Expression =>
        node.key === source.key ? rowSums(abs(X)) : triangleInequality.apply(node),
    };
    expect(trialOf(broken)).toEqual(startsWith('majorant'));
  });

  it('reject a factor of one half, and a sign turned', () => {
    for (const factor of [0.5, -1]) {
      const broken = {
        ...triangleInequality,
        apply: (node: Expression): Expression => scale(factor, [], triangleInequality.apply(node)),
      };
      expect(trialOf(broken)).toEqual(startsWith('majorant'));
    }
  });

  it('reject a target that is too small by one part in 10¹²', () => {
    const broken = {
      ...gramOffDiagonal,
      apply: (node: Expression): Expression => scale(1 - 1e-12, [], gramOffDiagonal.apply(node)),
    };
    // With one row in X the bound is an equality, and integers make it an exact one.
    expect(trialOf(gramOffDiagonal, [gram])).toEqual([]);
    expect(trialOf(broken, [gram])).toEqual(startsWith('majorant'));
  });

  it('reject absolute homogeneity that forgets |·|', () => {
    const broken: RewriteRule = {
      ...absoluteHomogeneity,
      apply: (node) =>
        node.kind === 'row-sums' && node.body.kind === 'abs' && node.body.body.kind === 'scale'
          ? scale(node.body.body.coefficient, node.body.body.scalars, rowSums(abs(node.body.body.body)))
          : node,
    };
    expect(trialOf(broken, [rowSums(abs(scale(-2, [P], X)))])).toEqual(startsWith('majorant'));
  });

  it('reject a bound that calls itself exact', () => {
    expect(trialOf({ ...triangleInequality, exact: true })).toEqual(startsWith('exact'));
    expect(trialOf({ ...unknownSign, exact: true }, [scale(-2, [P], rowSums(abs(X)))])).toEqual(startsWith('exact'));
  });

  it('reject a wrong shape', () => {
    const broken = {
      ...triangleInequality,
      apply: (node: Expression): Expression =>
        node.key === source.key ? rowSums(transpose(abs(X))) : triangleInequality.apply(node),
    };
    expect(trialOf(broken)).toEqual(startsWith('shape'));
  });

  it('reject targets that differ from one time to the next, or are not canonical', () => {
    const random = generator(1);
    const drifting = {
      ...triangleInequality,
      apply: (node: Expression): Expression => scale(1 + random.uniform(), [], triangleInequality.apply(node)),
    };
    expect(trialOf(drifting)).toEqual(startsWith('stable'));
    // Made by hand instead of by the constructors: 1 · 1 · body.
    const byHand = {
      ...triangleInequality,
      apply: (node: Expression): Expression => ({
        ...triangleInequality.apply(node),
        kind: 'scale' as const,
        key: 'mine',
        coefficient: 2,
        scalars: [],
        body: triangleInequality.apply(node),
      }),
    };
    expect(trialOf(byHand)).toEqual(startsWith('stable'));
  });

  it('reject a rule that refuses what it should accept, or accepts what it should refuse', () => {
    expect(trialOf({ ...triangleInequality, refuses: () => refuse('never') })).toEqual(startsWith('accepts'));
    expect(trialOf(triangleInequality, [source], [source])).toEqual(startsWith('refuses: accepted'));
    expect(
      trialOf(
        { ...triangleInequality, refuses: (node) => (node.key === source.key ? null : refuse('')) },
        [source],
        [X],
      ),
    ).toEqual(startsWith('refuses: without'));
  });

  it('reject a rule that does nothing', () => {
    expect(trialOf({ ...triangleInequality, apply: (node) => node })).toEqual(startsWith('progress'));
  });

  it('make an expression again from its leaves', () => {
    const again = remade(source);
    expect(again).not.toBe(source);
    expect(again).toEqual(source);
  });
});

describe('the laws of implying rules', () => {
  const points = Array.from({ length: 100 }, (_, k) => k / 50 - 0.995);
  const rule = { ...squareRoot, name: 'bound/square-root' };
  const trial = (source: (x: number) => number, target: (x: number) => number): readonly string[] =>
    implicationViolations(rule, { stem: 'bound/square-root', points, source, target });

  it('accept x > 0 for x > 0', () =>
    expect(
      trial(
        (x) => x,
        (x) => x,
      ),
    ).toEqual([]));
  it('reject a target that is too weak', () =>
    expect(
      trial(
        (x) => x - 0.1,
        (x) => x,
      ),
    ).toEqual(startsWith('implies')));
  it('reject a target that is too strong for an exact rule', () => {
    expect(
      trial(
        (x) => x + 0.1,
        (x) => x,
      ),
    ).toEqual(startsWith('converse'));
    expect(
      implicationViolations(
        { ...rule, exact: false },
        { stem: rule.name, points, source: (x) => x + 0.1, target: (x) => x },
      ),
    ).toEqual([]);
  });
  it('reject trials that say nothing', () => {
    expect(
      trial(
        () => 1,
        () => 1,
      ),
    ).toEqual(startsWith('vacuous'));
    expect(
      trial(
        () => -1,
        () => -1,
      ),
    ).toEqual(startsWith('vacuous'));
    expect(
      trial(
        () => Number.NaN,
        (x) => x,
      ),
    ).toEqual(startsWith('vacuous'));
  });

  it("reject Gershgorin discs whose radius forgets a block, or the diagonal block's own rest", () => {
    const forgetful = {
      ...gershgorinDisc,
      apply: (row: Parameters<typeof gershgorinDisc.apply>[0]) =>
        gershgorinDisc.apply({
          ...row,
          blocks: row.blocks.filter(({ column }) => column.name !== 't' || row.signal.name === 't'),
        }),
    };
    expect(implicationViolations(forgetful, discTrial(forgetful, 2))).toEqual(startsWith('implies'));
    const without = {
      ...gershgorinDisc,
      apply: (row: Parameters<typeof gershgorinDisc.apply>[0]) => {
        const found = gershgorinDisc.apply(row);
        const own = row.blocks.find(({ column }) => column.name === row.signal.name);
        const kept = gershgorinDisc.apply({
          ...row,
          blocks: row.blocks
            .filter((block) => block !== own)
            .concat(
              own === undefined
                ? []
                : [
                    {
                      ...own,
                      expression: scale(
                        1,
                        [],
                        own.expression.kind === 'sum' ? (own.expression.items[0] ?? own.expression) : own.expression,
                      ),
                    },
                  ],
            ),
        });
        return { ...found, radius: kept.radius };
      },
    };
    expect(implicationViolations(without, discTrial(without, 3))).toEqual(startsWith('implies'));
  });
});

describe('the laws of form rules', () => {
  const layer = layerOf(1, [{ coefficient: 1, weight: X, signal: label('x') }]);
  const { slopeSum, slopeProduct, multiplier } = layer;
  const violations = (form: readonly QuadraticTerm[]): readonly string[] => {
    const random = generator(4);
    const at = (
      point: Point,
    ): { readonly increments: Map<string, Float64Array>; readonly dv: Float64Array; readonly dx: Float64Array } => {
      const value = point.value(X);
      const dx = Float64Array.from({ length: value.columns }, () => random.normal());
      const dv = Float64Array.from({ length: value.rows }, (_, i) =>
        dx.reduce((total, step, j) => total + (value.data[i * value.columns + j] ?? 0) * step, 0),
      );
      return { increments: new Map([['x', dx]]), dv, dx };
    };
    const samples = Array.from({ length: 50 }, (_, k) => {
      const point = samplePoint(random, flavours[k % 5] ?? 'plain');
      const { increments, dv } = at(point);
      const dw = dv.map(() => random.normal());
      const [S, P0] = [point.value(slopeSum).data[0] ?? 0, point.value(slopeProduct).data[0] ?? 0];
      let [direct, size] = [0, 0];
      dv.forEach((v, i) => {
        const [w, lambda] = [dw[i] ?? 0, point.value(multiplier).data[i * dv.length + i] ?? 0];
        direct += lambda * (-2 * P0 * v * v + 2 * S * v * w - 2 * w * w);
        size += lambda * (2 * Math.abs(P0) * 100 + 20 * Math.abs(S) + 2 * w * w);
      });
      return { point, increments: increments.set('w[1]', dw), direct, size };
    });
    const along = Array.from({ length: 50 }, () => {
      const point = samplePoint(random, 'plain')
        .with(
          slopeSum,
          matrix(1, 1, () => 1),
        )
        .with(
          slopeProduct,
          matrix(1, 1, () => 0),
        );
      const { increments, dv } = at(point);
      return {
        point,
        increments: increments.set(
          'w[1]',
          dv.map((v) => (v < 0 ? 0.25 * v : 0.75 * v)),
        ),
      };
    });
    return formViolations(slopeRestriction, { stem: 'lmi/slope-restriction', form, samples, along });
  };
  const form = termsOf(slopeRestriction, layer);

  it('accept the slope restriction', () => expect(violations(form)).toEqual([]));
  it('reject a form that forgets a summand, or has a factor wrong', () => {
    for (const term of form) {
      expect(violations(form.filter((other) => other !== term))).toEqual(startsWith('value'));
      expect(
        violations(
          form.map((other) => (other === term ? { ...term, expression: scale(1.001, [], term.expression) } : other)),
        ),
      ).toEqual(startsWith('value'));
    }
  });
  it('reject a form with the wrong sign', () => {
    expect(violations(form.map((term) => ({ ...term, expression: scale(-1, [], term.expression) })))).toEqual(
      startsWith('sign'),
    );
  });
});

describe('the laws of parameterizing rules', () => {
  const constraint: Constraint = {
    kind: 'row-ball',
    parameters: [X],
    left: rowSums(abs(X)),
    relation: '<',
    right: fill(number(2), d),
    onlyIfPositive: null,
    row: label('w'),
    span: null,
  };
  const good = rowShrink.apply({ constraint, last: false });
  if (good.kind !== 'shrink') throw new Error('a shrink expected');
  const violations = (assignment: Assignment): readonly string[] => {
    const random = generator(5);
    const points = Array.from({ length: 100 }, () => {
      const point = samplePoint(random, 'plain');
      return point.with(X, hostileWeight(X, point, random));
    });
    const slack = (point: Point): number =>
      least(evaluate(constraint.left, point), evaluate(constraint.right, point), (x, y) => y - x);
    return mapViolations(rowShrink, { stem: 'parameterize/row-shrink', assignment, weights: [X], points, slack });
  };

  it('accept the row shrink', () => expect(violations(good)).toEqual([]));
  it('reject a limit that is only met with equality', () =>
    expect(violations({ ...good, limit: constraint.right })).toEqual(startsWith('meets')));
  it('reject columns for rows', () => {
    const columns: Assignment = {
      ...good,
      usage: rowSums(transpose(abs(X))),
      limit: fill(number(2), X.columns),
      spread: { kind: 'columns' },
    };
    expect(violations(columns)).toEqual(startsWith('meets'));
  });
  it('reject a power that is too small', () =>
    expect(violations({ ...good, exponent: 0.5 })).toEqual(startsWith('meets')));
  it('reject entries that grow', () => {
    const negative: Assignment = { ...good, limit: scale(-1, [], good.limit) };
    expect(violations(negative)).toEqual(startsWith('shrinks'));
  });
  it('reject a rule that always scales', () => {
    const always: Assignment = { ...good, limit: scale(1 / 64, [], good.limit) };
    expect(violations(always)).toEqual([]);
    // Half of what the candidate has: no entry comes back as it was.
    const half: Assignment = { ...good, limit: scale(0.5, [], good.usage) };
    expect(violations(half)).toEqual(startsWith('keeps'));
  });
  it('reject an assignment under another name', () =>
    expect(violations({ ...good, rule: 'parameterize/cap-value' })).toEqual(startsWith('name')));
});
