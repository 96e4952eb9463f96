import { recoverFree } from '../verify/recover.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { derive, lowerRecovery } from '../compile.js';
import { strategyText, variantOf } from '../model/variant.js';
import type { Strategy } from '../model/strategy.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Constrained } from '../5-emit/index.js';
import type { Row, Table } from '../verify/instance.js';
import { countOf, table } from '../verify/instance.js';
import type { Reading, TensorKind } from './import-names.js';
import { findReading } from './import-names.js';
import type { Renaming } from './import-rename.js';
import { renamed } from './import-rename.js';
import type { GivenSettings, Settings } from './import-settings.js';
import { settingsFrom, slopesText } from './import-settings.js';
import type { ImportSource } from './import-source.js';
import { defaultLipschitz, importedValues } from './import-values.js';
import type { ImportVerdict } from './import-verdict.js';
import { importVerdict } from './import-verdict.js';
import type { SearchLimits } from './interior-point.js';

/** What the user says of a file of trained weights: it wins over what the file says. */
export interface ImportDetails extends GivenSettings, Renaming {
  /** What the tensors are, where their names do not tell. */
  readonly as?: TensorKind;
  /** Also the free parameters that lead to the weights. */
  readonly recover?: boolean;
}

export interface Imported extends ImportVerdict {
  readonly kind: TensorKind;
  /** Found before every name. */
  readonly prefix: string;
  /** The bound of the training as the user or the file says it. */
  readonly trainedFor: number | null;
  /** How many tensors were read, and the types of their entries if the file is binary. */
  readonly tensors: number;
  readonly types: readonly string[];
  /** What was assumed, where the user contradicts the file, and why there was a search. */
  readonly notes: readonly string[];
  /** With `recover`: free parameters that lead to the weights. */
  readonly free: Readonly<Record<string, Row | Table>> | null;
}

/**
 * Trained weights of a file as an instance with a rigorous verdict. Weights are taken as they are: float32, float16 and bfloat16
 * entries are exact doubles. If the file's multipliers do not prove its bound (rounding may have carried the weights over the
 * edge), or if it has none, `certify` searches for others, and the bound is what they prove. Free parameters are constrained in
 * float64 first. `file` is only printed in positions.
 * @throws LW301, LW2xx architecture, LW302 depth, LW304 widths, LW305 slopes, LW306 𝓛, LW307 not finite, LW308 LW311 strategy, LW312 tensors,
 *   LW314 too large, LW315 no multipliers and no bound proven, LW317 LW402 nothing to recover, LW105 metadata
 */
export async function importNetwork(source: ImportSource, details: ImportDetails = {}, limits: Partial<SearchLimits> = {}, file: string | null = null): Promise<Imported> {
  const settings = settingsFrom(source.facts, details, file);
  const reading = readingOf(source, details, settings);
  // Before a long search, which would be for nothing.
  const strategy = details.recover === true ? recoverable(settings, reading.depth) : null;
  const values = importedValues(reading, settings, source);
  const verdict = await importVerdict(reading, values, settings, limits);
  return {
    ...verdict,
    kind: reading.kind,
    prefix: `${details.prefix ?? ''}${reading.prefix}`,
    trainedFor: settings.lipschitz,
    tensors: reading.tensors.size + (source.multipliers?.size ?? 0),
    types: source.types,
    notes: [
      ...settings.notes,
      ...assumptions(settings, reading, values.multipliers !== null),
      ...(values.steeper ? [`splines of the file are steeper than its slopes, by rounding perhaps: judged with the slopes that they have, ${slopesText(values.values.slopes)}`] : []),
      ...verdict.notes,
    ],
    free: strategy === null ? null : recovered(values.values, verdict, settings, reading, strategy),
  };
}

function readingOf(source: ImportSource, details: ImportDetails, { architecture, depth, strategy, strategyName, told }: Settings): Reading {
  const tabled = source.multipliers !== null;
  if (tabled && details.as === 'free') fail('LW311', '--as free, and a file with a table of weights', 'a dictionary of free parameters');
  if (details.as === 'free' && strategy === null) fail('LW308', strategyName === null ? 'no strategy' : `"${strategyName}"`, 'the strategy that makes weights of the free parameters (--strategy)');
  return findReading(renamed(source.tensors, details), { architecture, depth, strategy, as: details.as ?? null, told, tabled });
}

/** What nobody said and was not read, and what a reader of the result should know. */
function assumptions({ slopes, lipschitz, strategy, variantTold }: Settings, { kind, judge }: Reading, hasMultipliers: boolean): readonly string[] {
  const { layers } = judge.program;
  const isFree = kind === 'free' && strategy !== null;
  return [
    ...(slopes === null && layers.some(({ activation }) => activation.kind === 'open') ? ['slopes [0, 1] are assumed, as nothing says others (--slopes, --activation)'] : []),
    ...(lipschitz === null && hasMultipliers ? [`training for the bound ${defaultLipschitz} is assumed, as nothing says another (--lipschitz)`] : []),
    ...(isFree && !variantTold ? [`${strategyText(strategy.name, variantOf(strategy))} is assumed, as nothing says which variant (--multipliers, --contraction, --margin)`] : []),
    ...(isFree ? ['these are the weights that float64 makes of the free parameters; those that the module computes in float32 differ by rounding: export() them to certify those'] : []),
  ];
}

/** The strategy whose free parameters are wanted. @throws LW308, LW317 if it has no way back */
function recoverable({ architecture, strategy, strategyName }: Settings, depth: number): Strategy {
  if (strategy === null && strategyName !== null) return fail('LW308', `"${excerpt(strategyName, 40)}"`, 'the strategy whose free parameters are wanted (--strategy)');
  const wanted = strategy ?? pivotStrategy();
  // Blocks are refused with the rest.
  if (architecture.blocks.size === 0) lowerRecovery(derive(architecture, { depth, strategy: wanted }));
  return wanted;
}

/** @throws LW317 LW402 if no free parameters lead to the weights with the multipliers and the bound of the verdict */
function recovered(values: Constrained, { sample }: ImportVerdict, { architecture }: Settings, { depth, judge }: Reading, strategy: Strategy): Imported['free'] {
  const { lipschitz } = sample;
  const multipliers = Object.fromEntries(Object.entries(sample.multipliers).map(([name, row]) => [name, Float64Array.from(row, Number)]));
  const { free } = recoverFree(architecture, { ...values, lipschitz, multipliers }, { depth, strategy });
  const columns = new Map(judge.program.weights.flatMap((slot) => (slot.structure === 'dense' ? [[slot.name, countOf(judge, values.widths)(slot.columns)]] : [])));
  return Object.fromEntries(
    Object.entries(free).map(([name, data]) => {
      const width = columns.get(name);
      return [name, width === undefined ? Array.from(data) : table(data, width)];
    }),
  );
}
