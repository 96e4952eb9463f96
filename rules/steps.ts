import type { ContractionChoice, PivotStrategy } from '../src/model/strategy.js';
import { contractionChoices, multiplierChoices } from '../src/model/strategy.js';
import type { AllocationSource } from '../src/model/pivot.js';
import type { Assignments, AllocateRules, PivotSteps } from '../src/rule/allocation.js';
import { aboutReads, aboutRecursion, isReversible, needed, undone, whereItApplies } from '../src/rule/allocation.js';
import type { Reversible, Rule } from '../src/rule/contract.js';
import { absorbedInput } from './allocate/absorbed-input.js';
import { absorbedMultiplier } from './allocate/absorbed-multiplier.js';
import { absorbedShare } from './allocate/absorbed-share.js';
import { contractionAol } from './allocate/contraction-aol.js';
import { contractionCayley } from './allocate/contraction-cayley.js';
import { contractionCholesky } from './allocate/contraction-cholesky.js';
import { contractionSpectral } from './allocate/contraction-spectral.js';
import { diagonalShare } from './allocate/diagonal-share.js';
import { dominanceMultiplier } from './allocate/dominance-multiplier.js';
import { factorPivot } from './allocate/factor-pivot.js';
import { fixedReads } from './allocate/fixed-reads.js';
import { freeMultiplier } from './allocate/free-multiplier.js';
import { outputCheck } from './allocate/output-check.js';
import { outputRoom } from './allocate/output-room.js';
import { readFactor } from './allocate/read-factor.js';
import { sharedRounding } from './allocate/shared-rounding.js';
import { skipMultiplier } from './allocate/skip-multiplier.js';
import { skipReserve } from './allocate/skip-reserve.js';
import { slopeSpread } from './allocate/slope-spread.js';
import { solveWeights } from './allocate/solve-weights.js';

type Choices = Pick<PivotStrategy, 'multipliers' | 'contraction'>;

/** How free numbers become a contraction. */
const contractions: Readonly<
  Record<ContractionChoice, Rule<AllocationSource, Assignments> | Reversible<AllocationSource, Assignments>>
> = {
  cholesky: contractionCholesky,
  aol: contractionAol,
  cayley: contractionCayley,
  spectral: contractionSpectral,
};

/** μ of a layer, for one rule after the other the same or less, and ν where its multipliers must exceed something. */
const usedPart = [slopeSpread, skipReserve, skipMultiplier, absorbedInput, absorbedMultiplier].map(whereItApplies);

/** What is known of the reads of a layer before its multiplier and its dense weights are chosen. */
const reads = [readFactor, fixedReads, sharedRounding].map(aboutReads).map(whereItApplies);

/** The strategy by pivots, rule after rule. */
function steps({ multipliers, contraction }: Choices): PivotSteps {
  const contract = whereItApplies(aboutReads(contractions[contraction]));
  return {
    layer: [
      ...usedPart,
      ...reads,
      ...(multipliers === 'free' ? [contract, needed(freeMultiplier)] : [needed(dominanceMultiplier)]),
      whereItApplies(aboutReads(solveWeights)),
      needed(aboutRecursion(factorPivot)),
    ],
    output: [
      needed(aboutReads(readFactor)),
      whereItApplies(aboutReads(sharedRounding)),
      whereItApplies(aboutReads(absorbedShare)),
      whereItApplies(aboutReads(diagonalShare)),
      needed(aboutReads(fixedReads)),
      contract,
      needed(aboutReads(outputRoom)),
      whereItApplies(aboutReads(solveWeights)),
      needed(outputCheck),
    ],
  };
}

/** The same walk with every choice undone. */
function back({ multipliers, contraction }: Choices): PivotSteps | null {
  const rule = contractions[contraction];
  if (multipliers !== 'free' || !isReversible(rule)) return null;
  const contract = whereItApplies(aboutReads(undone(rule)));
  const solve = whereItApplies(aboutReads(undone(solveWeights)));
  return {
    layer: [
      ...usedPart,
      ...reads,
      solve,
      needed(undone(freeMultiplier)),
      contract,
      needed(aboutRecursion(factorPivot)),
    ],
    output: [...reads, solve, needed(aboutReads(undone(outputRoom))), contract],
  };
}

const every = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.flatMap((contraction) => {
    const { layer, output } = steps({ multipliers, contraction });
    return [...layer, ...output].map(({ rule }) => rule);
  }),
);

export const allocateRules: AllocateRules = {
  steps,
  back,
  every,
  reversible: Object.entries(contractions).flatMap(([name, rule]) => (isReversible(rule) ? [name] : [])),
};
