import { describe, expect, it } from 'vitest';
import { noAssumptions } from '../../../src/slopes/scalar/assumptions.js';
import type { Assumptions } from '../../../src/slopes/scalar/assumptions.js';
import * as build from '../../../src/slopes/scalar/build.js';
import { proveDemand } from '../../../src/slopes/exact/demand.js';
import type { Scalar } from '../../../src/slopes/scalar/node.js';
import type { Obligation, Side } from '../../../src/slopes/scalar/obligation.js';
import { Prover } from '../../../src/slopes/exact/prover.js';
import { alpha, beta, square } from '../activations.js';

const { absolute, call, number, one, product, subtract, sum, variable: v, zero } = build;

const demand = (kind: Obligation['demand'], expression: Scalar, where: readonly Side[] = []): Obligation => ({
  demand: kind,
  expression,
  where,
  position: { file: null, line: 1, column: 1 },
  text: '',
});
const side = (guard: Scalar, positive: boolean, closed = false): Side => ({ guard, positive, closed });

describe('where an expression is defined', () => {
  it.each<{
    readonly name: string;
    readonly obligation: Obligation;
    readonly expected: string;
    readonly assumptions?: Assumptions;
  }>([
    { name: '1 + |v|', obligation: demand('nonzero', sum([one, absolute(v)])), expected: 'proven' },
    { name: '1 + v² > 0', obligation: demand('positive', sum([one, square(v)])), expected: 'proven' },
    { name: 'v² ≥ 0', obligation: demand('nonnegative', square(v)), expected: 'proven' },
    { name: 'v² > 0 fails at one place', obligation: demand('positive', square(v)), expected: 'unknown' },
    { name: 'v > 0', obligation: demand('positive', v), expected: 'refuted' },
    { name: 'v > 0 where v > 0', obligation: demand('positive', v, [side(v, true)]), expected: 'proven' },
    { name: 'v > 0 where v ≥ 0', obligation: demand('positive', v, [side(v, true, true)]), expected: 'unknown' },
    {
      name: '1 − v > 0 where v ≤ 0',
      obligation: demand('positive', subtract(one, v), [side(v, false, true)]),
      expected: 'proven',
    },
    {
      name: 'v − 1 ≥ 0 where v > 1 and v < 3',
      obligation: demand('nonnegative', subtract(v, one), [
        side(subtract(v, one), true),
        side(subtract(v, number(3)), false),
      ]),
      expected: 'proven',
    },
    { name: 'v ≠ 0 where v > 1', obligation: demand('nonzero', v, [side(subtract(v, one), true)]), expected: 'proven' },
    { name: 'alpha', obligation: demand('nonzero', alpha), expected: 'unknown' },
    {
      name: 'alpha > 0',
      obligation: demand('nonzero', alpha),
      expected: 'proven',
      assumptions: { ...noAssumptions(), positive: [alpha] },
    },
    { name: '0', obligation: demand('nonzero', zero), expected: 'refuted' },
    {
      name: '0 where it never matters',
      obligation: demand('nonzero', zero, [side(sum([one, square(v)]), false)]),
      expected: 'proven',
    },
    {
      name: 'beta + exp(v)',
      obligation: demand('positive', sum([beta, call('exp', v)])),
      expected: 'proven',
      assumptions: { ...noAssumptions(), positive: [beta] },
    },
    { name: 'alpha v + 1', obligation: demand('positive', sum([product([alpha, v]), one])), expected: 'unknown' },
  ])('$name', ({ obligation, expected, assumptions = noAssumptions() }) => {
    expect(proveDemand(obligation, new Prover(assumptions))).toBe(expected);
  });
});
