import { excerpt, fail } from '../src/base/diagnostic.js';
import type { ContractionChoice, MultiplierChoice, PivotStrategy, Strategy } from '../src/model/strategy.js';
import { multiplierChoices } from '../src/model/strategy.js';
import type { Variant } from '../src/model/variant.js';
import { contractionChoices, contractions } from './contractions.js';
import { strategies } from './strategies.js';

/**
 * What each choice costs for p × q free numbers Z, how smooth it is and what it reaches: a line each, for lists and
 * help.
 */
export const variantNotes: {
  readonly multipliers: Readonly<Record<MultiplierChoice, string>>;
  readonly contraction: Readonly<Record<ContractionChoice, string>>;
} = {
  multipliers: {
    free: 'one contraction a layer; smooth; complete where no fixed weight is read',
    dominance: 'p²q, contracts the output alone; smooth almost everywhere; not complete',
  },
  contraction: Object.fromEntries(contractions.map(({ choice: { name, note } }) => [name, note])),
};

const oneOf = <T extends string>(words: readonly T[], word: string, called: string): T =>
  words.find((known) => known === word) ??
  fail('LW311', `${called} "${excerpt(word, 40)}"`, `one of ${words.join(', ')}`);

/**
 * The strategy with other choices; those left out stay as they are.
 * @throws LW311 a choice that there is not, a margin out of (0, 0.5], or any choice for a strategy without variants
 */
export function withVariant(
  strategy: Strategy,
  choice: Partial<Variant>,
  called: (name: keyof Variant) => string = (name) => name,
): Strategy {
  const given = (['multipliers', 'contraction', 'margin'] as const).filter((name) => choice[name] !== undefined);
  if (given.length === 0) return strategy;
  if (strategy.kind !== 'pivot') {
    const takers = strategies.filter(({ kind }) => kind === 'pivot').map(({ name }) => name);
    return fail(
      'LW311',
      `${given.map(called).join(', ')} with strategy ${strategy.name}`,
      `strategy ${takers.join(' or ')}, which alone takes ${given.length === 1 ? 'it' : 'them'}`,
    );
  }
  const { multipliers = strategy.multipliers, contraction = strategy.contraction, margin = strategy.margin } = choice;
  if (margin !== null && !(margin > 0 && margin <= 0.5))
    fail('LW311', `${called('margin')} ${margin}`, 'a number above 0 and at most 0.5');
  return {
    ...strategy,
    multipliers: oneOf(multiplierChoices, multipliers, called('multipliers')),
    contraction: oneOf(contractionChoices, contraction, called('contraction')),
    margin,
  };
}

/** The pivot strategy with these choices; those left out are the defaults. @throws LW311 */
export function pivotStrategy(choice: Partial<Variant> = {}): PivotStrategy {
  const base = strategies.find(({ kind }) => kind === 'pivot');
  const chosen = base === undefined ? undefined : withVariant(base, choice);
  return chosen?.kind === 'pivot' ? chosen : fail('LW308', 'no strategy by pivots', 'one');
}
