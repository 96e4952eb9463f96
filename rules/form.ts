import type { LmiRules } from '../src/rule/form-rules.js';
import { affineReads } from './lmi/affine-reads.js';
import { fullBlock } from './lmi/full-block.js';
import { lipschitzGoal } from './lmi/lipschitz-goal.js';
import { slopeRestriction } from './lmi/slope-restriction.js';

/** The rules by which equations become an LMI: all that a verdict needs of the rules. */
export const lmiRules: LmiRules = {
  layer: slopeRestriction,
  block: fullBlock,
  goal: lipschitzGoal,
  reads: affineReads,
};
