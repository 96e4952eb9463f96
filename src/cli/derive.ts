import { fail } from '../base/diagnostic.js';
import type { Command } from 'commander';
import { defaultStrategy, shownStrategy } from '../../rules/strategies.js';
import { depthOrLetter, oneOf } from './options.js';
import { deliver } from './output.js';
import type { Session } from './session.js';
import type { StrategyOptions } from './strategy.js';
import { addStrategyOptions, strategyFrom } from './strategy.js';

const formats = ['text', 'markdown', 'latex', 'json'] as const;

interface Options extends StrategyOptions {
  readonly depth: string;
  readonly format: string;
  readonly steps?: true;
  readonly trace?: true;
  readonly fragment?: true;
  readonly out?: string;
}

export function addDerive(program: Command, session: Session): void {
  const command = program
    .command('derive')
    .summary('LMI blocks, Gershgorin rows or covariance recursion, constraints, order of evaluation')
    .description(
      'Derive the LMI of an architecture and the inequalities that make it negative semidefinite, ' +
        'with the rule behind every step.',
    )
    .argument('<architecture>', 'a built-in name (see lipwright list) or a path to an architecture file')
    .option('--depth <N|n>', 'number of layers, or the letter n for the families of symbolic depth', 'n');
  addStrategyOptions(command, shownStrategy)
    .option('--format <format>', formats.join(', '), 'text')
    .option('--steps', 'text, markdown and latex: every step, not only how often each rule was applied')
    .option('--trace', 'the same as --steps')
    .option('--fragment', 'latex: what a document of yours can \\input, in the place of a whole document')
    .option('--out <file>', 'write to a file instead of stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright derive residual\n  lipwright derive residual --depth 3 --steps\n  ' +
        'lipwright derive residual --strategy pivot --depth 2 --multipliers dominance\n  lipwright ' +
        'derive my-net.yaml --format latex --out my-net.tex',
    )
    .action(async (name: string, options: Options) => {
      const depth = depthOrLetter(options.depth);
      const format = oneOf(options.format, '--format', formats);
      if (options.fragment === true && format !== 'latex')
        fail('LW311', `--fragment with --format ${format}`, '--format latex: only LaTeX has fragments');
      const [
        { derive, deriveBlocks },
        { compositionText, report, reportComposition, reportLatex, reportMarkdown, reportText },
      ] = await Promise.all([import('../compile.js'), import('../report/index.js')]);
      const strategy = strategyFrom(options, shownStrategy);
      const architecture = await session.load(name);
      const layout = {
        steps: options.steps ?? options.trace ?? false,
        width: Math.min(Math.max(session.io.columns ?? 100, 60), 100),
        document: options.fragment !== true,
        ...(options.strategy === undefined
          ? {
              strategyNote:
                'It is what derive shows where no --strategy is named; compile, sample and verify ' +
                `then take ${defaultStrategy}.`,
            }
          : {}),
      };
      if (architecture.composition !== null) {
        const composition = reportComposition(architecture, deriveBlocks(architecture, { depth, strategy }), depth);
        deliver(
          session,
          format === 'json'
            ? `${JSON.stringify(composition, null, 2)}\n`
            : compositionText(composition, format, layout),
          options.out,
        );
        return;
      }
      const result = report(derive(architecture, { depth, strategy }));
      const print = {
        text: reportText,
        markdown: reportMarkdown,
        latex: reportLatex,
        json: (): string => `${JSON.stringify(result, null, 2)}\n`,
      }[format];
      deliver(session, print(result, layout), options.out);
    });
}
