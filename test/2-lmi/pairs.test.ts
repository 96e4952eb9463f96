import { describe, expect, it } from 'vitest';
import { derive } from '../../src/compile.js';
import { strategies } from '../../rules/strategies.js';
import { failure, written } from '../architectures.js';

const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, k) => k);
/** One signal read through many weights; many signals read by the output; all of them reading each other. */
const wide = (count: number): readonly string[] => [
  'w = phi(C * x + b)',
  `y = ${upTo(count)
    .map((k) => `B${k} * w`)
    .join(' + ')}`,
];
const many = (count: number): readonly string[] => [
  ...upTo(count).map((k) => `h${k} = phi(C${k} * x)`),
  `y = ${upTo(count)
    .map((k) => `B${k} * h${k}`)
    .join(' + ')}`,
];
const dense = (count: number): readonly string[] => [
  ...upTo(count).map((k) => `h${k} = phi(${[`C${k} * x`, ...upTo(k).map((j) => `D${k}x${j} * h${j}`)].join(' + ')})`),
  `y = B * h${count - 1}`,
];

describe('long equations', () => {
  it.each(strategies.flatMap(({ name }) => [wide, many, dense].map((shape) => [name, shape] as const)))(
    'under %s are refused above the limit, at their place',
    (strategy, shape) => {
      const error = failure(() => derive(written(shape(shape === dense ? 60 : 301)), { depth: 1, strategy }));
      expect(error?.code).toBe('LW314');
      expect(error?.line).toBeGreaterThan(0);
      expect(error?.message).toMatch(/at most 40000/);
    },
  );

  // Passes over the row were as many as its terms before, and 64 passes the limit; the algebra took the square of 900
  // symbols.
  it('of one signal are derived with one pass for all diagonals', () => {
    const { steps } = derive(written(wide(30)), { depth: 1, strategy: 'gershgorin' });
    expect(steps.filter(({ rule }) => rule === 'bound/absorb-diagonal')).toHaveLength(1);
  });
});
