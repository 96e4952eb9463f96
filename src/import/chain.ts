import { excerpt, fail } from '../base/diagnostic.js';
import { isTable } from '../model/program.js';
import type { AffineLayer, Program } from '../model/program.js';
import type { Layout } from '../model/layout.js';
import type { Tensors } from './origin.js';

/** One weight of a plain chain with its bias; null where the equations have none. */
export interface Link {
  readonly weight: string;
  readonly bias: string | null;
}

/**
 * Weights in the order of the signals, if every signal reads the one before it through one dense weight alone; else
 * null.
 */
export function chainOf(program: Program): readonly Link[] | null {
  const { layers, last, weights, biases, blocks } = program;
  if (blocks.length > 0) return null;
  const dense = new Map(weights.map((slot) => [slot.buffer, slot]));
  const named = new Map(biases.map(({ buffer, name }) => [buffer, name]));
  const links = [...layers, last].map((layer: AffineLayer, at): Link | null => {
    const [term, ...more] = layer.terms;
    const [bias, ...others] = layer.biases;
    const slot = term === undefined || term.weight === null ? undefined : dense.get(term.weight);
    const before = at === 0 ? 0 : layers[at - 1]?.signal;
    const plain =
      term?.coefficient === 1 &&
      term.signal === before &&
      more.length === 0 &&
      others.length === 0 &&
      (bias === undefined || bias.coefficient === 1);
    return !plain || slot === undefined || !isTable(slot)
      ? null
      : { weight: slot.name, bias: bias === undefined ? null : (named.get(bias.bias) ?? null) };
  });
  const all = links.flatMap((link) => link ?? []);
  return all.length === links.length && all.length === weights.length ? all : null;
}

/** A matrix of a file, perhaps with a vector beside it, as modules of trainers hold them. */
export interface Module {
  /** What stands before the names of both. */
  readonly name: string;
  readonly matrix: string;
  readonly vector: string | null;
}

/** What stands before the last point or slash. */
export const moduleOf = (name: string): string => /^(.*)[./]/s.exec(name)?.[1] ?? '';

/** All tensors as modules of one matrix and at most one vector; null if something else is among them. */
function modulesIn(tensors: Tensors): readonly Module[] | null {
  const groups = new Map<string, string[]>();
  for (const name of tensors.keys()) groups.set(moduleOf(name), [...(groups.get(moduleOf(name)) ?? []), name]);
  const modules = [...groups].map(([name, members]): Module | null => {
    const ofShape = (dimensions: number): readonly string[] =>
      members.filter((member) => tensors.get(member)?.shape.length === dimensions);
    const [[matrix, ...more], [vector, ...others]] = [ofShape(2), ofShape(1)];
    const plain =
      matrix !== undefined && more.length + others.length === 0 && members.length === (vector === undefined ? 1 : 2);
    return plain ? { name, matrix, vector: vector ?? null } : null;
  });
  const all = modules.flatMap((module) => module ?? []);
  return all.length === modules.length && all.length > 0 ? all : null;
}

/** `layers.10` after `layers.9`: texts and numbers in turn. */
export function inNumericOrder(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (const [at, part] of (left ?? []).entries()) {
    const other = right?.[at];
    if (other === undefined) return 1;
    if (part === other) continue;
    const both = at % 2 === 1 ? Number(part) - Number(other) : 0;
    return both !== 0 ? both : part < other ? -1 : 1;
  }
  return (left?.length ?? 0) - (right?.length ?? 0);
}

/** A name with its numbers taken out: equal for members of one row. */
export const pattern = (name: string): string => name.replace(/\d+/g, '#');

/** Longer rows are not tried in other orders than that of their numbers. */
const mostPermuted = 16;

/**
 * The matrices of a file in the order of a plain chain: by their numbers if the names differ in nothing else, else as
 * their shapes alone allow. Null where the tensors are no such modules. @throws LW312 where neither tells the order
 */
export function chainIn(tensors: Tensors, layout: Layout): readonly Module[] | null {
  const modules = modulesIn(tensors);
  if (modules === null) return null;
  const sides = (module: Module): readonly [number, number] => {
    const [rows = 0, columns = 0] = tensors.get(module.matrix)?.shape ?? [];
    return layout === 'outputs-first' ? [columns, rows] : [rows, columns];
  };
  if (new Set(modules.map(({ name }) => pattern(name))).size === 1)
    return [...modules].sort((a, b) => inNumericOrder(a.name, b.name));
  const orders = modules.length > mostPermuted ? [] : ordersOf(modules, sides);
  const [only, ...more] = orders;
  if (only !== undefined && more.length === 0) return only;
  return fail(
    'LW312',
    `modules ${excerpt(modules.map(({ name }) => name).join(', '), 120)}, whose ` +
      (only === undefined ? 'shapes make no chain' : 'shapes allow several orders'),
    "--map with the author's names, such as C[1]=NAME.weight",
  );
}

/** At most two of the orders in which what one gives is what the next one reads. */
function ordersOf(
  modules: readonly Module[],
  sides: (module: Module) => readonly [number, number],
): readonly (readonly Module[])[] {
  const found: (readonly Module[])[] = [];
  // Rows of equal shapes have very many beginnings and may have no end.
  let steps = 20_000;
  const extend = (order: readonly Module[], rest: readonly Module[]): void => {
    const last = order[order.length - 1];
    if (rest.length === 0) found.push(order);
    for (const module of rest) {
      steps -= 1;
      if (found.length > 1 || steps < 0) return;
      if (last === undefined || sides(last)[1] === sides(module)[0])
        extend(
          [...order, module],
          rest.filter((other) => other !== module),
        );
    }
  };
  extend([], modules);
  return steps < 0 ? [...found, modules, modules] : found;
}
