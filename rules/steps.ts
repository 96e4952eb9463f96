import type { MultiplierChoice, PivotStrategy } from '../src/model/strategy.js';
import { multiplierChoices } from '../src/model/strategy.js';
import type { AllocateRules, Contraction, PivotSteps } from '../src/rule/allocation.js';
import { aboutReads, aboutRecursion, isReversible, needed, undone, whereItApplies } from '../src/rule/allocation.js';
import { contractionChoices, contractions } from './contractions.js';
import { affineSlack } from './allocate/affine-slack.js';
import { absorbedInput } from './allocate/absorbed-input.js';
import { absorbedMultiplier } from './allocate/absorbed-multiplier.js';
import { absorbedShare } from './allocate/absorbed-share.js';
import { diagonalShare } from './allocate/diagonal-share.js';
import { dominanceMultiplier } from './allocate/dominance-multiplier.js';
import { factorPivot } from './allocate/factor-pivot.js';
import { fixedReads } from './allocate/fixed-reads.js';
import { freeMultiplier } from './allocate/free-multiplier.js';
import { isotropicOutput } from './allocate/isotropic-output.js';
import { tiedMultiplier } from './allocate/tied-multiplier.js';
import { tiedScale } from './allocate/tied-scale.js';
import { outputCheck } from './allocate/output-check.js';
import { outputRoom } from './allocate/output-room.js';
import { readFactor } from './allocate/read-factor.js';
import { sharedRounding } from './allocate/shared-rounding.js';
import { skipMultiplier } from './allocate/skip-multiplier.js';
import { skipReserve } from './allocate/skip-reserve.js';
import { slopeSpread } from './allocate/slope-spread.js';
import { solveWeights } from './allocate/solve-weights.js';

type Choices = Pick<PivotStrategy, 'multipliers' | 'contraction'>;

/** @throws Error for a contraction that there is not: names are checked where they are given */
function contractionOf({ contraction }: Pick<PivotStrategy, 'contraction'>): Contraction {
  const found = contractions.find(({ choice }) => choice.name === contraction);
  if (found === undefined) throw new Error(`no contraction is called ${contraction}`);
  return found;
}

/** μ of a layer, for one rule after the other the same or less, and ν where its multipliers must exceed something. */
const usedPart = [slopeSpread, skipReserve, skipMultiplier, absorbedInput, absorbedMultiplier].map(whereItApplies);

/** What is known of the reads of a layer before its multiplier and its dense weights are chosen. */
const reads = [readFactor, fixedReads, sharedRounding].map(aboutReads).map(whereItApplies);

/** What else follows from covariances of affine signals, and from an output that is one. */
const beside = { sum: [tiedScale, affineSlack].map(whereItApplies), isotropic: [needed(isotropicOutput)] };

/** The strategy by pivots, rule after rule. */
function steps({ multipliers, contraction }: Choices): PivotSteps {
  const contract = whereItApplies(aboutReads(contractionOf({ contraction })));
  const chosen: Readonly<Record<MultiplierChoice, PivotSteps['layer']>> = {
    free: [contract, needed(freeMultiplier)],
    dominance: [needed(dominanceMultiplier)],
  };
  return {
    layer: [
      ...usedPart,
      ...reads,
      ...chosen[multipliers],
      whereItApplies(aboutReads(solveWeights)),
      whereItApplies(tiedMultiplier),
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
    ...beside,
  };
}

/** The same walk with every choice undone. */
function back({ multipliers, contraction }: Choices): PivotSteps | null {
  const rule = contractionOf({ contraction });
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
    ...beside,
  };
}

const every = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.flatMap((contraction) => {
    const { layer, output, sum, isotropic } = steps({ multipliers, contraction });
    return [...layer, ...output, ...sum, ...isotropic].map(({ rule }) => rule);
  }),
);

export const allocateRules: AllocateRules = {
  steps,
  back,
  contraction: (strategy) => contractionOf(strategy).choice,
  every,
  reversible: contractions.flatMap((rule) => (isReversible(rule) ? [rule.choice.name] : [])),
};
