import { boundAbove, boundBelow, marginText, lipschitzText } from '../base/number-text.js';
import type { Command } from 'commander';
import { excerpt, fail, located } from '../base/diagnostic.js';
import { readBoundedBytes } from '../base/read-bounded.js';
import { kindOf } from '../import/file-kind.js';
import type { CheckReport } from '../verify/check.js';
import type { Session } from './session.js';
import { activationNames } from './activation-names.js';
import { status } from './session.js';
import { placeOf, readSource } from './weights-file.js';

export function addCheck(program: Command, session: Session): void {
  program
    .command('check')
    .summary('a rigorous verdict on a sample, whoever made it')
    .description(
      'Derive the LMI again from the equations, put the numbers of the file into it, and decide ' +
        'rigorously. Exit status 1 if the file is rejected.',
    )
    .argument('<file>', 'JSON in the format that lipwright sample --json prints; - reads stdin')
    .option(
      '--weights <file>',
      'also compare its weights, number by number, with the tensors of the file that they came ' +
        'from (.safetensors or JSON)',
    )
    .option('--json', 'print one JSON object')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright check net.json\n  lipwright check certificate.json --weights ' +
        'model.safetensors\n  lipwright sample residual --depth 2 --dims x=3,w=4,y=3 --json | ' +
        'lipwright check -',
    )
    .action(async (file: string, { json, weights }: { json?: true; weights?: string }) => {
      const text = await textOf(file, session);
      const { checkText } = await import('../verify/check.js');
      const report = checkText(text, placeOf(file));
      const result = weights === undefined ? report : await withWeights(report, text, file, weights, session);
      session.io.out(json === true ? `${JSON.stringify(result, null, 2)}\n` : checkReportText(result));
      if (!result.accepted) session.exitStatus = status.failed;
    });
}

async function textOf(file: string, session: Session): Promise<string> {
  const { maximumSampleBytes, jsonText } = await import('../verify/json.js');
  if (file === '-') return session.io.readStdin(maximumSampleBytes);
  const bytes = readBoundedBytes(file, maximumSampleBytes);
  if (kindOf(bytes, file) === 'json') return jsonText(bytes, file);
  // Errors have no line of a binary file to show.
  session.sources.set(file, '');
  return fail(
    'LW111',
    `a safetensors file: ${excerpt(file, 80)}`,
    'an instance: lipwright import or certify with --out makes one of it',
    { file, line: 1, column: 1 },
  );
}

/** The verdict, and whether its weights are those of the file that they came from. */
async function withWeights(
  report: CheckReport,
  text: string,
  file: string,
  weights: string,
  session: Session,
): Promise<CheckReport> {
  const [{ originText, weightsObjections }, { parseJson }] = await Promise.all([
    import('../import/weights-of-file.js'),
    import('../verify/json.js'),
  ]);
  const source = await readSource(weights, session);
  const place = placeOf(file);
  const instance = parseJson(text, place);
  const objections = located({ file: place, line: 1, column: 1 }, () => weightsObjections(instance, source, place));
  const note =
    `weights and biases are, number by number, those of ${excerpt(weights, 80)}: ` + (originText(instance) ?? '');
  const reasons = [...report.reasons, ...objections];
  return {
    ...report,
    accepted: reasons.length === 0,
    reasons,
    notes: objections.length === 0 ? [...report.notes, note] : report.notes,
  };
}

function checkReportText({
  accepted,
  verdict,
  reasons,
  notes,
  assumed,
  activations,
  size,
  lipschitz,
  architecture: name,
  redefined,
  depth,
}: CheckReport): string {
  const architecture = redefined ? `${name} (not the built-in one, but as the file defines it)` : name;
  const decided =
    verdict.negativeSemidefinite === true
      ? 'proven negative semidefinite'
      : verdict.negativeSemidefinite === false
        ? 'proven NOT negative semidefinite'
        : 'undecided';
  const named = activationNames(activations);
  const lines = [
    accepted
      ? `accepted: ${architecture} at depth ${depth} is ${lipschitzText(boundAbove(lipschitz))}`
      : `REJECTED: ${architecture} at depth ${depth} is not shown to be ${lipschitzText(boundBelow(lipschitz))}`,
    `  LMI     ${size} × ${size}, ${decided}`,
    `  method  ${verdict.method}`,
    ...(verdict.margin === null ? [] : [`  margin  ${marginText(verdict.margin)} (−M ≽ margin · diag(−M))`]),
    ...(named === null ? [] : [`  phi     ${named}`]),
    ...reasons.map((reason) => `  reason  ${reason}`),
    ...assumed.map((text) => `  assumed ${text}`),
    ...notes.map((note) => `  note    ${note}`),
  ];
  return `${lines.join('\n')}\n`;
}
