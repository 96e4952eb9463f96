import { describe, expect, it } from 'vitest';
import { createRules } from '../../../rules/index.js';
import { diagonalScaling } from '../../../rules/lmi/diagonal-scaling.js';
import { blockRows } from '../../../src/2-lmi/block-rows.js';
import { concreteNetwork } from '../../../src/2-lmi/concrete.js';
import { scalesOf } from '../../../src/2-lmi/scaling.js';
import { symbolicNetwork } from '../../../src/2-lmi/symbolic.js';
import type { Label } from '../../../src/base/label.js';
import { label, labelText } from '../../../src/base/label.js';
import { diag, square, summands } from '../../../src/expr/build.js';
import { evaluate } from '../../../src/expr/evaluate.js';
import type { SymbolNode } from '../../../src/expr/node.js';
import { defaultNaming } from '../../../src/expr/naming.js';
import { text } from '../../../src/expr/print.js';
import { symbols } from '../../../src/expr/visit.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Lmi, ScalingSource } from '../../../src/model/lmi.js';
import type { Network } from '../../../src/model/network.js';
import type { Scaling } from '../../../src/model/scaling.js';
import type { Matrix } from '../../../src/numeric/matrix.js';
import { at, matrix } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { builtin, written } from '../../architectures.js';
import { descriptionViolations } from '../../laws/common.js';
import type { Point } from '../../laws/points.js';
import { samplePoint } from '../../laws/points.js';

const quiet = { record: (): void => undefined };
const lmiOf = (network: Network): Lmi => blockRows(network, createRules().form, defaultNaming, quiet);
const sourceOf = (network: Network): ScalingSource => ({ lmi: lmiOf(network), scaling: scalesOf(network) });

/** A dense matrix over all rows of the LMI. */
function assembled(
  { rows }: Lmi,
  point: Point,
  width: (signal: Label) => number,
): { readonly data: number[][]; readonly size: number } {
  const widths = rows.map(({ signal }) => width(signal));
  const offset = new Map(
    rows.map(({ signal }, k) => [labelText(signal), widths.slice(0, k).reduce((all, w) => all + w, 0)]),
  );
  const size = widths.reduce((all, w) => all + w, 0);
  const data = Array.from({ length: size }, () => Array<number>(size).fill(0));
  for (const row of rows) {
    for (const block of row.blocks) {
      const value = evaluate(block.expression, point);
      const [top, left] = [offset.get(labelText(row.signal)) ?? 0, offset.get(labelText(block.column)) ?? 0];
      for (let i = 0; i < value.rows; i += 1)
        for (let j = 0; j < value.columns; j += 1) (data[top + i] ?? [])[left + j] = at(value, i, j);
    }
  }
  return { data, size };
}

/** Powers of two scale without rounding, so that the comparison below is exact. */
const diagonal = (random: ReturnType<typeof generator>, n: number): Matrix => {
  const entries = Array.from({ length: n }, () => 2 ** random.integer(-3, 3));
  return matrix(n, n, (i, j) => (i === j ? (entries[i] ?? 1) : 0));
};
const entryOf = (t: Matrix | null, i: number): number => (t === null ? 1 : at(t, i, i));

const architectures: readonly (readonly [string, Architecture, number])[] = [
  ...['residual', 'feedforward', 'dense-skip', 'two-branch', 'linear'].flatMap((name) => [
    [name, builtin(name), 1] as const,
    [name, builtin(name), 3] as const,
  ]),
  [
    'identities inside',
    written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h)', 'k = phi(K * g - 2 * E * h)', 'y = B * k + A * x'], {
      E: 'diagonal',
      A: 'diagonal',
    }),
    1,
  ],
  ['identities to the output', written(['h = phi(H * x)', 'g = phi(G * h)', 'y = x + B * h + 0.25 * g']), 1],
];

describe('lmi/diagonal-scaling', () => {
  it('says what it is', () => {
    expect(descriptionViolations(diagonalScaling, 'lmi/diagonal-scaling')).toEqual([]);
  });

  it.each(architectures)('gives T M T entry for entry: %s', (_name, architecture, depth) => {
    const network = concreteNetwork(architecture, depth);
    const source = sourceOf(network);
    const { scaling } = source;
    expect(diagonalScaling.refuses(source)).toBeNull();
    const target = diagonalScaling.apply(source);
    const random = generator(7);
    const seen = new Set<number>();
    for (let round = 0; round < 20; round += 1) {
      const drawn = samplePoint(random, 'integers');
      const width = (signal: Label): number => drawn.width(labelText(network.dimension(signal)));
      const scales = new Map(
        scaling.symbols.map(
          (scale) => [scale.key, diagonal(random, drawn.width(labelText(scale.rows ?? label(''))))] as const,
        ),
      );
      const of = (signal: Label): Matrix | null => scales.get(scaling.of(signal)?.key ?? '') ?? null;
      const withScales = scaling.symbols.reduce(
        (point, scale) => point.with(scale, scales.get(scale.key) ?? matrix(1, 1, () => 1)),
        drawn,
      );
      // The tilde values by the statement's own formulas, C̃ = T_l⁻¹ C T_j, Λ̃ = T_l Λ T_l, D̃ = D T_j.
      const change = (
        point: Point,
        node: SymbolNode,
        left: (i: number) => number,
        right: (j: number) => number,
      ): Point => {
        const value = drawn.value(node);
        return point.with(
          node,
          matrix(value.rows, value.columns, (i, j) => left(i) * at(value, i, j) * right(j)),
        );
      };
      let tilde = withScales;
      for (const { layer } of network.rows) {
        if (layer === null) continue;
        const own = of(layer.target);
        tilde = change(
          tilde,
          layer.multiplier,
          (i) => entryOf(own, i),
          (j) => entryOf(own, j),
        );
        for (const { weight, signal } of layer.reads)
          if (weight !== null)
            tilde = change(
              tilde,
              weight,
              (i) => 1 / entryOf(own, i),
              (j) => entryOf(of(signal), j),
            );
      }
      for (const { weight, signal } of network.output.reads)
        if (weight !== null)
          tilde = change(
            tilde,
            weight,
            () => 1,
            (j) => entryOf(of(signal), j),
          );
      const [m, scaled] = [assembled(source.lmi, drawn, width), assembled(target, tilde, width)];
      const t = source.lmi.rows.flatMap(({ signal }) =>
        Array.from({ length: width(signal) }, (_, i) => entryOf(of(signal), i)),
      );
      expect(scaled.data).toEqual(m.data.map((row, i) => row.map((value, j) => (t[i] ?? 1) * value * (t[j] ?? 1))));
      for (const value of t) seen.add(value);
    }
    // Otherwise nothing would have been compared.
    expect(seen.size).toBeGreaterThan(1);
  });

  it('changes −𝓛² I alone, into −𝓛² T_x²', () => {
    const source = sourceOf(concreteNetwork(builtin('residual'), 2));
    const target = diagonalScaling.apply(source);
    const changed = target.rows.flatMap((row, i) =>
      row.blocks.flatMap((block, j) =>
        block.expression.key === source.lmi.rows[i]?.blocks[j]?.expression.key
          ? []
          : [[labelText(row.signal), labelText(block.column)]],
      ),
    );
    expect(changed).toEqual([['x', 'x']]);
    const own = target.rows[0]?.blocks[0]?.expression;
    const terms = own === undefined ? [] : summands(own);
    const scale = source.scaling.of(label('x'));
    const [changedTerm] = terms.filter((term) => [...symbols(term)].some(({ role }) => role === 'scale'));
    if (scale === null || changedTerm === undefined) throw new Error('a scale of x expected');
    expect(text(changedTerm)).toBe('−𝓛² T_x²');
    expect(text(diag(changedTerm))).toBe(`−𝓛² ${text(square(diag(scale)))}`);
  });

  it.each(['residual', 'feedforward', 'dense-skip', 'two-branch', 'linear'])('holds at symbolic depth: %s', (name) => {
    const source = sourceOf(symbolicNetwork(builtin(name)));
    expect(diagonalScaling.refuses(source)).toBeNull();
    const target = diagonalScaling.apply(source);
    expect(
      target.rows.flatMap((row, i) =>
        row.blocks
          .filter((block, j) => block.expression.key !== source.lmi.rows[i]?.blocks[j]?.expression.key)
          .map((block) => [labelText(row.signal), labelText(block.column)]),
      ),
    ).toEqual([['x', 'x']]);
  });

  it('refuses scales that an identity read does not allow', () => {
    const inside = sourceOf(concreteNetwork(written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h)', 'y = B * g']), 1));
    const outside = sourceOf(concreteNetwork(written(['h = phi(H * x)', 'y = 0.5 * x + B * h']), 1));
    // A scale of its own for every signal.
    const apart = ({ lmi }: ScalingSource): Scaling => {
      const { network } = lmi;
      const chain = scalesOf(concreteNetwork(written(['h = phi(H * x)', 'g = phi(G * h)', 'y = B * g']), 1));
      return {
        of: (signal) => {
          const scale = chain.of(signal);
          return scale === null
            ? null
            : { ...scale, rows: network.dimension(signal), columns: network.dimension(signal) };
        },
        symbols: chain.symbols,
      };
    };
    for (const source of [inside, outside]) {
      expect(diagonalScaling.refuses(source)).toBeNull();
      expect(diagonalScaling.refuses({ ...source, scaling: apart(source) })?.because).toMatch(/identity/);
    }
  });
});

describe('the scales', () => {
  const names = (architecture: Architecture, depth: number | 'n'): readonly string[] =>
    scalesOf(depth === 'n' ? symbolicNetwork(architecture) : concreteNetwork(architecture, depth)).symbols.map(
      (scale) => text(diag(scale)),
    );

  it('are one a signal', () => {
    expect(names(builtin('residual'), 2)).toEqual(['t_x', 't[1]', 't[2]']);
    expect(names(builtin('residual'), 'n')).toEqual(['t_x', 't[1]', 't[l]', 't[n]']);
    expect(names(builtin('two-branch'), 1)).toEqual(['t_x', 't_u[1]', 't_w[1]']);
  });

  it('are one for signals that an identity joins, and 1 where one leads to the output', () => {
    expect(names(written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h)', 'k = phi(K * g)', 'y = B * k']), 1)).toEqual([
      't_x',
      't_h',
      't_k',
    ]);
    expect(names(written(['h = phi(H * x)', 'g = phi(G * h + h)', 'y = g + A * x']), 1)).toEqual(['t_x']);
    expect(names(written(['h = phi(H * x)', 'y = x + B * h']), 1)).toEqual(['t_h']);
    const chain = written(['w[1] = phi(C[1] * x)', 'w[l] = phi(C[l] * w[l-1] + w[l-1]) for l in 2..n', 'y = B * w[n]']);
    expect([names(chain, 3), names(chain, 'n')]).toEqual([
      ['t_x', 't[1]'],
      ['t_x', 't'],
    ]);
    // An identity below the first member alone ties nothing else of the family.
    const foot = written([
      'h = phi(H * x)',
      'g[1] = phi(G[1] * h + h)',
      'g[l] = phi(G[l] * g[l-1]) for l in 2..n',
      'y = B * g[n]',
    ]);
    expect([names(foot, 3), names(foot, 'n')]).toEqual([
      ['t_x', 't_h', 't_g[2]', 't_g[3]'],
      ['t_x', 't_h', 't_g[l]', 't_g[n]'],
    ]);
  });
});
