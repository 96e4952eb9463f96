import type { Command } from 'commander';
import { excerpt } from '../base/diagnostic.js';
import { defaultStrategy } from '../../rules/strategies.js';
import type { Program } from '../model/program.js';
import type { Target } from '../targets.js';
import { defaultTarget, targets } from '../targets.js';
import { depthFor } from './options.js';
import { deliver } from './output.js';
import type { Session } from './session.js';
import type { StrategyOptions } from './strategy.js';
import { commonJsNote, targetOf } from './target.js';
import { addStrategyOptions, strategyFrom } from './strategy.js';

interface Options extends StrategyOptions {
  readonly depth?: string;
  readonly target?: string;
  readonly out?: string;
}

/** The declarations of a JavaScript module, for the file beside it where its name has a place for them. */
async function declarationsBeside(
  { loadTypes }: Target,
  program: Program,
  out: string | undefined,
): Promise<readonly (readonly [path: string, text: string])[]> {
  if (out === undefined || loadTypes === undefined) return [];
  const { declarationsPath } = await import('../index.js');
  const path = declarationsPath(out);
  return path === null ? [] : [[path, (await loadTypes())(program)]];
}

export function addCompile(program: Command, session: Session): void {
  const command = program
    .command('compile')
    .summary('a standalone module for a trainer')
    .description(
      'Compile the derived parameterization to a module of its own for a trainer: in JavaScript it ' +
        'imports nothing or only TensorFlow.js, in Python only its framework.',
    )
    .argument('<architecture>', 'a built-in name (see lipwright list) or a path to an architecture file')
    .option('--depth <N>', 'number of layers n, where the equations have it');
  addStrategyOptions(command, defaultStrategy)
    .option(
      '--target <target>',
      targets.map(({ name, title }) => `${name} (${title})`).join(', ') +
        ` (default: what --out ends in, or "${defaultTarget}")`,
    )
    .option('--out <file>', 'write to a file instead of stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright compile residual --depth 3 --target js --out residual-3.js\n  ' +
        'lipwright compile two-branch --depth 2 --strategy gershgorin-paper --target ts\n  lipwright ' +
        'compile residual --depth 3 --strategy pivot --target torch --out residual.py\n  lipwright ' +
        'compile residual --depth 2 --strategy pivot --contraction spectral',
    )
    .action(async (name: string, options: Options) => {
      const target = targetOf(options.target, options.out);
      const { lowerArchitecture } = await import('../index.js');
      const strategy = strategyFrom(options, defaultStrategy);
      const architecture = await session.load(name);
      const lowered = lowerArchitecture(architecture, {
        depth: depthFor(options.depth, architecture, `compile ${excerpt(name, 60)}`),
        strategy,
      });
      deliver(
        session,
        (await target.load())(lowered),
        options.out,
        await declarationsBeside(target, lowered, options.out),
      );
      const note = options.out === undefined ? null : commonJsNote(options.out);
      if (note !== null) session.io.err(`note: ${note}\n`);
    });
}
