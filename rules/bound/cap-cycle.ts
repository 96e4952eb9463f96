import { abs, diag, hadamard, rowSums, square, symbol } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import { substitute } from '../../src/expr/visit.js';
import type { CycleSource, Cap } from '../../src/model/bounding.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Cap that breaks a cycle
 *
 * **Statement.** If |W| 1 ≤ κ and a total increases with |W| 1, then the total with κ in its place is at least as
 * large.
 *
 * **Source.** A weight W and a multiplier λ that each need the other first.
 *
 * **Target.** The cap |W| 1 ≤ κ, and κ for |W| 1 in all inequalities.
 *
 * **Derivation.** Every total is a sum of products of nonnegative factors, hence monotone in |W| 1; in λ's bound
 * |W| 1 makes the numerator larger and the divisor smaller. Juston et al., arXiv 2502.21279, section 3, with κ = 1/|S|.
 *
 * **Assumptions.** κ ≥ |W| 1, fixed before λ; the totals are monotone in |W| 1.
 *
 * **When not to use.** Where the order of evaluation exists without it: a cap costs slack.
 */
export const capCycle: Rule<CycleSource, Cap> = {
  name: 'bound/cap-cycle',
  statement: '|W| 1 ≤ κ allows κ for |W| 1 in every total that grows with it',
  latex:
    '\\left|W\\right|\\mathbf{1} \\le \\kappa \\;\\Rightarrow\\; g(\\left|W\\right|\\mathbf{1}) ' +
    '\\le g(\\kappa) \\quad (g\\ \\text{nondecreasing})',
  exact: false,
  assumptions: [
    { text: 'κ bounds the row sums', latex: '\\left|W\\right|\\mathbf{1} \\le \\kappa' },
    { text: 'the totals do not decrease in |W| 1', latex: 'g\\ \\text{nondecreasing}' },
  ],
  refuses: ({ weight }) => (weight.role === 'weight' ? null : refuse('only weights can be capped')),
  apply: ({ weight, layer, span, capLabel }) => {
    const cap = symbol('cap', capLabel, { rows: weight.rows, columns: null }, { positive: true });
    const sums = rowSums(abs(weight));
    const squares = weight.diagonal ? square(diag(weight)) : null;
    const replaceAll = (node: Expression): Expression =>
      substitute(node, (part) =>
        part.key === sums.key ? cap : squares !== null && part.key === squares.key ? square(cap) : null,
      );
    const replaceInner = (node: Expression): Expression => {
      if (!weight.diagonal) return replaceAll(node);
      return substitute(node, (part) => (part.key === squares?.key ? hadamard([cap, sums]) : null));
    };
    return {
      symbol: cap,
      constraint: {
        kind: 'cap',
        parameters: [weight],
        left: sums,
        relation: '<=',
        right: cap,
        onlyIfPositive: null,
        row: layer.target,
        span,
      },
      replaceAll,
      replaceInner,
    };
  },
};
