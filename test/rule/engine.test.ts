import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { constant } from '../../src/base/label.js';
import {
  abs,
  diag,
  fill,
  hadamard,
  maximum,
  minimum,
  negate,
  number,
  product,
  quotient,
  rangeSum,
  rowSums,
  scale,
  square,
  subtract,
  sum,
  times,
  transpose,
} from '../../src/expr/build.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression } from '../../src/expr/node.js';
import { text } from '../../src/expr/print.js';
import { generator } from '../../src/numeric/random.js';
import type { RewriteRule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';
import { applyFirst, explain } from '../../src/rule/apply-first.js';
import { rewriteAll } from '../../src/rule/engine.js';
import { polarityOf } from '../../src/rule/polarity.js';
import { flavours, least, roundingAt, samplePoint } from '../laws/points.js';
import { A, D, P, S, X, Y, c, d, p, randomSource } from '../laws/symbols.js';

const { rowSums: phases, linearize } = createRules().bound;
const bounding: readonly RewriteRule[] = [...phases.flat(), ...linearize];
const silent = { record: () => undefined };
const rewrite = (node: Expression, rules: readonly RewriteRule[] = bounding): Expression =>
  rewriteAll(rules, node, text, silent);

const open = rowSums(abs(sum([X, Y])));
const split = sum([rowSums(abs(X)), rowSums(abs(Y))]);

describe('polarity', () => {
  it('follows sums, factors of known sign and minus signs', () => {
    const part = rowSums(abs(X));
    const of = (node: Expression): string => polarityOf(part, node, 'up');
    expect(of(sum([part, diag(A)]))).toBe('up');
    expect(of(negate(part))).toBe('down');
    expect(of(scale(2, [p, abs(S)], part))).toBe('up');
    expect(of(scale(-2, [p], part))).toBe('down');
    expect(of(times(P, part))).toBe('none');
    expect(of(hadamard([diag(D), part]))).toBe('up');
    expect(of(hadamard([diag(A), part]))).toBe('none');
    expect(of(maximum([part, diag(A)]))).toBe('up');
    expect(of(minimum([part, diag(A)]))).toBe('up');
    expect(of(quotient(part, diag(D)))).toBe('none');
    expect(of(quotient(diag(D), part))).toBe('none');
    expect(of(rangeSum(part, constant(1), { base: 'depth', offset: 0 }))).toBe('up');
    expect(polarityOf(part, negate(part), 'down')).toBe('up');
    expect(polarityOf(part, sum([part, diag(A)]), 'none')).toBe('none');
    expect(polarityOf(X, abs(X), 'up')).toBe('none');
    expect(polarityOf(X, square(X), 'up')).toBe('none');
  });
});

describe('rewriting', () => {
  it('splits |X + Y| 1 where that makes the whole larger', () => {
    expect(rewrite(open).key).toBe(split.key);
    expect(rewrite(scale(3, [p], open)).key).toBe(scale(3, [p], split).key);
    expect(rewrite(hadamard([diag(D), open])).key).toBe(hadamard([diag(D), split]).key);
  });

  it('leaves bounds alone under a minus sign, in denominators, in |·| and beside factors of unknown sign', () => {
    const two = fill(number(2), d);
    const stay: readonly Expression[] = [
      scale(-2, [], open),
      subtract(diag(A), scale(2, [p], open)),
      quotient(diag(D), open),
      quotient(open, diag(D)),
      hadamard([diag(A), open]),
      abs(subtract(two, open)),
      square(subtract(two, open)),
      product([transpose(X), open]),
    ];
    for (const node of stay) expect(rewrite(node).key, text(node)).toBe(node.key);
  });

  it('turns the polarity back under two minus signs', () => {
    // −(2 p) (−open …): a product of two known signs is written with one coefficient, so nest by a minimum.
    const node = negate(minimum([negate(open), diag(A)]));
    expect(rewrite(node).key).toBe(negate(minimum([negate(split), diag(A)])).key);
  });

  it('uses exact rules everywhere', () => {
    const node = rowSums(abs(scale(-2, [P], X)));
    const exact = scale(2, [abs(P)], rowSums(abs(X)));
    expect(rewrite(scale(-1, [], node)).key).toBe(scale(-1, [], exact).key);
    expect(rewrite(quotient(diag(D), node)).key).toBe(quotient(diag(D), exact).key);
  });

  it('never makes a random expression smaller, in any context', () => {
    const random = generator(51);
    const contexts: readonly ((node: Expression) => Expression)[] = [
      (node) => node,
      (node) => scale(-2, [], node),
      (node) => times(P, node),
      (node) => subtract(node, scale(3, [p], node.rows === d ? open : rowSums(transpose(abs(X))))),
      (node) => hadamard([node, node.rows === d ? diag(A) : rowSums(transpose(abs(X)))]),
      (node) => maximum([node, fill(c, node.rows)]),
      (node) => abs(subtract(node, fill(c, node.rows))),
      (node) => quotient(fill(number(1), node.rows), sum([fill(number(1), node.rows), abs(node)])),
    ];
    const wrong: string[] = [];
    for (let k = 0; k < 400; k += 1) {
      const node = random.pick(contexts)(randomSource(random));
      const target = rewrite(node);
      const point = samplePoint(random, flavours[k % flavours.length] ?? 'plain');
      const errors = [node, target].flatMap((side) => Array.from(roundingAt(side, point).data));
      if (least(evaluate(target, point), evaluate(node, point), (x, y) => x - y) < -2 * Math.max(...errors, 1e-13))
        wrong.push(`${text(node)} → ${text(target)}`);
    }
    expect(wrong).toEqual([]);
  });

  it('records every step with the rule that made it', () => {
    const steps: string[][] = [];
    rewriteAll(bounding, scale(2, [], open), text, { record: (rule, step) => steps.push([rule, ...step()]) });
    expect(steps).toEqual([['bound/triangle-inequality', '|X + Y| 1', '|X| 1 + |Y| 1']]);
  });

  it('stops a rule that goes round in circles', () => {
    const circle: RewriteRule = {
      name: 'bound/x',
      statement: 's',
      latex: 'l',
      exact: true,
      assumptions: [],
      refuses: (node) => (node.kind === 'scale' ? null : refuse('no')),
      apply: (node) => scale(-1, [], node),
    };
    expect(() => rewrite(scale(2, [], X), [circle])).toThrow('does not end');
  });
});

describe('applying rules', () => {
  const [first, second] = [phases[0]?.[0], phases[0]?.[1]];
  if (first === undefined || second === undefined) throw new Error('two rules expected');

  it('takes the first that accepts', () => {
    expect(applyFirst([first, second], rowSums(abs(scale(2, [], X))), () => 'x', null).rule).toBe(second);
  });

  it('explains for every rule why it does not apply', () => {
    const reasons = explain(bounding, rowSums(X)).split('; ');
    expect(reasons).toHaveLength(bounding.length);
    for (const [at, rule] of bounding.entries())
      expect(reasons[at]).toBe(`${rule.name}: ${rule.refuses(rowSums(X))?.because ?? 'applies'}`);
    expect(explain([first], open)).toBe(`${first.name}: applies`);
  });

  it('fails with LW401, the place and all reasons if none does', () => {
    const position = { file: 'a.yaml', line: 3, column: 5 };
    let found: unknown = null;
    try {
      applyFirst([first, second], product([X, rowSums(transpose(X))]), () => 'what was tried', position);
    } catch (error) {
      found = error;
    }
    expect(found).toBeInstanceOf(LipwrightError);
    expect((found as LipwrightError).diagnostic).toMatchObject({ code: 'LW401', found: 'what was tried', position });
    expect((found as LipwrightError).message).toContain('a.yaml:3:5: LW401');
    for (const rule of [first, second]) expect((found as LipwrightError).message).toContain(rule.name);
  });
});
