import { intervalText } from '../base/number-text.js';
import type { Command } from 'commander';
import type { ActivationSlopes } from '../report/index.js';
import { contractionChoices, multiplierChoices } from '../model/strategy.js';
import { listedActivations } from './listed-activations.js';
import type { ShippedArchitecture } from './package.js';
import { shippedArchitectures } from './package.js';
import type { Session } from './session.js';

/** What `compile --target` chooses from. */
export const targets = [
  { name: 'js', title: 'ES module that imports nothing' },
  { name: 'ts', title: 'the same with types' },
  { name: 'tfjs', title: 'the same on TensorFlow.js tensors, with gradients' },
  { name: 'numpy', title: 'Python functions on NumPy arrays' },
  { name: 'jax', title: 'pure functions on pytrees for jit, vmap and grad' },
  { name: 'torch', title: 'an nn.Module over the free parameters' },
] as const satisfies readonly { readonly name: string; readonly title: string }[];

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
    .description('List the built-in architectures, the strategies, the compile targets and the activations with their slopes.')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  lipwright list\n  lipwright list --json')
    .action(async ({ json }: { json?: true }) => {
      const listing = await gather();
      session.io.out(json === true ? `${JSON.stringify(listing, null, 2)}\n` : listingText(listing));
    });
}

async function gather(): Promise<Listing> {
  const [architectures, { strategies }, { variantNotes }, activations] = await Promise.all([
    shippedArchitectures(),
    import('../../rules/strategies.js'),
    import('../../rules/variants.js'),
    listedActivations(),
  ]);
  const choices = <T extends string>(names: readonly T[], notes: Readonly<Record<T, string>>, own: T): readonly Choice[] => names.map((name) => ({ name, note: notes[name], default: name === own }));
  return {
    architectures,
    strategies: strategies.map((strategy) => {
      const { name, title, source } = strategy;
      if (strategy.kind !== 'pivot') return { name, title, source };
      const { multipliers, contraction } = strategy;
      return { name, title, source, variants: { multipliers: choices(multiplierChoices, variantNotes.multipliers, multipliers), contraction: choices(contractionChoices, variantNotes.contraction, contraction) } };
    }),
    targets,
    activations,
  };
}

function listingText(listing: Listing): string {
  const column = Math.max(...Object.values(listing).flatMap((items: readonly { readonly name: string }[]) => items.map(({ name }) => name.length))) + 2;
  const group = (title: string, items: readonly { readonly name: string }[], describe: (at: number) => string): string =>
    [title, ...items.map(({ name }, at) => `  ${name.padEnd(column)}${describe(at)}`)].join('\n');
  const { architectures, strategies, activations } = listing;
  return `${[
    group('Architectures', architectures, (at) => architectures[at]?.title ?? ''),
    group('Strategies', strategies, (at) => [strategies[at]?.title ?? '', ...variantLines(strategies[at])].join('\n')),
    group('Targets', listing.targets, (at) => listing.targets[at]?.title ?? ''),
    group('Activations, with their slopes [m, L] (to six digits; more with lipwright activations)', activations, (at) => {
      const { slopes = null, formula = '', wanted = [] } = activations[at] ?? {};
      const bounds = slopes === null ? (wanted.length > 0 ? 'no defaults' : 'no bounds') : intervalText(slopes, 6);
      return `${bounds.padEnd(22)}${formula.length > 60 ? `${formula.slice(0, 57)}…` : formula}`;
    }),
  ].join('\n\n')}\n`;
}

/** One line for each choice of a strategy's variants, below its title. */
function variantLines(strategy: ListedStrategy | undefined): readonly string[] {
  const { multipliers = [], contraction = [] } = strategy?.variants ?? {};
  const line = (option: string, { name, note, default: own }: Choice): string => `    --${option} ${name}${own ? ' (default)' : ''}`.padEnd(38) + note;
  return [...multipliers.map((choice) => line('multipliers', choice)), ...contraction.map((choice) => line('contraction', choice))];
}
