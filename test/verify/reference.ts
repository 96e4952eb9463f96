import type { Architecture, Equation, Index } from '../../src/model/architecture.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * A second reading of the equations that shares no code with the derivation: the quadratic form
 * ‖Δy‖² − 𝓛²‖Δx‖² + Σ_l QC_l (reference/mathematics, sections 2 and 3) is evaluated at a vector Δ straight from the
 * equations, without ever forming a matrix.
 */
interface Summand {
  readonly coefficient: number;
  /** Null: the identity. */
  readonly weight: string | null;
  readonly diagonal: boolean;
  readonly transposed: boolean;
  readonly signal: string;
}

interface Node {
  readonly name: string;
  readonly reads: readonly Summand[];
  /** Nothing is applied: the signal is the sum. */
  readonly isSum: boolean;
}

export interface Graph {
  readonly hidden: readonly Node[];
  readonly output: Node;
}

const named = (family: string, index: number | null): string => (index === null ? family : `${family}[${index}]`);

function valueOf(index: Index, loop: number, depth: number): number {
  const base = { constant: 0, loop, depth }[index.base];
  return base + index.offset;
}

/** The equations written out at a depth. */
export function unrolled(architecture: Architecture, depth: number): Graph {
  const aliases = new Map<string, string>();
  const nodes: Node[] = [];
  let output: Node | null = null;
  const once = (equation: Equation, loop: number): void => {
    const name = (family: string, index: Index | null): string =>
      named(family, index === null ? null : valueOf(index, loop, depth));
    const target = name(equation.target.family, equation.target.index);
    const reads = equation.terms.map((term): Summand => {
      const structure = term.weight === null ? 'identity' : (architecture.parameters.get(term.weight.name) ?? 'dense');
      const weight =
        term.weight === null || structure === 'identity' ? null : name(term.weight.name, term.weight.index);
      return {
        coefficient: term.coefficient,
        weight,
        diagonal: structure === 'diagonal',
        transposed: term.isTransposed === true,
        signal: name(term.signal.family, term.signal.index),
      };
    });
    if (equation.kind === 'alias') aliases.set(target, reads[0]?.signal ?? '');
    else if (equation.kind === 'output') output = { name: target, reads, isSum: true };
    else nodes.push({ name: target, reads, isSum: equation.kind === 'affine' });
  };
  for (const equation of architecture.equations) {
    if (equation.range === null) once(equation, 0);
    else
      for (let l = valueOf(equation.range.from, 0, depth); l <= valueOf(equation.range.to, 0, depth); l += 1)
        once(equation, l);
  }
  const resolve = (signal: string): string => {
    const other = aliases.get(signal);
    return other === undefined ? signal : resolve(other);
  };
  const resolved = (node: Node): Node => ({
    ...node,
    reads: node.reads.map((read) => ({ ...read, signal: resolve(read.signal) })),
  });
  if (output === null) throw new Error('no output');
  return { hidden: nodes.map(resolved), output: resolved(output) };
}

export interface Values {
  readonly weights: Readonly<Record<string, Float64Array>>;
  readonly multipliers: Readonly<Record<string, Float64Array>>;
  readonly lipschitz: number;
}

/** m and L of a hidden signal, and its multiplier's entries. */
export interface LayerData {
  readonly slopes: readonly [number, number];
  readonly multiplier: Float64Array;
}

function combine(
  node: Node,
  width: number,
  delta: ReadonlyMap<string, Float64Array>,
  weights: Values['weights'],
): Float64Array {
  const sum = new Float64Array(width);
  for (const { coefficient, weight, diagonal, transposed, signal } of node.reads) {
    const w = delta.get(signal);
    if (w === undefined) throw new Error(`no ${signal}`);
    const matrix = weight === null ? null : weights[weight];
    for (let i = 0; i < width; i += 1) {
      let value = 0;
      if (matrix === null) value = w[i] ?? NaN;
      else if (matrix === undefined) value = NaN;
      else if (diagonal) value = (matrix[i] ?? NaN) * (w[i] ?? NaN);
      else
        for (let j = 0; j < w.length; j += 1)
          value += (matrix[transposed ? j * width + i : i * w.length + j] ?? NaN) * (w[j] ?? NaN);
      sum[i] = (sum[i] ?? NaN) + coefficient * value;
    }
  }
  return sum;
}

/** The differences of sums follow from the others. */
function withSums(
  { hidden }: Graph,
  given: ReadonlyMap<string, Float64Array>,
  weights: Values['weights'],
  width: (name: string) => number,
): ReadonlyMap<string, Float64Array> {
  const delta = new Map(given);
  const sums = hidden.filter(({ isSum }) => isSum);
  // The lines of a file stand in any order.
  for (let round = 0; round < sums.length; round += 1)
    for (const node of sums)
      if (!delta.has(node.name) && node.reads.every(({ signal }) => delta.has(signal)))
        delta.set(node.name, combine(node, width(node.name), delta, weights));
  return delta;
}

/** The value of the form, and the sum of the sizes of all its summands. */
export function quadraticForm(
  graph: Graph,
  given: ReadonlyMap<string, Float64Array>,
  values: Pick<Values, 'weights' | 'lipschitz'>,
  layer: (name: string) => LayerData,
  outputWidth: number,
  sumWidth: (name: string) => number = () => NaN,
): { readonly value: number; readonly size: number } {
  let [value, size] = [0, 0];
  const add = (term: number): void => {
    value += term;
    size += Math.abs(term);
  };
  const delta = withSums(graph, given, values.weights, sumWidth);
  for (const entry of combine(graph.output, outputWidth, delta, values.weights)) add(entry * entry);
  for (const entry of delta.get('x') ?? []) add(-(values.lipschitz * values.lipschitz) * entry * entry);
  for (const node of graph.hidden) {
    if (node.isSum) continue;
    const w = delta.get(node.name) ?? new Float64Array(0);
    const v = combine(node, w.length, delta, values.weights);
    const {
      slopes: [m, upper],
      multiplier,
    } = layer(node.name);
    // λ (w − m v)(L v − w) ≥ 0 says that the slope w/v lies in [m, L]; twice that is the constraint (QC).
    w.forEach((entry, i) => {
      const rate = 2 * (multiplier[i] ?? NaN);
      const step = v[i] ?? NaN;
      add(-rate * m * upper * step * step);
      add(rate * (m + upper) * step * entry);
      add(-rate * entry * entry);
    });
  }
  return { value, size };
}

const coefficients = [1, 1, 1, -1, 2, 0.5, -0.25, 3];
const structures = ['dense', 'dense', 'dense', 'diagonal', 'identity', 'declared'] as const;

/**
 * A random acyclic network: every hidden signal reads one to three earlier signals, sometimes one of them twice,
 * through dense, diagonal or identity weights with coefficients; what nobody reads is read by the output. The lines of
 * the file are shuffled.
 */
export function randomGraph(random: Random, name: string, options: { readonly identities: boolean }): Architecture {
  const parameters: string[] = [];
  let weights = 0;
  const signals = ['x'];
  const unread = new Set(['x']);
  const term = (signal: string): string => {
    unread.delete(signal);
    const coefficient = random.pick(coefficients);
    const factor = coefficient === 1 ? '' : coefficient < 0 ? `(${coefficient}) * ` : `${coefficient} * `;
    const structure = options.identities
      ? random.pick(structures)
      : random.pick(['dense', 'dense', 'diagonal'] as const);
    if (structure === 'identity') return `${factor}${signal}`;
    weights += 1;
    if (structure !== 'dense')
      parameters.push(`  W${weights}: { structure: ${structure === 'declared' ? 'identity' : 'diagonal'} }`);
    return `${factor}W${weights} * ${signal}`;
  };
  const reads = (from: readonly string[]): string => {
    const chosen = Array.from({ length: random.integer(1, 3) }, () => random.pick(from));
    const distinct = random.integer(0, 3) === 0 ? chosen : [...new Set(chosen)];
    return distinct.map(term).join(' + ');
  };
  const lines: string[] = [];
  for (let count = random.integer(0, 5); count > 0; count -= 1) {
    const signal = `h${signals.length}`;
    lines.push(`${signal} = phi(${reads(signals)}${random.integer(0, 1) === 0 ? '' : ` + b${signals.length}`})`);
    signals.push(signal);
    unread.add(signal);
  }
  const rest = reads(signals);
  lines.push(`y = ${[rest, ...[...unread].map(term)].join(' + ')} + c`);
  for (let at = lines.length - 1; at > 0; at -= 1) {
    const other = random.integer(0, at);
    [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
  }
  const declared = parameters.length === 0 ? '' : `parameters:\n${parameters.join('\n')}\n`;
  return parseArchitecture(
    `name: ${name}\ntitle: Random network\nequations: |\n${lines.map((text) => `  ${text}\n`).join('')}${declared}`,
    null,
  );
}
