import type { Lmi, QuadraticTerm, ScalingSource } from '../model/lmi.js';
import type { Layer, Network } from '../model/network.js';
import type { Rule } from './contract.js';

/** The rules that say what each layer and the goal add to the quadratic form. */
export interface FormRules {
  readonly layer: Rule<Layer, readonly QuadraticTerm[]>;
  /** For layers that call a block. */
  readonly block: Rule<Layer, readonly QuadraticTerm[]>;
  readonly goal: Rule<Network, readonly QuadraticTerm[]>;
  /** For strategies whose rows are those of TMT. */
  readonly scaling: Rule<ScalingSource, Lmi>;
}

/** The rule for what one layer adds. */
export function formRule(rules: FormRules, { activation }: Layer): Rule<Layer, readonly QuadraticTerm[]> {
  return activation?.kind === 'block' ? rules.block : rules.layer;
}
