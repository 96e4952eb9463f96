import { describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../../rules/variants.js';
import { contractionChoices } from '../../../rules/contractions.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import { rewritten } from '../../../src/5-emit/optimize/body.js';
import type { Rewriting } from '../../../src/5-emit/optimize/body.js';
import { factorRewritings, localRewritings, optimized, optimizedBody } from '../../../src/5-emit/optimize/optimize.js';
import { readThroughCopies } from '../../../src/5-emit/optimize/copies.js';
import { factorOfInverse, systems } from '../../../src/5-emit/optimize/factors.js';
import { multiplesOfIdentity } from '../../../src/5-emit/optimize/identities.js';
import { fewestScalars } from '../../../src/5-emit/optimize/scalars.js';
import { pivotsFromTheEnd } from '../../../src/5-emit/optimize/reversed.js';
import { forRising } from '../../../src/5-emit/optimize/rising.js';
import { withoutRepeats, withoutUnread } from '../../../src/5-emit/optimize/waste.js';
import { resultsOf } from '../../../src/5-emit/roll/lines.js';
import { inMemory } from '../../../src/5-emit/run/memory.js';
import type { Cotangents } from '../../../src/5-emit/run/compiled.js';
import { derive, lower, lowerArchitecture } from '../../../src/compile.js';
import type { Architecture } from '../../../src/model/architecture.js';
import { risingProgram } from '../../../src/model/program.js';
import type { Operation, Program, Tree } from '../../../src/model/program.js';
import type { PivotStrategy, Strategy } from '../../../src/model/strategy.js';
import { multiplierChoices } from '../../../src/model/strategy.js';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';
import { splines } from '../../activation-architectures.js';
import { builtin, lastActivation, shared, skipping, written, resnet, tied } from '../../architectures.js';
import { randomArchitecture } from '../../random-architecture.js';
import { codeOf, freeFor } from '../targets.js';

/** What is optimized against what the rules wrote, which runs as it stands. */

const architectures: readonly (readonly [Architecture, number])[] = [
  [builtin('feedforward'), 3],
  [builtin('residual'), 3],
  [builtin('dense-skip'), 2],
  [builtin('two-branch'), 2],
  [builtin('linear'), 1],
  [skipping(), 1],
  [lastActivation(), 1],
  [shared(), 1],
  [resnet(), 2],
  [tied(), 2],
  [parseArchitecture(splines, null), 1],
  [written(['h = phi(H * x - G * x + b)', 'y = B * h + 0.3 * C * h + c']), 1],
  ...[400, 401, 402].map((seed) => [randomArchitecture(seed), 1] as const),
];
const pivots = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
);
const strategies: readonly (string | PivotStrategy)[] = ['gershgorin', 'gershgorin-paper', ...pivots];
const slopes = [
  [0, 1],
  [0, 0.25],
  [-0.2, 1.1],
  [0.3, 1],
] as const;

const plainOf = (architecture: Architecture, depth: number, strategy: string | Strategy): Program | null => {
  try {
    return lower(derive(architecture, { depth, strategy }));
  } catch {
    // Not every strategy takes every architecture.
    return null;
  }
};

/** How far two programs are apart in weights, multipliers and gradients, relative to size and condition; in 2⁻⁵³. */
function distance(before: Program, after: Program, random: Random, pair: readonly [number, number]): number | null {
  const [a, b] = [before, after].map((program) => inMemory(program));
  if (a === undefined || b === undefined) throw new Error('two programs');
  const widths = Object.fromEntries(
    before.widths.flatMap((names) => {
      const width = random.integer(1, 5);
      return names.map((name) => [name, width]);
    }),
  );
  const free = freeFor(a, widths, () => random.pick([0.5, 4]) * random.normal());
  const options = {
    widths,
    slopes: before.layers.map(({ activation: { kind, ...rest } }) =>
      kind === 'spline' && 'slopes' in rest ? rest.slopes : pair,
    ),
    lipschitz: random.pick([1, 0.3, 40]),
  };
  const [code, other] = [a, b].map((compiled) => codeOf(() => compiled.constrain(free, options)));
  if (code !== null || other !== null) return code === other ? null : Infinity;
  const [old, found] = [a.constrain(free, options), b.constrain(free, options)];
  const given: Cotangents = {
    weights: Object.fromEntries(
      Object.entries(old.weights).map(([name, values]) => [name, values.map(() => random.normal())]),
    ),
  };
  const [oldGradient, gradient] = [a.vjp(free, given, options), b.vjp(free, given, options)];
  const condition = Math.max(1, ...Object.values(old.conditions ?? {}));
  const apart = (from: Readonly<Record<string, Float64Array>>, to: Readonly<Record<string, Float64Array>>): number =>
    Math.max(
      0,
      ...Object.entries(from).map(([name, values]) => {
        const others = to[name] ?? new Float64Array(0);
        const error = Math.hypot(...values.map((value, k) => value - (others[k] ?? Number.NaN)));
        return error === 0 ? 0 : error / Math.hypot(...values);
      }),
    );
  const length = (values: Readonly<Record<string, ArrayLike<number>>>): number =>
    Math.hypot(...Object.values(values).flatMap((each) => Array.from(each)));
  // A gradient that is 0 in exact arithmetic is rounding alone: what it is relative to is an ordinary one.
  const all = Math.max(length(oldGradient), (length(given.weights ?? {}) * length(old.weights)) / length(free));
  const ofGradients = Math.hypot(
    ...Object.entries(oldGradient).flatMap(([name, values]) =>
      [...values].map((value, k) => value - (gradient[name]?.[k] ?? Number.NaN)),
    ),
  );
  const results = Math.max(apart(old.weights, found.weights), apart(old.multipliers, found.multipliers));
  return 2 ** 53 * Math.max(results / condition, all === 0 ? 0 : ofGradients / all / condition ** 2) || 0;
}

/** Of the cases that both programs take. */
function farthest(
  before: Program,
  after: Program,
  seed: number,
  rounds = 3,
): { readonly worst: number; readonly compared: number } {
  const random = generator(seed);
  let [worst, compared] = [0, 0];
  for (const pair of slopes) {
    for (let round = 0; round < rounds; round += 1) {
      const apart = distance(before, after, random, pair);
      if (apart === null) continue;
      compared += 1;
      // NaN is as far as can be.
      worst = apart <= worst ? worst : apart;
    }
  }
  return { worst, compared };
}

const limit = 2 ** 12;
const cubic = new Set(['multiply', 'cholesky', 'solve', 'cayley', 'norm', 'gram']);
const countOf = (operations: readonly Operation[], kinds: ReadonlySet<string> = cubic): number =>
  operations.filter(({ kind }) => kinds.has(kind)).length;

describe('an optimized program', () => {
  it.each(
    strategies.map((strategy, seed) => ({
      strategy,
      seed,
      called: typeof strategy === 'string' ? strategy : `${strategy.multipliers} ${strategy.contraction}`,
    })),
  )('gives what the rules wrote, to rounding, with no more operations: $called', ({ strategy, seed }) => {
    let total = 0;
    for (const [architecture, depth] of architectures) {
      const plain = plainOf(architecture, depth, strategy);
      if (plain === null) continue;
      const less = optimized(plain);
      const { worst, compared } = farthest(plain, less, seed);
      expect(worst, architecture.definition).toBeLessThan(limit);
      total += compared;
      for (const { operations } of [less, ...(less.rising === undefined ? [] : [less.rising])]) {
        expect(countOf(operations)).toBeLessThanOrEqual(countOf(plain.operations));
        expect(operations.length).toBeLessThanOrEqual(plain.operations.length);
      }
    }
    expect(total).toBeGreaterThan(60);
  });

  it('of a chain needs three operations of cubic cost a layer beside the contraction where lower slopes are 0', () => {
    const counted = [3, 4].map((depth) => {
      const plain = plainOf(builtin('feedforward'), depth, 'pivot');
      const rising = plain === null ? undefined : optimized(plain).rising;
      if (plain === null || rising === undefined) throw new Error('a program for lower slopes of 0 expected');
      return { before: plain.operations, after: rising.operations };
    });
    const perLayer = (kind: string): readonly number[] =>
      (['before', 'after'] as const).map((which) => {
        const [three, four] = counted.map((each) => countOf(each[which], new Set([kind])));
        return (four ?? Number.NaN) - (three ?? Number.NaN);
      });
    expect(perLayer('norm')).toEqual([1, 1]);
    // Of D and of what is read; only that of D is left.
    expect(perLayer('cholesky')).toEqual([2, 1]);
    // R⁻¹ on the right and E⁻¹ Gᵀ before; now the image of the weight.
    expect(perLayer('solve')).toEqual([2, 1]);
    // K Cᵀ, C K Cᵀ and Hᵀ H before; now X G and the square of the image.
    expect(perLayer('multiply')).toEqual([3, 2]);
  });

  it('has nothing of the size d_x × d_x where the output does not read x', () => {
    for (const strategy of pivots) {
      if (strategy.contraction === 'aol') continue;
      const { rising, ...program } = lowerArchitecture(builtin('feedforward'), { depth: 3, strategy });
      const x = program.signals[program.input]?.size;
      for (const { operations, buffers } of [program, ...(rising === undefined ? [] : [rising])])
        for (const operation of operations) {
          const buffer = 'out' in operation ? buffers[operation.out] : undefined;
          expect(buffer?.rows === x && buffer?.columns === x).toBe(false);
        }
    }
  });

  it('writes every buffer once and before it is read, and keeps its notes in order', () => {
    for (const [architecture, depth] of architectures) {
      const program = lowerArchitecture(architecture, { depth, strategy: 'pivot' });
      for (const each of [program, risingProgram(program) ?? program]) {
        const known = new Set(each.free.map(({ buffer }) => buffer));
        for (const operation of each.operations) {
          const { read, out } = mentionsOf(operation);
          for (const buffer of read) expect(known).toContain(buffer);
          if (out !== null) expect(known.has(out)).toBe(false);
          if (out !== null) known.add(out);
        }
        for (const result of resultsOf(each)) expect(known).toContain(result);
        const places = each.notes.map(({ at }) => at);
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(each.notes.map(({ text }) => text)).toEqual(program.notes.map(({ text }) => text));
      }
    }
  });

  it('is what it is: a second time nothing is left to do', () => {
    for (const [architecture, depth] of architectures) {
      const program = lowerArchitecture(architecture, { depth, strategy: 'pivot' });
      const again = optimizedBody(program, new Set(resultsOf(program)));
      expect(again.operations).toEqual(program.operations);
    }
  });

  it('ends a run for the same reasons', () => {
    const plain = plainOf(written(['h = phi(H * x)', 'y = 2 * x + B * h']), 1, 'pivot');
    if (plain === null) throw new Error('a program expected');
    const less = inMemory(optimized(plain));
    const widths = { x: 2, h: 2 };
    const free = freeFor(less, widths, () => 1);
    expect(codeOf(() => less.constrain(free, { widths }))).toBe('LW402');
    expect(codeOf(() => less.constrain(free, { widths, lipschitz: 4 }))).toBeNull();
    for (const bad of [Number.NaN, Infinity])
      expect(
        codeOf(() => less.constrain({ ...free, H: Float64Array.of(bad, 0, 0, 1) }, { widths, lipschitz: 4 })),
      ).toBe('LW307');
  });
});

/** By what the fields of an operation are called, not by its rules. */
function mentionsOf(operation: Operation): { readonly read: readonly number[]; readonly out: number | null } {
  const read: number[] = [];
  const visit = (value: unknown, key: string): void => {
    if (Array.isArray(value)) value.forEach((item) => visit(item, key));
    else if (typeof value === 'object' && value !== null)
      for (const [name, part] of Object.entries(value)) visit(part, name);
    else if (
      typeof value === 'number' &&
      ['buffer', 'matrix', 'vector', 'factor', 'left', 'right', 'middle'].includes(key)
    )
      read.push(value);
  };
  for (const [name, part] of Object.entries(operation)) if (name !== 'out') visit(part, name);
  return { read, out: 'out' in operation ? operation.out : null };
}

describe('the comparison', () => {
  const plain = plainOf(builtin('feedforward'), 2, 'pivot');
  if (plain === null) throw new Error('a program expected');
  const results = new Set(resultsOf(plain));
  const zeroSlopes = {
    ...plain,
    ...forRising(
      plain,
      plain.layers.map((_layer, k) => k),
    ),
  };
  const turned = { ...zeroSlopes, ...pivotsFromTheEnd(settled(zeroSlopes, localRewritings), results) };

  function settled(program: Program, rewritings: readonly Rewriting[]): Program {
    let body: Program = program;
    for (let sweep = 0; sweep < 8; sweep += 1)
      body = { ...body, ...withoutUnread(withoutRepeats(rewritten(body, rewritings, results), results), results) };
    return body;
  }

  const atZero = (after: Program): number => {
    const random = generator(7);
    const found = Array.from({ length: 6 }, () => distance(plain, after, random, [0, 1]));
    return Math.max(...found.map((each) => each ?? 0));
  };
  /** One rewriting whose result is changed. */
  const wrong =
    (rewriting: Rewriting, change: (operation: Operation) => Operation): Rewriting =>
    (operation, values) =>
      rewriting(operation, values)?.map(change) ?? null;

  it('takes what is right', () => {
    expect(atZero(zeroSlopes)).toBeLessThan(limit);
    expect(atZero(turned)).toBeLessThan(limit);
    expect(atZero(settled(turned, [...localRewritings, ...factorRewritings]))).toBeLessThan(limit);
  });

  const upsideDown = (factor: Tree): Tree => ({
    kind: 'divide',
    numerator: { kind: 'number', value: 1 },
    denominator: factor,
  });
  const changes: Readonly<Record<string, readonly [Rewriting, (operation: Operation) => Operation]>> = {
    'an operand that is not turned round': [
      factorOfInverse,
      (operation) =>
        operation.kind === 'multiply'
          ? { ...operation, right: { ...operation.right, transposed: !operation.right.transposed } }
          : operation,
    ],
    'a system with the transposed factor': [
      systems,
      (operation) => (operation.kind === 'solve' ? { ...operation, transposed: !operation.transposed } : operation),
    ],
    'a multiple of the identity upside down': [
      multiplesOfIdentity,
      (operation) =>
        operation.kind === 'combine'
          ? { ...operation, terms: operation.terms.map((term) => ({ ...term, factor: upsideDown(term.factor) })) }
          : operation,
    ],
    'a scalar that is lost': [
      fewestScalars,
      (operation) =>
        operation.kind === 'map' && operation.tree.kind === 'multiply'
          ? { ...operation, tree: operation.tree.items.at(-1) ?? operation.tree }
          : operation,
    ],
    'a copy that was none': [
      readThroughCopies,
      (operation) =>
        operation.kind === 'multiply'
          ? { ...operation, left: { ...operation.left, transposed: !operation.left.transposed } }
          : operation,
    ],
  };

  it.each(Object.entries(changes))('finds %s', (_name, [rewriting, change]) => {
    const spoilt = [...localRewritings, ...factorRewritings].map((each) =>
      each === rewriting ? wrong(each, change) : each,
    );
    // From the start, and where pivots were turned already.
    const found = [zeroSlopes, turned].map((program) => atZero(settled(program, spoilt)));
    expect(Math.max(...found)).toBeGreaterThan(1e6);
  });

  it('finds a summand that is lost', () => {
    const lost: Rewriting = (operation) =>
      operation.kind === 'combine' && operation.terms.length > 1
        ? [{ ...operation, terms: operation.terms.slice(1) }]
        : null;
    expect(atZero(settled(turned, [lost]))).toBeGreaterThan(1e6);
  });

  it('finds a pivot that is factored from the end while its systems are not', () => {
    const half = turned.operations.map((operation): Operation =>
      operation.kind === 'solve' ? { ...operation, transposed: !operation.transposed } : operation,
    );
    expect(atZero({ ...turned, operations: half })).toBeGreaterThan(1e6);
  });

  it('finds slopes that are taken for 0 where they are not', () => {
    const random = generator(8);
    const found = Array.from({ length: 4 }, () => distance(plain, zeroSlopes, random, [-0.5, 1]));
    expect(Math.max(...found.map((each) => each ?? 0))).toBeGreaterThan(1e6);
  });
});
