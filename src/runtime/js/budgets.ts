import type { Budget } from './network.js';
import { refuse } from './refuse.js';

/** Shares are rounded down by this much, so that the exact composition of rounded shares stays within the whole. */
export const shareMargin = 1 - 2 ** -40;

/** Where less than this part of the whole is left, rounding would decide what it is. */
export const leastLeft = 2 ** -10;

/** The share of each of the `parts` blocks that state no bound. */
export function shareOf(total: number, { kind, fixed, parts }: Pick<Budget, 'kind' | 'fixed' | 'parts'>): number {
  const left = fixed.reduce(
    (rest, each) => (kind === 'sequence' ? rest / each : rest - (kind === 'sum' ? each : each * each)),
    kind === 'concatenate' ? total * total : total,
  );
  // Ones are the one product of equal shares that is exact: blocks that keep 1 exactly make a whole that does.
  if (kind === 'sequence') return fixed.length === 0 && left === 1 ? 1 : Math.pow(left, 1 / parts) * shareMargin;
  return (kind === 'sum' ? left / parts : Math.sqrt(left / parts)) * shareMargin;
}

/** Is the share a number, and what is left not made of rounding alone? */
export function isEnough(total: number, { kind, fixed }: Pick<Budget, 'kind' | 'fixed'>, share: number): boolean {
  if (!(share > 0 && Number.isFinite(share))) return false;
  if (kind === 'sequence') return true;
  const whole = kind === 'sum' ? total : total * total;
  return whole - fixed.reduce((sum, each) => sum + (kind === 'sum' ? each : each * each), 0) >= leastLeft * whole;
}

/** The bounds of blocks that state none, where that of the run is `lip`. */
export function budgetsOf(budgets: readonly Budget[], lip: number): number[] {
  const values: number[] = [];
  for (const budget of budgets) {
    const { of, kind, fixed, parts, least } = budget;
    const total = of === null ? lip : values[of]!;
    const share = parts === 0 ? 1 : shareOf(total, budget);
    if (!(parts === 0 ? total >= least : isEnough(total, budget, share)))
      refuse(
        'LW316',
        `blocks held to ${fixed.join(', ')}${parts === 0 ? '' : ` and ${parts} more`} in a ${kind} of bound ${total}`,
        parts === 0 ? 'bounds that compose to no more' : 'bounds that leave something to the others',
      );
    values.push(share);
  }
  return values;
}
