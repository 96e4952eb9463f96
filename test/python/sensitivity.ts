import { inMemory } from '../../src/5-emit/run/memory.js';
import type { Compiled, Constrained } from '../../src/5-emit/index.js';
import type { Renumbering } from '../../src/network/renumber.js';
import { renumberOperation } from '../../src/5-emit/program/renumber.js';
import type { Operation, Program, Slot, Tree } from '../../src/model/program.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * How much rounding may change the results of a program, whoever carries it out: Monte Carlo arithmetic (Parker, UCLA
 * CSD-970002, 1997). Every number that an operation of the program gives, and every one that
 * one reads, is multiplied by 1 ± δ with signs at random. δ is
 * small enough for changes to be in proportion, and large beside the rounding of what computes them.
 */

const SAMPLES = 4;

/**
 * The program with a factor for every entry that an operation gives, and for every entry that one reads: further free
 * parameters, by name.
 */
function withFactors(program: Program): { readonly program: Program; readonly factors: readonly Slot[] } {
  const buffers = [...program.buffers];
  const factors: Slot[] = [];
  const like = ({ rows, columns }: Program['buffers'][number]): number =>
    buffers.push({ rows, columns, id: buffers.length }) - 1;
  const disturb = (source: number, out: number): readonly Operation[] => {
    const original = buffers[source];
    if (original === undefined) return [];
    const factor = like(original);
    factors.push({
      name: `factor ${factor}`,
      structure: original.columns === null ? 'vector' : 'dense',
      rows: original.rows,
      columns: original.columns,
      buffer: factor,
    });
    const items = [source, factor].map((id) => ({ kind: 'buffer', buffer: id }) as const);
    return [{ kind: 'map', out, tree: inRange({ kind: 'multiply', items }) }];
  };
  const operations = program.operations.flatMap((operation): readonly Operation[] => {
    const after = 'out' in operation ? disturb(operation.out, operation.out) : [];
    // Terms of sums, products and formulas may cancel: each is rounded by itself.
    const copies = new Map<number, number>();
    const copyOf = (id: number): number => {
      const { [id]: original } = buffers;
      if (original === undefined || ('out' in operation && id === operation.out)) return id;
      const copy = copies.get(id) ?? like(original);
      copies.set(id, copy);
      return copy;
    };
    const apart = renumberOperation(operation, { ...same, buffer: copyOf });
    return [...[...copies].flatMap(([id, copy]) => disturb(id, copy)), apart, ...after];
  });
  return { program: { ...program, buffers, free: [...program.free, ...factors], operations }, factors };
}

/** What is rounded stays in the range of doubles: the largest number there is is not disturbed beyond it. */
const inRange = (tree: Tree): Tree => {
  const least: Tree = { kind: 'min', items: [tree, { kind: 'number', value: Number.MAX_VALUE }] };
  return { kind: 'max', items: [least, { kind: 'number', value: -Number.MAX_VALUE }] };
};

const same: Renumbering = {
  buffer: (id) => id,
  width: (at) => at,
  parameter: (parameter) => parameter,
  layer: (at) => at,
  name: (name) => name,
};

export interface Disturbed {
  /**
   * The weights of a run whose operations all rounded by δ in an unlucky way; of the same run, several. @throws as
   * `constrain` does
   */
  readonly constrain: (...parameters: Parameters<Compiled['constrain']>) => readonly Constrained[];
}

export function disturbed(program: Program, random: Random, delta: number): Disturbed {
  const noisy = withFactors(program);
  const { constrain, dims } = inMemory(noisy.program);
  const { factors } = noisy;
  const draw = (length: number): Float64Array =>
    Float64Array.from({ length }, () => 1 + (random.integer(0, 1) === 0 ? delta : -delta));
  return {
    constrain: (free, options = {}) => {
      const shapes = dims(options.widths ?? {});
      return Array.from({ length: SAMPLES }, () =>
        constrain(
          {
            ...free,
            ...Object.fromEntries(
              factors.map(({ name }) => [name, draw((shapes[name] ?? []).reduce((all, side) => all * side, 1))]),
            ),
          },
          options,
        ),
      );
    },
  };
}
