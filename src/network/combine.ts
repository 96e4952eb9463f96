import { fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import type {
  AffineLayer,
  Budget,
  Buffer,
  ForwardLayer,
  ForwardStep,
  LayerActivation,
  LmiTerm,
  LoweredNetwork,
  NetworkBlock,
  Parameter,
  Size,
  Slot,
} from '../model/lowered-network.js';
import { budgetValues } from './budgets.js';
import type { Renumbering } from './renumber.js';
import { renumberSize, renumberSlot, renumberTerm } from './renumber.js';

/**
 * Several networks as one: the LMIs as a direct sum, which is negative semidefinite if and only if each of them is, and
 * the forward map through all of them. Names of a block's parameters begin with the block's own, `inner.C[1]`.
 */

/** A block with its network. */
export interface Part<Network extends LoweredNetwork = LoweredNetwork> {
  readonly name: string;
  readonly network: Network;
  /** Null: a share of the composition's bound. */
  readonly lipschitz: number | null;
}

/** The whole, and what became of the numbers of each network in it, in their order. */
export interface Combined {
  readonly network: LoweredNetwork;
  readonly renumberings: readonly Renumbering[];
}

/** A network whose layers call blocks, and the blocks; the outer network comes first. */
export function embed(outer: LoweredNetwork, parts: readonly Part[]): Combined {
  const calls = new Map(
    outer.layers.flatMap((layer, at) =>
      layer.activation.kind === 'block' ? [[layer.activation.name, at] as const] : [],
    ),
  );
  const callOf = ({ name }: Part): ForwardLayer =>
    outer.layers[calls.get(name) ?? Number.NaN] ?? missing(`call of ${name}`);
  const networks = [outer, ...parts.map(({ network }) => network)];
  const widths = mergedWidths(
    [{ network: outer, prefix: '' }, ...parts.map(({ network, name }) => ({ network, prefix: `${name}.` }))],
    parts.flatMap((part, at) => {
      const own = { part: 0, width: widthOf(outer, callOf(part).signal) };
      return [part.network.input, part.network.signals.length].map(
        (place) => [own, { part: at + 1, width: widthOf(part.network, place) }] as const,
      );
    }),
  );
  const merger = new Merger(networks.reduce((total, { signals }) => total + signals.length, 0));
  const whole = merger.add(outer, '', { kind: 'lipschitz' }, (at) => widths.number(0, at), null);
  const blocks = parts.map((part, at) => {
    const call = callOf(part);
    const total: Parameter = { kind: 'constant', value: part.lipschitz ?? Number.NaN };
    const inner = merger.add(
      part.network,
      `${part.name}.`,
      total,
      (width) => widths.number(at + 1, width),
      whole.place(call.signal),
    );
    merger.blocks.push({
      name: part.name,
      input: inner.place(part.network.input),
      output: whole.place(call.signal),
      lipschitz: total,
    });
    return { layer: calls.get(part.name), inner, input: inner.place(part.network.input) };
  });
  const steps = whole.steps.flatMap((step): readonly ForwardStep[] => {
    const block = blocks.find(({ layer }) => layer === step.layer);
    return block === undefined ? [step] : [{ ...step, signal: block.input, layer: null }, ...block.inner.steps];
  });
  const output = { name: outer.output.name, size: widths.number(0, widthOf(outer, outer.signals.length)) };
  return merger.combined({
    ...aboutOf(outer),
    widths: widths.names,
    sums: widths.sums,
    output,
    steps,
    input: whole.place(outer.input),
    last: whole.affine(outer.last),
  });
}

/**
 * Blocks in sequence, added, or one below the other. Blocks that state no bound share what is left of the bound of a
 * run. @throws LW316 later, if nothing is left
 */
export function compose(architecture: Architecture, depth: number, parts: readonly Part[]): Combined {
  const kind = architecture.composition ?? 'sequence';
  const ports = [{ name: 'x' }, { name: 'y' }];
  const networks = parts.map(({ network, name }) => ({ network, prefix: `${name}.` }));
  const [x, y] = [
    { part: parts.length, width: 0 },
    { part: parts.length, width: 1 },
  ];
  const inputs = parts.map(({ network }, part) => ({ part, width: widthOf(network, network.input) }));
  const outputs = parts.map(({ network }, part) => ({ part, width: widthOf(network, network.signals.length) }));
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
    [...networks, { network: { widths: ports.map(({ name }) => [name]), sums: [] }, prefix: '' }],
    links,
  );
  const numberOf = ({ part, width }: Width): number => widths.number(part, width);
  const merger = new Merger(parts.reduce((total, { network }) => total + network.signals.length, 0));
  const input = merger.local('x', numberOf(x));
  const fixed = parts.flatMap(({ lipschitz }) => (lipschitz === null ? [] : [lipschitz]));
  merger.budgets.push({ of: null, kind, fixed, parts: parts.length - fixed.length });
  const steps: ForwardStep[] = [];
  let previous = input;
  const ends = parts.map((part, at) => {
    const total: Parameter =
      part.lipschitz === null ? { kind: 'budget', budget: 0 } : { kind: 'constant', value: part.lipschitz };
    const end = merger.local(`${part.name}.${part.network.output.name}`, numberOf(outputs[at] ?? y));
    const inner = merger.add(part.network, `${part.name}.`, total, (width) => widths.number(at, width), end);
    const start = inner.place(part.network.input);
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
  const { name, title, definition, source } = architecture;
  const own = kind === 'concatenate' ? [{ width: numberOf(y), of: outputs.map(numberOf) }] : [];
  return merger.combined({
    ...{ architecture: name, title, definition, source, depth },
    widths: widths.names,
    sums: [...widths.sums, ...own],
    output: { name: 'y', size: numberOf(y) },
    steps,
    input,
    last,
  });
}

type About = Pick<LoweredNetwork, 'architecture' | 'title' | 'definition' | 'source' | 'depth'>;

const aboutOf = ({ architecture, title, definition, source, depth }: LoweredNetwork): About => ({
  architecture,
  title,
  definition,
  source,
  depth,
});

interface Width {
  readonly part: number;
  readonly width: number;
}
type Link = readonly [Width, Width];

interface Widths {
  readonly names: readonly (readonly string[])[];
  readonly sums: LoweredNetwork['sums'];
  /** The number of a part's width in the whole. */
  readonly number: (part: number, width: number) => number;
}

/** The widths of all networks, those that links join under one number. */
function mergedWidths(
  networks: readonly { readonly network: Pick<LoweredNetwork, 'widths' | 'sums'>; readonly prefix: string }[],
  links: readonly Link[],
): Widths {
  const first = networks.map((_network, at) =>
    networks.slice(0, at).reduce((total, { network }) => total + network.widths.length, 0),
  );
  const index = ({ part, width }: Width): number => (first[part] ?? missing(`network ${part}`)) + width;
  const named = networks.flatMap(({ network, prefix }) =>
    network.widths.map((names) => names.map((name) => prefix + name)),
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
    sums: networks.flatMap(({ network }, part) =>
      network.sums.map(({ width, of }) => ({ width: number(part, width), of: of.map((each) => number(part, each)) })),
    ),
    number,
  };
}

/** The width of a place, whose size always is one. */
function widthOf(network: LoweredNetwork, place: number): number {
  const { signals, output, locals } = network;
  const size = (
    place < signals.length ? signals[place] : place === signals.length ? output : locals[place - signals.length - 1]
  )?.size;
  return typeof size === 'number' ? size : missing(`a width for place ${place}`);
}

const missing = (what: string): never => fail('LW401', `no ${what}`, 'networks whose numbers are their own');

type Place = LoweredNetwork['output'];

/** One network's part of the whole. */
interface Added {
  readonly place: (at: number) => number;
  readonly affine: (layer: AffineLayer) => AffineLayer;
  readonly steps: readonly ForwardStep[];
}

/** Collects networks. Places: the signals of all networks, the output of the whole, then what has no row in an LMI. */
class Merger {
  readonly budgets: Budget[] = [];
  readonly blocks: NetworkBlock[] = [];
  /** The place of the whole's output. */
  readonly output: number;
  private readonly signals: Place[] = [];
  private readonly locals: Place[] = [];
  private readonly buffers: Buffer[] = [];
  private readonly layers: ForwardLayer[] = [];
  private readonly sums: AffineLayer[] = [];
  private readonly lmi: LmiTerm[] = [];
  private readonly renumberings: Renumbering[] = [];
  private readonly slots = {
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

  /** `end` is the place of the network's output; null: it is the output of the whole. */
  add(
    network: LoweredNetwork,
    prefix: string,
    total: Parameter,
    width: (at: number) => number,
    end: number | null,
  ): Added {
    const [signal, layer, buffer] = [this.signals.length, this.layers.length, this.buffers.length];
    const budgets = this.budgetsOf(network, total);
    const by: Renumbering = {
      buffer: (id) => id + buffer,
      width,
      layer: (at) => at + layer,
      name: (name) => prefix + name,
      parameter: (parameter) => {
        if (parameter.kind === 'lipschitz') return total;
        if (parameter.kind === 'budget') return budgets[parameter.budget] ?? missing(`budget ${parameter.budget}`);
        if (!('layer' in parameter)) return parameter;
        return { ...parameter, layer: parameter.layer + layer };
      },
    };
    const named = ({ name, size }: Place): Place => ({ name: prefix + name, size: renumberSize(size, by) });
    const locals = network.locals.map((local) => {
      const { name, size } = named(local);
      return this.local(name, size);
    });
    const place = (at: number): number => {
      if (at < network.signals.length) return at + signal;
      return at === network.signals.length
        ? (end ?? this.output)
        : (locals[at - network.signals.length - 1] ?? missing(`place ${at}`));
    };
    const affine = (given: AffineLayer): AffineLayer => ({
      signal: place(given.signal),
      terms: given.terms.map(({ weight, signal: read, above, ...term }) => ({
        ...term,
        weight: weight === null ? null : by.buffer(weight),
        signal: place(read),
        ...(above === undefined ? {} : { above: renumberSize(above, by) }),
      })),
      biases: given.biases.map(({ coefficient, bias }) => ({ coefficient, bias: by.buffer(bias) })),
    });
    const activation = (given: LayerActivation): LayerActivation =>
      given.kind === 'spline' ? { ...given, coefficients: by.buffer(given.coefficients) } : given;
    this.signals.push(...network.signals.map(named));
    this.buffers.push(
      ...network.buffers.map(({ id, rows, columns }) => ({
        id: by.buffer(id),
        rows: renumberSize(rows, by),
        columns: renumberSize(columns, by),
      })),
    );
    this.renumberings.push(by);
    this.layers.push(...network.layers.map((each) => ({ ...affine(each), activation: activation(each.activation) })));
    this.sums.push(...network.affine.map(affine));
    this.lmi.push(...network.lmi.map((term) => renumberTerm(term, by, signal)));
    for (const kind of ['weights', 'biases', 'multipliers'] as const)
      this.slots[kind].push(...network[kind].map((slot) => renumberSlot(slot, by)));
    this.blocks.push(
      ...network.blocks.map(({ name, input, output, lipschitz }) => ({
        name: prefix + name,
        input: place(input),
        output: place(output),
        lipschitz: by.parameter(lipschitz),
      })),
    );
    return {
      place,
      affine,
      steps: network.steps.map((step) => ({
        ...affine(step),
        layer: step.layer === null ? null : by.layer(step.layer),
      })),
    };
  }

  /** What a network's budgets are in the whole: numbers, where its own bound is one. @throws LW316 */
  private budgetsOf(network: LoweredNetwork, total: Parameter): readonly Parameter[] {
    if (total.kind === 'constant')
      return budgetValues(network, total.value).map((value) => ({ kind: 'constant', value }));
    const first = this.budgets.length;
    const above = total.kind === 'budget' ? total.budget : null;
    this.budgets.push(
      ...network.budgets.map((budget) => ({ ...budget, of: budget.of === null ? above : budget.of + first })),
    );
    return network.budgets.map((_budget, at) => ({ kind: 'budget', budget: at + first }));
  }

  combined(whole: About & Pick<LoweredNetwork, 'widths' | 'sums' | 'output' | 'steps' | 'input' | 'last'>): Combined {
    const { signals, locals, buffers, layers, sums, lmi, budgets, blocks, renumberings } = this;
    return {
      network: { ...whole, signals, locals, budgets, blocks, buffers, ...this.slots, layers, affine: sums, lmi },
      renumberings,
    };
  }
}
