import { slice } from '../expr/build.js';
import type { SymbolNode } from '../expr/node.js';
import { fail } from '../base/diagnostic.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { AllocationSource, Recursion } from '../model/pivot.js';
import type { PivotStrategy } from '../model/strategy.js';
import { contractionChoices } from '../model/strategy.js';
import type { Reversible, Rule } from '../rule/contract.js';
import type { AllocateRules } from '../rule/rule-book.js';
import { readRules } from './allocate.js';
import { Sources } from './sources.js';
import { usedPart } from './used-part.js';

/**
 * The recursion → assignments that take weights and multipliers back to the free numbers which lead to them: the same
 * walk as `allocate`, with every choice undone. Multipliers stand among the free parameters; at the end each holds exp
 * ψ, dense weights hold their Z, and the others themselves. Only free multipliers with a contraction that can be undone
 * have such a way back.
 * @throws LW317 for other variants
 */
export function recover(recursion: Recursion, rules: AllocateRules, strategy: PivotStrategy): Parameterization {
  const contraction = rules.contraction[strategy.contraction];
  if (strategy.multipliers !== 'free' || !isReversible(contraction)) {
    const complete = contractionChoices.filter((name) => isReversible(rules.contraction[name]));
    return fail(
      'LW317',
      `the variant ${strategy.multipliers}, ${strategy.contraction}`,
      `free multipliers and a contraction that reaches every point (--contraction ${complete.join(' or ')})`,
    );
  }
  const sources = new Sources(recursion, strategy);
  const { start } = recursion;
  const assignments: Assignment[] = [{ kind: 'matrix', rule: start.rule, symbol: start.symbol, value: start.value }];
  const free: SymbolNode[] = [];
  const recovered: Assignment[] = [];
  const allocations: AllocationSource[] = [];
  for (const layer of recursion.layers) {
    const source = sources.layer(layer);
    const { allocation } = source;
    allocations.push(allocation);
    free.push(source.split.layer.multiplier);
    recovered.push({
      kind: 'define',
      rule: rules.free.name,
      symbol: source.split.layer.multiplier,
      value: source.logMultiplier,
    });
    assignments.push(
      ...usedPart(source, rules),
      ...factored(allocation, rules),
      ...rules.solve.undo(allocation),
      ...rules.free.undo(source),
    );
    if (allocation.dense !== null) assignments.push(...contraction.undo(allocation));
    assignments.push(...rules.carry.apply(layer));
  }
  const output = sources.output();
  allocations.push(output);
  assignments.push(...factored(output, rules), ...rules.solve.undo(output));
  if (output.dense !== null) assignments.push(...rules.output.undo(output), ...contraction.undo(output));
  // Only now: the recursion reads the weights and multipliers themselves.
  assignments.push(...recovered);
  for (const allocation of allocations) assignments.push(...parts(allocation));
  return { network: recursion.network, assignments, free, stacks: sources.stacks };
}

const factored = (allocation: AllocationSource, rules: AllocateRules): readonly Assignment[] =>
  readRules(rules).flatMap((rule) => (rule.refuses(allocation) === null ? rule.apply(allocation) : []));

function isReversible<S, T>(rule: Rule<S, T> | Reversible<S, T>): rule is Reversible<S, T> {
  return 'undo' in rule;
}

/** Z of each dense weight, out of the stacked one. */
function parts({ groups, dense, symbols, width }: AllocationSource): readonly Assignment[] {
  if (dense === null) return [];
  return groups.flatMap(({ absorber, width: columns }, at): readonly Assignment[] => {
    if (absorber === null) return [];
    const value = slice(symbols.free, { rows: width, columns }, [], dense.signals.slice(0, at));
    return [{ kind: 'matrix', rule: 'allocate/solve-weights', symbol: absorber.weight, value }];
  });
}
