import { labelText } from '../../src/base/label.js';
import { inverse, monomial, product, scale, sum, summands, symbol, transpose } from '../../src/expr/build.js';
import type { Expression, SymbolKind, SymbolNode } from '../../src/expr/node.js';
import { symbols } from '../../src/expr/visit.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { LayerRecursion } from '../../src/model/pivot.js';
import { gain, pivot as pivotKind } from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { cholesky, made } from '../../src/model/primitives.js';

const pivotFactor: SymbolKind = {
  role: 'pivot-factor',
  letters: ['E'],
  meaning: (of, _part, name) =>
    `lower triangular, ${name(pivotFactor)} ${name(pivotFactor)}ᵀ is the pivot ${name(pivotKind)} of ${of}`,
};

const driven: SymbolKind = {
  role: 'driven',
  letters: ['W'],
  ofTwo: true,
  meaning: (_of, _part, name) => `${name(pivotFactor)}⁻¹ times what the layer shares with an earlier signal`,
};

const gainDriven: SymbolKind = {
  role: 'gain-driven',
  letters: ['H'],
  meaning: (_of, _part, name) => `${name(pivotFactor)}⁻¹ ${name(gain)}ᵀ`,
};

/**
 * # The recursion by factors
 *
 * **Statement.** With D = E Eᵀ, a D⁻¹ b = (E⁻¹ aᵀ)ᵀ (E⁻¹ b).
 *
 * **Source.** The definitions of one layer's covariances.
 *
 * **Target.** The same definitions with every D⁻¹ written by triangular solves, each solved for once.
 *
 * **Derivation.** D⁻¹ = E⁻ᵀ E⁻¹.
 *
 * **Assumptions.** D ≻ 0, which the layer's multiplier was chosen for.
 *
 * **When not to use.** Never with D⁻¹ itself: explicit inverses lose digits, and a D⁻¹ aᵀ would not come out symmetric.
 */
export const factorPivot: Rule<LayerRecursion, readonly Assignment[]> = {
  name: 'allocate/factor-pivot',
  statement: 'with D = E Eᵀ, a D⁻¹ b = (E⁻¹ aᵀ)ᵀ (E⁻¹ b)',
  latex: 'D = E E^{\\top} \\implies a D^{-1} b = (E^{-1} a^{\\top})^{\\top} (E^{-1} b) \\quad (D \\succ 0)',
  exact: true,
  introduces: [pivotFactor, driven, gainDriven],
  assumptions: [{ text: 'the pivot D is positive definite', latex: 'D \\succ 0' }],
  refuses: () => null,
  apply: ({ source, definitions }) => {
    const rule = 'allocate/factor-pivot';
    const { pivot, split } = source;
    const { derived, target } = split.layer;
    const factor = symbol(pivotFactor, derived, { rows: pivot.rows, columns: pivot.columns }, { triangular: true });
    const solved = new Map<string, SymbolNode>();
    const assignments: Assignment[] = [];
    /** E⁻¹ b, under a name that tells which signal b comes from. */
    const drivenBy = (b: Expression): SymbolNode => {
      const known = solved.get(b.key);
      if (known !== undefined) return known;
      const [origin] = [...symbols(b)].filter((node) => node.role === 'covariance');
      const image =
        origin === undefined
          ? symbol(gainDriven, derived, { rows: pivot.rows, columns: b.columns })
          : symbol(driven, target, { rows: pivot.rows, columns: b.columns }, { other: origin.label });
      solved.set(b.key, image);
      assignments.push({ kind: 'matrix', rule, symbol: image, value: product([inverse(factor), b]) });
      return image;
    };
    const byFactor = (value: Expression): Expression =>
      sum(
        summands(value).map((term) => {
          const { coefficient, scalars, body } = monomial(term);
          const items = body.kind === 'product' ? body.items : [body];
          const at = items.findIndex((item) => item.key === inverse(pivot).key);
          if (at < 0) return term;
          const [left, right] = [transpose(product(items.slice(0, at))), product(items.slice(at + 1))];
          return scale(coefficient, scalars, product([transpose(drivenBy(left)), drivenBy(right)]));
        }),
        value,
      );
    for (const { symbol: defined, value, rule: from } of definitions) {
      assignments.push({ kind: 'matrix', rule: from, symbol: defined, value: byFactor(value) });
      if (defined.key !== pivot.key) continue;
      assignments.push(
        made(
          rule,
          factor,
          cholesky('LW404', `the pivot of ${labelText(target)} has lost its positive definiteness to rounding`),
          pivot,
        ),
      );
    }
    return assignments;
  },
};
