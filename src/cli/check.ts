import type { Command } from 'commander';
import type { CheckReport } from '../verify/check.js';
import type { Session } from './session.js';
import { status } from './session.js';

export function addCheck(program: Command, session: Session): void {
  program
    .command('check')
    .summary('a rigorous verdict on a sample, whoever made it')
    .description('Derive the LMI again from the equations, put the numbers of the file into it, and decide rigorously. Exit status 1 if the file is rejected.')
    .argument('<file>', 'JSON in the format that lipwright sample --json prints; - reads stdin')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nExamples:\n  lipwright check net.json\n  lipwright sample residual --depth 2 --dims x=3,w=4,y=3 --json | lipwright check -')
    .action(async (file: string, { json }: { json?: true }) => {
      const { checkFile, checkText } = await import('../verify/check.js');
      const { maximumSampleBytes } = await import('../verify/json.js');
      const result = file === '-' ? checkText(await session.io.readStdin(maximumSampleBytes), '<stdin>') : checkFile(file);
      session.io.out(json === true ? `${JSON.stringify(result, null, 2)}\n` : checkReportText(result));
      if (!result.accepted) session.exitStatus = status.failed;
    });
}

function checkReportText({ accepted, verdict, reasons, notes, assumed, size, lipschitz, architecture: name, redefined, depth }: CheckReport): string {
  const architecture = redefined ? `${name} (not the built-in one, but as the file defines it)` : name;
  const decided = verdict.negativeSemidefinite === true ? 'proven negative semidefinite' : verdict.negativeSemidefinite === false ? 'proven NOT negative semidefinite' : 'undecided';
  const lines = [
    accepted ? `accepted: ${architecture} at depth ${depth} is ${lipschitz}-Lipschitz` : `REJECTED: ${architecture} at depth ${depth} is not shown to be ${lipschitz}-Lipschitz`,
    `  LMI     ${size} × ${size}, ${decided}`,
    `  method  ${verdict.method}`,
    ...(verdict.margin === null ? [] : [`  margin  ${verdict.margin.toPrecision(3)} (−M ≽ margin · diag(−M))`]),
    ...reasons.map((reason) => `  reason  ${reason}`),
    ...assumed.map((text) => `  assumed ${text}`),
    ...notes.map((note) => `  note    ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}
