import { margins } from '../../src/model/margins.js';
import type { SymbolNode } from '../../src/expr/node.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/**
 * # Range clamp
 *
 * **Statement.** Clamping a free entry to [−2⁶⁴, 2⁶⁴] keeps every constraint that is met afterwards reachable.
 *
 * **Source.** A weight with any finite free value.
 *
 * **Target.** The weight with entries of at most 2⁶⁴ in size; under the pivot strategy, whose free numbers enter
 * products before anything shrinks them, at most 2¹⁵ (dense) or 2⁴⁰.
 *
 * **Derivation.** Later assignments only shrink entries and enforce the constraints themselves; the clamp comes first
 * and only keeps sums of squares of width up to 2¹⁶ far below the overflow threshold 2¹⁰²⁴.
 *
 * **Assumptions.** The free value is finite.
 *
 * **When not to use.** A network that needs weights above 2⁶⁴ is out of range for double precision anyway.
 */
export const rangeClamp: Rule<SymbolNode, Assignment> = {
  name: 'parameterize/range-clamp',
  statement: 'entries are clamped to ±2⁶⁴, or less where the strategy says so, before anything else',
  latex: 'w = \\min(\\max(z, -2^{64}), 2^{64}) \\quad (z \\in \\mathbb{R})',
  exact: false,
  assumptions: [{ text: 'the free value is finite', latex: 'z \\in \\mathbb{R}' }],
  refuses: (weight) => (weight.role === 'weight' ? null : refuse('only weights have free entries')),
  apply: (weight) => ({ kind: 'clamp', rule: 'parameterize/range-clamp', weight, bound: margins.largestEntry }),
};
