import type { SymbolNode } from '../../src/expr/node.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at, matrix } from '../../src/numeric/matrix.js';
import type { Random } from '../../src/numeric/random.js';
import { carryOut } from './carry-out.js';
import type { Store } from './carry-out.js';
import type { Described } from './common.js';
import { descriptionViolations, unique } from './common.js';
import type { Point } from './points.js';

/** Entries up to 2⁶⁴, which is what the range clamp leaves: zeros, denormals, tiny and huge ones, mixed. */
export function hostileEntry(random: Random): number {
  const sign = random.pick([-1, 1]);
  return (
    sign *
    random.pick([
      0,
      0,
      Number.MIN_VALUE,
      2 ** -1040,
      1e-150,
      1e-9,
      1,
      random.uniform(),
      1000 * random.uniform(),
      1e9,
      2 ** 64,
      2 ** 64 * random.uniform(),
    ])
  );
}

export function hostileWeight(weight: SymbolNode, point: Point, random: Random): Matrix {
  const { rows, columns } = point.value(weight);
  return matrix(rows, columns, (i, j) => (weight.diagonal && i !== j ? 0 : hostileEntry(random)));
}

export interface MapTrial {
  readonly stem: string;
  readonly assignment: Assignment;
  readonly weights: readonly SymbolNode[];
  readonly points: readonly Point[];
  /** > 0 exactly where the constraint holds strictly. */
  readonly slack: (point: Point) => number;
}

function run(assignment: Assignment, point: Point, weights: readonly SymbolNode[]): Point {
  const store: Store = new Map();
  const made = assignment.kind === 'define' ? [assignment.symbol] : weights;
  const environment = {
    width: point.width,
    value: (symbol: SymbolNode): Matrix => store.get(symbol.key) ?? point.value(symbol),
  };
  carryOut(assignment, store, environment);
  return made.reduce((all, symbol) => all.with(symbol, store.get(symbol.key) ?? point.value(symbol)), point);
}

/**
 * The laws of a parameterizing rule, its assignment carried out at every point:
 * - meets: the constraint holds strictly afterwards, and all values are finite;
 * - shrinks: no entry grows or changes its sign;
 * - keeps: a quarter of a feasible point is well inside, and comes back as it is, bit for bit;
 * - and those of `descriptionViolations`.
 */
export function mapViolations(
  rule: Described,
  { stem, assignment, weights, points, slack }: MapTrial,
): readonly string[] {
  const violations = [...descriptionViolations(rule, stem)];
  if (assignment.rule !== stem) violations.push(`name: the assignment says ${assignment.rule}`);
  for (const point of points) {
    const result = run(assignment, point, weights);
    if (!(slack(result) > 0)) violations.push('meets: the constraint does not hold strictly');
    for (const weight of weights) {
      const [before, after] = [point.value(weight), result.value(weight)];
      const grown = after.data.some((entry, i) => {
        const old = before.data[i] ?? 0;
        return !(Math.abs(entry) <= Math.abs(old)) || entry * Math.sign(old) < 0;
      });
      if (grown) violations.push(`shrinks: ${weight.key} has grown or is not a number`);
    }
    const inside = weights.reduce(
      (all, weight) =>
        all.with(weight, { ...result.value(weight), data: result.value(weight).data.map((entry) => entry / 4) }),
      result,
    );
    const again = run(assignment, inside, weights);
    for (const weight of weights) {
      const [before, after] = [inside.value(weight), again.value(weight)];
      if (before.data.some((entry, i) => entry !== after.data[i]))
        violations.push(`keeps: ${weight.key} was inside and has changed`);
    }
  }
  return unique(violations);
}

export const firstColumn = (value: Matrix): readonly number[] =>
  Array.from({ length: value.rows }, (_, i) => at(value, i, 0));
