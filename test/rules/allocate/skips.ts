import { Matrix as Dense, inverse } from 'ml-matrix';
import { concreteNetwork } from '../../../src/2-lmi/concrete.js';
import type { Constrained } from '../../../src/5-emit/index.js';
import { createRules } from '../../../rules/index.js';
import { pivotStrategy } from '../../../rules/variants.js';
import { labelText } from '../../../src/base/label.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Variant } from '../../../src/model/variant.js';
import { compile } from '../../../src/compile.js';
import { scale } from '../../../src/expr/build.js';
import type { RuleBook } from '../../../src/rule/rule-book.js';
import type { Random } from '../../../src/numeric/random.js';
import { codeOf } from '../../5-emit/targets.js';
import { eigenvalues } from '../pivot/elimination.js';
import { remaining } from './allocation.js';
import { withLayerAssignments, without } from '../exchange.js';

/**
 * What the output's identities take of its condition, from finished weights: −M without the output's term is inverted
 * as a whole by ml-matrix.
 */

type Pair = readonly [number, number];

export interface Skipping {
  readonly architecture: Architecture;
  readonly variant: Partial<Variant>;
  readonly rules?: RuleBook;
  readonly lipschitz: number;
  /** Of each layer. */
  readonly slopes: () => Pair;
}

export const slopeChoices: readonly Pair[] = [
  [0, 1],
  [0, 1],
  [-1, 1],
  [0.2, 1],
  [-0.13, 1.13],
  [-0.3, 0.9],
  [0.5, 0.5],
  [-2, -0.5],
];

const shipped = createRules();

/** Layers leave nothing to skips. */
export const unreserved: RuleBook = without(shipped, 'skip-reserve');
/** ν a thousandth of what it is. */
export const tooSmall: RuleBook = withLayerAssignments(shipped, 'skip-multiplier', (assignments) =>
  assignments.map((item) =>
    item.kind === 'define' && item.symbol.role === 'least-multiplier'
      ? { ...item, value: scale(1e-3, [], item.value) }
      : item,
  ),
);

/**
 * The largest eigenvalue of V_f K[f | d] V_fᵀ, f being what identities alone read and d what dense weights read; null
 * where the run stops with LW402. All widths are one number, free numbers of size `size`, so that layers use all that
 * they may.
 */
export function taken(
  random: Random,
  { architecture, variant, rules, lipschitz, slopes }: Skipping,
  size: number,
): number | null {
  const compiled = compile(architecture, {
    depth: 1,
    strategy: pivotStrategy(variant),
    ...(rules === undefined ? {} : { rules }),
  });
  const widths = Object.fromEntries(compiled.program.widths.map(([name = '']) => [name, 2]));
  const dims = compiled.dims(widths);
  const free = Object.fromEntries(
    Object.entries(dims).map(([name, shape]) => [
      name,
      Float64Array.from(
        { length: shape.reduce((all, side) => all * side, 1) },
        () => (shape.length === 1 ? 1 : size) * random.normal(),
      ),
    ]),
  );
  const { output, rows } = concreteNetwork(architecture, 1);
  const made: Constrained[] = [];
  const code = codeOf(() =>
    made.push(compiled.constrain(free, { widths, lipschitz, slopes: rows.slice(1).map(slopes) })),
  );
  if (code === 'LW402') return null;
  const [constrained] = made;
  if (constrained === undefined) throw new Error(code ?? 'nothing');
  const names = rows.map(({ signal }) => labelText(signal));
  const reads = new Map<string, { matrix: Dense; isDense: boolean }>();
  for (const { signal, weight, coefficient } of output.reads) {
    const name = labelText(signal);
    const entries = weight === null ? null : constrained.weights[labelText(weight.label)];
    const matrix =
      weight === null
        ? Dense.eye(2)
        : weight.diagonal
          ? Dense.diag([...(entries ?? [])])
          : Dense.from1DArray(2, 2, [...(entries ?? [])]);
    const known = reads.get(name) ?? { matrix: Dense.zeros(2, 2), isDense: false };
    reads.set(name, {
      matrix: Dense.add(known.matrix, matrix.mul(coefficient)),
      isDense: known.isDense || (weight !== null && !weight.diagonal),
    });
  }
  const order = names.length * 2;
  const whole = Dense.from1DArray(order, order, [...compiled.lmi(constrained)]);
  const w = new Dense([0, 1].map((i) => names.flatMap((name) => reads.get(name)?.matrix.getRow(i) ?? [0, 0])));
  const covariance = inverse(Dense.sub(w.transpose().mmul(w), whole));
  const dense = names.filter((name) => reads.get(name)?.isDense === true);
  const fixed = names.filter((name) => reads.get(name)?.isDense === false);
  const places = [...dense, ...fixed].flatMap((name) => [0, 1].map((i) => 2 * names.indexOf(name) + i));
  const v = new Dense([0, 1].map((i) => fixed.flatMap((name) => reads.get(name)?.matrix.getRow(i) ?? [])));
  const left = remaining(covariance.selection(places, places), 2 * dense.length);
  return Math.max(...eigenvalues(v.mmul(left).mmul(v.transpose())));
}
