import type { Command } from 'commander';
import type { ContractionChoice, MultiplierChoice, Strategy } from '../model/strategy.js';
import { contractionChoices, multiplierChoices } from '../model/strategy.js';
import { excerpt, fail } from '../base/diagnostic.js';
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
export function addStrategyOptions(command: Command): Command {
  const lines = (option: string, notes: Readonly<Record<string, string>>): readonly string[] => Object.entries(notes).map(([choice, note]) => `  --${option} ${choice}`.padEnd(26) + note);
  return command
    .option('--strategy <name>', 'how the inequalities are met (default: "gershgorin")')
    .option('--multipliers <choice>', `pivot only: ${multiplierChoices.join(' or ')} (default: "free")`)
    .option('--contraction <choice>', `pivot only: ${contractionChoices.join(', ')} (default: "cholesky")`)
    .option('--margin <part>', 'pivot only: the part of every pivot that stays unused, above 0 and at most 0.5 (default: by depth)')
    .addHelpText('after', ['\nVariants of the pivot strategy (cost for p × q free numbers Z; smoothness; completeness):', ...lines('multipliers', variantNotes.multipliers), ...lines('contraction', variantNotes.contraction)].join('\n'));
}

/** @throws LW308 the strategy, LW311 its variant */
export async function strategyFrom(options: StrategyOptions): Promise<Strategy> {
  const choice: { multipliers?: MultiplierChoice; contraction?: ContractionChoice; margin?: number } = {};
  if (options.multipliers !== undefined) choice.multipliers = oneOf(options.multipliers, '--multipliers', multiplierChoices);
  if (options.contraction !== undefined) choice.contraction = oneOf(options.contraction, '--contraction', contractionChoices);
  if (options.margin !== undefined) choice.margin = finite(options.margin, '--margin');
  return withVariant(await strategyNamed(options.strategy), choice, (name) => `--${name}`);
}

/** @throws LW308 */
async function strategyNamed(name: string | undefined): Promise<Strategy> {
  const [{ defaultStrategy }, { strategies }] = await Promise.all([import('../compile.js'), import('../../rules/strategies.js')]);
  const wanted = name ?? defaultStrategy;
  return strategies.find((strategy) => strategy.name === wanted) ?? fail('LW308', `--strategy "${excerpt(wanted, 40)}"`, `one of ${strategies.map((strategy) => strategy.name).join(', ')}`);
}
