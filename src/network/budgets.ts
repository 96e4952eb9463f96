import { fail } from '../base/diagnostic.js';
import type { CompositionKind } from '../model/architecture.js';
import type { LoweredNetwork, Parameter } from '../model/lowered-network.js';
import type { Dyadic } from '../numeric/dyadic.js';
import { isEnough, shareOf } from '../runtime/js/budgets.js';
import { add, compare, fromNumber, multiply, toNumber } from '../numeric/dyadic.js';

/**
 * How the bounds of a composition's blocks follow from its own: in sequence they multiply, a sum adds them, and
 * concatenation is the root of the sum of squares (of outputs of one input). What is left to blocks that state no bound
 * is split into equal factors, summands or squares.
 */

/** Whether blocks with these bounds compose to at most `total`, exactly. */
export function composesWithin(kind: CompositionKind, bounds: readonly number[], total: number): boolean {
  const exact = bounds.map(fromNumber);
  const square = (value: Dyadic): Dyadic => multiply(value, value);
  const whole = fromNumber(total);
  if (kind === 'sequence') return compare(exact.reduce(multiply, fromNumber(1)), whole) <= 0;
  if (kind === 'sum') return compare(exact.reduce(add, fromNumber(0)), whole) <= 0;
  return compare(exact.map(square).reduce(add, fromNumber(0)), square(whole)) <= 0;
}

/** The least double that blocks with these bounds compose to at most, exactly; Infinity if none is finite. */
export function leastTotal(kind: CompositionKind, bounds: readonly number[]): number {
  const exact = bounds.map(fromNumber);
  const start =
    kind === 'sequence'
      ? exact.reduce(multiply, fromNumber(1))
      : exact.map((each) => (kind === 'sum' ? each : multiply(each, each))).reduce(add, fromNumber(0));
  // Correctly rounded, or nearly so: the answer is a step or two away.
  let total = kind === 'concatenate' ? Math.sqrt(toNumber(start)) : toNumber(start);
  while (total > 0 && total < Infinity && composesWithin(kind, bounds, neighbour(total, -1n)))
    total = neighbour(total, -1n);
  while (total < Infinity && !composesWithin(kind, bounds, total)) total = neighbour(total, 1n);
  return total;
}

/** The next double up or down from one that is not negative: their bits count as they do. */
function neighbour(value: number, step: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + step);
  return view.getFloat64(0);
}

/** The value of every budget when the run's bound is 𝓛; each composition is checked exactly. @throws LW316 */
export function budgetValues({ budgets }: Pick<LoweredNetwork, 'budgets'>, lipschitz: number): readonly number[] {
  const values: number[] = [];
  for (const budget of budgets) {
    const total = budget.of === null ? lipschitz : (values[budget.of] ?? Number.NaN);
    const { kind, fixed, parts } = budget;
    const share = parts === 0 ? 1 : shareOf(total, budget);
    const all = [...fixed, ...Array.from({ length: parts }, () => share)];
    if ((parts > 0 && !isEnough(total, budget, share)) || !composesWithin(kind, all, total)) {
      fail(
        'LW316',
        `blocks held to ${fixed.join(', ')}${parts === 0 ? '' : ` and ${parts} more`} in a ${kind} of bound ${total}`,
        parts === 0 ? 'bounds that compose to no more' : 'bounds that leave something to the others',
      );
    }
    values.push(share);
  }
  return values;
}

/** A block's bound in a run. */
export function boundOf(parameter: Parameter, budgets: readonly number[]): number {
  return parameter.kind === 'constant'
    ? parameter.value
    : parameter.kind === 'budget'
      ? (budgets[parameter.budget] ?? Number.NaN)
      : Number.NaN;
}
