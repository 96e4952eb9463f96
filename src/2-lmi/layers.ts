import { fail } from '../base/diagnostic.js';
import type { Assignment, Label } from '../base/label.js';
import { label, labelText, substituteLabel } from '../base/label.js';
import { scalarSymbol, symbol } from '../expr/build.js';
import type { BlockCall } from '../model/activation.js';
import type { Architecture, Equation } from '../model/architecture.js';
import type { AffineSum, Bias, Layer, Read } from '../model/network.js';
import { ordinary, structureNamed, structureOf } from '../structures/index.js';

/** Chains of aliases end at a signal that an equation defines, or at the input. */
export function aliasesOf(architecture: Architecture): ReadonlyMap<string, Label> {
  const direct = new Map<string, Label>();
  for (const equation of architecture.equations) {
    const read = equation.terms[0];
    if (equation.kind === 'alias' && read !== undefined) {
      direct.set(labelText(toLabel(equation.target)), toLabel(read.signal));
    }
  }
  const resolved = new Map<string, Label>();
  for (const [name, first] of direct) {
    let at = first;
    for (let steps = 0; direct.has(labelText(at)); steps += 1) {
      if (steps > direct.size)
        fail(
          'LW203',
          `${name} = ${labelText(first)}`,
          'an alias that ends at a signal',
          aliasPosition(architecture, name),
        );
      at = direct.get(labelText(at)) ?? at;
    }
    resolved.set(name, at);
  }
  return resolved;
}

function aliasPosition(architecture: Architecture, name: string): Equation['position'] | null {
  return architecture.equations.find((equation) => labelText(toLabel(equation.target)) === name)?.position ?? null;
}

export function toLabel(reference: {
  readonly family?: string;
  readonly name?: string;
  readonly index: Label['index'];
}): Label {
  return label(reference.family ?? reference.name ?? '', reference.index);
}

/**
 * What it takes to turn an equation into a layer: aliases, the widths' representatives, and how multipliers are named.
 */
export interface LayerContext {
  readonly architecture: Architecture;
  readonly aliases: ReadonlyMap<string, Label>;
  readonly dimension: (signal: Label) => Label;
  /** The label of Λ, S and P for a signal. */
  readonly derived: (signal: Label) => Label;
  /** As written, with summands that cancel: these join widths and must name signals, too. */
  readonly verbatim?: true;
}

/** With a single indexed family the multipliers are `lambda[l]`; otherwise they carry the family's name. */
export function derivedLabels(architecture: Architecture): (signal: Label) => Label {
  const hidden = architecture.equations.filter((equation) => equation.kind === 'hidden');
  const families = new Set(hidden.map((equation) => equation.target.family));
  const single = families.size === 1 && hidden.every((equation) => equation.target.index !== null);
  return (signal) => (single ? label('', signal.index) : signal);
}

function reads(equation: Equation, target: Label, assignment: Assignment, context: LayerContext): readonly Read[] {
  const written = readsAsWritten(equation, target, assignment, context);
  if (context.verbatim === true) return written;
  const left = withoutCancelled(written);
  // A right-hand side of nothing else stays as it is: every layer reads something.
  return left.length > 0 ? left : written;
}

/** `w − w` reads nothing: reads through identities leave where their coefficients sum to zero without rounding. */
function withoutCancelled(reads: readonly Read[]): readonly Read[] {
  const sums = new Map<string, { total: number; exact: boolean }>();
  for (const { weight, signal, coefficient } of reads) {
    if (weight !== null) continue;
    const { total: a, exact } = sums.get(labelText(signal)) ?? { total: 0, exact: true };
    const total = a + coefficient;
    // Knuth's TwoSum: what rounding has taken away.
    const lost = a - (total - (total - a)) + (coefficient - (total - a));
    sums.set(labelText(signal), { total, exact: exact && lost === 0 });
  }
  const vanishes = ({ weight, signal }: Read): boolean => {
    const sum = weight !== null ? undefined : sums.get(labelText(signal));
    return sum?.exact === true && sum.total === 0;
  };
  return reads.filter((read) => !vanishes(read));
}

function readsAsWritten(
  equation: Equation,
  target: Label,
  assignment: Assignment,
  context: LayerContext,
): readonly Read[] {
  return equation.terms.map((term) => {
    const written = substituteLabel(toLabel(term.signal), assignment);
    const signal = context.aliases.get(labelText(written)) ?? written;
    const { coefficient, position } = term;
    if (term.weight === null) return { coefficient, weight: null, signal, position };
    const structure = structureNamed(context.architecture.parameters.get(term.weight.name) ?? ordinary);
    if (structure.entries === null) return { coefficient, weight: null, signal, position };
    const [rows, columns] = term.isTransposed === true ? [signal, target] : [target, signal];
    const shape = { rows: context.dimension(rows), columns: context.dimension(columns) };
    const weight = symbol('weight', substituteLabel(toLabel(term.weight), assignment), shape, {
      structure: structure.name,
      ...structure.facts,
    });
    const transposed = term.isTransposed === true ? ({ isTransposed: true } as const) : {};
    return { coefficient, weight, ...transposed, signal, position };
  });
}

function biases(equation: Equation, assignment: Assignment): readonly Bias[] {
  return equation.biases.map((term) => ({
    coefficient: term.coefficient,
    label: substituteLabel(toLabel(term.bias), assignment),
  }));
}

function blockCall({ blocks }: Architecture, name: string): BlockCall | undefined {
  const lipschitz = blocks.get(name)?.lipschitz ?? null;
  return lipschitz === null ? undefined : { kind: 'block', name, slopes: [-lipschitz, lipschitz] };
}

export function layerFrom(equation: Equation, assignment: Assignment, context: LayerContext): Layer {
  const target = substituteLabel(toLabel(equation.target), assignment);
  const width = context.dimension(target);
  const derived = context.derived(target);
  return {
    target,
    reads: reads(equation, target, assignment, context),
    biases: biases(equation, assignment),
    position: equation.position,
    activation:
      equation.activation === null
        ? null
        : (blockCall(context.architecture, equation.activation) ??
          context.architecture.activations.get(equation.activation) ??
          null),
    derived,
    multiplier: symbol('multiplier', derived, { rows: width, columns: width }, { diagonal: true, positive: true }),
    slopeSum: scalarSymbol('slope-sum', derived),
    slopeProduct: scalarSymbol('slope-product', derived),
  };
}

/** An affine signal, or the output. */
export function sumFrom(equation: Equation, assignment: Assignment, context: LayerContext): AffineSum {
  const target = substituteLabel(toLabel(equation.target), assignment);
  return {
    target,
    reads: reads(equation, target, assignment, context),
    biases: biases(equation, assignment),
    position: equation.position,
  };
}

/** Does the read force its two signals to have one width? */
export const joinsWidths = (read: Read): boolean => read.weight === null || structureOf(read.weight).isSquare;

export function outputEquation(architecture: Architecture): Equation {
  return (
    architecture.equations.find((equation) => equation.kind === 'output') ?? fail('LW205', 'no equation for y', 'y = …')
  );
}
