import { marginText } from '../base/number-text.js';
import type { Command } from 'commander';
import { defaultStrategy } from '../../rules/strategies.js';
import { fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { strategyText, variantOf } from '../model/variant.js';
import type { CampaignResult } from '../verify/campaign.js';
import { counterexampleText, factsOf } from '../verify/counterexample-text.js';
import { depthRange, integer, seed } from './options.js';
import { progressOn } from './progress.js';
import type { Session } from './session.js';
import { status } from './session.js';
import type { StrategyOptions } from './strategy.js';
import { addStrategyOptions, strategyFrom } from './strategy.js';

interface Options extends StrategyOptions {
  readonly all?: true;
  readonly depth: string;
  readonly runs: string;
  readonly seed: string;
  readonly json?: true;
}

export function addVerify(program: Command, session: Session): void {
  const command = program
    .command('verify')
    .summary('a property campaign over random networks')
    .description(
      'Draw random depths, widths, slopes, bounds and free parameters of hostile scales; in every ' +
        'case the LMI must be proven negative semidefinite. ' +
        'Exit status 1 if a case fails. Ctrl-C ends the campaign, prints what was run and exits with 130.',
    )
    .argument('[architecture]', 'a built-in name (see lipwright list) or a path to an architecture file')
    .option('--all', 'all built-in architectures');
  addStrategyOptions(command, defaultStrategy)
    .option('--depth <range>', 'a depth or a range of depths', '1..6')
    .option('--runs <N>', 'number of cases', '1000')
    .option('--seed <integer>', 'equal seeds give equal campaigns', '0')
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright verify residual\n  lipwright verify residual --strategy pivot ' +
        '--multipliers dominance\n  lipwright verify --all --runs 100000 --seed 1 --json',
    )
    .action(async (name: string | undefined, options: Options) => {
      const depth = depthRange(options.depth);
      const runs = integer(options.runs, '--runs', 1, 1e9);
      const from = seed(options.seed);
      const strategy = strategyFrom(options, defaultStrategy);
      const architectures = await architecturesFor(session, name, options.all === true);
      const { runCampaign } = await import('../verify/campaign.js');
      const progress = await progressOn(session.io, runs);
      const interrupt = new AbortController();
      const stopListening = session.io.onInterrupt(() => interrupt.abort());
      try {
        const result = await runCampaign({
          architectures,
          strategy,
          depth,
          runs,
          seed: from,
          signal: interrupt.signal,
          onProgress: ({ done, failures }) => progress.update(done, runs, failures),
        });
        progress.stop();
        session.io.out(
          options.json === true
            ? `${JSON.stringify(result, null, 2)}\n`
            : campaignText(result, strategyText(strategy.name, variantOf(strategy))),
        );
        session.exitStatus = result.interrupted
          ? status.interrupted
          : result.failures > 0
            ? status.failed
            : status.done;
      } finally {
        progress.stop();
        stopListening();
      }
    });
}

async function architecturesFor(
  session: Session,
  name: string | undefined,
  all: boolean,
): Promise<readonly Architecture[]> {
  if (all !== (name === undefined))
    return fail(
      'LW311',
      all ? '--all and an architecture' : 'no architecture',
      'an architecture, or --all for all that are built in',
    );
  if (name !== undefined) return [await session.load(name)];
  const { builtinArchitectures } = await import('../1-parse/index.js');
  return Promise.all(builtinArchitectures().map((builtin) => session.load(builtin)));
}

const margin = (value: number | null): string => (value === null ? 'none' : marginText(value));

function campaignText(result: CampaignResult, strategy: string): string {
  const {
    runs,
    failures,
    infeasible,
    worstMargin,
    seconds,
    seed: from,
    interrupted,
    byArchitecture,
    refused,
    counterexample,
  } = result;
  const proven = runs - failures - infeasible;
  const rest =
    infeasible === 0
      ? ''
      : `, ${infeasible} infeasible${2 * infeasible > runs ? ', that is most: little was put to the test' : ''}`;
  const verdict =
    failures > 0
      ? `FAILED in ${failures} of ${runs} runs${rest}`
      : infeasible === 0
        ? `${runs} runs, no failure`
        : `${proven} of ${runs} runs proven${rest}, no failure`;
  const row = (name: string, all: string, failed: string, over: string, worst: string): string =>
    `  ${name.padEnd(20)}${all.padStart(9)}${failed.padStart(10)}${over.padStart(12)}   ${worst}`;
  const table = Object.entries(byArchitecture).map(([name, tally]) =>
    row(name, `${tally.runs}`, `${tally.failures}`, `${tally.infeasible}`, margin(tally.worstMargin)),
  );
  const asked = `; ${infeasible} cases asked for more than the parameterization can give (LW402)`;
  const lines = [
    `${interrupted ? 'interrupted: ' : ''}${verdict} (strategy ${strategy}, seed ${from}, ${seconds.toFixed(1)} s)`,
    row('architecture', 'runs', 'failures', 'infeasible', 'worst margin'),
    ...table,
    ...refused.map(
      ({ architecture, depth, code, because }) =>
        `  ${architecture} at depth ${depth} was left out (${code}): ${because}`,
    ),
    `  worst margin ${margin(worstMargin)}${infeasible > 0 ? asked : ''}`,
  ];
  if (counterexample !== null) {
    lines.push(
      '',
      `Counterexample, shrunk (--json prints it with all its numbers, for lipwright check):`,
      counterexampleText(counterexample, factsOf(counterexample), [['replay', counterexample.replay]]),
    );
  }
  return `${lines.join('\n')}\n`;
}
