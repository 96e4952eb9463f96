import type { Assignment } from '../base/label.js';
import { labelText, shift, substituteLabel } from '../base/label.js';
import { abs, rowSums } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import { instantiate, symbols } from '../expr/visit.js';
import type { Bounds, Constraint, ConstraintKind, Cycle } from '../model/inequality.js';
import type { Network, Span } from '../model/network.js';
import type { ConstraintEntry, CycleEntry } from './entries.js';
import type { Member, Merged } from './families.js';
import { mergeFamilies, rangeText } from './families.js';
import type { Printer, Said } from './printer.js';

const ruleOf: Readonly<Record<ConstraintKind, string>> = {
  'row-ball': 'bound/row-ball',
  'block-ball': 'bound/block-ball',
  cap: 'bound/cap-cycle',
  'element-bound': 'bound/element-bound',
  'multiplier-bound': 'bound/isolate-multiplier',
  interval: 'bound/square-root',
  budget: 'bound/weighted-budget',
  pivot: 'pivot/schur-pivot',
  'output-bound': 'pivot/output-bound',
};

/** One constraint as seen by one of its parameters; null: a demand on what is given, which no parameter can meet. */
interface ConstraintMember extends Member {
  readonly constraint: Constraint;
  readonly parameter: SymbolNode;
  readonly isDemand: boolean;
}

interface CycleMember extends Member {
  readonly cycle: Cycle;
}

const asItStands: Assignment = { loop: null, depth: null };

/** Where the letter of a constraint's parameter runs, if the constraint does not say it itself. */
function rangeOf(network: Network, constraint: Constraint, parameter: SymbolNode): Span | null {
  if (constraint.span !== null || parameter.label.index?.base !== 'loop') return constraint.span;
  // An element bound on w[l+1]'s weight belongs to the row of w[l].
  const row = network.rows.find(
    ({ span, readers }) =>
      span !== null &&
      readers.some((reader) => reader.span === null && labelText(reader.layer.target) === labelText(constraint.row)),
  );
  if (row !== undefined) return row.span;
  // A budget's D[l] stands for every layer that reads the input through D.
  return spanOfWeight(network, parameter);
}

function spanOfWeight(network: Network, weight: SymbolNode): Span | null {
  const reads = network.family?.segments.find(
    ({ layer, span }) => span !== null && layer.reads.some((read) => read.weight?.key === weight.key),
  );
  return reads?.span ?? null;
}

/** C[l+1] for l = 2 … n−1 is shown as C[l] for l = 3 … n: the assignment and the span moved with it. */
function bareLetter(
  parameter: SymbolNode,
  span: Span | null,
): { readonly assignment: Assignment; readonly span: Span | null } {
  const by = parameter.label.index?.base === 'loop' ? parameter.label.index.offset : 0;
  if (by === 0 || span === null) return { assignment: asItStands, span };
  return {
    assignment: { loop: { base: 'loop', offset: -by }, depth: null },
    span: { from: shift(span.from, by), to: shift(span.to, by) },
  };
}

function moved(constraint: Constraint, assignment: Assignment): Constraint {
  if (assignment.loop === null) return constraint;
  const move = (node: Expression): Expression => instantiate(node, assignment);
  const parameters = constraint.parameters.map(move).filter((node): node is SymbolNode => node.kind === 'symbol');
  const { onlyIfPositive } = constraint;
  return {
    ...constraint,
    parameters,
    left: move(constraint.left),
    right: move(constraint.right),
    onlyIfPositive: onlyIfPositive === null ? null : move(onlyIfPositive),
    row: substituteLabel(constraint.row, assignment),
  };
}

/** What a demand is about: a cap, or else the first symbol that its user can choose. */
function demanded(constraint: Constraint): SymbolNode | null {
  const all = [...symbols(constraint.left), ...symbols(constraint.right)];
  return (
    all.find((node) => node.role === 'cap') ??
    all.find((node) => node.role !== 'weight' && node.role !== 'multiplier') ??
    null
  );
}

function membersOf(network: Network, constraint: Constraint): readonly ConstraintMember[] {
  const isDemand = constraint.parameters.length === 0;
  const about = isDemand ? [demanded(constraint)].filter((node) => node !== null) : constraint.parameters;
  return about.map((written) => {
    const { assignment, span } = bareLetter(written, rangeOf(network, constraint, written));
    const own = moved(constraint, assignment);
    const at = assignment.loop === null ? written.label : substituteLabel(written.label, assignment);
    const parameter: SymbolNode = { ...written, label: at };
    const form = (values: Assignment): string => {
      const keys = [own.left, own.right, ...(own.onlyIfPositive === null ? [] : [own.onlyIfPositive])].map(
        (node) => instantiate(node, values).key,
      );
      const others = own.parameters.map((node) => labelText(substituteLabel(node.label, values)));
      return [own.kind, own.relation, ...others, ...keys].join('\n');
    };
    return { at, span, constraint: own, parameter, isDemand, form };
  });
}

const merge = <M extends Member>(network: Network, members: readonly M[]): readonly Merged<M>[] =>
  network.depth === null
    ? mergeFamilies(members)
    : members.map((member) => ({ member, span: null, members: [member] }));

/**
 * One entry a parameter and constraint, and one for the value of every cap. `pivots` names left sides by their keys.
 */
export function showConstraints(
  bounds: Bounds,
  print: Printer,
  pivots: ReadonlyMap<string, SymbolNode> = new Map(),
): readonly ConstraintEntry[] {
  const members = bounds.constraints.flatMap((constraint) => membersOf(bounds.network, constraint));
  const kinds = [...new Set(members.map(({ constraint, parameter }) => `${constraint.kind} ${parameter.role}`))];
  // Merging goes kind by kind; the entries keep the order in which the derivation found them.
  const place = new Map(members.map((member, at) => [member, at]));
  const families = kinds
    .flatMap((kind) =>
      merge(
        bounds.network,
        members.filter(({ constraint, parameter }) => `${constraint.kind} ${parameter.role}` === kind),
      ),
    )
    .sort(
      (a, b) =>
        Math.min(...a.members.map((m) => place.get(m) ?? 0)) - Math.min(...b.members.map((m) => place.get(m) ?? 0)),
    );
  return [
    ...families.map((family) => constraintEntry(family, print, pivots)),
    ...mergedCycles(bounds).map((family) => capValueEntry(family, bounds, print)),
  ];
}

function constraintEntry(
  { member, span }: Merged<ConstraintMember>,
  print: Printer,
  pivots: ReadonlyMap<string, SymbolNode>,
): ConstraintEntry {
  const { constraint, parameter, isDemand } = member;
  const { kind, left, relation, right, onlyIfPositive } = constraint;
  const symbol = { '<': '<', '<=': '\\le', '>=': '\\ge', '≻': '\\succ', '≼': '\\preceq' }[relation];
  const pivot = pivots.get(left.key);
  const named = (show: (node: Expression) => string): string =>
    `${pivot === undefined ? '' : `${show(pivot)} = `}${show(left)}`;
  const condition = isDemand
    ? print.say(() => 'a demand on what is given, which no free parameter can meet')
    : onlyIfPositive === null
      ? null
      : print.say((voice) => `where ${voice.math(onlyIfPositive)} > 0`);
  return {
    parameter: print.name(parameter),
    kind,
    expression: `${named(print.text)} ${relation} ${print.text(right)}`,
    latex: `${named(print.latex)} ${symbol} ${print.latex(right)}`,
    parameterLatex: print.nameLatex(parameter),
    rule: ruleOf[kind],
    ...(span === null ? {} : { range: rangeText(span) }),
    ...(condition === null ? {} : { condition: condition.text, conditionLatex: condition.latex }),
  };
}

function mergedCycles(bounds: Bounds): readonly Merged<CycleMember>[] {
  const members = bounds.cycles.map((cycle): CycleMember => {
    const form = (values: Assignment): string =>
      [...cycle.between, cycle.cap, ...(cycle.value === null ? [] : [cycle.value])]
        .map((node) => instantiate(node, values).key)
        .join('\n');
    return { at: cycle.between[0].label, span: cycle.span, cycle, form };
  });
  return merge(bounds.network, members);
}

/** What the cap bounds, the row sums of |W|. */
function cappedSums(cycle: Cycle, bounds: Bounds): Expression {
  const cap = bounds.constraints.find(({ kind, right }) => kind === 'cap' && right.key === cycle.cap.key);
  return cap?.left ?? rowSums(abs(cycle.between[0]));
}

function capValueEntry({ member, span }: Merged<CycleMember>, bounds: Bounds, print: Printer): ConstraintEntry {
  const { cycle } = member;
  const [weight] = cycle.between;
  const node = cycle.value ?? cappedSums(cycle, bounds);
  const condition = print.say((voice) => `${voice.name(weight)} as it stands before the budget shrinks it`);
  return {
    parameter: print.name(cycle.cap),
    kind: 'cap-value',
    expression: `${print.text(cycle.cap)} = ${print.text(node)}`,
    latex: `${print.latex(cycle.cap)} = ${print.latex(node)}`,
    parameterLatex: print.nameLatex(cycle.cap),
    rule: 'parameterize/cap-value',
    ...(span === null ? {} : { range: rangeText(span) }),
    ...(cycle.value === null ? { condition: condition.text, conditionLatex: condition.latex } : {}),
  };
}

export function showCycles(bounds: Bounds, print: Printer): readonly CycleEntry[] {
  return mergedCycles(bounds).map(({ member, span }) => {
    const { cycle } = member;
    const [weight, multiplier] = cycle.between;
    const { value } = cycle;
    const broken = print.say((voice) => {
      const cap = voice.name(cycle.cap);
      const worth =
        value === null ? `taken before the budget shrinks ${voice.name(weight)}` : `with ${cap} = ${voice.math(value)}`;
      return `${cap}: ${voice.math(cappedSums(cycle, bounds))} <= ${cap}, ${worth}`;
    });
    return {
      between: [print.name(weight), print.name(multiplier)],
      brokenBy: broken.text,
      betweenLatex: [print.nameLatex(weight), print.nameLatex(multiplier)],
      brokenByLatex: broken.latex,
      ...(span === null ? {} : { range: rangeText(span) }),
    };
  });
}

/** `lambda[l] for l = n-1 … 2` */
export function showOrder(bounds: Bounds, print: Printer): readonly Said[] {
  return bounds.order.map(({ symbols: made, span, direction }) =>
    print.say((voice) => {
      if (span !== null) {
        const [first, last] = direction === 'down' ? [span.to, span.from] : [span.from, span.to];
        return `${made.map(voice.name).join(', ')} for ${voice.running(first, last)}`;
      }
      const family = (node: SymbolNode): string => {
        const own = node.label.index?.base === 'loop' ? spanOfWeight(bounds.network, node) : null;
        return own === null ? voice.name(node) : `${voice.name(node)} for ${voice.range(own)}`;
      };
      return made.map(family).join(', ');
    }),
  );
}
