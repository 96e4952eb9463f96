import { labelText } from '../../src/base/label.js';
import { identity, inverse, product, scale, subtract } from '../../src/expr/build.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource } from '../../src/model/pivot.js';
import { cholesky, made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import type { Reversible } from '../../src/rule/contract.js';

/**
 * # What the output's fixed reads leave
 *
 * **Statement.** With J Jᵀ = (1 − η) I − Q, X = J U: X Xᵀ + Q ≼ (1 − η) I.
 *
 * **Source.** The condition W K Wᵀ ≼ I and W K Wᵀ = X Xᵀ + Q.
 *
 * **Target.** X; J is the identity times √(1 − η) where nothing is fixed.
 *
 * **Derivation.** J U Uᵀ Jᵀ ≼ J Jᵀ. Feasible exactly if Q = V_f K[f | d] V_fᵀ ≼ (1 − η) I (≺ is asked for). For y = a x
 * + B w[n] and m = 0 that is a² K[x | w[n]], and K[x | w[n]] is K[x, x] before the last layer: I/𝓛² and what all layers
 * but the last add. For a < 𝓛 `skip-reserve` has kept room. At a = 𝓛 nothing is left for a second layer, and with η > 0
 * nothing for the first.
 *
 * **Assumptions.** U Uᵀ ≼ I.
 *
 * **When not to use.** Nothing is lost but η.
 */
export const outputRoom: Reversible<AllocationSource, readonly Assignment[]> = {
  name: 'allocate/output-room',
  statement: 'with J Jᵀ = (1 − η) I − Q, X = J U: X Xᵀ + Q ≼ (1 − η) I',
  latex:
    'J J^{\\top} = (1-\\eta) I - Q,\\ X = J U \\implies X X^{\\top} + Q \\preceq (1-\\eta) I ' +
    '\\quad (U U^{\\top} \\preceq I)',
  exact: false,
  introduces: [kinds.image, kinds.reached, kinds.roomFactor],
  assumptions: [{ text: 'U is a contraction', latex: 'U U^{\\top} \\preceq I' }],
  refuses: () => null,
  apply: (source) => {
    const { symbols, margin, dense, fixed } = source;
    if (fixed === null)
      return [
        {
          kind: 'matrix',
          rule: 'allocate/output-room',
          symbol: symbols.image,
          value: scale(Math.sqrt(1 - margin), [], symbols.contraction),
        },
      ];
    const image = {
      kind: 'matrix',
      rule: 'allocate/output-room',
      symbol: symbols.image,
      value: product([symbols.roomFactor, symbols.contraction]),
    } as const;
    return [...room(source), ...(dense === null ? [] : [image])];
  },
  undo: (source) => {
    const { symbols, margin, fixed, dense } = source;
    if (dense === null) return [];
    const value =
      fixed === null
        ? scale(1 / Math.sqrt(1 - margin), [], symbols.image)
        : product([inverse(symbols.roomFactor), symbols.image]);
    return [
      ...(fixed === null ? [] : room(source)),
      { kind: 'matrix', rule: 'allocate/output-room', symbol: symbols.contraction, value },
    ];
  },
};

/** J of what the fixed reads leave. */
function room(source: AllocationSource): readonly Assignment[] {
  const { name, symbols, margin, fixed, width } = source;
  const rule = 'allocate/output-room';
  const names = (fixed?.signals ?? []).map((signal) => signal.name).join(', ');
  const because =
    `${asItIs(source) ?? `${name} reads ${names} through weights that are not free: choose a larger 𝓛.`} ` +
    'What the layers leave of the bound does not suffice (an identity skip a x needs a² < (1 − ' +
    'η) 𝓛²: with m = 0 the conditional covariance of x given w[n] is I/𝓛² plus what each layer ' +
    'but the last adds, and at a = 𝓛 nothing is left to any of them)';
  return [
    {
      kind: 'matrix',
      rule,
      symbol: symbols.reached,
      value: subtract(scale(1 - margin, [], identity(width)), symbols.fixedSquare),
    },
    made(rule, symbols.roomFactor, cholesky('LW402', because), symbols.reached),
  ];
}

/** In the author's letters, where the output reads the input alone as it is. */
function asItIs({ name, groups }: AllocationSource): string | null {
  const [read, ...more] = groups.filter(({ absorber }) => absorber === null);
  if (
    read === undefined ||
    labelText(read.signal) !== 'x' ||
    more.length > 0 ||
    read.fixed.some(({ weight }) => weight !== null)
  )
    return null;
  const a = read.fixed.reduce((sum, { coefficient }) => sum + coefficient, 0);
  return (
    `${name} reads ${a === 1 ? '' : `${a} `}x as it is: that alone asks for 𝓛 above ` +
    `${Math.abs(a)}: choose a larger 𝓛, or let each layer's own weight take its step back, as in ` +
    "y = x - 2 * C' * T * w with T diagonal, which keeps 1 exactly."
  );
}
