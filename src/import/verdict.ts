import { boundAbove, brief } from '../base/number-text.js';
import type { Constrained } from '../5-emit/index.js';
import { LipwrightError } from '../base/diagnostic.js';
import { variantOf } from '../model/variant.js';
import { activationObjection } from '../check/index.js';
import { certifyStrategy } from '../check/index.js';
import type { Judge, Sample } from '../verify/instance.js';
import { toSample } from '../verify/instance.js';
import type { Certified, CertifyOptions } from '../certify/certify.js';
import { certify } from '../certify/certify.js';
import type { Reading } from './names.js';
import type { Settings } from './settings.js';
import type { ImportedValues } from './values.js';

export interface ImportVerdict {
  /** With the multipliers and the bound that the verdict is on; of a search with its certificate. */
  readonly sample: Sample | Certified;
  readonly proven: boolean;
  readonly multipliers: 'file' | 'constrain' | 'search';
  /** Why there had to be a search. */
  readonly notes: readonly string[];
}

/** Above this order the LMI itself is left out: N² numbers that `check` derives again anyway. */
const largestPrinted = 512;

/**
 * A rigorous verdict on the multipliers that come with the weights; where they prove nothing, and where there are none,
 * `certify` searches for others. @throws LW315 if there are none and nothing is proven, and as `certify`
 */
export async function importVerdict(
  reading: Reading,
  { values, multipliers }: ImportedValues,
  settings: Settings,
  limits: CertifyOptions,
): Promise<ImportVerdict> {
  const { judge, depth } = reading;
  const objection = multipliers === null ? null : objectionTo(judge, values);
  const own = multipliers === null ? null : ownSample(judge, values, settings, objection);
  if (own !== null && multipliers !== null && own.verdict.negativeSemidefinite === true)
    return { sample: own, proven: true, multipliers, notes: [] };
  const because =
    own === null
      ? 'the file has no multipliers'
      : `its multipliers do not prove ${brief(values.lipschitz, 5)} for these ` +
        `weights${objection === null ? ', which rounding may have carried over the edge' : `: ${objection}`}`;
  const { architecture } = settings;
  const { widths, slopes, weights, biases } = values;
  try {
    const sample = await certify(
      { architecture, depth, widths, slopes, weights, biases },
      { ...limits, lowerBound: null },
    );
    return {
      sample,
      proven: true,
      multipliers: 'search',
      notes: [`${because}; those of a search prove ${boundAbove(sample.lipschitz)}`],
    };
  } catch (error) {
    if (own === null || multipliers === null || !(error instanceof LipwrightError) || error.code !== 'LW315')
      throw error;
    return {
      sample: own,
      proven: false,
      multipliers,
      notes: [`${because}; a search found none: ${error.diagnostic.found}`],
    };
  }
}

function ownSample(
  judge: Judge,
  values: Constrained,
  { strategy, strategyName }: Settings,
  objection: string | null,
): Sample {
  const order = judge.program.signals.reduce((total, { name }) => total + (values.widths[name] ?? 0), 0);
  const printing = order <= largestPrinted ? judge : { ...judge, lmi: (): Float64Array => Float64Array.of(Number.NaN) };
  const sample = toSample(printing, values, {
    strategy: strategyName ?? certifyStrategy,
    variant: strategy === null ? null : variantOf(strategy),
  });
  // Whatever the LMI says, it says nothing of the network.
  return objection === null
    ? sample
    : { ...sample, verdict: { negativeSemidefinite: null, method: 'undecided', margin: null } };
}

/** Multipliers that turn a true quadratic constraint round, or that are no multipliers of a block. */
function objectionTo({ program }: Judge, values: Constrained): string | null {
  const negative = Object.entries(values.multipliers).find(([, data]) => data.some((value) => value < 0));
  return negative === undefined ? activationObjection(program, values) : `${negative[0]} has negative entries`;
}
