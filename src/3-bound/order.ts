import { fail } from '../base/diagnostic.js';
import type { Index } from '../base/label.js';
import { compareIndex, labelText, shift } from '../base/label.js';
import type { SymbolNode } from '../expr/node.js';
import type { OrderEntry } from '../model/inequality.js';
import type { Span } from '../model/network.js';

/** A symbol, for every l of the span if its index holds the loop letter. */
export interface Ranged {
  readonly symbol: SymbolNode;
  readonly span: Span | null;
}

/** Something that is evaluated in one go (with a span: once for every l in it), and what must be known before. */
export interface Task {
  readonly makes: readonly Ranged[];
  readonly span: Span | null;
  readonly needs: readonly Ranged[];
}

/** The indices that a label takes while the loop letter runs over the span. */
function extent(index: Index, span: Span | null): Span {
  if (index.base !== 'loop' || span === null) return { from: index, to: index };
  return { from: shift(span.from, index.offset), to: shift(span.to, index.offset) };
}

const overlap = (a: Span, b: Span): boolean => compareIndex(a.from, b.to) <= 0 && compareIndex(b.from, a.to) <= 0;

const familyOf = (node: SymbolNode): string => `${node.role}:${node.label.name}`;

/** Finds the tasks that make a symbol: by key at concrete depth, by overlapping index ranges at symbolic depth. */
class Makers {
  private readonly exact = new Map<string, Task>();
  private readonly families = new Map<string, { readonly task: Task; readonly range: Span | null }[]>();
  private readonly symbolic: boolean;

  constructor(tasks: readonly Task[]) {
    this.symbolic = tasks.some((task) =>
      task.makes.some(({ symbol }) => symbol.label.index !== null && symbol.label.index.base !== 'constant'),
    );
    for (const task of tasks) {
      for (const { symbol, span } of task.makes) {
        this.exact.set(symbol.key, task);
        if (!this.symbolic) continue;
        const list = this.families.get(familyOf(symbol)) ?? [];
        list.push({ task, range: symbol.label.index === null ? null : extent(symbol.label.index, span) });
        this.families.set(familyOf(symbol), list);
      }
    }
  }

  find({ symbol: needed, span }: Ranged): readonly Task[] {
    if (!this.symbolic) {
      const task = this.exact.get(needed.key);
      return task === undefined ? [] : [task];
    }
    const range = needed.label.index === null ? null : extent(needed.label.index, span);
    return (this.families.get(familyOf(needed)) ?? [])
      .filter((candidate) =>
        range === null || candidate.range === null ? range === candidate.range : overlap(range, candidate.range),
      )
      .map((candidate) => candidate.task);
  }
}

/** Do the task's own symbols appear among its needs with a larger index (it runs down) or a smaller one? */
function directionOf(tasks: readonly Task[]): 'down' | 'up' {
  const own = new Set(tasks.flatMap((task) => task.makes.map(({ symbol }) => familyOf(symbol))));
  const shifts = tasks.flatMap((task) =>
    task.needs
      .filter(({ symbol }) => own.has(familyOf(symbol)) && symbol.label.index?.base === 'loop')
      .map(({ symbol }) => symbol.label.index?.offset ?? 0),
  );
  return shifts.some((offset) => offset < 0) ? 'up' : 'down';
}

/**
 * Tarjan's strongly connected components, visited in the order given, so that independent tasks keep that order.
 * A component of several tasks is allowed only as a loop over an index (symbolic depth).
 * @throws LW401 if a cycle is left, with its symbols
 */
export function evaluationOrder(tasks: readonly Task[]): readonly OrderEntry[] {
  const makers = new Makers(tasks);
  const number = new Map<Task, number>();
  const low = new Map<Task, number>();
  const stack: Task[] = [];
  const open = new Set<Task>();
  const order: OrderEntry[] = [];

  const close = (component: readonly Task[]): void => {
    const [first] = component;
    if (first === undefined) return;
    const looping = component.length > 1 || first.needs.some((need) => makers.find(need).includes(first));
    if (looping && component.some((task) => task.span === null)) {
      const names = component.flatMap((task) => task.makes.map(({ symbol }) => labelText(symbol.label)));
      fail(
        'LW401',
        `each of ${names.slice(0, 6).join(', ')} needs the others first`,
        'an order of evaluation, or a cap that breaks the cycle',
      );
    }
    order.push({
      symbols: component.flatMap((task) => task.makes.map(({ symbol }) => symbol)),
      span: first.span,
      direction: directionOf(component),
    });
  };

  const visit = (task: Task): number => {
    const mine = number.size;
    number.set(task, mine);
    let lowest = mine;
    stack.push(task);
    open.add(task);
    for (const need of task.needs) {
      for (const maker of makers.find(need)) {
        const seen = number.get(maker);
        if (seen === undefined) lowest = Math.min(lowest, visit(maker));
        else if (open.has(maker)) lowest = Math.min(lowest, seen);
      }
    }
    low.set(task, lowest);
    if (lowest === mine) {
      const from = stack.indexOf(task);
      const component = stack.splice(from);
      for (const member of component) open.delete(member);
      close(component);
    }
    return lowest;
  };
  for (const task of tasks) if (!number.has(task)) visit(task);
  return order;
}
