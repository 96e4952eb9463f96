import { createAlgebra } from '../src/rule/algebra.js';
import type { SymbolKind } from '../src/expr/node.js';
import type { Rule } from '../src/rule/contract.js';
import type { RuleBook } from '../src/rule/rule-book.js';
import { absoluteHomogeneity } from './bound/absolute-homogeneity.js';
import { absorbDiagonal } from './bound/absorb-diagonal.js';
import { blockBall } from './bound/block-ball.js';
import { capCycle } from './bound/cap-cycle.js';
import { diagonalLeftFactor } from './bound/diagonal-left-factor.js';
import { diagonalRightFactor } from './bound/diagonal-right-factor.js';
import { elementBound } from './bound/element-bound.js';
import { gershgorinDisc } from './bound/gershgorin-disc.js';
import { gramDiagonal } from './bound/gram-diagonal.js';
import { gramOffDiagonal } from './bound/gram-off-diagonal.js';
import { impliedElementBound } from './bound/implied-element-bound.js';
import { isolateMultiplier } from './bound/isolate-multiplier.js';
import { productTriangle } from './bound/product-triangle.js';
import { rowBall } from './bound/row-ball.js';
import { squareRoot } from './bound/square-root.js';
import { triangleInequality } from './bound/triangle-inequality.js';
import { unknownSign } from './bound/unknown-sign.js';
import { weightedBudget } from './bound/weighted-budget.js';
import { lmiRules } from './form.js';
import { diagonalScaling } from './lmi/diagonal-scaling.js';
import { budgetShrink } from './parameterize/budget-shrink.js';
import { capValue } from './parameterize/cap-value.js';
import { elementClip } from './parameterize/element-clip.js';
import { feasibleDemand } from './parameterize/feasible-demand.js';
import { multiplierEquality } from './parameterize/multiplier-equality.js';
import { positiveScale } from './parameterize/positive-scale.js';
import { rangeClamp } from './parameterize/range-clamp.js';
import { rangeGuard } from './parameterize/range-guard.js';
import { rowShrink } from './parameterize/row-shrink.js';
import { scaleBack } from './parameterize/scale-back.js';
import { activationCovariance } from './pivot/activation-covariance.js';
import { affineCovariance } from './pivot/affine-covariance.js';
import { conditioning } from './pivot/conditioning.js';
import { drivenCovariance } from './pivot/driven-covariance.js';
import { inputCovariance } from './pivot/input-covariance.js';
import { outputBound } from './pivot/output-bound.js';
import { schurPivot } from './pivot/schur-pivot.js';
import { tiedSkip } from './pivot/tied-skip.js';
import { splitSlope } from './pivot/split-slope.js';
import { allocateRules } from './steps.js';

/** The list of all rules, by the place where the pipeline uses them. Made anew for every derivation. */
export function createRules(): RuleBook {
  const algebra = createAlgebra();
  const book = {
    form: { ...lmiRules, scaling: diagonalScaling },
    bound: {
      disc: gershgorinDisc,
      rowSums: [
        [triangleInequality, absoluteHomogeneity, absorbDiagonal],
        [triangleInequality, absoluteHomogeneity, diagonalLeftFactor, diagonalRightFactor, gramDiagonal],
      ],
      linearize: [gramOffDiagonal, productTriangle, unknownSign],
      isolate: isolateMultiplier(algebra),
      ball: rowBall(algebra),
      block: blockBall,
      cap: capCycle,
      element: elementBound(algebra),
      implied: impliedElementBound(algebra),
      budget: weightedBudget,
      interval: squareRoot,
    },
    pivot: {
      split: splitSlope(algebra),
      input: inputCovariance,
      driven: drivenCovariance,
      affine: [tiedSkip, affineCovariance],
      pivot: schurPivot,
      conditioning,
      activation: activationCovariance,
      output: outputBound,
    },
    allocate: allocateRules,
    parameterize: {
      clamp: rangeClamp,
      constraints: [rowShrink, budgetShrink, elementClip, multiplierEquality],
      demand: feasibleDemand,
      cap: capValue,
      guard: rangeGuard,
      scale: positiveScale,
      back: scaleBack,
    },
  };
  return { ...book, symbols: [...new Set(introduced({ ...book, allocate: book.allocate.every }))] };
}

/** The kinds of symbols of all rules in a book or a part of it, in its order. */
function introduced(part: object): readonly SymbolKind[] {
  if (isRule(part)) return part.introduces ?? [];
  const inner: readonly object[] = Object.values(part);
  return inner.flatMap(introduced);
}

const isRule = (part: object): part is Rule<never, unknown> => 'apply' in part;
