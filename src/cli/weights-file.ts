import type { Command } from 'commander';
import { excerpt, fail } from '../base/diagnostic.js';
import type { ImportSource } from '../import/source.js';
import type { FileDetails } from '../import/network-file.js';
import { normPlaces } from '../import/batch-norm.js';
import type { Variant } from '../model/variant.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { maximumSampleBytes } from '../verify/json.js';
import { layouts } from '../model/layout.js';
import { depth, dims, finite, lipschitz, oneOf } from './options.js';
import type { Session } from './session.js';
import { slopesFrom } from './slopes.js';
import type { StrategyOptions } from './strategy.js';

/** Options of every command that reads a file of weights. */
export interface FileOptions extends StrategyOptions {
  readonly architecture?: string;
  readonly depth?: string;
  readonly dims?: string;
  readonly activation?: string;
  readonly slopes?: string;
  readonly lipschitz?: string;
  readonly as?: string;
  readonly prefix?: string;
  readonly map?: string;
  readonly ignore?: string;
  readonly layout?: string;
  readonly batchNorm?: string;
  readonly eps?: string;
}

export const fileArgument =
  '.safetensors, or JSON: the form of lipwright sample --json, or a dictionary of nested ' +
  'arrays (- reads JSON from stdin). Files are told by what is in them, not by their names';

export function addFileOptions(command: Command): Command {
  return command
    .option(
      '--architecture <architecture>',
      'a built-in name (see lipwright list) or a path to an architecture file (default: what the file says)',
    )
    .option('--depth <N>', 'number of layers (default: what the file says, or what the names tell)')
    .option('--dims <widths>', 'widths that the shapes of the tensors do not tell: x=3,w=4,y=2')
    .option(
      '--activation <name>',
      'of the activations that the equations leave open: a name, name(parameter=value) or an expression in v',
    )
    .option(
      '--slopes <m,L>',
      'their slopes instead, for example --slopes=-0.2,1.1; not narrower than what the file says ' +
        '(default: what the file says, or 0,1)',
    )
    .option(
      '--map <names>',
      "tensors by the author's names: C[1]=layers.0.weight,b[1]=layers.0.bias (plain chains need " +
        'none: they are matched by order and shape)',
    )
    .option(
      '--prefix <text>',
      'read only tensors whose names begin so, for example model.lip. (a prefix that all share is found by itself)',
    )
    .option(
      '--ignore <names>',
      'tensors that are no part of the network: names, or what they begin with and a star, model.head.*,step',
    )
    .option(
      '--layout <order>',
      `how matrices stand: ${layouts.join(' (PyTorch) or ')} (Keras, Flax) (default: outputs-first)`,
    )
    .option(
      '--batch-norm <place>',
      `where batch normalization stands that neither numbers nor widths place: ${normPlaces.join(' or ')}`,
    )
    .option('--eps <number>', 'of batch normalization (default: 1e-5)')
    .option('--strategy <name>', 'what makes weights of free parameters (default: what the file says)')
    .option(
      '--multipliers <choice>',
      `its variant, pivot only: ${multiplierChoices.join(' or ')} (default: what the file says, or free)`,
    )
    .option(
      '--contraction <choice>',
      `pivot only: ${contractionChoices.join(', ')} (default: what the file says, or that of the strategy)`,
    )
    .option(
      '--margin <part>',
      'pivot only: the part of every pivot that stays unused (default: what the file says, or by depth)',
    )
    .option('--lipschitz <bound>', 'the bound that it was trained for (default: what the file says, or 1)')
    .option('--as <kind>', 'what the tensors are where names do not tell: weights or free');
}

/** @throws LW302 LW304 LW305 LW306 LW311 unusable values, and what reading the architecture throws */
export async function fileDetails(options: FileOptions, session: Session): Promise<FileDetails> {
  const pair = await slopesFrom(options, session);
  const variant: { -readonly [K in keyof Variant]?: Variant[K] } = {};
  if (options.multipliers !== undefined)
    variant.multipliers = oneOf(options.multipliers, '--multipliers', multiplierChoices);
  if (options.contraction !== undefined)
    variant.contraction = oneOf(options.contraction, '--contraction', contractionChoices);
  if (options.margin !== undefined) variant.margin = finite(options.margin, '--margin');
  return {
    variant,
    ...(options.depth === undefined ? {} : { depth: depth(options.depth) }),
    ...(options.dims === undefined ? {} : { widths: dims(options.dims) }),
    ...(options.strategy === undefined ? {} : { strategy: options.strategy }),
    ...(pair === undefined ? {} : { slopes: pair }),
    ...(options.activation === undefined ? {} : { activation: options.activation }),
    ...(options.lipschitz === undefined ? {} : { lipschitz: lipschitz(options.lipschitz) }),
    ...(options.as === undefined ? {} : { as: oneOf(options.as, '--as', ['weights', 'free']) }),
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    ...(options.map === undefined ? {} : { names: namesFrom(options.map) }),
    ...(options.ignore === undefined ? {} : { ignore: listFrom(options.ignore) }),
    ...(options.layout === undefined ? {} : { layout: oneOf(options.layout, '--layout', layouts) }),
    ...(options.batchNorm === undefined ? {} : { batchNorm: oneOf(options.batchNorm, '--batch-norm', normPlaces) }),
    ...(options.eps === undefined ? {} : { eps: notNegative(options.eps) }),
    ...(options.architecture === undefined ? {} : { architecture: await session.load(options.architecture) }),
  };
}

function notNegative(text: string): number {
  const value = finite(text, '--eps');
  return value >= 0 ? value : fail('LW311', `--eps "${excerpt(text, 40)}"`, 'a number of at least 0');
}

function listFrom(text: string): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  return names.every((name) => name !== '' && name !== '*')
    ? names
    : fail('LW311', `--ignore "${excerpt(text, 40)}"`, 'names, or beginnings of names with a star, divided by commas');
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

/** What a path is called in messages. */
export const placeOf = (file: string): string => (file === '-' ? '<stdin>' : file);

/**
 * @throws LW101 cannot be read, LW102 too large, LW104 LW105 LW109 what is wrong with it, LW111 another kind of file
 */
export async function readSource(file: string, session: Session): Promise<ImportSource> {
  const { sourceOfFile, sourceOfText } = await import('../import/source-file.js');
  if (file === '-') return sourceOfText(await session.io.readStdin(maximumSampleBytes), placeOf(file));
  return sourceOfFile(file, (binary) => {
    // Errors have no line of a binary file to show.
    if (binary) session.sources.set(file, '');
  });
}
