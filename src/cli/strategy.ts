import type { Command } from 'commander';
import type { ContractionChoice, MultiplierChoice, Strategy } from '../model/strategy.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { strategies } from '../../rules/strategies.js';
import { variantNotes, withVariant } from '../../rules/variants.js';
import { finite, oneOf } from './options.js';

/** The options that `addStrategyOptions` adds, as commander hands them on. */
export interface StrategyOptions {
  readonly strategy?: string;
  readonly multipliers?: string;
  readonly contraction?: string;
  readonly margin?: string;
}

/** The options that choose a strategy and its variant, with a line of help for every choice. */
export function addStrategyOptions(command: Command, usual: string): Command {
  const lines = (option: string, notes: Readonly<Record<string, string>>): readonly string[] =>
    Object.entries(notes).map(([choice, note]) => `  --${option} ${choice}`.padEnd(26) + note);
  return command
    .option('--strategy <name>', `how the inequalities are met (default: "${usual}")`)
    .option('--multipliers <choice>', `pivot only: ${multiplierChoices.join(' or ')} (default: "free")`)
    .option('--contraction <choice>', `pivot only: ${contractionChoices.join(', ')} (default: "spectral")`)
    .option(
      '--margin <part>',
      'pivot only: the part of every pivot that stays unused, above 0 and at most 0.5 (default: by depth)',
    )
    .addHelpText(
      'after',
      [
        '\nVariants of the pivot strategy (cost for p × q free numbers Z; smoothness; completeness):',
        ...lines('multipliers', variantNotes.multipliers),
        ...lines('contraction', variantNotes.contraction),
      ].join('\n'),
    );
}

/** @throws LW308 the strategy, LW311 its variant */
export function strategyFrom(options: StrategyOptions, usual: string): Strategy {
  const choice: { multipliers?: MultiplierChoice; contraction?: ContractionChoice; margin?: number } = {};
  if (options.multipliers !== undefined)
    choice.multipliers = oneOf(options.multipliers, '--multipliers', multiplierChoices);
  if (options.contraction !== undefined)
    choice.contraction = oneOf(options.contraction, '--contraction', contractionChoices);
  if (options.margin !== undefined) choice.margin = finite(options.margin, '--margin');
  return withVariant(strategyNamed(options.strategy ?? usual), choice, (name) => `--${name}`);
}

/** @throws LW308 */
function strategyNamed(wanted: string): Strategy {
  return (
    strategies.find((strategy) => strategy.name === wanted) ??
    fail(
      'LW308',
      `--strategy "${excerpt(wanted, 40)}"`,
      `one of ${strategies.map((strategy) => strategy.name).join(', ')}`,
    )
  );
}
