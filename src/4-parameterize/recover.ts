import { fail } from '../base/diagnostic.js';
import { labelText } from '../base/label.js';
import { slice } from '../expr/build.js';
import type { SymbolNode } from '../expr/node.js';
import type { Assignment, Parameterization } from '../model/parameterization.js';
import type { AllocationSource, Recursion } from '../model/pivot.js';
import type { PivotStrategy } from '../model/strategy.js';
import type { AllocateRules, Assignments } from '../rule/allocation.js';
import { Sources } from './sources.js';
import { walk } from './walk.js';

/**
 * The recursion → assignments that take weights and multipliers back to the free numbers which lead to them: the same
 * walk as `allocate`, with every choice undone. Multipliers stand among the free parameters; at the end each holds exp
 * ψ, dense weights hold their Z, and the others themselves. Only free multipliers with a contraction that can be undone
 * have such a way back.
 * @throws LW317 for other variants
 */
export function recover(recursion: Recursion, rules: AllocateRules, strategy: PivotStrategy): Parameterization {
  const steps = rules.back(strategy);
  if (steps === null)
    return fail(
      'LW317',
      `the variant ${strategy.multipliers}, ${strategy.contraction}`,
      `free multipliers and a contraction that reaches every point (--contraction ${rules.reversible.join(' or ')})`,
    );
  const { saturates } = rules.contraction(strategy);
  const sources = new Sources(recursion, strategy, saturates);
  const { start, network } = recursion;
  const assignments: Assignment[] = [{ kind: 'matrix', rule: start.rule, symbol: start.symbol, value: start.value }];
  const free: SymbolNode[] = [];
  const recovered: Assignment[] = [];
  const allocations: AllocationSource[] = [];
  /** Affine signals have the weights that they have. */
  const sumsAt = (at: number): void => {
    for (const { source, definitions, place } of recursion.sums) {
      if (place !== at) continue;
      const { target, position } = source.sum;
      assignments.push(
        ...definitions.map(({ rule, symbol, value }): Assignment => ({ kind: 'matrix', rule, symbol, value })),
      );
      for (const { assignments: own } of walk(steps.sum, source, () => labelText(target), position))
        assignments.push(...own);
    }
  };
  recursion.layers.forEach((layer, place) => {
    sumsAt(place);
    const source = sources.layer(layer);
    const { target, position, multiplier } = source.split.layer;
    allocations.push(source.allocation);
    free.push(multiplier);
    for (const { rule, assignments: own } of walk(steps.layer, source, () => labelText(target), position)) {
      assignments.push(...own);
      for (const value of rule.free?.(source) ?? [])
        recovered.push({ kind: 'define', rule: rule.name, symbol: multiplier, value });
    }
  });
  sumsAt(recursion.layers.length);
  const output = { allocation: sources.output(), bound: recursion.output };
  allocations.push(output.allocation);
  for (const { assignments: own } of walk(steps.output, output, () => 'the output', network.output.position))
    assignments.push(...own);
  // Only now: the recursion reads the weights and multipliers themselves.
  assignments.push(...recovered);
  for (const allocation of allocations) assignments.push(...parts(allocation));
  return { network, assignments, start: saturates ? 'orthonormal' : 'sphere', free, stacks: sources.stacks };
}

/** Z of each dense weight, out of the stacked one. */
function parts({ groups, dense, symbols, width }: AllocationSource): Assignments {
  if (dense === null) return [];
  return groups.flatMap(({ absorber, width: columns }, at): Assignments => {
    if (absorber === null) return [];
    const value = slice(symbols.free, { rows: width, columns }, [], dense.signals.slice(0, at));
    return [{ kind: 'matrix', rule: 'allocate/solve-weights', symbol: absorber.weight, value }];
  });
}
