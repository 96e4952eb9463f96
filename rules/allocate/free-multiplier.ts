import {
  abs,
  diag,
  exp,
  fill,
  inverse,
  maximum,
  minimum,
  negate,
  number,
  ones,
  product,
  quotient,
  rowSums,
  scale,
  sqrt,
  square,
  subtract,
  sum,
  times,
} from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { margins } from '../../src/model/margins.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { AllocationSource, MultiplierSource } from '../../src/model/pivot.js';
import { absorbedImages } from '../../src/model/reads.js';
import { cholesky, made } from '../../src/model/primitives.js';
import * as kinds from '../../src/model/symbols.js';
import { lipschitzSymbol } from '../lmi/lipschitz-goal.js';
import { roundingOf } from './shared-rounding.js';
import type { AllocationRule, Assignments } from '../../src/rule/allocation.js';
import type { Refusal, Reversible } from '../../src/rule/contract.js';
import { refuse } from '../../src/rule/contract.js';

/** exp of free numbers, held to a range in which nothing overflows. */
export function positive(free: Expression): Expression {
  const limit = margins.largestLogarithm;
  return exp(minimum([maximum([free, fill(number(-limit), free.rows)]), fill(number(limit), free.rows)]));
}

const rule = 'allocate/free-multiplier';

/** 𝓛². */
export const squaredBound = scale(1, [lipschitzSymbol, lipschitzSymbol], number(1));

/** 2/(σ² 𝓛² exp ψ) without dividing by λ: the square of a small one, which its derivative has, may be out of range. */
const inverted = ({ spread, logMultiplier }: MultiplierSource): Expression =>
  times(quotient(number(2), scale(1, [spread, spread], squaredBound)), positive(negate(logMultiplier)));

/** Θ = 2 / (σ² λ), or λ = 2 / (σ² Θ): the two are each other's. */
export function reciprocal({ spread, split }: MultiplierSource, of: Expression): Expression {
  return quotient(fill(number(2), split.layer.multiplier.rows), scale(1, [spread, spread], of));
}

/**
 * What Θ must leave for rounding where reads share a signal, which X must not be smaller than: what is made up for by
 * dense weights, and 20 ε²/η² for what rounding changes of V R, by ε (`shared-rounding`). Then (V + E) K (V + E)ᵀ ≼ (1
 * + η/4) V K Vᵀ + (1 + 4/η) ε² I takes η/2 Θ more at most.
 */
export function absorbedRoom(
  allocation: AllocationSource,
  by: string,
): { readonly images: readonly Assignment[]; readonly room: Expression } | null {
  const rounding = roundingOf(allocation);
  if (rounding === null) return null;
  const found = absorbedImages(allocation).map(({ image }, k) => ({
    symbol: allocation.symbols.absorbedImage(k),
    value: image,
  }));
  const changed = fill(scale(20 / allocation.margin ** 2, [rounding, rounding], number(1)), allocation.width);
  const room = sum([...found.map(({ symbol }) => scale(margins.absorbed, [], rowSums(square(symbol)))), changed]);
  return { images: found.map(({ symbol, value }) => ({ kind: 'matrix', rule: by, symbol, value })), room };
}

/** ν: what λ must exceed because of how the output reads the layer's signal, if at all. */
export const leastOf = ({ skip, absorbed }: MultiplierSource): SymbolNode | null =>
  skip?.least ?? absorbed?.least ?? null;

/** Pivots that are not 2Λ − s² Λ V K Vᵀ Λ are left alone, as those of a multiple of the slope restriction's form. */
export function otherPivot({ split: { mixed, own, range } }: MultiplierSource): Refusal | null {
  const isOurs = own.key === number(2).key && mixed.key === scale(2, [range], number(1)).key;
  return isOurs ? null : refuse('the pivot is not 2Λ − s² Λ V K Vᵀ Λ');
}

/**
 * # Free multipliers
 *
 * **Statement.** With Θ = 2/(σ² λ) and 0 < μ ≤ 1 − η: any λ > 0 with μ Θ ≻ Q and X = J U with J Jᵀ = μ Θ − Q, U Uᵀ ≼ I,
 * give s² Λ (X Xᵀ + Q) Λ ≼ 2μΛ ≼ (1 − η) 2Λ. Where nothing is fixed Q = 0 and J = (μ Θ)^(1/2).
 *
 * **Source.** A pivot D = 2Λ − s² Λ V K Vᵀ Λ and V K Vᵀ = X Xᵀ + Q.
 *
 * **Target.** λ = 𝓛² exp ψ, or ν(1 + exp ψ) where the output reads the layer's signal as it is (`skip-multiplier`), 𝓛²
 * exp ψ + ν where a dense weight reads it too (`absorbed-multiplier`), unless fixed reads ask for less, and X. Fixed
 * reads ask for Θ of at least (1 + η)/μ times the row sums of |Q|, reads that a dense weight makes up for a little
 * more; the rest of Θ is free.
 *
 * **Derivation.** Multiply 2μΛ − s² Λ (X Xᵀ + Q) Λ by Λ⁻¹ on both sides and use s ≤ σ, Λ⁻¹ = σ² Θ/2: it is enough that
 * X Xᵀ + Q ≼ μ Θ. With Q and J, X Xᵀ = J U Uᵀ Jᵀ ≼ J Jᵀ. μ Θ − Q ≻ 0 by diagonal dominance.
 *
 * **Assumptions.** σ ≥ s ≥ 0, 0 < μ ≤ 1 − η (`slope-spread`), U Uᵀ ≼ I.
 *
 * **When not to use.** Complete where nothing is fixed and σ = s: every (C, Λ) that leaves the part 1 − μ of the pivot
 * has its ψ = log(λ/𝓛²) and U; with ν those with λ > ν. With fixed reads only the Θ that dominate |Q| are reached.
 */
export const freeMultiplier: Reversible<MultiplierSource, Assignments> & AllocationRule<MultiplierSource> = {
  name: 'allocate/free-multiplier',
  statement: 'any λ > 0 with μΘ ≻ Q, Θ = 2/(σ²λ), J Jᵀ = μΘ − Q, X = J U: then s²Λ(X Xᵀ + Q)Λ ≼ 2μΛ ≼ (1 − η) 2Λ',
  latex:
    'J J^{\\top} = \\mu\\Theta - Q,\\ X = J U,\\ \\Theta = 2\\sigma^{-2}\\Lambda^{-1} \\implies ' +
    's^2 \\Lambda (X X^{\\top} + Q) \\Lambda \\preceq 2\\mu\\Lambda \\preceq 2 (1-\\eta) ' +
    '\\Lambda \\quad (\\sigma \\ge s \\ge 0,\\ 0 < \\mu \\le 1-\\eta,\\ U U^{\\top} \\preceq I)',
  exact: false,
  introduces: [kinds.freeMultiplier, kinds.room, kinds.roomFactor, kinds.reached, kinds.image],
  assumptions: [
    { text: 'σ ≥ s ≥ 0', latex: '\\sigma \\ge s \\ge 0' },
    { text: '0 < μ ≤ 1 − η', latex: '0 < \\mu \\le 1-\\eta' },
    { text: 'U is a contraction', latex: 'U U^{\\top} \\preceq I' },
  ],
  free: ({ logMultiplier }) => [logMultiplier],
  refuses: otherPivot,
  apply: (source) => {
    const { allocation, split, room, logMultiplier } = source;
    const { symbols } = allocation;
    const { multiplier } = split.layer;
    const free = times(unitOf(source), positive(logMultiplier));
    const least = leastOf(source);
    const chosen = least === null ? free : sum([free, fill(least, multiplier.rows)]);
    // A block has one λ for all units, the greatest: its Θ is that of this λ.
    const own = least === null && split.layer.activation?.kind !== 'block';
    const left = own ? inverted(source) : reciprocal(source, chosen);
    const { images, asked } = askedRoom(source);
    const image = product([roomFactor(allocation), symbols.contraction]);
    if (asked === null) {
      return [
        { kind: 'define', rule, symbol: multiplier, value: chosen },
        { kind: 'define', rule, symbol: room, value: own ? left : reciprocal(source, diag(multiplier)) },
        { kind: 'keep', rule, symbol: multiplier },
        ...factored(source),
        { kind: 'matrix', rule, symbol: symbols.image, value: image },
      ];
    }
    return [
      ...images,
      { kind: 'define', rule, symbol: room, value: sum([asked, left]) },
      { kind: 'define', rule, symbol: multiplier, value: reciprocal(source, diag(room)) },
      { kind: 'keep', rule, symbol: multiplier },
      ...(allocation.dense === null
        ? []
        : [...factored(source), { kind: 'matrix', rule, symbol: symbols.image, value: image } as const]),
    ];
  },
  /** ψ comes back as its exponential λ̂/𝓛², and only where fixed reads ask for less than Θ. */
  undo: (source) => {
    const { allocation, split, room, logMultiplier } = source;
    const lambda = diag(split.layer.multiplier);
    const { images, asked } = askedRoom(source);
    const left = asked === null ? diag(room) : subtract(diag(room), asked);
    const because =
      `the multiplier of ${allocation.name} leaves its fixed reads less than the row sums that ` +
      'this parameterization asks for';
    const least = leastOf(source);
    const beyond =
      least === null ? reciprocal(source, left) : subtract(reciprocal(source, left), fill(least, lambda.rows));
    const exponential = quotient(beyond, fill(unitOf(source), lambda.rows));
    const short = `the multiplier of ${allocation.name} is less than what the output's identity asks for`;
    return [
      { kind: 'define', rule, symbol: room, value: reciprocal(source, lambda) },
      ...images,
      ...(asked === null ? [] : [{ kind: 'demand', rule, value: left, because } as const]),
      ...(least === null ? [] : [{ kind: 'demand', rule, value: beyond, because: short } as const]),
      { kind: 'define', rule, symbol: logMultiplier, value: exponential },
      ...(allocation.dense === null ? [] : [...factored(source), ...unscaled(allocation)]),
    ];
  },
};

/**
 * Covariances are homogeneous in 𝓛⁻², so that weights of hidden layers do not depend on 𝓛; what the output reads as it
 * is does.
 */
const unitOf = ({ skip }: MultiplierSource): Expression => (skip === null ? squaredBound : skip.least);

/**
 * What Θ must exceed for the reads that are not free, if there are any: their row sums, and the rounding of what is
 * made up for.
 */
function askedRoom({ allocation, used }: MultiplierSource): {
  readonly images: readonly Assignment[];
  readonly asked: Expression | null;
} {
  const { symbols, margin, fixed } = allocation;
  const absorbed = absorbedRoom(allocation, rule);
  const parts = [
    ...(fixed === null ? [] : [times(quotient(number(1 + margin), used), rowSums(abs(symbols.fixedSquare)))]),
    ...(absorbed === null ? [] : [absorbed.room]),
  ];
  return { images: absorbed?.images ?? [], asked: parts.length === 0 ? null : sum(parts) };
}

/** J is diagonal unless a fixed read takes a part that is not. */
const roomFactor = ({ symbols, fixed }: AllocationSource): SymbolNode =>
  fixed === null ? symbols.diagonalRoom : symbols.roomFactor;

function factored({ allocation, room, used }: MultiplierSource): readonly Assignment[] {
  const { symbols, name, fixed } = allocation;
  if (fixed === null)
    return [{ kind: 'define', rule, symbol: symbols.diagonalRoom, value: sqrt(times(used, diag(room))) }];
  return [
    { kind: 'matrix', rule, symbol: symbols.reached, value: subtract(times(used, room), symbols.fixedSquare) },
    made(
      rule,
      symbols.roomFactor,
      cholesky('LW404', `what the fixed reads of ${name} leave has lost its positive definiteness to rounding`),
      symbols.reached,
    ),
  ];
}

/** U = J⁻¹ X. */
function unscaled({ symbols, fixed }: AllocationSource): readonly Assignment[] {
  const { contraction, image, diagonalRoom, inverseRoom } = symbols;
  if (fixed !== null)
    return [{ kind: 'matrix', rule, symbol: contraction, value: product([inverse(symbols.roomFactor), image]) }];
  return [
    { kind: 'define', rule, symbol: inverseRoom, value: quotient(ones(diagonalRoom.rows), diag(diagonalRoom)) },
    { kind: 'matrix', rule, symbol: contraction, value: product([inverseRoom, image]) },
  ];
}
