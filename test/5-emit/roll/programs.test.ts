import { describe, expect, test } from 'vitest';
import { strategies } from '../../../rules/strategies.js';
import { adjointOf } from '../../../src/5-emit/adjoint/adjoint.js';
import type { Piece } from '../../../src/5-emit/roll/loop.js';
import type { Line } from '../../../src/5-emit/roll/lines.js';
import { buffersOfBody, rollLines, rollProgram, visitLine } from '../../../src/5-emit/roll/lines.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { lowerArchitecture } from '../../../src/compile.js';
import type { ReverseOperation } from '../../../src/model/adjoint.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Buffer, Program } from '../../../src/model/program.js';
import { builtin, written } from '../../architectures.js';
import { randomArchitecture, sharingArchitecture } from '../../random-architecture.js';
import { unroll } from './unroll.js';

const names = ['linear', 'feedforward', 'residual', 'dense-skip', 'two-branch'] as const;

/** Null where the strategy refuses the architecture. */
function lowered(architecture: Architecture, depth: number, strategy: string): Program | null {
  try {
    return lowerArchitecture(architecture, { depth, strategy });
  } catch (error) {
    if (error instanceof LipwrightError) return null;
    throw error;
  }
}

/** Comes back line by line, with the buffers and notes; what a loop calls made before is; what is read behind it is told. */
function expectSame<O extends ReverseOperation>(
  pieces: readonly Piece<Line<O>>[],
  operations: readonly O[],
  buffers: readonly Buffer[],
  kept: readonly number[],
): void {
  const lines = unroll(pieces, visitLine<O>);
  expect(lines.map(({ operation }) => operation)).toEqual(operations);
  const used = lines.flatMap((line) => line.buffers);
  expect(used).toEqual(used.map(({ id }) => buffers[id]));
  const maker = new Map(operations.flatMap((each, at) => ('out' in each ? [[each.out, at] as const] : [])));
  for (const piece of pieces) {
    if (piece.kind === 'item') continue;
    const end = piece.at + piece.body.length * piece.count;
    const outside = (value: number): boolean => (maker.get(value) ?? -1) < piece.at;
    const before = piece.values.flatMap((source) => {
      if (source.kind === 'same') return [source.value];
      if (source.kind === 'listed') return source.values;
      return source.kind === 'carried' ? [source.first] : [];
    });
    expect(before.filter((value) => !outside(value))).toEqual([]);
    const read = new Set([...kept, ...lines.slice(end).flatMap((line) => line.buffers.map(({ id }) => id))]);
    const after = piece.made.map((made) => {
      const which = made?.flatMap((value, k) => (read.has(value) ? [k] : [])) ?? [];
      return which.length === 0 ? 'none' : which.every((k) => k === piece.count - 1) ? 'last' : 'all';
    });
    expect(piece.after).toEqual(after);
  }
}

function expectBack(program: Program): void {
  const kept = [program.weights, program.biases, program.multipliers].flat().map(({ buffer }) => buffer);
  const pieces = rollProgram(program);
  expectSame(pieces, program.operations, program.buffers, kept);
  const notes = unroll(pieces, visitLine).flatMap((line, at) => line.notes.map((text) => ({ at, text })));
  expect(notes).toEqual(program.notes.filter(({ at }) => at < program.operations.length));
  const adjoint = adjointOf(program);
  const buffers = [...program.buffers, ...adjoint.buffers];
  const results = adjoint.gradients.flatMap(({ at }) => at ?? []);
  expectSame(
    rollLines({ operations: adjoint.operations, buffers, kept: results }),
    adjoint.operations,
    buffers,
    results,
  );
}

const length = (pieces: readonly Piece<unknown>[]): number =>
  pieces.reduce((total, piece) => total + (piece.kind === 'loop' ? piece.body.length : 1), 0);

describe('programs rolled and unrolled are the same', () => {
  for (const { name: strategy } of strategies)
    test(`${strategy}: the shipped architectures at depths 1 to 4 and 7, their reverse sweeps too`, () => {
      for (const name of names)
        for (const depth of [1, 2, 3, 4, 7]) {
          const program = lowered(builtin(name), depth, strategy);
          if (program !== null) expectBack(program);
        }
    });

  test('random architectures', () => {
    let count = 0;
    for (let seed = 0; seed < 12; seed += 1)
      for (const architecture of [randomArchitecture(seed), sharingArchitecture(seed)])
        for (const { name: strategy } of strategies) {
          const program = lowered(architecture, 1, strategy);
          if (program === null) continue;
          count += 1;
          expectBack(program);
        }
    expect(count).toBeGreaterThan(30);
  });
});

describe('what depth costs', () => {
  for (const { name: strategy } of strategies)
    test(`${strategy}: no line more at depth 17 than at depth 9`, () => {
      for (const name of names) {
        const [less, more] = [9, 17].map((depth) => lowered(builtin(name), depth, strategy));
        if (!less || !more) continue;
        expect(length(rollProgram(more))).toBeLessThanOrEqual(length(rollProgram(less)));
      }
    });

  test('layers written one by one roll as those of a family do', () => {
    const program = lowered(
      written([
        'w1 = phi(C1 * x + b1)',
        'w2 = phi(C2 * w1 + b2)',
        'w3 = phi(C3 * w2 + b3)',
        'w4 = phi(C4 * w3 + b4)',
        'y = B * w4 + c',
      ]),
      1,
      'pivot',
    );
    const family = lowered(builtin('feedforward'), 4, 'pivot');
    if (program === null || family === null) throw new Error('not lowered');
    expect(length(rollProgram(program))).toBe(length(rollProgram(family)));
  });

  test('the buffers of a body have sizes over the indices of its loop', () => {
    const program = lowered(builtin('residual'), 6, 'pivot');
    if (program === null) throw new Error('not lowered');
    for (const piece of rollProgram(program)) {
      if (piece.kind === 'item') continue;
      const found = buffersOfBody(piece);
      expect(found.map(({ id }) => id)).toEqual(piece.values.map((_source, at) => at));
      for (const { rows } of found) if (typeof rows === 'number') expect(piece.indices[rows]?.of).toBe('width');
    }
  });
});
