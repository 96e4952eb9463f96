import type { Architecture } from '../../model/architecture.js';
import type {
  AffineLayer,
  Budget,
  Buffer,
  ForwardLayer,
  ForwardStep,
  LayerActivation,
  LmiTerm,
  Operation,
  Parameter,
  Program,
  ProgramBlock,
  Size,
  Slot,
} from '../../model/program.js';
import { budgetValues } from './budgets.js';
import type { Renumbering } from './renumber.js';
import { renumberOperation, renumberSize, renumberSlot, renumberTerm } from './renumber.js';

/**
 * Programs of several networks as one: the operations one after the other, the LMIs as a direct sum, which is negative
 * semidefinite if and only if each of them is, and the forward map through all of them. Names of a block's parameters
 * begin with the block's own, `inner.C[1]`.
 */

/** A block with its program. */
export interface Part {
  readonly name: string;
  readonly program: Program;
  /** Null: a share of the composition's bound. */
  readonly lipschitz: number | null;
}

/** A program whose layers call blocks, and the blocks. */
export function embed(outer: Program, parts: readonly Part[]): Program {
  const calls = new Map(
    outer.layers.flatMap((layer, at) =>
      layer.activation.kind === 'block' ? [[layer.activation.name, at] as const] : [],
    ),
  );
  const callOf = ({ name }: Part): ForwardLayer => outer.layers[calls.get(name) ?? -1] ?? unknown(name);
  const programs = [outer, ...parts.map(({ program }) => program)];
  const widths = mergedWidths(
    programs.map((program, at) => ({ program, prefix: at === 0 ? '' : `${parts[at - 1]?.name ?? ''}.` })),
    parts.flatMap((part, at) => {
      const own = { part: 0, width: widthOf(outer, callOf(part).signal) };
      return [part.program.input, part.program.signals.length].map(
        (place) => [own, { part: at + 1, width: widthOf(part.program, place) }] as const,
      );
    }),
  );
  const merger = new Merger(programs.reduce((total, { signals }) => total + signals.length, 0));
  const whole = merger.add(outer, '', { kind: 'lipschitz' }, (at) => widths.number(0, at), null);
  const blocks = parts.map((part, at) => {
    const call = callOf(part);
    const total: Parameter = { kind: 'constant', value: part.lipschitz ?? Number.NaN };
    const inner = merger.add(
      part.program,
      `${part.name}.`,
      total,
      (width) => widths.number(at + 1, width),
      whole.place(call.signal),
    );
    merger.blocks.push({
      name: part.name,
      input: inner.place(part.program.input),
      output: whole.place(call.signal),
      lipschitz: total,
    });
    return { layer: calls.get(part.name), inner, input: inner.place(part.program.input) };
  });
  const steps = whole.steps.flatMap((step): readonly ForwardStep[] => {
    const block = blocks.find(({ layer }) => layer === step.layer);
    return block === undefined ? [step] : [{ ...step, signal: block.input, layer: null }, ...block.inner.steps];
  });
  const output = { name: outer.output.name, size: widths.number(0, widthOf(outer, outer.signals.length)) };
  return {
    ...merger.program({ ...outer, output }, steps, widths),
    input: whole.place(outer.input),
    last: whole.affine(outer.last),
  };
}

/**
 * Blocks in sequence, added, or one below the other. Blocks that state no bound share what is left of the bound of a
 * run. @throws LW316 later, if nothing is left
 */
export function compose(architecture: Architecture, depth: number, parts: readonly Part[]): Program {
  const kind = architecture.composition ?? 'sequence';
  const ports = [{ name: 'x' }, { name: 'y' }];
  const programs = parts.map(({ program, name }) => ({ program, prefix: `${name}.` }));
  const [x, y] = [
    { part: parts.length, width: 0 },
    { part: parts.length, width: 1 },
  ];
  const inputs = parts.map(({ program }, part) => ({ part, width: widthOf(program, program.input) }));
  const outputs = parts.map(({ program }, part) => ({ part, width: widthOf(program, program.signals.length) }));
  const links = parts.flatMap((_part, at): readonly Link[] => {
    const [input = x, output = y] = [inputs[at], outputs[at]];
    if (kind === 'sequence')
      return [
        [at === 0 ? x : (outputs[at - 1] ?? x), input],
        ...(at === parts.length - 1 ? [[output, y] as const] : []),
      ];
    return [[x, input], ...(kind === 'sum' ? [[output, y] as const] : [])];
  });
  const widths = mergedWidths(
    [...programs, { program: { widths: ports.map(({ name }) => [name]), sums: [] }, prefix: '' }],
    links,
  );
  const numberOf = ({ part, width }: Width): number => widths.number(part, width);
  const merger = new Merger(parts.reduce((total, { program }) => total + program.signals.length, 0));
  const input = merger.local('x', numberOf(x));
  const fixed = parts.flatMap(({ lipschitz }) => (lipschitz === null ? [] : [lipschitz]));
  merger.budgets.push({ of: null, kind, fixed, parts: parts.length - fixed.length });
  const steps: ForwardStep[] = [];
  let previous = input;
  const ends = parts.map((part, at) => {
    const total: Parameter =
      part.lipschitz === null ? { kind: 'budget', budget: 0 } : { kind: 'constant', value: part.lipschitz };
    const end = merger.local(`${part.name}.${part.program.output.name}`, numberOf(outputs[at] ?? y));
    const inner = merger.add(part.program, `${part.name}.`, total, (width) => widths.number(at, width), end);
    const start = inner.place(part.program.input);
    merger.blocks.push({ name: part.name, input: start, output: end, lipschitz: total });
    steps.push(
      {
        signal: start,
        terms: [{ coefficient: 1, weight: null, signal: kind === 'sequence' ? previous : input }],
        biases: [],
        layer: null,
      },
      ...inner.steps,
    );
    previous = end;
    return end;
  });
  const above = (at: number): { readonly above?: Size } =>
    kind === 'concatenate' ? { above: { sum: outputs.slice(0, at).map(numberOf) } } : {};
  const read = kind === 'sequence' ? ends.slice(-1) : ends;
  const last = {
    signal: merger.output,
    terms: read.map((signal, at) => ({ coefficient: 1, weight: null, signal, ...above(at) })),
    biases: [],
  };
  steps.push({ ...last, layer: null });
  const [first] = parts;
  const { name, title, definition, source } = architecture;
  const base = {
    architecture: name,
    title,
    definition,
    source,
    depth,
    strategy: first?.program.strategy ?? '',
    variant: first?.program.variant ?? null,
    output: { name: 'y', size: numberOf(y) },
  };
  const made = merger.program(base, steps, widths);
  const sums = kind === 'concatenate' ? [...made.sums, { width: numberOf(y), of: outputs.map(numberOf) }] : made.sums;
  return { ...made, sums, output: base.output, input, last };
}

interface Width {
  readonly part: number;
  readonly width: number;
}
type Link = readonly [Width, Width];

interface Widths {
  readonly names: readonly (readonly string[])[];
  readonly sums: Program['sums'];
  /** The number of a part's width in the whole. */
  readonly number: (part: number, width: number) => number;
}

/** The widths of all programs, those that links join under one number. */
function mergedWidths(
  programs: readonly { readonly program: Pick<Program, 'widths' | 'sums'>; readonly prefix: string }[],
  links: readonly Link[],
): Widths {
  const first = programs.map((_program, at) =>
    programs.slice(0, at).reduce((total, { program }) => total + program.widths.length, 0),
  );
  const index = ({ part, width }: Width): number => (first[part] ?? 0) + width;
  const named = programs.flatMap(({ program, prefix }) =>
    program.widths.map((names) => names.map((name) => prefix + name)),
  );
  const leader = named.map((_names, at) => at);
  const find = (at: number): number => {
    let found = at;
    while (leader[found] !== undefined && leader[found] !== found) found = leader[found] ?? found;
    return found;
  };
  for (const [a, b] of links) {
    const [left, right] = [find(index(a)), find(index(b))];
    leader[Math.max(left, right)] = Math.min(left, right);
  }
  const roots = [...new Set(named.map((_names, at) => find(at)))];
  const number = (part: number, width: number): number => roots.indexOf(find(index({ part, width })));
  return {
    names: roots.map((root) => named.filter((_names, at) => find(at) === root).flat()),
    sums: programs.flatMap(({ program }, part) =>
      program.sums.map(({ width, of }) => ({ width: number(part, width), of: of.map((each) => number(part, each)) })),
    ),
    number,
  };
}

/** The width of a place, whose size always is one. */
function widthOf(program: Program, place: number): number {
  const { signals, output, locals } = program;
  const size = (
    place < signals.length ? signals[place] : place === signals.length ? output : locals[place - signals.length - 1]
  )?.size;
  return typeof size === 'number' ? size : 0;
}

function unknown(name: string): never {
  throw new Error(`no layer calls ${name}`);
}

/** One program's part of the whole. */
interface Added {
  readonly place: (at: number) => number;
  readonly affine: (layer: AffineLayer) => AffineLayer;
  readonly steps: readonly ForwardStep[];
}

/** Collects programs. Places: the signals of all programs, the output of the whole, then what has no row in an LMI. */
class Merger {
  readonly budgets: Budget[] = [];
  readonly blocks: ProgramBlock[] = [];
  /** The place of the whole's output. */
  readonly output: number;
  private readonly signals: { readonly name: string; readonly size: Size }[] = [];
  private readonly locals: { readonly name: string; readonly size: Size }[] = [];
  private readonly buffers: Buffer[] = [];
  private readonly operations: Operation[] = [];
  private readonly notes: { readonly at: number; readonly text: string }[] = [];
  private readonly layers: ForwardLayer[] = [];
  private readonly lmi: LmiTerm[] = [];
  private readonly slots = {
    free: new Array<Slot>(),
    weights: new Array<Slot>(),
    biases: new Array<Slot>(),
    multipliers: new Array<Slot>(),
  };

  constructor(signals: number) {
    this.output = signals;
  }

  local(name: string, size: Size): number {
    this.locals.push({ name, size });
    return this.output + this.locals.length;
  }

  /** `end` is the place of the program's output; null: it is the output of the whole. */
  add(program: Program, prefix: string, total: Parameter, width: (at: number) => number, end: number | null): Added {
    const [signal, layer, buffer, operation] = [
      this.signals.length,
      this.layers.length,
      this.buffers.length,
      this.operations.length,
    ];
    const budgets = this.budgetsOf(program, total);
    const by: Renumbering = {
      buffer: (id) => id + buffer,
      width,
      layer: (at) => at + layer,
      name: (name) => prefix + name,
      parameter: (parameter) => {
        if (parameter.kind === 'lipschitz') return total;
        if (parameter.kind === 'budget') return budgets[parameter.budget] ?? parameter;
        if (!('layer' in parameter)) return parameter;
        return { ...parameter, layer: parameter.layer + layer };
      },
    };
    const named = ({
      name,
      size,
    }: {
      readonly name: string;
      readonly size: Size;
    }): { readonly name: string; readonly size: Size } => ({ name: prefix + name, size: renumberSize(size, by) });
    const locals = program.locals.map((local) => {
      const { name, size } = named(local);
      return this.local(name, size);
    });
    const place = (at: number): number => {
      if (at < program.signals.length) return at + signal;
      return at === program.signals.length ? (end ?? this.output) : (locals[at - program.signals.length - 1] ?? at);
    };
    const affine = (given: AffineLayer): AffineLayer => ({
      signal: place(given.signal),
      terms: given.terms.map(({ coefficient, weight, signal: read, above }) => ({
        coefficient,
        weight: weight === null ? null : by.buffer(weight),
        signal: place(read),
        ...(above === undefined ? {} : { above: renumberSize(above, by) }),
      })),
      biases: given.biases.map(({ coefficient, bias }) => ({ coefficient, bias: by.buffer(bias) })),
    });
    const activation = (given: LayerActivation): LayerActivation =>
      given.kind === 'spline' ? { ...given, coefficients: by.buffer(given.coefficients) } : given;
    this.signals.push(...program.signals.map(named));
    this.buffers.push(
      ...program.buffers.map(({ id, rows, columns }) => ({
        id: by.buffer(id),
        rows: renumberSize(rows, by),
        columns: renumberSize(columns, by),
      })),
    );
    this.operations.push(...program.operations.map((each) => renumberOperation(each, by)));
    this.notes.push(
      ...program.notes.map(({ at, text }) => ({
        at: at + operation,
        text: prefix === '' ? text : `${prefix.slice(0, -1)}: ${text}`,
      })),
    );
    this.layers.push(...program.layers.map((each) => ({ ...affine(each), activation: activation(each.activation) })));
    this.lmi.push(...program.lmi.map((term) => renumberTerm(term, by, signal)));
    for (const kind of ['free', 'weights', 'biases', 'multipliers'] as const)
      this.slots[kind].push(...program[kind].map((slot) => renumberSlot(slot, by)));
    this.blocks.push(
      ...program.blocks.map(({ name, input, output, lipschitz }) => ({
        name: prefix + name,
        input: place(input),
        output: place(output),
        lipschitz: by.parameter(lipschitz),
      })),
    );
    return {
      place,
      affine,
      steps: program.steps.map((step) => ({
        ...affine(step),
        layer: step.layer === null ? null : by.layer(step.layer),
      })),
    };
  }

  /** What a program's budgets are in the whole: numbers, where its own bound is one. @throws LW316 */
  private budgetsOf(program: Program, total: Parameter): readonly Parameter[] {
    if (total.kind === 'constant')
      return budgetValues(program, total.value).map((value) => ({ kind: 'constant', value }));
    const first = this.budgets.length;
    const above = total.kind === 'budget' ? total.budget : null;
    this.budgets.push(
      ...program.budgets.map((budget) => ({ ...budget, of: budget.of === null ? above : budget.of + first })),
    );
    return program.budgets.map((_budget, at) => ({ kind: 'budget', budget: at + first }));
  }

  program(
    base: Pick<
      Program,
      'architecture' | 'title' | 'definition' | 'source' | 'depth' | 'strategy' | 'variant' | 'output'
    >,
    steps: readonly ForwardStep[],
    widths: Widths,
  ): Omit<Program, 'input' | 'last'> {
    const { architecture, title, definition, source, depth, strategy, variant } = base;
    const { output } = base;
    const { signals, locals, buffers, operations, notes, layers, lmi, budgets, blocks } = this;
    return {
      architecture,
      title,
      definition,
      source,
      depth,
      strategy,
      variant,
      widths: widths.names,
      sums: widths.sums,
      signals,
      output,
      locals,
      budgets,
      blocks,
      buffers,
      ...this.slots,
      operations,
      notes,
      layers,
      steps,
      lmi,
    };
  }
}
