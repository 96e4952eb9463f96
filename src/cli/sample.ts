import type { Command } from 'commander';
import { excerpt } from '../base/diagnostic.js';
import { defaultStrategy } from '../../rules/strategies.js';
import { depthFor, dims, finite, lipschitz, seed } from './options.js';
import { textWidth } from './io.js';
import type { Session } from './session.js';
import { status } from './session.js';
import { slopesFrom } from './slopes.js';
import type { StrategyOptions } from './strategy.js';
import { addStrategyOptions, strategyFrom } from './strategy.js';

interface Options extends StrategyOptions {
  readonly depth?: string;
  readonly dims: string;
  readonly activation?: string;
  readonly slopes?: string;
  readonly lipschitz: string;
  readonly seed: string;
  readonly scale: string;
  readonly json?: true;
}

export function addSample(program: Command, session: Session): void {
  const command = program
    .command('sample')
    .summary('one random instance with its verdict')
    .description(
      'Draw random free parameters, constrain them, and print weights, multipliers, the numeric ' +
        'LMI and the rigorous verdict on it. Exit status 1 if it is not proven.',
    )
    .argument('<architecture>', 'a built-in name (see lipwright list) or a path to an architecture file')
    .option('--depth <N>', 'number of layers n, where the equations have it')
    .requiredOption('--dims <widths>', 'widths by family or signal: x=3,w=4,y=2 or x=3,w[1]=4,w[2]=5,y=2');
  addStrategyOptions(command, defaultStrategy)
    .option(
      '--activation <name>',
      'of the activations that the equations leave open: a name, name(parameter=value) or an ' +
        'expression in v (default: "relu")',
    )
    .option('--slopes <m,L>', 'their slopes instead, for example --slopes=-0.2,1.1')
    .option('--lipschitz <bound>', 'the bound to certify', '1')
    .option('--seed <integer>', 'equal seeds give equal instances', '0')
    .option('--scale <factor>', 'multiplies the free parameters before they are constrained', '1')
    .option('--json', 'print one JSON object, which lipwright check accepts')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright sample residual --depth 2 --dims x=3,w=4,y=3\n  lipwright sample ' +
        'feedforward --depth 3 --dims x=2,w=8,y=1 --slopes=-0.2,1.1 --seed 7 --json > net.json\n  ' +
        'lipwright sample residual --depth 2 --dims x=3,w=4,y=3 --strategy pivot --contraction ' +
        'cayley\n  lipwright check net.json',
    )
    .action(async (name: string, options: Options) => {
      const pair = await slopesFrom(options, session);
      const given = {
        widths: dims(options.dims),
        ...(pair === undefined
          ? {}
          : options.activation === undefined
            ? { slopes: pair }
            : { activation: options.activation }),
        lipschitz: lipschitz(options.lipschitz),
        seed: seed(options.seed),
        scale: finite(options.scale, '--scale'),
      };
      const { sampleInstance } = await import('../verify/sample.js');
      const strategy = strategyFrom(options, defaultStrategy);
      const architecture = await session.load(name);
      const sample = sampleInstance(architecture, {
        ...given,
        depth: depthFor(options.depth, architecture, `sample ${excerpt(name, 60)}`),
        strategy,
      });
      session.io.out(
        options.json === true
          ? `${JSON.stringify(sample)}\n`
          : (await import('./sample-text.js')).sampleText(sample, textWidth(session.io)),
      );
      // Undecided is not proven.
      if (sample.verdict.negativeSemidefinite !== true) session.exitStatus = status.failed;
    });
}
