import { LipwrightError, excerpt, fail } from '../base/diagnostic.js';
import { readOrigin } from '../verify/origin.js';
import type { Architecture } from '../model/architecture.js';
import type { Layout } from '../model/layout.js';
import { variantOf } from '../model/variant.js';
import type { Origin } from '../verify/origin.js';
import type { Sample } from '../verify/instance.js';
import type { NormPlace } from './batch-norm.js';
import { normsIn, tensorsOf } from './batch-norm.js';
import { moduleOf } from './chain.js';
import type { GivenNetwork } from '../certify/certify.js';
import { chainReading, foldedReading } from './chain-reading.js';
import type { FoundReading, Reading, TensorKind } from './names.js';
import { findReading } from './names.js';
import { oriented } from './layout.js';
import type { Tensors } from './origin.js';
import type { Choice, Selection } from './select.js';
import { select } from './select.js';
import type { GivenSettings, Settings } from './settings.js';
import { settingsFrom, slopesAssumed, slopesText } from './settings.js';
import { unflattened } from './shapes.js';
import { defaultSlopes, resolvedSlopes } from './slopes.js';
import { withModuleState } from './module-state.js';
import type { ImportSource } from './source.js';
import { sourceOfJson } from './source.js';
import type { ImportedValues } from './values.js';
import { defaultLipschitz, importedValues } from './values.js';

/** What the user says of a file of weights: it wins over what the file says. */
export interface FileDetails extends GivenSettings, Choice {
  /** What the tensors are, where their names do not tell. */
  readonly as?: TensorKind;
  readonly layout?: Layout;
  /** Where batch normalizations stand that nothing else places. */
  readonly batchNorm?: NormPlace;
  /** Of batch normalizations: files do not hold it. */
  readonly eps?: number;
}

/** A network as a file and the user tell it. */
export interface NetworkFile {
  readonly settings: Settings;
  readonly reading: Reading;
  readonly values: ImportedValues;
  /** What nobody said: a verdict holds under it. */
  readonly assumed: readonly string[];
  /** Names in the file of what was left. */
  readonly ignored: readonly string[];
  /** Where the user contradicts the file, what was left and why, and the like. */
  readonly notes: readonly string[];
  /** How the weights came out of the tensors. */
  readonly origin: Origin;
  /** Of the layers that the equations leave open; null where nobody names any. */
  readonly activations: readonly (string | null)[] | null;
}

/**
 * The one reader of what a file says, for every command that takes weights: its tensors (by the author's names, by a
 * map, or by order and shape where they are a plain chain), batch normalizations folded as they act in evaluation,
 * slopes and activations, and the rest of its words. Whatever nobody says is assumed and stands in `assumed`; whatever
 * is not read is named. `file` is only printed in positions.
 * @throws LW301, LW2xx architecture, LW302 depth, LW303 LW304 widths, LW305 slopes, LW306 𝓛, LW307 not finite, LW308
 *   LW311 strategy and options,
 *   LW310 LW5xx activations, LW312 tensors, LW314 too large, LW402 free parameters that cannot be constrained, LW105
 *   metadata, LW109 types
 */
export function readNetwork(given: ImportSource, details: FileDetails = {}, file: string | null = null): NetworkFile {
  const { source, notes } = withModuleState(given, details.prefix ?? '', file);
  const settings = settingsFrom(source.facts, details, file);
  const selection = select(source, details);
  refuseQuantized(selection, details.prefix ?? '');
  const found = readingOf(source, details, settings, selection);
  const { program } = found.reading.judge;
  const slopes = resolvedSlopes(program, settings.slopeFacts, file);
  const shaped = source.flat
    ? unflattened(found.reading.tensors, found.reading.compiled?.program ?? program, settings.widths)
    : found.reading.tensors;
  const turned =
    found.reading.kind === 'free'
      ? freeLayout(shaped, details)
      : oriented(shaped, program, settings.widths, details.layout ?? null);
  const fitted = foldedReading(
    { ...found, reading: { ...found.reading, tensors: turned.tensors } },
    selection,
    source.tensors,
    details,
  );
  const values = importedValues(fitted.reading, settings, slopes.slopes, source);
  const origin =
    found.reading.compiled === null
      ? originOf(source, found, turned.layout, fitted.folds)
      : madeOrigin(found, settings, values);
  return {
    settings,
    reading: fitted.reading,
    values,
    assumed: [
      ...settings.assumed,
      ...(slopes.assumed
        ? [`${slopesAssumed}[${defaultSlopes.join(', ')}], as nothing says others (--slopes, --activation)`]
        : []),
      ...found.assumed,
      ...(turned.open && details.layout === undefined && !source.outputsFirst
        ? ['rows of matrices are outputs and columns inputs, as shapes allow both (--layout)']
        : []),
      ...fitted.assumed,
    ],
    ignored: [
      ...settings.ignored,
      ...new Set([
        ...selection.outside,
        ...selection.ignored,
        ...[...selection.unread.keys()].map((name) => `${details.prefix ?? ''}${name}`),
      ]),
    ],
    notes: [
      ...notes,
      ...settings.notes,
      ...leftNotes(source, selection, details.prefix ?? ''),
      ...(found.reading.kind === 'free'
        ? [
            'these are the weights that float64 makes of the free parameters; those that the module ' +
              'computes in float32 differ by rounding: export() them to certify those',
          ]
        : []),
      ...fitted.notes,
      ...(values.steeper
        ? [
            'splines of the file are steeper than its slopes, by rounding perhaps: judged with the ' +
              `slopes that they have, ${slopesText(values.values.slopes)}`,
          ]
        : []),
    ],
    origin,
    activations: slopes.activations,
  };
}

/** What an instance says of the file that it was read from. */
export type Provenance = Required<Pick<Sample, 'assumed' | 'ignored'>> & Pick<Sample, 'activations' | 'origin'>;

export function provenanceOf({ assumed, ignored, activations, origin }: NetworkFile): Provenance {
  return { ...(activations === null ? {} : { activations }), assumed, ignored, origin };
}

/** The numbers as they stand in the file, or as free parameters lead to them: what `certify` takes. */
export function givenNetwork({
  settings: { architecture },
  reading: { depth },
  values: { values },
}: NetworkFile): GivenNetwork {
  const { widths, slopes, weights, biases } = values;
  return { architecture, depth, widths, slopes, weights, biases };
}

/**
 * A network in the form of `sample --json`, whoever made it; its multipliers, LMI, bound and verdict are not looked at.
 * @throws as `readNetwork`
 */
export function networkFromJson(value: unknown, details: FileDetails = {}, file: string | null = null): GivenNetwork {
  const unjudged =
    typeof value === 'object' && value !== null && Object.hasOwn(value, 'weights')
      ? { ...value, multipliers: {}, lipschitz: null }
      : value;
  return givenNetwork(readNetwork(sourceOfJson(unjudged), details, file));
}

/** Free parameters stand as our own modules have them. */
function freeLayout(tensors: Tensors, { layout }: FileDetails): ReturnType<typeof oriented> {
  if (layout === 'inputs-first')
    fail(
      'LW311',
      '--layout inputs-first, and free parameters',
      'weights: free parameters stand as generated modules have them',
    );
  return { tensors, layout: 'outputs-first', open: false };
}

/** An 8-bit tensor stands for a weight that is not there: it is never left in silence. */
function refuseQuantized({ unread }: Selection, prefix: string): void {
  const first = [...unread].find(([, { quantized }]) => quantized);
  if (first === undefined) return;
  const [name, { entries, type }] = first;
  fail(
    'LW109',
    `${excerpt(`${prefix}${name}`, 60)} of ${entries} (${type})`,
    'weights of F64, F32, F16 or BF16 (dequantize them), or --ignore with its name if the network does not use it',
  );
}

/** By names, or where these fit nothing as a plain chain. */
function readingOf(
  source: ImportSource,
  details: FileDetails,
  { architecture, depth, strategy, strategyName, told }: Settings,
  selection: Selection,
): FoundReading {
  const tabled = source.multipliers !== null;
  if (tabled && details.as === 'free')
    fail('LW311', '--as free, and a file with a table of weights', 'a dictionary of free parameters');
  if (details.as === 'free' && strategy === null)
    fail(
      'LW308',
      strategyName === null ? 'no strategy' : `"${strategyName}"`,
      'the strategy that makes weights of the free parameters (--strategy)',
    );
  const unread = new Map([...selection.unread].map(([name, { entries, type }]) => [name, `${entries} (${type})`]));
  const norms = new Set(normsIn(selection.tensors).flatMap(tensorsOf));
  const tensors = new Map([...selection.tensors].filter(([name]) => !norms.has(name)));
  try {
    const reading = findReading(tensors, {
      architecture,
      depth,
      strategy,
      as: details.as ?? null,
      told,
      unread,
      tabled,
    });
    const fileNames = new Map([...reading.names].map(([own, name]) => [own, selection.fileNames.get(name) ?? name]));
    return { reading, fileNames, assumed: [] };
  } catch (error) {
    // Names that fit nothing: a plain chain needs none.
    const fits =
      error instanceof LipwrightError &&
      ['LW302', 'LW308', 'LW312'].includes(error.code) &&
      details.as !== 'free' &&
      details.names === undefined &&
      !tabled;
    const found = fits
      ? chainReading(tensors, selection, { architecture, depth, layout: details.layout ?? 'outputs-first' })
      : null;
    if (found !== null) return found;
    throw fits && depth !== null
      ? otherDepth(error, tensors, selection, { architecture, depth, layout: details.layout ?? 'outputs-first' })
      : error;
  }
}

/** Where shapes are those of a plain chain, but of another depth than was said, that is what the error says. */
function otherDepth(
  error: LipwrightError,
  tensors: Tensors,
  selection: Selection,
  {
    architecture,
    depth,
    layout,
  }: { readonly architecture: Architecture; readonly depth: number; readonly layout: Layout },
): LipwrightError {
  const chain = chainReading(tensors, selection, { architecture, depth: null, layout });
  if (chain === null) return error;
  const found = `${error.diagnostic.found}: a plain chain of depth ${chain.reading.depth} by its shapes, not ${depth}`;
  const [[own, name] = ['C[1]', '0.weight']] = chain.fileNames;
  return new LipwrightError({
    ...error.diagnostic,
    code: 'LW312',
    found,
    expected:
      `--depth ${chain.reading.depth}, or --map with the tensor of each weight, ` +
      `${own}=${excerpt(name, 60)} for example`,
  });
}

/** Of a file that is an instance itself: what it says of where its weights came from. */
function originOf(
  { facts, multipliers }: ImportSource,
  { reading, fileNames }: FoundReading,
  layout: Layout,
  folds: Origin['folds'],
): Origin {
  const { weights, biases } = reading.judge.program;
  const named = [...weights, ...biases].flatMap(({ name }) => {
    const called = fileNames.get(name);
    return called === undefined ? [] : [[name, called] as const];
  });
  const carried =
    folds.length === 0 && layout === 'outputs-first' && multipliers !== null ? readOrigin(facts.get('origin')) : null;
  return carried ?? { tensors: Object.fromEntries(named), layout, folds };
}

/** Of weights that free parameters led to: everything that it takes to make them again. */
function madeOrigin(
  { fileNames }: FoundReading,
  { strategy, lipschitz }: Settings,
  { values: { slopes } }: ImportedValues,
): Origin {
  if (strategy === null) return fail('LW308', 'no strategy', 'the strategy that makes weights of the free parameters');
  const made = {
    strategy: strategy.name,
    variant: variantOf(strategy),
    lipschitz: lipschitz ?? defaultLipschitz,
    slopes: slopes.map(([m, L]): [number, number] => [m, L]),
  };
  return { tensors: Object.fromEntries(fileNames), layout: 'outputs-first', folds: [], made };
}

const listed = (names: readonly string[]): string =>
  `${excerpt(names.slice(0, 12).join(', '), 200)}${names.length > 12 ? ` and ${names.length - 12} more` : ''}`;

/** What is left is said; a normalization that is left might have been part of the network. */
function leftNotes(source: ImportSource, { outside, ignored, unread }: Selection, prefix: string): readonly string[] {
  const norms = normsIn(
    new Map([...source.tensors].filter(([name]) => outside.includes(name) || ignored.includes(name))),
  ).map(({ variance }) => moduleOf(variance));
  return [
    ...(outside.length === 0 ? [] : [`left, as they are not under "${excerpt(prefix, 60)}": ${listed(outside)}`]),
    ...(ignored.length === 0 ? [] : [`left, as --ignore says: ${listed(ignored)}`]),
    ...(unread.size === 0
      ? []
      : [
          'left, as they hold no weights: ' +
            listed([...unread].map(([name, { entries }]) => `${prefix}${name} (${entries})`)),
        ]),
    ...(norms.length === 0
      ? []
      : [
          `among what is left is batch normalization, ${listed(norms)}: if the network goes through ` +
            'it, nothing here is about that network',
        ]),
  ];
}
