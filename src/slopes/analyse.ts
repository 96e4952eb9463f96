import { brief } from '../base/number-text.js';
import { fail } from '../base/diagnostic.js';
import type { Interval } from '../numeric/interval.js';
import { noAssumptions } from './scalar/assumptions.js';
import { proveContinuity } from './exact/continuity.js';
import { checkDerivative } from './derivative-check.js';
import { differentiate } from './scalar/differentiate.js';
import { encloseConstant } from './scalar/enclose.js';
import { placeText as exactPlaceText } from './exact/exact-slopes.js';
import type { Place } from './exact/exact-slopes.js';
import { exactExtremes } from './exact/extremes.js';
import type { Extreme } from './exact/extremes.js';
import type { Scalar } from './scalar/node.js';
import type { Branch, Obligation } from './scalar/obligation.js';
import { piecesOf } from './exact/pieces.js';
import { scalarText } from './scalar/print.js';
import { proveSign } from './search/prove-sign.js';
import { Prover } from './exact/prover.js';
import { searchSlopes } from './search/slope-search.js';
import { guards } from './scalar/visit.js';

/** A function as an author wrote it: where it is defined and whether it jumps is still to be settled. */
export interface WrittenFunction {
  readonly function: Scalar;
  readonly obligations: readonly Obligation[];
  readonly branches: readonly Branch[];
}

/** m or L: an enclosure of the infimum or supremum of the slopes, and the number itself where it has a closed form. */
export interface SlopeBound {
  readonly enclosure: Interval;
  readonly exact: Scalar | null;
  /** Where the slope is reached or approached, as text: `v = sqrt(2)`, `v → +∞`. */
  readonly at: string;
}

export interface SlopeAnalysis {
  readonly m: SlopeBound;
  readonly L: SlopeBound;
  /**
   * `exact`: f' is monotone between named points, so that its extremes are values there; else branch and bound in
   * intervals.
   */
  readonly method: 'exact' | 'branch and bound';
}

/**
 * m = inf and L = sup of the slopes (f(a) − f(b)) / (a − b), with proof that f is defined and continuous on all of ℝ.
 * The function must have numbers for its parameters.
 * @throws LW502 a jump, LW503 unbounded slopes, LW504 not defined somewhere, LW505 enclosures wider than 1e-9
 */
export function analyseSlopes(written: WrittenFunction): SlopeAnalysis {
  try {
    return analyse(written);
  } catch (error) {
    // Exact numbers that grow beyond what `build` holds.
    if (error instanceof RangeError) return fail('LW505', error.message, 'a function of smaller numbers');
    throw error;
  }
}

function analyse(written: WrittenFunction): SlopeAnalysis {
  for (const obligation of written.obligations) settle(obligation);
  for (const branch of written.branches) join(branch);
  checkDerivative(written.function, differentiate(written.function));
  const found = exactExtremes(written.function);
  if (found.kind === 'exact') return { m: boundFrom(found.m), L: boundFrom(found.L), method: 'exact' };
  if (found.kind === 'unbounded')
    return fail(
      'LW503',
      `slopes without bound as ${limitText(found.towards)}`,
      'an activation whose slopes are bounded',
    );
  return search(written.function);
}

function boundFrom({ enclosure, value, at }: Extreme): SlopeBound {
  return { enclosure, exact: value, at: exactPlaceText(at) };
}

const limitText = (at: Place): string => (typeof at === 'string' ? `v → ${at}` : `v → ${scalarText(at)}`);

const demands = { positive: 'positive', nonnegative: 'at least 0', nonzero: 'different from 0' } as const;

function settle({ demand, expression, where, text, position }: Obligation): void {
  const proof = proveSign(expression, demand, where);
  if (proof.kind === 'proven') return;
  const found =
    proof.kind === 'refuted'
      ? `${text} at v = ${brief(proof.at, 6)}`
      : `${text}, perhaps, near v = ${brief(proof.near, 6)}`;
  fail('LW504', found, `an expression in which ${scalarText(expression)} is ${demands[demand]}`, position);
}

function join(branch: Branch): void {
  // Such a guard may be 0 on a whole interval, where `select` need not take the side that the author meant.
  if (guards(branch.guard).length > 0)
    fail(
      'LW505',
      `${branch.text}: a condition with a case distinction inside`,
      'a condition on v itself',
      branch.position,
    );
  const result = proveContinuity(branch, noAssumptions());
  const { text, position } = branch;
  switch (result.kind) {
    case 'continuous':
      return;
    case 'jump':
      return fail(
        'LW502',
        `${text} jumps by ${brief(Math.abs(center(result.difference)), 6)} at v = ${scalarText(result.at)}`,
        'branches that meet: a jump has no slope bound',
        position,
      );
    case 'undefined':
      return fail(
        'LW504',
        `${text} at v = ${scalarText(result.at)}`,
        'branches that are defined where they meet',
        position,
      );
    case 'unknown':
      return fail(
        'LW505',
        `${text}: that its branches meet could not be proved (${result.because})`,
        'a condition that compares v with a number, or max, min, abs',
        position,
      );
  }
}

function search(f: Scalar): SlopeAnalysis {
  const found = searchSlopes(f, { cuts: cutsOf(f) });
  switch (found.kind) {
    case 'enclosed':
      return {
        m: { enclosure: found.m, exact: null, at: placeText(found.mAt) },
        L: { enclosure: found.L, exact: null, at: placeText(found.LAt) },
        method: 'branch and bound',
      };
    case 'unbounded':
      return fail(
        'LW503',
        'slopes without bound ' +
          (typeof found.towards === 'number' ? `near v = ${brief(found.towards, 6)}` : `as v → ${found.towards}`),
        'an activation whose slopes are bounded',
      );
    case 'undecided':
      return fail(
        'LW505',
        `slopes in [${brief(found.m.lo, 6)}, ${brief(found.L.hi, 6)}] at best: ${found.because}, ` +
          (typeof found.near === 'number' ? `near v = ${brief(found.near, 6)}` : `as v → ${found.near}`),
        'an activation whose slopes can be enclosed to 1e-9',
      );
  }
}

/** Where cases meet, as far as that has a closed form; the search finds the others by halving. */
function cutsOf(f: Scalar): readonly Interval[] {
  const cut = piecesOf(f, new Prover(noAssumptions()));
  return cut.kind === 'unknown' ? [] : cut.pieces.flatMap(({ to }) => (to === null ? [] : [encloseConstant(to)]));
}

function placeText(place: Interval | '+∞' | '−∞'): string {
  if (typeof place === 'string') return `v → ${place}`;
  const middle = place.lo / 2 + place.hi / 2;
  return `v ≈ ${Math.abs(middle) < 1e-9 ? 0 : brief(middle, 6)}`;
}

function center(node: Scalar): number {
  const { lo, hi } = encloseConstant(node);
  return lo / 2 + hi / 2;
}
