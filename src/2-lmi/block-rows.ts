import { labelText } from '../base/label.js';
import type { Naming } from '../expr/naming.js';
import { text } from '../expr/print.js';
import { differenceText } from '../model/form-text.js';
import type { Lmi, QuadraticTerm } from '../model/lmi.js';
import type { Network } from '../model/network.js';
import type { Trace } from '../model/trace.js';
import type { LmiRules } from '../rule/form-rules.js';
import { formRule } from '../rule/form-rules.js';
import { lmiInTerms } from './lmi-of.js';

/** The LMI of a network, with what the goal and each layer add to it on record. */
export function blockRows(network: Network, rules: LmiRules, naming: Naming, trace: Trace): Lmi {
  const { lmi, goal, termsOf } = lmiInTerms(network, rules);
  trace.record(rules.goal.name, () => [`goal ${differenceText(lmi.supply, naming)} ≤ 0`, describe(goal, naming)]);
  for (const { layer } of network.rows) {
    if (layer === null) continue;
    const called = layer.activation?.kind === 'block' ? layer.activation.name : 'phi';
    trace.record(formRule(rules, layer).name, () => [
      `${labelText(layer.target)} = ${called}(…)`,
      describe(termsOf(layer), naming),
    ]);
  }
  return lmi;
}

const describe = (form: readonly QuadraticTerm[], naming: Naming): string =>
  form
    .map((term) => `(${labelText(term.row)}, ${labelText(term.column)}): ${text(term.expression, naming)}`)
    .join('; ');
