import type { Command } from 'commander';
import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import type { Imported } from '../import/import.js';
import { progressLines } from './certify-progress.js';
import { importedText, noteLines } from './import-text.js';
import { diagnosticText } from './messages.js';
import { maximumSampleBytes } from '../verify/json.js';
import { finite, integer } from './options.js';
import { deliver } from './output.js';
import type { Session } from './session.js';
import { status } from './session.js';
import type { FileOptions } from './weights-file.js';
import { addFileOptions, fileArgument, fileDetails, placeOf, readSource } from './weights-file.js';

interface Options extends FileOptions {
  readonly recover?: true;
  readonly seconds: string;
  readonly iterations: string;
  readonly out?: string;
  readonly json?: true;
}

export function addImport(program: Command, session: Session): void {
  const command = program
    .command('import')
    .summary('trained weights as an instance with a rigorous verdict')
    .description(
      'Read weights that somebody trained, exactly as they are, and prove a Lipschitz bound for ' +
        'them: with the multipliers of the file if it has them and they prove it, else with those ' +
        'that the search of lipwright certify finds. ' +
        'Free parameters (the state_dict of a generated PyTorch module, or a dictionary by their ' +
        'names) are constrained in float64 first; batch normalization is folded as it acts in ' +
        'evaluation. ' +
        'Options win over what the file says; what nobody says is assumed, and printed. Exit status ' +
        '1 if no bound can be proven.',
    )
    .argument('<file>', fileArgument);
  addFileOptions(command)
    .option(
      '--recover',
      'add the free parameters that lead to the weights (pivot with free multipliers and cholesky contraction)',
    )
    .option('--seconds <limit>', 'time for a search, where one is needed', '60')
    .option('--iterations <limit>', 'steps of the search', '200')
    .option('--out <file>', 'write the instance, which lipwright check accepts, to a file')
    .option('--json', 'print the instance instead of a summary')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        '  lipwright import export.safetensors --out net.json && lipwright check net.json',
        '  lipwright import state_dict.safetensors --architecture residual --strategy pivot ' +
          '--contraction spectral --lipschitz 1',
        '  lipwright import model.safetensors --prefix model.lip. --architecture net.yaml --json',
        '  lipwright import sequential.safetensors --architecture feedforward --activation relu',
        '  lipwright import other.safetensors --architecture feedforward --map ' +
          "'C[1]=0.weight,b[1]=0.bias,B=2.weight,c=2.bias'",
      ].join('\n'),
    )
    .action(async (file: string, options: Options) => {
      const details = {
        ...(await fileDetails(options, session)),
        ...(options.recover === true ? { recover: true } : {}),
      };
      const limits = {
        seconds: positive(options.seconds),
        iterations: integer(options.iterations, '--iterations', 0, 10_000),
      };
      const place = placeOf(file);
      const source = await readSource(file, session);
      const { importNetwork } = await import('../import/import.js');
      const interrupt = new AbortController();
      const stopListening = session.io.onInterrupt(() => interrupt.abort());
      try {
        report(
          await importNetwork(
            source,
            details,
            { ...limits, signal: interrupt.signal, onProgress: progressLines(session) },
            place,
          ),
          options,
          session,
        );
        if (interrupt.signal.aborted) session.exitStatus = status.interrupted;
      } catch (error) {
        if (!(error instanceof LipwrightError)) throw error;
        // What is wrong with the values has no line of its own; the file at least is known.
        const diagnostic = {
          ...error.diagnostic,
          position: error.diagnostic.position ?? { file: place, line: 1, column: 1 },
        };
        if (error.code !== 'LW315') throw new LipwrightError(diagnostic);
        session.io.err(diagnosticText(diagnostic, session.sources));
        session.exitStatus = status.failed;
      } finally {
        stopListening();
      }
    });
}

function report(imported: Imported, { out, json }: Options, session: Session): void {
  const { sample, free, proven } = imported;
  const text = `${JSON.stringify(free === null ? sample : { ...sample, free })}\n`;
  if (text.length > maximumSampleBytes)
    session.io.err(`the instance is larger than the ${maximumSampleBytes} bytes that lipwright check reads\n`);
  if (out !== undefined && proven) deliver(session, text, out);
  if (json === true) {
    session.io.err(
      noteLines(imported)
        .map((line) => `${line}\n`)
        .join(''),
    );
    session.io.out(text);
  } else {
    session.io.out(importedText(imported));
  }
  if (proven) return;
  if (out !== undefined) session.io.err(`${excerpt(out, 200)} is not written, as nothing is proven\n`);
  session.exitStatus = status.failed;
}

function positive(text: string): number {
  const value = finite(text, '--seconds');
  return value > 0 ? value : fail('LW311', `--seconds "${excerpt(text, 40)}"`, 'a number above 0');
}
