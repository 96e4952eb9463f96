import type { Command } from 'commander';
import type { Session } from './session.js';

export function addActivations(program: Command, session: Session): void {
  program
    .command('activations')
    .summary('slope bounds of activations, and what is published of them')
    .description(
      'Compute m = inf and L = sup of the slopes of activations, rigorously, and compare them with ' +
        'Table III of arXiv 2502.21279. ' +
        'With a name: one activation in full, with its parameters as letters too. Any expression in ' +
        'v may stand for the name.',
    )
    .argument(
      '[activation]',
      'a name, name(parameter=value), PyTorch\'s name, or an expression in v such as "v * tanh(v)"',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright activations\n  lipwright activations gelu\n  lipwright activations ' +
        '"elu(alpha=1.5)" --json\n  lipwright activations "max(0, v) - 0.1 * max(0, -v)"',
    )
    .action(async (name: string | undefined, { json }: { json?: true }) => {
      const { activationPlace, activationReportOf, activationReports, activationText, activationsText } =
        await import('../report/index.js');
      const width = Math.min(Math.max(session.io.columns ?? 120, 60), 120);
      if (name === undefined) {
        const activations = activationReports();
        session.io.out(
          json === true ? `${JSON.stringify({ activations }, null, 2)}\n` : activationsText(activations, width),
        );
        return;
      }
      session.sources.set(activationPlace, name);
      const report = activationReportOf(name);
      session.io.out(json === true ? `${JSON.stringify(report, null, 2)}\n` : activationText(report, width));
    });
}
