import { exactFactor, scale, sqrt, sum, times } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { identitySize, roundings, sharedReads } from '../../src/model/reads.js';
import { roundoff } from '../../src/model/roundoff.js';
import { made, spectralNorm } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Rule } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

const rule = 'allocate/shared-rounding';

/**
 * # What rounding does where reads share a signal
 *
 * **Statement.** Where |E| ≤ κ u Σ_k |c_k O_k| entry by entry for the weights O_k on a signal, with ν_k = √(‖O_k‖₁
 * ‖O_k‖_∞) and ρ² ≥ ‖K‖ of that signal ‖E R‖ ≤ ε = κ u Σ ρ Σ_k |c_k| ν_k, summed over the signals that are read more
 * than once.
 *
 * **Source.** What a layer or the output reads, and the covariance of each signal that is read more than once.
 *
 * **Target.** ε of the weights on such signals (all but one dense one), and of the identities beside them.
 *
 * **Derivation.** ‖E R‖ ≤ Σ ‖E_s‖ ‖R_s‖ over the signals s, ‖R_s‖² = ‖K_ss‖, ‖E_s‖ ≤ ‖|E_s|‖, and ‖A‖² ≤ ‖A‖₁ ‖A‖_∞. V
 * = c D + Σ c_k O_k may cancel to almost nothing, its rounding errors do not: they are relative to the terms.
 *
 * **Assumptions.** u is the relative error of one operation; κ counts them (`model/reads`).
 *
 * **When not to use.** Where every signal is read once, errors are relative to V itself, and the margins cover them.
 */
export const sharedRounding: Rule<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/shared-rounding',
  statement:
    'where reads c_k O_k share a signal, rounding changes V R by at most ε = κ u Σ ρ Σ |c_k| ' +
    'ν_k, ν_k = √(‖O_k‖₁ ‖O_k‖_∞), ρ² ≥ ‖K‖ of the signal',
  latex:
    '|E_s| \\le \\kappa u \\sum_k |c_k O_k| \\implies \\lVert E R \\rVert \\le \\varepsilon = ' +
    '\\kappa u \\sum_s \\rho_s \\sum_k |c_k| \\sqrt{\\lVert O_k \\rVert_1 \\lVert O_k ' +
    '\\rVert_\\infty},\\quad \\rho_s^2 \\ge \\lVert K_{ss} \\rVert \\quad (|\\mathrm{fl}(a) - a| ' +
    '\\le u |a|)',
  exact: false,
  introduces: [kinds.norm, kinds.rounding],
  assumptions: [{ text: 'u is the relative error of one operation', latex: '|\\mathrm{fl}(a) - a| \\le u |a|' }],
  refuses: ({ groups }) => (sharedReads(groups).length === 0 ? refuse('no signal is read more than once') : null),
  apply: ({ groups, covariance, symbols }) => {
    const shared = sharedReads(groups);
    const counted = roundings(shared);
    const assignments: Assignment[] = [];
    const [weights, identities]: [Expression[], Expression[]] = [[], []];
    let at = 0;
    shared.forEach((group, k) => {
      const of = covariance(group.signal, group.signal);
      if (of.kind !== 'symbol') throw new Error('the covariance of a signal with itself has a name');
      assignments.push(made(rule, symbols.sharedNorm(k), spectralNorm, of));
      const root = sqrt(symbols.sharedNorm(k));
      for (const { weight, coefficient } of group.fixed) {
        if (weight === null) continue;
        const size = symbols.sharedSize(at);
        at += 1;
        assignments.push({ kind: 'majorant', rule, symbol: size, of: weight });
        weights.push(scale(counted, [roundoff, exactFactor(Math.abs(coefficient)), size], root));
      }
      const identity = identitySize(group);
      if (identity > 0) identities.push(scale(counted, [roundoff, exactFactor(identity)], root));
    });
    if (weights.length > 0)
      assignments.push({ kind: 'define', rule, symbol: symbols.weightRounding, value: sum(weights) });
    if (identities.length > 0)
      assignments.push({ kind: 'define', rule, symbol: symbols.identityRounding, value: sum(identities) });
    return assignments;
  },
};

/** ε of everything that shares a signal, weights times `share`; null where nothing does. */
export function roundingOf({ groups, symbols }: AllocationSource, share: Expression | null = null): Expression | null {
  const shared = sharedReads(groups);
  const hasWeights = shared.some(({ fixed }) => fixed.some(({ weight }) => weight !== null));
  const parts = [
    ...(hasWeights ? [share === null ? symbols.weightRounding : times(share, symbols.weightRounding)] : []),
    ...(shared.some((group) => identitySize(group) > 0) ? [symbols.identityRounding] : []),
  ];
  return parts.length === 0 ? null : sum(parts);
}
