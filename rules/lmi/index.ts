import type { FormRules } from '../../src/rule/form-rules.js';
import { diagonalScaling } from './diagonal-scaling.js';
import { fullBlock } from './full-block.js';
import { lipschitzGoal } from './lipschitz-goal.js';
import { slopeRestriction } from './slope-restriction.js';

/** The rules by which equations become an LMI: all that a verdict needs of the rules. */
export const formRules: FormRules = {
  layer: slopeRestriction,
  block: fullBlock,
  goal: lipschitzGoal,
  scaling: diagonalScaling,
};
