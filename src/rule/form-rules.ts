import type { FormSource, PairForm, Supply } from '../model/form.js';
import type { Lmi, QuadraticTerm, ScalingSource } from '../model/lmi.js';
import type { Layer, Network } from '../model/network.js';
import type { Rule } from './contract.js';

/** The rules that say what each layer and the goal add to the quadratic form: all that a verdict needs of rules. */
export interface LmiRules {
  readonly layer: Rule<Layer, PairForm>;
  /** For layers that call a block. */
  readonly block: Rule<Layer, PairForm>;
  /** The property, which the LMI subtracts. */
  readonly goal: Rule<Network, Supply>;
  /** Forms in sums of reads → blocks. */
  readonly reads: Rule<FormSource, readonly QuadraticTerm[]>;
}

export interface FormRules extends LmiRules {
  /** For strategies whose rows are those of TMT. */
  readonly scaling: Rule<ScalingSource, Lmi>;
}

/** The rule for what one layer adds. */
export function formRule(rules: LmiRules, { activation }: Layer): Rule<Layer, PairForm> {
  return activation?.kind === 'block' ? rules.block : rules.layer;
}
