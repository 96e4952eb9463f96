import type { Label } from '../../src/base/label.js';
import { label, labelText } from '../../src/base/label.js';
import { product, scale, sum, symbol, transpose } from '../../src/expr/build.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { BlockRow } from '../../src/model/lmi.js';
import type { RowInequality } from '../../src/model/inequality.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at, matrix } from '../../src/numeric/matrix.js';
import { generator } from '../../src/numeric/random.js';
import type { Rule } from '../../src/rule/contract.js';
import { eigenvalues } from '../numeric/oracle.js';
import type { ImplicationTrial } from './implication.js';
import type { Point } from './points.js';
import { flavours, samplePoint } from './points.js';

export function rowOf(signal: Label, blocks: readonly (readonly [Label, Expression])[]): BlockRow {
  return {
    signal,
    span: null,
    layer: null,
    form: null,
    blocks: blocks.map(([column, expression]) => ({ column, span: null, expression })),
  };
}

const [r, s, t] = [label('r'), label('s'), label('t')];
const lambdaOf = (of: Label): SymbolNode =>
  symbol('multiplier', of, { rows: of, columns: of }, { diagonal: true, positive: true });
const weight = (name: string, rows: Label, columns: Label): SymbolNode =>
  symbol('weight', label(name), { rows, columns });

/**
 * A symmetric 3 × 3 block matrix with all that the rows of an LMI hold: multipliers, grams, crossed terms, plain
 * blocks.
 */
const [G, H, Q, U, V] = [weight('G', s, r), weight('H', s, r), weight('Q', s, s), weight('U', r, t), weight('V', t, s)];
const crossed = product([transpose(G), H]);
const upper = scale(-2, [], product([transpose(G), Q]));
const rows: readonly BlockRow[] = [
  rowOf(r, [
    [
      r,
      sum([
        scale(-2, [], lambdaOf(r)),
        product([transpose(H), H]),
        scale(-1, [], product([transpose(G), G])),
        crossed,
        transpose(crossed),
      ]),
    ],
    [s, upper],
    [t, U],
  ]),
  rowOf(s, [
    [r, transpose(upper)],
    [s, sum([scale(-2, [], lambdaOf(s)), scale(3, [], product([transpose(Q), Q]))])],
    [t, transpose(V)],
  ]),
  rowOf(t, [
    [r, transpose(U)],
    [s, V],
    [t, scale(-2, [], lambdaOf(t))],
  ]),
];

function assembled(point: Point): { readonly data: Float64Array; readonly order: number } {
  const widths = rows.map(({ signal }) => point.width(labelText(signal)));
  const offsets = widths.map((_width, k) => widths.slice(0, k).reduce((total, width) => total + width, 0));
  const order = widths.reduce((total, width) => total + width, 0);
  const data = new Float64Array(order * order);
  rows.forEach((row, k) => {
    for (const block of row.blocks) {
      const value = evaluate(block.expression, point);
      const column = offsets[rows.findIndex((other) => labelText(other.signal) === labelText(block.column))] ?? 0;
      for (let i = 0; i < value.rows; i += 1)
        for (let j = 0; j < value.columns; j += 1) data[((offsets[k] ?? 0) + i) * order + column + j] = at(value, i, j);
    }
  });
  return { data, order };
}

/**
 * Random block matrices whose multipliers are raised until the rows' inequalities, as the rule states them, just hold
 * or just fail; whether the matrix is then negative semidefinite is for its eigenvalues to say.
 */
export function discTrial(rule: Rule<BlockRow, RowInequality>, seed: number): ImplicationTrial<Point> {
  const random = generator(seed);
  const totals = rows.map((row) => {
    const { centre, radius } = rule.apply(row);
    return sum([centre, radius]);
  });
  const diagonal = (entries: readonly number[]): Matrix =>
    matrix(entries.length, entries.length, (i, j) => (i === j ? (entries[i] ?? 0) : 0));
  const points = Array.from({ length: 400 }, (_, k) => {
    const flavour = flavours[k % flavours.length] ?? 'plain';
    const point = samplePoint(random, flavour === 'large' || flavour === 'zeros' ? 'plain' : flavour);
    const without = rows.reduce(
      (all, { signal }) => all.with(lambdaOf(signal), diagonal(Array<number>(point.width(labelText(signal))).fill(0))),
      point,
    );
    const spare = random.pick([1e-9, 1e-6, 0.01, 1, -0.1, -0.5]);
    return rows.reduce((all, { signal }, row) => {
      const rest = evaluate(totals[row] ?? totals[0] ?? G, without);
      return all.with(
        lambdaOf(signal),
        diagonal(Array.from(rest.data, (value) => (value / 2) * (1 + spare) + Math.abs(spare) * 1e-3)),
      );
    }, point);
  });
  const sizeOf = (data: Float64Array): number => Math.max(Number.MIN_VALUE, ...data.map(Math.abs));
  return {
    stem: 'bound/gershgorin-disc',
    points,
    source: (point) => {
      const { data, order } = assembled(point);
      return -Math.max(...eigenvalues(data, order)) / (order * sizeOf(data));
    },
    target: (point) =>
      -Math.max(...totals.flatMap((total) => Array.from(evaluate(total, point).data))) / sizeOf(assembled(point).data),
  };
}
