import { label } from '../../src/base/label.js';
import {
  identity,
  number,
  product,
  scalarSymbol,
  scale,
  sqrt,
  sum,
  symbol,
  times,
  transpose,
} from '../../src/expr/build.js';
import type { Expression, SymbolKind, SymbolNode } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { SumSource } from '../../src/model/pivot.js';
import { readMatrices } from '../../src/model/reads.js';
import { roundoff } from '../../src/model/roundoff.js';
import { norm } from '../../src/model/symbols.js';
import { refuse } from '../../src/rule/contract.js';
import type { Rule } from '../../src/rule/contract.js';

const slack: SymbolKind = {
  role: 'slack',
  letters: ['tau', 'chi'],
  meaning: (of) => `what the covariance of ${of} is enlarged by, a number: it is then positive definite`,
};

const part: SymbolKind = {
  role: 'sum-part',
  letters: ['Omega', 'Upsilon'],
  meaning: (of) => `the covariance of one summand of ${of}`,
};

/**
 * # Slack for an affine signal
 *
 * **Statement.** With K[h, h] + κ I in the place of K[h, h], κ > 0, what follows is met only where it is met without κ,
 * and K[h, h] + κ I ≻ 0.
 *
 * **Source.** The covariances of an affine signal h = Σ c_k C_k w_k, which may be singular: h may have more entries
 * than independent sources.
 *
 * **Target.** κ = τ √u Σ_k ‖c_k² C_k K[k, k] C_kᵀ‖ with bounds of the norms, u the relative error of one operation, and
 * the larger K[h, h].
 *
 * **Derivation.** The recursion with κ is that of h + e instead of h, where e is one more input with the form κ⁻¹ ‖e‖²
 * in N: independent of everything before, of covariance κ I. If the larger N′ is ≻ 0 and M′ ≼ 0, so are their
 * restrictions to e = 0, which are N and M.
 *
 * **Assumptions.** κ > 0.
 *
 * **When not to use.** A signal that has a covariance of full rank needs none; it loses what weights on h could gain in
 * directions in which h hardly moves.
 */
export const affineSlack: Rule<SumSource, readonly Assignment[]> = {
  name: 'allocate/affine-slack',
  statement: 'K[h, h] + κ I ≻ 0 for κ > 0 in the place of K[h, h] is met only where K[h, h] is',
  latex:
    'K_{h,h} \\leftarrow K_{h,h} + \\kappa I,\\quad \\kappa = \\tau \\sqrt{u} \\sum_k \\lVert c_k^2 C_k K_{k,k} ' +
    'C_k^{\\top} \\rVert \\quad (\\kappa > 0)',
  exact: false,
  introduces: [norm, part, slack],
  assumptions: [{ text: 'κ > 0', latex: '\\kappa > 0' }],
  refuses: ({ tie }) => (tie === null ? null : refuse('the covariance of a tied signal is κ I')),
  apply: ({ sum: { target, reads }, width, covariance, symbolOf, wanted }) => {
    if (!wanted) return [];
    const rule = 'allocate/affine-slack';
    const own = symbolOf(target, target);
    const read = readMatrices(reads, width);
    const assignments: Assignment[] = [];
    const sizeOf = (of: SymbolNode, k: number): SymbolNode => {
      const size = scalarSymbol(norm, label(target.name, target.index), { other: label(`summand ${k + 1}`) });
      assignments.push({ kind: 'majorant', rule, symbol: size, of });
      return size;
    };
    const sizes = read.map(({ signal, matrix }, k): Expression => {
      if (read.length === 1) return sizeOf(own, k);
      const image = symbol(part, target, { rows: width, columns: width }, { other: label(`${k + 1}`) });
      const value = product([matrix, covariance(signal, signal), transpose(matrix)]);
      assignments.push({ kind: 'matrix', rule, symbol: image, value });
      return sizeOf(image, k);
    });
    const kappa = scalarSymbol(slack, target, { positive: true });
    const value = times(scale(margins.slack, [sqrt(roundoff)], number(1)), sum(sizes));
    return [
      ...assignments,
      { kind: 'define', rule, symbol: kappa, value },
      { kind: 'matrix', rule, symbol: own, value: sum([own, times(kappa, identity(width))]) },
    ];
  },
};
