import { intervalText } from '../base/number-text.js';
import type { Command } from 'commander';
import type { ActivationSlopes } from '../report/index.js';
import { hangingWords, pad } from '../report/wrap.js';
import { textWidth } from './io.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { listedActivations } from './listed-activations.js';
import type { ShippedArchitecture } from './package.js';
import { shippedArchitectures } from './package.js';
import { targets } from '../targets.js';
import type { Session } from './session.js';

interface Choice {
  readonly name: string;
  readonly note: string;
  readonly default: boolean;
}

interface ListedStrategy {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  /** What `--multipliers` and `--contraction` choose from, for the strategies that take them. */
  readonly variants?: { readonly multipliers: readonly Choice[]; readonly contraction: readonly Choice[] };
}

interface Listing {
  readonly architectures: readonly ShippedArchitecture[];
  readonly strategies: readonly ListedStrategy[];
  readonly targets: readonly { readonly name: string; readonly title: string }[];
  readonly activations: readonly ActivationSlopes[];
}

export function addList(program: Command, session: Session): void {
  program
    .command('list')
    .summary('architectures, strategies, targets, activations')
    .description(
      'List the built-in architectures, the strategies, the compile targets and the activations with their slopes.',
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  lipwright list\n  lipwright list --json')
    .action(async ({ json }: { json?: true }) => {
      const listing = await gather();
      session.io.out(
        json === true ? `${JSON.stringify(listing, null, 2)}\n` : listingText(listing, textWidth(session.io)),
      );
    });
}

async function gather(): Promise<Listing> {
  const [architectures, { strategies }, { variantNotes }, activations] = await Promise.all([
    shippedArchitectures(),
    import('../../rules/strategies.js'),
    import('../../rules/variants.js'),
    listedActivations(),
  ]);
  const choices = <T extends string>(
    names: readonly T[],
    notes: Readonly<Record<T, string>>,
    own: T,
  ): readonly Choice[] => names.map((name) => ({ name, note: notes[name], default: name === own }));
  return {
    architectures,
    strategies: strategies.map((strategy) => {
      const { name, title, source } = strategy;
      if (strategy.kind !== 'pivot') return { name, title, source };
      const { multipliers, contraction } = strategy;
      return {
        name,
        title,
        source,
        variants: {
          multipliers: choices(multiplierChoices, variantNotes.multipliers, multipliers),
          contraction: choices(contractionChoices, variantNotes.contraction, contraction),
        },
      };
    }),
    targets: targets.map(({ name, title }) => ({ name, title })),
    activations,
  };
}

function listingText(listing: Listing, width: number): string {
  const column =
    Math.max(
      ...Object.values(listing).flatMap((items: readonly { readonly name: string }[]) =>
        items.map(({ name }) => name.length),
      ),
    ) + 2;
  const entry = (name: string, text: string): readonly string[] => hangingWords(`  ${pad(name, column)}`, text, width);
  const titled = (items: readonly { readonly name: string; readonly title: string }[]): readonly string[] =>
    items.flatMap(({ name, title }) => entry(name, title));
  const section = (title: string, lines: readonly string[]): string =>
    [...hangingWords('', title, width), ...lines].join('\n');
  return `${[
    section('Architectures', titled(listing.architectures)),
    section(
      'Strategies',
      listing.strategies.flatMap((strategy) => [
        ...entry(strategy.name, strategy.title),
        ...variantLines(strategy, width),
      ]),
    ),
    section('Targets', titled(listing.targets)),
    section(
      'Activations, with their slopes [m, L] (to six digits; more with lipwright activations)',
      listing.activations.map(({ name, slopes, formula, wanted }) => {
        const bounds = slopes === null ? (wanted.length > 0 ? 'no defaults' : 'no bounds') : intervalText(slopes, 6);
        const head = `  ${pad(name, column)}${pad(bounds, 22)}`;
        const room = Math.max(20, width - head.length);
        return head + (formula.length > room ? `${formula.slice(0, room - 1)}…` : formula);
      }),
    ),
  ].join('\n\n')}\n`;
}

/** One entry for each choice of a strategy's variants, below its title. */
function variantLines({ variants }: ListedStrategy, width: number): readonly string[] {
  const line = (option: string, { name, note, default: own }: Choice): readonly string[] =>
    hangingWords(pad(`    --${option} ${name}${own ? ' (default)' : ''}`, 38), note, width);
  return variants === undefined
    ? []
    : [
        ...variants.multipliers.flatMap((choice) => line('multipliers', choice)),
        ...variants.contraction.flatMap((choice) => line('contraction', choice)),
      ];
}
