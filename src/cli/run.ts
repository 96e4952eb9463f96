import { Command, CommanderError } from 'commander';
import { LipwrightError } from '../base/diagnostic.js';
import { addActivations } from './activations.js';
import { addCertify } from './certify.js';
import { addCheck } from './check.js';
import { addCompile } from './compile.js';
import { addDerive } from './derive.js';
import { addImport } from './import.js';
import type { Io } from './io.js';
import { addList } from './list.js';
import { diagnosticText, internalText } from './messages.js';
import { packageVersion } from './package.js';
import { addSample } from './sample.js';
import { Session, status } from './session.js';
import { usageDiagnostic } from './usage.js';
import { addVerify } from './verify.js';

/**
 * Runs one command line (without `node` and the script) and returns the exit status: 0 done, 1 a property failed, 2 bad
 * input, 70 a fault of our own, 130 interrupted. Nothing is thrown.
 */
export async function run(argv: readonly string[], io: Io): Promise<number> {
  const session = new Session(io);
  try {
    const program = createProgram(session);
    if (argv.length === 0) program.outputHelp();
    else await program.parseAsync([...argv], { from: 'user' });
    return session.exitStatus;
  } catch (error) {
    return conclude(error, session, argv);
  }
}

function createProgram(session: Session): Command {
  const program = new Command('lipwright')
    .description(
      'Derives, compiles and verifies parameterizations of Lipschitz-bounded neural networks from their equations.',
    )
    // Settings are handed on to commands that are made after them.
    .exitOverride()
    .configureOutput({
      writeOut: session.io.out,
      writeErr: () => undefined,
      getOutHelpWidth: () => session.io.columns ?? 100,
    })
    .showSuggestionAfterError(true)
    .version(packageVersion(), '--version', 'print the version');
  for (const add of [
    addList,
    addActivations,
    addDerive,
    addCompile,
    addSample,
    addVerify,
    addCheck,
    addCertify,
    addImport,
  ])
    add(program, session);
  program.addHelpText(
    'after',
    '\nExamples:\n  lipwright derive residual\n  lipwright sample residual --depth 2 --dims ' +
      'x=3,w=4,y=3\n  lipwright compile residual --depth 3 --target js --out residual-3.js\n  ' +
      'lipwright verify residual --runs 10000\n\nExit status: 0 done, 1 a property failed, 2 bad ' +
      'input, 130 interrupted.',
  );
  return program;
}

function conclude(error: unknown, session: Session, argv: readonly string[]): number {
  if (error instanceof CommanderError) {
    // --help and --version end this way too.
    if (error.exitCode === 0) return status.done;
    session.io.err(diagnosticText(usageDiagnostic(error, argv), session.sources));
    return status.badInput;
  }
  if (error instanceof LipwrightError) {
    session.io.err(diagnosticText(error.diagnostic, session.sources));
    return status.badInput;
  }
  session.io.err(internalText(error));
  return status.internal;
}
