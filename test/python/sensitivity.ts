import { inMemory } from '../../src/5-emit/memory.js';
import type { Compiled, Constrained } from '../../src/5-emit/index.js';
import type { Operation, Program, Slot } from '../../src/model/program.js';
import type { Random } from '../../src/numeric/random.js';

/**
 * How much rounding may change the results of a program, whoever carries it out: Monte Carlo arithmetic (Parker, UCLA
 * CSD-970002, 1997). Every number that an operation of the program gives is multiplied by 1 ± δ with signs at random.
 */

const SIZE = 2 ** -24;
const SAMPLES = 4;

/** The program with a factor for every entry that an operation gives: further free parameters, by name. */
function withFactors(program: Program): { readonly program: Program; readonly factors: readonly Slot[] } {
  const outs = program.operations.map((operation) => ('out' in operation ? (program.buffers[operation.out] ?? null) : null));
  const factors = outs.flatMap((buffer, at): readonly Slot[] =>
    buffer === null ? [] : [{ name: `factor ${at}`, structure: buffer.columns === null ? 'vector' : 'dense', rows: buffer.rows, columns: buffer.columns, buffer: program.buffers.length + at }],
  );
  const operations = program.operations.flatMap((operation, at): readonly Operation[] => {
    const buffer = outs[at] ?? null;
    if (buffer === null) return [operation];
    const items = [buffer.id, program.buffers.length + at].map((id) => ({ kind: 'buffer', buffer: id }) as const);
    return [operation, { kind: 'map', out: buffer.id, tree: { kind: 'multiply', items } }];
  });
  const buffers = outs.map((buffer, at) => ({ rows: buffer?.rows ?? null, columns: buffer?.columns ?? null, id: program.buffers.length + at }));
  return { program: { ...program, buffers: [...program.buffers, ...buffers], free: [...program.free, ...factors], operations }, factors };
}

export interface Disturbed {
  /** The weights of a run whose operations all rounded to 24 bits in an unlucky way; of the same run, several. @throws as `constrain` does */
  readonly constrain: (...parameters: Parameters<Compiled['constrain']>) => readonly Constrained[];
}

export function disturbed(program: Program, random: Random): Disturbed {
  const noisy = withFactors(program);
  const { constrain, dims } = inMemory(noisy.program);
  const { factors } = noisy;
  const draw = (length: number): Float64Array => Float64Array.from({ length }, () => 1 + (random.integer(0, 1) === 0 ? SIZE : -SIZE));
  return {
    constrain: (free, options = {}) => {
      const shapes = dims(options.widths ?? {});
      return Array.from({ length: SAMPLES }, () => constrain({ ...free, ...Object.fromEntries(factors.map(({ name }) => [name, draw((shapes[name] ?? []).reduce((all, side) => all * side, 1))])) }, options));
    },
  };
}

/** The unit roundoff that the disturbances stand for. */
export const disturbance = SIZE;
