import { recoverFree } from '../verify/recover.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { derive, lowerRecovery } from '../compile.js';
import { isTable } from '../model/program.js';
import { strategyText, variantOf } from '../model/variant.js';
import type { Strategy } from '../model/strategy.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Constrained } from '../5-emit/index.js';
import type { Row, Table } from '../verify/instance.js';
import { sizeIn } from '../network/widths.js';
import { table } from '../verify/instance.js';
import type { Reading, TensorKind } from './names.js';
import type { Settings } from './settings.js';
import type { ImportSource } from './source.js';
import { defaultLipschitz } from './values.js';
import type { ImportVerdict } from './verdict.js';
import { importVerdict } from './verdict.js';
import type { CertifyOptions } from '../certify/certify.js';
import type { FileDetails } from './network-file.js';
import { provenanceOf, readNetwork } from './network-file.js';

/** What the user says of a file of trained weights: it wins over what the file says. */
export interface ImportDetails extends FileDetails {
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
  /** What nobody says and the verdict rests on; in the sample as well. */
  readonly assumed: readonly string[];
  /** Tensors of the file that were left; in the sample as well. */
  readonly ignored: readonly string[];
  /** Where the user contradicts the file, what was left and why, and why there was a search. */
  readonly notes: readonly string[];
  /** With `recover`: free parameters that lead to the weights. */
  readonly free: Readonly<Record<string, Row | Table>> | null;
}

/**
 * Trained weights of a file as an instance with a rigorous verdict. Weights are taken as they are: float32, float16 and
 * bfloat16 entries are exact doubles. If the file's multipliers do not prove its bound (rounding may have carried the
 * weights over the edge), or if it has none, `certify` searches for others, and the bound is what they prove. Free
 * parameters are constrained in float64 first. `file` is only printed in positions.
 * @throws as `readNetwork`, and LW308 strategy, LW315 no multipliers and no bound proven, LW317 LW402 nothing to
 *   recover
 */
export async function importNetwork(
  source: ImportSource,
  details: ImportDetails = {},
  limits: CertifyOptions = {},
  file: string | null = null,
): Promise<Imported> {
  const network = readNetwork(source, details, file);
  const { settings, reading, values, ignored } = network;
  // Before a long search, which would be for nothing.
  const strategy = details.recover === true ? recoverable(settings, reading.depth) : null;
  const assumed = [...network.assumed, ...trainingAssumptions(settings, reading, values.multipliers !== null)];
  const verdict = await importVerdict(reading, values, settings, limits);
  return {
    ...verdict,
    sample: { ...verdict.sample, ...provenanceOf(network), assumed },
    kind: reading.kind,
    prefix: `${details.prefix ?? ''}${reading.prefix}`,
    trainedFor: settings.lipschitz,
    tensors: reading.tensors.size + (source.multipliers?.size ?? 0),
    types: source.types,
    assumed,
    ignored,
    notes: [
      ...network.notes,
      ...verdict.notes,
      ...(strategy === null
        ? []
        : [`the free parameters are those of ${strategyText(strategy.name, variantOf(strategy))}`]),
    ],
    free: strategy === null ? null : recovered(values.values, verdict, settings, reading, strategy),
  };
}

/** What only the training tells. */
function trainingAssumptions(
  { lipschitz, strategy, variantTold }: Settings,
  { kind }: Reading,
  hasMultipliers: boolean,
): readonly string[] {
  return [
    ...(lipschitz === null && hasMultipliers
      ? [`training for the bound ${defaultLipschitz}, as nothing says another (--lipschitz)`]
      : []),
    ...(kind === 'free' && strategy !== null && !variantTold
      ? [
          `${strategyText(strategy.name, variantOf(strategy))}, as nothing says which variant ` +
            '(--multipliers, --contraction, --margin)',
        ]
      : []),
  ];
}

/** The strategy whose free parameters are wanted. @throws LW308, LW317 if it has no way back */
function recoverable({ architecture, strategy, strategyName, variantTold }: Settings, depth: number): Strategy {
  if (strategy === null && strategyName !== null)
    return fail(
      'LW308',
      `"${excerpt(strategyName, 40)}"`,
      'the strategy whose free parameters are wanted (--strategy)',
    );
  // Where nothing says which, the one that has a way back from every point.
  const wanted = strategy === null || !variantTold ? pivotStrategy({ contraction: 'cholesky' }) : strategy;
  // Blocks are refused with the rest.
  if (architecture.blocks.size === 0) lowerRecovery(derive(architecture, { depth, strategy: wanted }));
  return wanted;
}

/** @throws LW317 LW402 if no free parameters lead to the weights with the multipliers and the bound of the verdict */
function recovered(
  values: Constrained,
  { sample }: ImportVerdict,
  { architecture }: Settings,
  { depth, judge }: Reading,
  strategy: Strategy,
): Imported['free'] {
  const { lipschitz } = sample;
  const multipliers = Object.fromEntries(
    Object.entries(sample.multipliers).map(([name, row]) => [name, Float64Array.from(row, Number)]),
  );
  const { free } = recoverFree(architecture, { ...values, lipschitz, multipliers }, { depth, strategy });
  const columns = new Map(
    judge.program.weights.flatMap((slot) =>
      isTable(slot) ? [[slot.name, sizeIn(judge.program, values.widths)(slot.columns)]] : [],
    ),
  );
  return Object.fromEntries(
    Object.entries(free).map(([name, data]) => {
      const width = columns.get(name);
      return [name, width === undefined ? Array.from(data) : table(data, width)];
    }),
  );
}
