import { coordinates } from '../network/coordinates.js';
import type { Compiled, Constrained, Values } from '../5-emit/index.js';
import type { Entry, Judge, Row, Table } from '../check/index.js';
import type { LoweredNetwork, Slot } from '../model/lowered-network.js';
import { isTable } from '../model/lowered-network.js';
import { decide } from '../numeric/definiteness.js';
import type { Verdict } from '../numeric/definiteness.js';
import type { Variant } from '../model/variant.js';
import { normBound } from './norm-bound.js';
import { sizeIn } from '../network/widths.js';
import type { Origin } from './origin.js';

export type { Entry, Judge, Row, Table } from '../check/index.js';

/**
 * One network with numbers in it, as `sample --json` prints it and `check` reads it. Dense weights are row major, rows
 * of the target's width and columns of the read signal's; weights of other structures are the numbers that are kept of
 * them, and biases vectors; identity weights are not listed.
 */
export interface Sample {
  readonly architecture: string;
  readonly depth: number;
  readonly strategy: string;
  /** Strategies that have variants: which one. */
  readonly variant?: Variant;
  /** 𝓛. */
  readonly lipschitz: number;
  /** [m, L] of each hidden signal, in the order of `signals`. */
  readonly slopes: readonly (readonly [number, number])[];
  /** Widths by family where all its members have one, else by signal. */
  readonly dims: Readonly<Record<string, number>>;
  /** The signals in the order of the LMI: x, then the hidden ones. */
  readonly signals: readonly string[];
  readonly weights: Readonly<Record<string, Row | Table>>;
  readonly biases: Readonly<Record<string, Row>>;
  readonly multipliers: Readonly<Record<string, Row>>;
  /** N × N; left out where it overflows. */
  readonly lmi?: Table;
  readonly verdict: Verdict;
  /** With learned splines: the certified 𝓛 beside the global bound from layer-wise norms (Aziznejad et al. 2020). */
  readonly bounds?: { readonly lmi: number; readonly bv2: Entry };
  /** Condition numbers of the matrices that were factored on the way, estimated from below: see `Constrained`. */
  readonly conditions?: Readonly<Record<string, Entry>>;
  readonly seed?: number;
  readonly scale?: number;
  /**
   * Of the layers that the equations leave open, in Lipwright's own words: `gelu`, `elu(alpha=1.5)`; null where nobody
   * names it.
   */
  readonly activations?: readonly (string | null)[];
  /** Of instances that were read from a file: what nobody said and the verdict rests on. */
  readonly assumed?: readonly string[];
  /** Tensors of the file that were left. */
  readonly ignored?: readonly string[];
  /** How weights and biases came out of the tensors of the file. */
  readonly origin?: Origin;
  /** The architecture file's text, from which `check` derives the LMI again. */
  readonly definition: string;
}

/** What is put to the test: the library's own compiled functions, or anybody's in their form. */
export type Subject = Pick<Compiled, 'program' | 'constrain' | 'forward' | 'assembly' | 'lmi'>;

const entry = (value: number): Entry => (Number.isFinite(value) ? value : String(value));

function row(values: Float64Array): Row {
  return Array.from(values, entry);
}

export function table(values: Float64Array, columns: number): Table {
  const rows = columns === 0 ? 0 : values.length / columns;
  return Array.from({ length: rows }, (_, i) => row(values.subarray(i * columns, (i + 1) * columns)));
}

function nested(
  slots: readonly Slot[],
  values: Values,
  count: (size: Slot['rows']) => number,
): Record<string, Row | Table> {
  return Object.fromEntries(
    slots.map((slot) => {
      const data = values[slot.name] ?? new Float64Array(0);
      return [slot.name, isTable(slot) ? table(data, count(slot.columns)) : row(data)];
    }),
  );
}

/** Vectors by name as plain JSON data. */
export function vectors(slots: readonly Slot[], values: Values): Record<string, Row> {
  return Object.fromEntries(slots.map(({ name }) => [name, row(values[name] ?? new Float64Array(0))]));
}

const familyOf = (name: string): string => name.replace(/\[.*$/, '');

/** `{ x: 3, w: 4, y: 2 }`, or `w[1]`, `w[2]` … where the members of a family differ. */
function dimsOf(widths: Readonly<Record<string, number>>): Record<string, number> {
  const byFamily = new Map<string, Set<number>>();
  for (const [name, width] of Object.entries(widths))
    byFamily.set(familyOf(name), (byFamily.get(familyOf(name)) ?? new Set()).add(width));
  return Object.fromEntries(
    Object.entries(widths).map(([name, width]) => [
      byFamily.get(familyOf(name))?.size === 1 ? familyOf(name) : name,
      width,
    ]),
  );
}

/** A verdict that never throws: values that are not finite prove nothing. */
export function verdictOn(judge: Judge, values: Constrained, options: { readonly margin?: boolean } = {}): Verdict {
  const finite = [values.weights, values.multipliers].every((group) =>
    Object.values(group).every((data) => data.every(Number.isFinite)),
  );
  if (!finite) return { negativeSemidefinite: null, method: 'undecided', margin: null };
  return decide(judge.assembly(values), options);
}

export interface Provenance {
  readonly strategy: string;
  readonly variant?: Variant | null;
  readonly seed?: number;
  readonly scale?: number;
  /** On exactly these values, if there is one already. */
  readonly verdict?: Verdict;
}

/** By name where somebody named one. */
function namedActivations({ layers }: LoweredNetwork, { activations }: Constrained): Pick<Sample, 'activations'> {
  const names = layers.flatMap(({ activation }, k) =>
    activation.kind === 'open' ? [activations?.[k]?.name ?? null] : [],
  );
  return names.some((name) => name !== null) ? { activations: names } : {};
}

/**
 * The instance as plain JSON data, with the verdict of the given judge. Doubles survive JSON exactly, but for the sign
 * of zeros.
 */
export function toSample(judge: Judge, values: Constrained, provenance: Provenance): Sample {
  const { program } = judge;
  const count = sizeIn(program, values.widths);
  const size = coordinates(program).reduce((total, signal) => total + count(signal.size), 0);
  const lmi = judge.lmi(values);
  return {
    architecture: program.architecture,
    depth: program.depth,
    strategy: provenance.strategy,
    ...(provenance.variant === undefined || provenance.variant === null ? {} : { variant: provenance.variant }),
    lipschitz: values.lipschitz,
    slopes: values.slopes,
    dims: dimsOf(values.widths),
    signals: coordinates(program).map(({ name }) => name),
    weights: nested(program.weights, values.weights, count),
    biases: vectors(program.biases, values.biases),
    multipliers: vectors(program.multipliers, values.multipliers),
    ...(lmi.every(Number.isFinite) ? { lmi: table(lmi, size) } : {}),
    verdict: provenance.verdict ?? verdictOn(judge, values),
    ...(program.blocks.length === 0 && program.layers.some(({ activation }) => activation.kind === 'spline')
      ? { bounds: { lmi: values.lipschitz, bv2: entry(normBound(program, values)) } }
      : {}),
    ...namedActivations(program, values),
    ...(values.conditions === undefined
      ? {}
      : {
          conditions: Object.fromEntries(
            Object.entries(values.conditions).map(([name, value]) => [name, entry(value)]),
          ),
        }),
    ...(provenance.seed === undefined ? {} : { seed: provenance.seed }),
    ...(provenance.scale === undefined ? {} : { scale: provenance.scale }),
    definition: program.definition,
  };
}
