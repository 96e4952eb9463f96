import type { Command } from 'commander';
import { boundAbove, boundBelow, briefAbove, lipschitzText } from '../base/number-text.js';
import { LipwrightError, excerpt, fail, located } from '../base/diagnostic.js';
import type { Certified, GivenNetwork } from '../certify/certify.js';
import type { NetworkFile } from '../import/network-file.js';
import { progressLines } from './certify-progress.js';
import { provenanceRows } from './import-text.js';
import { finite, integer, seed } from './options.js';
import { diagnosticText } from './messages.js';
import { checkPlace, deliver } from './output.js';
import type { Session } from './session.js';
import { status } from './session.js';
import { slopesText } from './slopes.js';
import type { FileOptions } from './weights-file.js';
import { activationNames } from './activation-names.js';
import { addFileOptions, fileArgument, fileDetails, placeOf, readSource } from './weights-file.js';

interface Options extends FileOptions {
  readonly time?: string;
  readonly seconds?: string;
  readonly iterations: string;
  readonly seed: string;
  readonly out?: string;
  readonly json?: true;
}

export function addCertify(program: Command, session: Session): void {
  const command = program
    .command('certify')
    .summary('the smallest bound that the LMI certifies for given weights')
    .description(
      'Search for the multipliers with the smallest Lipschitz bound that the LMI certifies for ' +
        'weights as they are, and prove that bound rigorously; beside it a lower bound by search and ' +
        'the product of spectral norms. ' +
        'There is a proven bound from the first moment; Ctrl-C or --time end the search early, and ' +
        'the bound is then larger, but proven all the same. A second Ctrl-C ends at once, with ' +
        'nothing written.',
    )
    .argument('<file>', fileArgument);
  addFileOptions(command)
    .option('--time <seconds>', 'for search, proofs and lower bounds together (default: 60)')
    .option('--seconds <seconds>', 'the same')
    .option('--iterations <limit>', 'steps of the search', '200')
    .option('--seed <integer>', 'of the search for lower bounds', '0')
    .option('--out <file>', 'write the certificate, which lipwright check accepts, to a file')
    .option('--json', 'print the certificate instead of a summary')
    .addHelpText(
      'after',
      '\nExamples:\n  lipwright certify net.json --out certificate.json\n  lipwright check ' +
        'certificate.json\n  lipwright certify model.safetensors --architecture feedforward ' +
        '--slopes=0,1 --json',
    )
    .action(async (file: string, options: Options) => {
      const start = performance.now();
      const seconds = timeLimit(options);
      if (options.out !== undefined) checkPlace(options.out);
      const details = await fileDetails(options, session);
      const limits = {
        iterations: integer(options.iterations, '--iterations', 0, 10_000),
        lowerBound: { seed: seed(options.seed) },
      };
      const source = await readSource(file, session);
      const [{ certify }, { readNetwork, givenNetwork, provenanceOf }] = await Promise.all([
        import('../certify/certify.js'),
        import('../import/network-file.js'),
      ]);
      // Multipliers are searched for: those of a sample are not looked at.
      const bare = source.multipliers === null ? source : { ...source, multipliers: new Map<string, never>() };
      const network = located({ file: placeOf(file), line: 1, column: 1 }, () =>
        readNetwork(bare, details, placeOf(file)),
      );
      const interrupt = new AbortController();
      const stopListening = session.io.onInterrupt(() => interrupt.abort());
      try {
        const given = givenNetwork(network);
        // What reading took, and what writing will take, are part of the time.
        const writing = options.out === undefined && options.json === undefined ? 0 : writingTime(given);
        const left = Math.max(0, seconds - (performance.now() - start + writing) / 1000);
        const certified = await certify(given, {
          ...limits,
          seconds: left,
          signal: interrupt.signal,
          onProgress: progressLines(session),
        });
        const text =
          options.out === undefined && options.json === undefined
            ? ''
            : `${JSON.stringify({ ...certified, ...provenanceOf(network) })}\n`;
        if (options.out !== undefined) deliver(session, text, options.out);
        if (options.json === true)
          session.io.err(
            provenanceRows(network.assumed, network.notes)
              .map((row) => `${row.trim()}\n`)
              .join(''),
          );
        session.io.out(options.json === true ? text : certifiedText(certified, network));
      } catch (error) {
        // An interrupt before anything was proven is no fault of the input.
        if (!(interrupt.signal.aborted && error instanceof LipwrightError && error.code === 'LW315')) throw error;
        session.io.err(diagnosticText(error.diagnostic, session.sources));
        session.exitStatus = status.interrupted;
      } finally {
        stopListening();
      }
    });
}

/** Entries of which the text is made to see how long it takes. */
const sampled = 2 ** 16;
/** The text is also encoded and written. */
const writes = 2;

/** Milliseconds that writing a certificate of these weights will take, about. */
function writingTime({ weights }: GivenNetwork): number {
  const entries = Object.values(weights).reduce((total, { length }) => total + length, 0);
  const [first] = Object.values(weights).sort((a, b) => b.length - a.length);
  if (first === undefined || entries < sampled) return 0;
  const some = Array.from(first.subarray(0, sampled));
  const start = performance.now();
  JSON.stringify(some);
  return (writes * (performance.now() - start) * entries) / some.length;
}

function timeLimit({ time, seconds }: Pick<Options, 'time' | 'seconds'>): number {
  if (time !== undefined && seconds !== undefined) fail('LW311', '--time and --seconds', 'one of them');
  const name = time === undefined ? '--seconds' : '--time';
  const text = time ?? seconds ?? '60';
  const value = finite(text, name);
  return value > 0 ? value : fail('LW311', `${name} "${excerpt(text, 40)}"`, 'a number above 0');
}

/** Bounds to five digits, upper ones upwards: all digits stand in the JSON. */
function certifiedText(
  { architecture, depth: layers, lipschitz, slopes: pairs, dims: widths, verdict, certificate }: Certified,
  { assumed, notes, activations }: NetworkFile,
): string {
  const { gap, iterations, stopped, lowerBound, slopeLowerBound, spectralProduct, weights } = certificate;
  const row = (name: string, text: string | null, what: string): readonly string[] =>
    text === null ? [] : [`  ${name.padEnd(18)}${text.padEnd(12)}${what}`];
  const below = (value: number | null): string | null => (value === null ? null : boundBelow(value));
  const named = activationNames(activations);
  const ended = {
    converged: 'converged',
    rounding: 'as far as rounding lets it',
    iterations: 'out of steps',
    seconds: 'out of time',
    aborted: 'interrupted',
  }[stopped];
  return `${[
    `certified: ${architecture} at depth ${layers} is ${lipschitzText(boundAbove(lipschitz))}`,
    ...row('certified bound', boundAbove(lipschitz), `proven (${verdict.method})`),
    ...row('lower bound', below(lowerBound), 'of this network, by search, not proven'),
    ...row('', below(slopeLowerBound), 'of these weights with the worst such activations, by search, not proven'),
    ...row(
      'spectral product',
      spectralProduct === null ? null : boundAbove(spectralProduct),
      'what layer-wise norms give',
    ),
    `  search            ${iterations} steps, ${ended}; ` +
      (gap === null
        ? 'the distance from the best bound of the LMI is not known'
        : `within ${briefAbove(gap, 2)} (relative) of the best bound of the LMI, up to rounding`),
    ...(pairs.length === 0 ? [] : [`  slopes            ${slopesText(pairs)}`]),
    ...(named === null ? [] : [`  phi               ${named}`]),
    `  widths            ${Object.entries(widths)
      .map(([name, width]) => `${name} = ${width}`)
      .join(', ')}`,
    `  weights           ${weights}`,
    ...provenanceRows(assumed, notes),
  ].join('\n')}\n`;
}
