import { coordinates } from '../network/coordinates.js';
import { readArchitectureText } from '../1-parse/architecture-text.js';
import { catalogue, excerpt, fail } from '../base/diagnostic.js';
import { shippedArchitectures } from '../base/shipped.js';
import type { Architecture } from '../model/architecture.js';
import type { NetworkValues } from '../model/lowered-network.js';
import type { SlopesOf } from '../model/slopes-of.js';
import { assemble, roundingRadius } from '../numeric/assembly.js';
import type { Verdict } from '../numeric/definiteness.js';
import { activationObjection } from './activation-check.js';
import { namedActivationObjection } from './activation-slopes.js';
import { certificateObjections } from './certificate.js';
import { decideNetwork } from './decide-network.js';
import type { Judge } from './judged-network.js';
import { judgedNetwork } from './judged-network.js';
import type { SampleFields } from './sample-schema.js';
import { readFields } from './sample-schema.js';
import { readValues } from './values.js';
import { widthsOf } from './widths.js';

/** What a verdict takes from outside. */
export interface CheckContext {
  /** Of declared activations, and of those that the file names. */
  readonly slopesOf: SlopesOf;
  /** Names of strategies, for a note alone. */
  readonly strategies: readonly string[];
}

export interface CheckReport {
  /**
   * True only if M ≼ 0 is proven for the LMI of the file's weights, all multipliers are ≥ 0 and the file does not
   * contradict itself, its certificate included.
   */
  readonly accepted: boolean;
  /** On the LMI that the weights, multipliers, slopes and 𝓛 of the file have, never on the one printed in the file. */
  readonly verdict: Verdict;
  /** Why not accepted; empty if accepted. */
  readonly reasons: readonly string[];
  readonly notes: readonly string[];
  /** What the file says that nobody said: the verdict is about the network only if it holds. */
  readonly assumed: readonly string[];
  /**
   * What the file calls the activations that the equations leave open, null where it names none: their own slopes lie
   * in those of the file where it is accepted.
   */
  readonly activations: readonly (string | null)[];
  /** N, the order of the LMI. */
  readonly size: number;
  /** 𝓛, the bound that the file claims. */
  readonly lipschitz: number;
  readonly architecture: string;
  /** The name is that of a built-in architecture, but the file defines it otherwise. */
  readonly redefined: boolean;
  readonly depth: number;
}

/** What stands for the strategy in a file of `certify`, which takes the weights as they are. */
export const certifyStrategy = 'certify';

/** Of somebody's file, so many are printed. */
const mostAssumed = 64;

/** The proven margin costs six more factorizations, seconds above this order. */
const marginUpTo = 1024;

/**
 * A rigorous verdict on a value in the form of `Sample`: the LMI is derived again from the equations, with the
 * numbers of the value taken as exact. The value's own `verdict`, and its `strategy`, do not matter.
 * @throws LW105 missing or malformed fields, LW301 unknown architecture, LW2xx in the definition, LW302 depth,
 *   LW303 LW304 dims, LW305 slopes, LW306 𝓛, LW307 numbers that are not finite, LW312 weights, biases or multipliers
 *   that are missing, too many or of the wrong size, LW314 too large
 */
export function checkSample(value: unknown, file: string | null, context: CheckContext): CheckReport {
  const fields = readFields(value, file);
  const notes: string[] = [];
  const architecture = architectureOf(fields, file, notes, context.slopesOf);
  if (
    fields.strategy !== undefined &&
    fields.strategy !== certifyStrategy &&
    !context.strategies.includes(fields.strategy)
  ) {
    notes.push(`strategy "${excerpt(fields.strategy, 40)}" is not known here; the verdict does not depend on it`);
  }
  checkNumbers(fields);
  const { widths, order: size } = widthsOf(architecture, fields.depth, new Map(Object.entries(fields.dims)));
  const judge = judgedNetwork(architecture, fields.depth);
  if (fields.slopes.length !== judge.program.layers.length) {
    fail(
      'LW305',
      `${fields.slopes.length} pairs of slopes`,
      `one for each of the ${judge.program.layers.length} hidden signals`,
    );
  }
  const values = readValues(judge, fields, widths);
  const reasons = [
    ...negativeMultipliers(values),
    ...otherSignals(judge, fields),
    ...contradiction(judge, values, fields, size, notes),
  ];
  if (fields.certificate !== undefined)
    reasons.push(...certificateObjections(fields.certificate, fields.weights, fields.lipschitz));
  const steep = activationObjection(judge.program, values);
  if (steep !== null) reasons.push(steep);
  const named =
    fields.activations === undefined
      ? null
      : namedActivationObjection(judge.program, fields.slopes, fields.activations, file, context.slopesOf);
  if (named !== null) reasons.push(named);
  const verdict = decideNetwork(judge, values, { margin: size <= marginUpTo });
  if (verdict.negativeSemidefinite === false) reasons.push(`the LMI is not negative semidefinite (${verdict.method})`);
  if (verdict.negativeSemidefinite === null)
    reasons.push('the LMI is neither proven negative semidefinite nor proven indefinite');
  return {
    accepted: reasons.length === 0,
    verdict,
    reasons,
    notes,
    assumed: (fields.assumed ?? []).slice(0, mostAssumed).map((text) => excerpt(text, 300)),
    activations: fields.activations ?? [],
    size,
    lipschitz: fields.lipschitz,
    architecture: architecture.name,
    redefined: isRedefined(architecture, context.slopesOf),
    depth: fields.depth,
  };
}

/**
 * From the definition in the file, or a built-in by name. A name is never taken for a path: the file may be anybody's.
 */
export function architectureOf(
  fields: { readonly architecture: string; readonly definition?: string | undefined },
  file: string | null,
  notes: string[],
  slopesOf: SlopesOf,
): Architecture {
  const name = fields.architecture;
  const own = builtin(name, slopesOf);
  if (fields.definition === undefined) {
    return (
      own ??
      fail(
        'LW301',
        `"${excerpt(name)}" without a definition`,
        `${[...shippedArchitectures().keys()].join(', ')}, or a definition in the file`,
      )
    );
  }
  const place = file === null ? 'definition' : `${file}#definition`;
  const given = readArchitectureText(fields.definition, place, { slopesOf });
  if (given.name !== name)
    notes.push(
      `the definition in the file is of "${excerpt(given.name, 40)}", not of ` +
        `"${excerpt(name, 40)}"; it is the definition that counts`,
    );
  else if (own !== null && own.definition !== given.definition)
    notes.push(`the definition in the file differs from the built-in ${name}; it is the definition that counts`);
  return given;
}

function builtin(name: string, slopesOf: SlopesOf): Architecture | null {
  const text = shippedArchitectures().get(name);
  return text === undefined ? null : readArchitectureText(text, `rules/architectures/${name}.yaml`, { slopesOf });
}

function isRedefined({ name, definition }: Architecture, slopesOf: SlopesOf): boolean {
  const own = builtin(name, slopesOf);
  return own !== null && own.definition !== definition;
}

function checkNumbers({ slopes, lipschitz }: SampleFields): void {
  if (!(lipschitz > 0)) fail('LW306', String(lipschitz), 'a number above 0');
  for (const [lower, upper] of slopes) if (lower > upper) fail('LW305', `[${lower}, ${upper}]`, 'm <= L');
}

/** λ < 0 turns a true quadratic constraint round: whatever the LMI then says is no certificate. */
function negativeMultipliers({ multipliers }: NetworkValues): readonly string[] {
  return Object.entries(multipliers).flatMap(([name, values]) => {
    const at = values.findIndex((value) => value < 0);
    return at < 0 ? [] : [`LW313 ${catalogue.LW313}: ${name}, entry ${at}, is ${values[at] ?? Number.NaN}`];
  });
}

/** The order of the printed LMI's rows, if the file names it. */
function otherSignals({ program }: Judge, { signals }: SampleFields): readonly string[] {
  const ours = coordinates(program).map(({ name }) => name);
  const same =
    signals === undefined || (signals.length === ours.length && ours.every((name, at) => signals[at] === name));
  return same ? [] : [`the signals in the file are not those of its definition, ${excerpt(ours.join(', '), 120)}`];
}

/** How far a printed entry may be from ours, relative to √(m_ii m_jj), besides what rounding can explain. */
const agreement = 1e-9;

/**
 * The printed LMI against the one that the weights have: ours is within `radius` of exact, theirs may be four times as
 * far.
 */
function contradiction(
  judge: Judge,
  values: NetworkValues,
  { lmi }: SampleFields,
  size: number,
  notes: string[],
): readonly string[] {
  if (lmi === undefined) return [];
  const crooked = lmi.findIndex((line) => line.length !== size);
  if (lmi.length !== size || crooked >= 0) {
    fail(
      'LW312',
      lmi.length === size
        ? `lmi with ${lmi[crooked]?.length ?? 'no'} numbers in row ${crooked}`
        : `lmi with ${lmi.length} rows`,
      `${size} rows of ${size} numbers`,
    );
  }
  const assembly = judge.assembly(values);
  const ours = assemble(assembly);
  const radius = roundingRadius(assembly, new Float64Array(size).fill(1));
  const roots = Float64Array.from({ length: size }, (_, i) => Math.sqrt(Math.abs(ours[i * size + i] ?? Number.NaN)));
  let unknown = false;
  for (const [i, line] of lmi.entries()) {
    for (const [j, given] of line.entries()) {
      if (typeof given !== 'number') return fail('LW307', `${given} in lmi`, 'finite numbers');
      const mine = ours[i * size + j] ?? Number.NaN;
      const allowed =
        agreement * (roots[i] ?? Number.NaN) * (roots[j] ?? Number.NaN) +
        4 * Math.min(radius[i] ?? Number.NaN, radius[j] ?? Number.NaN);
      const difference = Math.abs(given - mine);
      if (Number.isNaN(allowed) || allowed === Infinity || Number.isNaN(difference)) unknown = true;
      else if (difference > allowed)
        return [
          `the lmi in the file is not the LMI of its weights: entry (${i}, ${j}) is ${given}, the weights give ${mine}`,
        ];
    }
  }
  if (unknown)
    notes.push('the LMI leaves the range of doubles; the lmi in the file was not compared with it everywhere');
  return [];
}
