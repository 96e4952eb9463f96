import type { Command } from 'commander';
import { LipwrightError, excerpt, fail, located } from '../base/diagnostic.js';
import type { ImportDetails, Imported } from '../certify/import.js';
import type { ImportSource } from '../certify/import-source.js';
import type { Variant } from '../model/variant.js';
import { contractionChoices, multiplierChoices } from '../model/strategy.js';
import { progressLines } from './certify.js';
import { importedText, noteLines } from './import-text.js';
import { diagnosticText } from './messages.js';
import { maximumSampleBytes } from '../verify/json.js';
import { depth, dims, finite, integer, lipschitz, oneOf } from './options.js';
import { deliver } from './output.js';
import type { Session } from './session.js';
import { status } from './session.js';
import { slopesFrom } from './slopes.js';
import type { StrategyOptions } from './strategy.js';

interface Options extends StrategyOptions {
  readonly architecture?: string;
  readonly depth?: string;
  readonly dims?: string;
  readonly activation?: string;
  readonly slopes?: string;
  readonly lipschitz?: string;
  readonly as?: string;
  readonly prefix?: string;
  readonly map?: string;
  readonly recover?: true;
  readonly seconds: string;
  readonly iterations: string;
  readonly out?: string;
  readonly json?: true;
}

export function addImport(program: Command, session: Session): void {
  program
    .command('import')
    .summary('trained weights as an instance with a rigorous verdict')
    .description(
      'Read weights that somebody trained, exactly as they are, and prove a Lipschitz bound for them: with the multipliers of the file if it has them and they prove it, else with those that the search of lipwright certify finds. ' +
        'Free parameters (the state_dict of a generated PyTorch module, or a dictionary by their names) are constrained in float64 first. Options win over what the file says. Exit status 1 if no bound can be proven.',
    )
    .argument('<file>', '.safetensors, or JSON: a dictionary of nested arrays, or the form of lipwright sample --json (- reads JSON from stdin)')
    .option('--architecture <architecture>', 'a built-in name (see lipwright list) or a path to an architecture file (default: what the file says)')
    .option('--depth <N>', 'number of layers (default: what the file says, or what the names tell)')
    .option('--dims <widths>', 'widths that the shapes of the tensors do not tell: x=3,w=4,y=2')
    .option('--strategy <name>', 'what makes weights of free parameters (default: what the file says)')
    .option('--multipliers <choice>', `its variant, pivot only: ${multiplierChoices.join(' or ')} (default: what the file says, or free)`)
    .option('--contraction <choice>', `pivot only: ${contractionChoices.join(', ')} (default: what the file says, or cholesky)`)
    .option('--margin <part>', 'pivot only: the part of every pivot that stays unused (default: what the file says, or by depth)')
    .option('--activation <name>', 'of the activations that the equations leave open: a name, name(parameter=value) or an expression in v')
    .option('--slopes <m,L>', 'their slopes instead, for example --slopes=-0.2,1.1 (default: what the file says, or 0,1)')
    .option('--lipschitz <bound>', 'the bound that it was trained for (default: what the file says, or 1)')
    .option('--as <kind>', 'what the tensors are where names do not tell: weights or free')
    .option('--prefix <text>', 'read only tensors whose names begin so, for example model.lip. (a prefix that all share is found by itself)')
    .option('--map <names>', "tensors by the author's names: C[1]=layers.0.weight,b[1]=layers.0.bias")
    .option('--recover', 'add the free parameters that lead to the weights (pivot with free multipliers and cholesky contraction)')
    .option('--seconds <limit>', 'time for a search, where one is needed', '60')
    .option('--iterations <limit>', 'steps of the search', '200')
    .option('--out <file>', 'write the instance, which lipwright check accepts, to a file')
    .option('--json', 'print the instance instead of a summary')
    .addHelpText(
      'after',
      [
        '\nExamples:',
        '  lipwright import export.safetensors --out net.json && lipwright check net.json',
        '  lipwright import state_dict.safetensors --architecture residual --strategy pivot --contraction spectral --lipschitz 1',
        '  lipwright import model.safetensors --prefix model.lip. --architecture net.yaml --json',
        "  lipwright import other.safetensors --architecture feedforward --map 'C[1]=0.weight,b[1]=0.bias,B=2.weight,c=2.bias'",
      ].join('\n'),
    )
    .action(async (file: string, options: Options) => {
      const details = await detailsFrom(options, session);
      const limits = { seconds: positive(options.seconds), iterations: integer(options.iterations, '--iterations', 0, 10_000) };
      const place = file === '-' ? '<stdin>' : file;
      const source = await sourceFrom(file, place, session);
      const { importNetwork } = await import('../certify/import.js');
      const interrupt = new AbortController();
      const stopListening = session.io.onInterrupt(() => interrupt.abort());
      try {
        report(await importNetwork(source, details, { ...limits, signal: interrupt.signal, onProgress: progressLines(session) }, place), options, session);
        if (interrupt.signal.aborted) session.exitStatus = status.interrupted;
      } catch (error) {
        if (!(error instanceof LipwrightError)) throw error;
        // What is wrong with the values has no line of its own; the file at least is known.
        const diagnostic = { ...error.diagnostic, position: error.diagnostic.position ?? { file: place, line: 1, column: 1 } };
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
  if (text.length > maximumSampleBytes) session.io.err(`the instance is larger than the ${maximumSampleBytes} bytes that lipwright check reads\n`);
  if (out !== undefined && proven) deliver(session, text, out);
  if (json === true) {
    session.io.err(noteLines(imported).map((line) => `${line}\n`).join(''));
    session.io.out(text);
  } else {
    session.io.out(importedText(imported));
  }
  if (proven) return;
  if (out !== undefined) session.io.err(`${excerpt(out, 200)} is not written, as nothing is proven\n`);
  session.exitStatus = status.failed;
}

async function detailsFrom(options: Options, session: Session): Promise<ImportDetails> {
  const pair = await slopesFrom(options, session);
  const variant: { -readonly [K in keyof Variant]?: Variant[K] } = {};
  if (options.multipliers !== undefined) variant.multipliers = oneOf(options.multipliers, '--multipliers', multiplierChoices);
  if (options.contraction !== undefined) variant.contraction = oneOf(options.contraction, '--contraction', contractionChoices);
  if (options.margin !== undefined) variant.margin = finite(options.margin, '--margin');
  return {
    variant,
    ...(options.depth === undefined ? {} : { depth: depth(options.depth) }),
    ...(options.dims === undefined ? {} : { widths: dims(options.dims) }),
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(pair === undefined ? {} : { slopes: pair }),
    ...(options.lipschitz === undefined ? {} : { lipschitz: lipschitz(options.lipschitz) }),
    ...(options.as === undefined ? {} : { as: oneOf(options.as, '--as', ['weights', 'free']) }),
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    ...(options.map === undefined ? {} : { names: namesFrom(options.map) }),
    ...(options.recover === true ? { recover: true } : {}),
    ...(options.architecture === undefined ? {} : { architecture: await session.load(options.architecture) }),
  };
}

function positive(text: string): number {
  const value = finite(text, '--seconds');
  return value > 0 ? value : fail('LW311', `--seconds "${excerpt(text, 40)}"`, 'a number above 0');
}

/** `C[1]=layers.0.weight,b[1]=layers.0.bias` */
function namesFrom(text: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const part of text.split(',')) {
    const [, own = '', name = ''] = /^\s*([^=]*?)\s*=\s*(.*?)\s*$/s.exec(part) ?? [];
    if (own === '' || name === '') fail('LW311', `--map "${excerpt(part, 40)}"`, 'names such as C[1]=layers.0.weight');
    if (names.has(own)) fail('LW311', `two tensors for ${excerpt(own, 40)} in --map`, 'one for each');
    names.set(own, name);
  }
  return names;
}

async function sourceFrom(file: string, place: string, session: Session): Promise<ImportSource> {
  const { sourceOfJson, sourceOfSafetensors } = await import('../certify/import-source.js');
  if (/\.(?:pt|pth|bin|ckpt|pkl|npz|npy)$/i.test(file)) fail('LW105', `"${excerpt(file, 80)}"`, 'a .safetensors file (safetensors.torch.save_file, safetensors.numpy.save_file) or JSON: files of this kind hold programs, or are not read', { file, line: 1, column: 1 });
  if (file.endsWith('.safetensors')) {
    const { readSafetensorsContents } = await import('../certify/safetensors.js');
    // Errors have no line of a binary file to show.
    session.sources.set(file, '');
    return sourceOfSafetensors(readSafetensorsContents(file));
  }
  const { parseJson, readJsonText } = await import('../verify/json.js');
  const value = parseJson(file === '-' ? await session.io.readStdin() : readJsonText(file), place);
  return located({ file: place, line: 1, column: 1 }, () => sourceOfJson(value));
}
