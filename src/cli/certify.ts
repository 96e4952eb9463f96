import type { Command } from 'commander';
import { excerpt, fail, located } from '../base/diagnostic.js';
import type { Certified, GivenNetwork } from '../certify/certify.js';
import type { NetworkDetails } from '../certify/input.js';
import { depth, dims, finite, integer, seed } from './options.js';
import { deliver } from './output.js';
import type { Session } from './session.js';
import { slopesFrom } from './slopes.js';
import { status } from './session.js';

interface Options {
  readonly architecture?: string;
  readonly depth?: string;
  readonly dims?: string;
  readonly activation?: string;
  readonly slopes?: string;
  readonly seconds: string;
  readonly iterations: string;
  readonly seed: string;
  readonly out?: string;
  readonly json?: true;
}

const secondsBetweenLines = 3;

export function addCertify(program: Command, session: Session): void {
  program
    .command('certify')
    .summary('the smallest bound that the LMI certifies for given weights')
    .description(
      'Search for the multipliers with the smallest Lipschitz bound that the LMI certifies for weights as they are, and prove that bound rigorously; beside it a lower bound by search and the product of spectral norms. ' +
        'Ctrl-C or --seconds end the search early: the bound is then larger, but proven all the same (exit status 130 after Ctrl-C).',
    )
    .argument('<file>', 'JSON in the form of lipwright sample --json, of which weights and architecture are read (- reads stdin), or a .safetensors file with tensors named as the weights, C[1] or C.1')
    .option('--architecture <architecture>', 'a built-in name (see lipwright list) or a path to an architecture file (default: what the file says)')
    .option('--depth <N>', 'number of layers (default: what the file says, or what the names of its weights tell)')
    .option('--dims <widths>', 'widths that the shapes of the weights do not tell: x=3,w=4,y=2')
    .option('--activation <name>', 'of the activations that the equations leave open: a name, name(parameter=value) or an expression in v')
    .option('--slopes <m,L>', 'their slopes instead, for example --slopes=-0.2,1.1 (default: what the file says, or 0,1)')
    .option('--seconds <limit>', 'time for the search', '60')
    .option('--iterations <limit>', 'steps of the search', '200')
    .option('--seed <integer>', 'of the search for lower bounds', '0')
    .option('--out <file>', 'write the certificate, which lipwright check accepts, to a file')
    .option('--json', 'print the certificate instead of a summary')
    .addHelpText('after', '\nExamples:\n  lipwright certify net.json --out certificate.json\n  lipwright check certificate.json\n  lipwright certify model.safetensors --architecture feedforward --slopes=0,1 --json')
    .action(async (file: string, options: Options) => {
      const details = await detailsFrom(options, session);
      const limits = { seconds: positive(options.seconds), iterations: integer(options.iterations, '--iterations', 0, 10_000), lowerBound: { seed: seed(options.seed) } };
      const network = await networkFrom(file, details, session);
      const { certify } = await import('../certify/certify.js');
      const interrupt = new AbortController();
      const stopListening = session.io.onInterrupt(() => interrupt.abort());
      try {
        const certified = await certify(network, { ...limits, signal: interrupt.signal, onProgress: progressLines(session) });
        const text = `${JSON.stringify(certified)}\n`;
        if (options.out !== undefined) deliver(session, text, options.out);
        session.io.out(options.json === true ? text : certifiedText(certified));
        if (interrupt.signal.aborted) session.exitStatus = status.interrupted;
      } finally {
        stopListening();
      }
    });
}

function positive(text: string): number {
  const value = finite(text, '--seconds');
  return value > 0 ? value : fail('LW311', `--seconds "${excerpt(text, 40)}"`, 'a number above 0');
}

async function detailsFrom(options: Options, session: Session): Promise<NetworkDetails> {
  const pair = await slopesFrom(options, session);
  const layers = options.depth === undefined ? undefined : depth(options.depth);
  const widths = options.dims === undefined ? undefined : dims(options.dims);
  return {
    ...(options.architecture === undefined ? {} : { architecture: await session.load(options.architecture) }),
    ...(layers === undefined ? {} : { depth: layers }),
    ...(widths === undefined ? {} : { widths }),
    ...(pair === undefined ? {} : { slopes: pair }),
  };
}

async function networkFrom(file: string, details: NetworkDetails, session: Session): Promise<GivenNetwork> {
  const { networkFromJson, networkFromTensors } = await import('../certify/input.js');
  const place = { file: file === '-' ? '<stdin>' : file, line: 1, column: 1 };
  if (file.endsWith('.safetensors')) {
    const { readSafetensorsFile } = await import('../certify/safetensors.js');
    // Errors have no line of a binary file to show.
    session.sources.set(file, '');
    const tensors = readSafetensorsFile(file);
    return located(place, () => networkFromTensors(tensors, details));
  }
  const { parseJson, readJsonText } = await import('../verify/json.js');
  const value = parseJson(file === '-' ? await session.io.readStdin() : readJsonText(file), place.file);
  return located(place, () => networkFromJson(value, details, place.file));
}

/** A line on stderr every few seconds. */
export function progressLines({ io }: Session): (progress: { readonly iterations: number; readonly lipschitz: number; readonly gap: number }) => void {
  let last = performance.now();
  return ({ iterations, lipschitz, gap }) => {
    if (performance.now() - last < secondsBetweenLines * 1000) return;
    last = performance.now();
    io.err(`step ${iterations}: bound ${lipschitz.toPrecision(8)}${Number.isFinite(gap) ? `, gap ${gap.toExponential(1)}` : ''}\n`);
  };
}

function certifiedText({ architecture, depth: layers, lipschitz, slopes: pairs, dims: widths, verdict, certificate }: Certified): string {
  const { gap, iterations, stopped, lowerBound, slopeLowerBound, spectralProduct, weights } = certificate;
  const row = (name: string, value: number | null, what: string): readonly string[] => (value === null ? [] : [`  ${name.padEnd(18)}${value.toPrecision(10).padEnd(18)}${what}`]);
  const [first] = pairs;
  const alike = pairs.every(([lower, upper]) => lower === first?.[0] && upper === first[1]);
  const ended = { converged: 'converged', rounding: 'as far as rounding lets it', iterations: 'out of steps', seconds: 'out of time', aborted: 'interrupted' }[stopped];
  return `${[
    `certified: ${architecture} at depth ${layers} is ${lipschitz}-Lipschitz`,
    ...row('certified bound', lipschitz, `proven (${verdict.method})`),
    ...row('lower bound', lowerBound, 'of this network, by search, not proven'),
    ...row('', slopeLowerBound, 'of these weights with the worst such activations, by search, not proven'),
    ...row('spectral product', spectralProduct, 'what layer-wise norms give'),
    `  search            ${iterations} steps, ${ended}; ${gap === null ? 'the distance from the best bound of the LMI is not known' : `within ${gap.toExponential(1)} (relative) of the best bound of the LMI, up to rounding`}`,
    ...(first === undefined ? [] : [`  slopes            ${(alike ? [first] : pairs).map(([lower, upper]) => `[${lower}, ${upper}]`).join(', ')}`]),
    `  widths            ${Object.entries(widths).map(([name, width]) => `${name} = ${width}`).join(', ')}`,
    `  weights           ${weights}`,
  ].join('\n')}\n`;
}
