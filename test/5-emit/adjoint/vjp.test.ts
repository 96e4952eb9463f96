import { runInThisContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../../rules/variants.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import type { Compiled, Constrained, Cotangents } from '../../../src/5-emit/run/compiled.js';
import { javascript } from '../../../src/5-emit/js/javascript.js';
import { LipwrightError } from '../../../src/base/diagnostic.js';
import { compile } from '../../../src/compile.js';
import type { Architecture } from '../../../src/model/architecture.js';
import type { Strategy } from '../../../src/model/strategy.js';
import type { Random } from '../../../src/numeric/random.js';
import { generator } from '../../../src/numeric/random.js';
import { family, seven, splines } from '../../activation-architectures.js';
import { builtin, shared, skipping, written, resnet, tied } from '../../architectures.js';
import { beside, composed, nested, sharedInside } from '../../block-architectures.js';
import { randomArchitecture } from '../../random-architecture.js';
import type { EmittedModule } from '../targets.js';
import { Workshop, codeOf, freeFor } from '../targets.js';

/** `vjp` against central differences of `constrain`, which knows nothing of derivatives. */

type Free = Record<string, Float64Array>;
type Module = EmittedModule & Pick<Compiled, 'vjp' | 'init'>;

/** With the plans that a module keeps. */
interface Watched {
  readonly vjp: Compiled['vjp'];
  readonly plans: ReadonlyMap<
    string,
    { readonly reversed?: { readonly buffers: Readonly<Record<string, Float64Array>> } }
  >;
}

const workshop = new Workshop();
afterAll(() => workshop.close());

const pivots = (['free', 'dominance'] as const).flatMap((multipliers) =>
  (['cholesky', 'aol', 'cayley', 'spectral'] as const).map((contraction) =>
    pivotStrategy({ multipliers, contraction }),
  ),
);
const strategies: readonly (string | Strategy)[] = ['gershgorin', 'gershgorin-paper', 'scaled-gershgorin', ...pivots];
const titleOf = (strategy: string | Strategy): string =>
  typeof strategy === 'string'
    ? strategy
    : strategy.kind === 'pivot'
      ? `pivot ${strategy.multipliers} ${strategy.contraction}`
      : strategy.name;

const groups = ['weights', 'biases', 'multipliers'] as const;

function cotangentsOf(constrained: Constrained, random: Random): Required<Cotangents> {
  const drawn = (values: Readonly<Record<string, Float64Array>>): Free =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, Float64Array.from(value, () => random.normal())]),
    );
  // Multipliers may be far larger than weights, and would hide them.
  const scaled = (values: Readonly<Record<string, Float64Array>>): Free =>
    Object.fromEntries(
      Object.entries(drawn(values)).map(([name, value]) => [
        name,
        value.map((each) => each / Math.max(1, ...(values[name] ?? []))),
      ]),
    );
  return {
    weights: drawn(constrained.weights),
    biases: drawn(constrained.biases),
    multipliers: scaled(constrained.multipliers),
  };
}

function inner(constrained: Constrained, cotangents: Required<Cotangents>): number {
  return groups.reduce(
    (all, group) =>
      all +
      Object.entries(constrained[group]).reduce(
        (sum, [name, value]) =>
          sum + value.reduce((part, entry, i) => part + entry * (cotangents[group][name]?.[i] ?? 0), 0),
        0,
      ),
    0,
  );
}

interface Case {
  readonly free: Free;
  readonly options: {
    readonly widths: Record<string, number>;
    readonly lipschitz: number;
    readonly slopes?: readonly (readonly [number, number])[];
  };
  readonly cotangents: Required<Cotangents>;
  readonly direction: Free;
}

/**
 * Ordinary free parameters: nothing that a difference of 1e-6 would carry over a kink, but by bad luck. Null where they
 * are infeasible.
 */
function caseFor(compiled: Compiled, random: Random): Case | null {
  const { program } = compiled;
  const widths = Object.fromEntries(
    program.widths.flatMap((names) => {
      const width = random.integer(1, 4);
      return names.map((name) => [name, width]);
    }),
  );
  const size = random.pick([0.3, 1, 2]);
  const open = program.layers.every(({ activation }) => activation.kind === 'open');
  const slopes = open
    ? {
        slopes: program.layers.map(() =>
          random.pick([
            [0, 1],
            [-0.2, 1.1],
            [0.3, 3],
          ] as const),
        ),
      }
    : {};
  const options = { widths, lipschitz: random.pick([1, 3.5]), ...slopes };
  try {
    const free = freeFor(compiled, widths, () => size * random.normal());
    return {
      free,
      options,
      cotangents: cotangentsOf(compiled.constrain(free, options), random),
      direction: freeFor(compiled, widths, () => random.normal()),
    };
  } catch (error) {
    // Widths that do not fit together, and demands that no weights meet.
    if (error instanceof LipwrightError && ['LW303', 'LW402', 'LW404'].includes(error.code)) return null;
    throw error;
  }
}

/** The difference quotient of <constrain, cotangents> along the direction. */
function quotientOf(
  { constrain }: Pick<Compiled, 'constrain'>,
  { free, options, cotangents, direction }: Case,
  step: number,
): number {
  const moved = (by: number): number => {
    const at = Object.fromEntries(
      Object.entries(free).map(([name, values]) => [
        name,
        values.map((value, i) => value + by * (direction[name]?.[i] ?? 0)),
      ]),
    );
    return inner(constrain(at, options), cotangents);
  };
  // Four points: the error of the quotient is of fourth order.
  return (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) / (12 * step);
}

/** How far <vjp, direction> is from it, relative to the lengths of both. */
function distance(
  { vjp }: Pick<Compiled, 'vjp'>,
  { free, options, cotangents, direction }: Case,
  quotient: number,
): number {
  const gradient = vjp(free, cotangents, options);
  const along = Object.entries(direction).reduce(
    (sum, [name, part]) => sum + part.reduce((all, entry, i) => all + entry * (gradient[name]?.[i] ?? Number.NaN), 0),
    0,
  );
  const length = Math.sqrt(
    Object.values(gradient).reduce((sum, part) => sum + part.reduce((all, entry) => all + entry * entry, 0), 0),
  );
  return Math.abs(along - quotient) / (length + 1e-6);
}

const error = (compiled: Pick<Compiled, 'constrain' | 'vjp'>, one: Case, step = 1e-6): number =>
  distance(compiled, one, quotientOf(compiled, one, step));

const layered = (text: string): Architecture => parseArchitecture(text, null);
const subjects: readonly (readonly [string, Architecture, number])[] = [
  ['residual', builtin('residual'), 3],
  ['feedforward', builtin('feedforward'), 2],
  ['two-branch', builtin('two-branch'), 2],
  ['what the output reads as it is', skipping(), 1],
  ['entries that share numbers', shared(), 1],
  ['affine signals', resnet(), 1],
  ['ties', tied(), 1],
  ['such entries in a block', sharedInside(), 1],
  ['seven activations', layered(seven), 1],
  ['a family', layered(family), 3],
  ['splines', layered(splines), 2],
  ['a block beside layers', beside(), 1],
  ['nested blocks', nested(), 2],
  ...composed().map((architecture) => [architecture.name, architecture, 2] as const),
  ...Array.from({ length: 12 }, (_, seed) => [`random ${seed}`, randomArchitecture(seed), 1] as const),
];

function compiledOr(architecture: Architecture, depth: number, strategy: string | Strategy): Compiled | null {
  try {
    return compile(architecture, { depth, strategy });
  } catch (problem) {
    // Rows refuse some networks, and blocks some variants.
    if (problem instanceof LipwrightError && problem.code === 'LW401') return null;
    throw problem;
  }
}

describe('vjp in memory', () => {
  it.each(strategies.map((strategy) => [titleOf(strategy), strategy] as const))(
    'is the transposed Jacobian of constrain: %s',
    (_title, strategy) => {
      const random = generator(91);
      let cases = 0;
      for (const [name, architecture, depth] of subjects) {
        const compiled = compiledOr(architecture, depth, strategy);
        if (compiled === null) continue;
        for (let trial = 0; trial < 4; trial += 1) {
          const one = caseFor(compiled, random);
          if (one === null) continue;
          cases += 1;
          // Projected splines lie on a grid of quanta, which a difference must be far above.
          const learned = compiled.program.operations.some(({ kind }) => kind === 'project-splines');
          expect(error(compiled, one, learned ? 1e-5 : 1e-6), `${name}, case ${trial}`).toBeLessThan(
            learned ? 3e-5 : 3e-6,
          );
        }
      }
      expect(cases).toBeGreaterThan(40);
    },
  );

  it('is linear in the cotangents, and 0 where none is given', () => {
    const compiled = compile(builtin('residual'), { depth: 2, strategy: pivotStrategy() });
    const one = caseFor(compiled, generator(4));
    if (one === null) throw new Error('a feasible case expected');
    const { free, options, cotangents } = one;
    expect(Object.values(compiled.vjp(free, {}, options)).every((part) => part.every((value) => value === 0))).toBe(
      true,
    );
    const only = compiled.vjp(free, { weights: cotangents.weights }, options);
    const rest = compiled.vjp(free, { biases: cotangents.biases, multipliers: cotangents.multipliers }, options);
    const whole = compiled.vjp(free, cotangents, options);
    for (const [name, values] of Object.entries(whole))
      values.forEach((value, i) => expect((only[name]?.[i] ?? 0) + (rest[name]?.[i] ?? 0)).toBeCloseTo(value, 10));
    // A bias is itself: so is its adjoint.
    expect(Array.from(whole['c'] ?? [])).toEqual(Array.from(cotangents.biases['c'] ?? []));
  });

  it('is finite at zeros, where norms and roots have kinks', () => {
    for (const strategy of strategies) {
      const compiled = compile(builtin('residual'), { depth: 2, strategy });
      const widths = { x: 3, w: 4, y: 3 };
      const free = freeFor(compiled, widths, () => 0);
      const gradient = compiled.vjp(free, cotangentsOf(compiled.constrain(free, { widths }), generator(2)), { widths });
      expect(
        Object.values(gradient).every((part) => part.every(Number.isFinite)),
        titleOf(strategy),
      ).toBe(true);
    }
  });

  it('refuses cotangents that belong to nothing, and of a wrong length, with the codes of constrain', () => {
    const compiled = compile(builtin('residual'), { depth: 1 });
    const widths = { x: 2, w: 2, y: 2 };
    const free = freeFor(compiled, widths, () => 0.5);
    expect(codeOf(() => compiled.vjp(free, { weights: { Z: [1] } }, { widths }))).toBe('LW312');
    expect(codeOf(() => compiled.vjp(free, { weights: { A: [1] } }, { widths }))).toBe('LW312');
    expect(codeOf(() => compiled.vjp(free, { weights: { A: [1, Number.NaN] } }, { widths }))).toBe('LW307');
    expect(codeOf(() => compiled.vjp({}, {}, { widths }))).toBe('LW312');
  });
});

describe('vjp of the emitted module', () => {
  const some: readonly (readonly [string, Architecture, number, string | Strategy])[] = [
    ...strategies.map((strategy) => [`residual, ${titleOf(strategy)}`, builtin('residual'), 2, strategy] as const),
    ['splines', layered(splines), 2, 'gershgorin'],
    ['nested', nested(), 2, 'gershgorin'],
    ['nested, pivot', nested(), 2, pivotStrategy()],
    ['random', randomArchitecture(3), 1, pivotStrategy({ contraction: 'cayley' })],
  ];

  it.each(some)(
    'says to the last bit what the one in memory does: %s',
    async (_name, architecture, depth, strategy) => {
      const compiled = compile(architecture, { depth, strategy });
      const module = (await workshop.load(javascript(compiled.program))) as Module;
      const random = generator(17);
      for (let trial = 0; trial < 5; trial += 1) {
        const one = caseFor(compiled, random);
        if (one === null) continue;
        expect(module.vjp(one.free, one.cotangents, one.options)).toEqual(
          compiled.vjp(one.free, one.cotangents, one.options),
        );
        // Another call between must not matter.
        module.constrain(
          Object.fromEntries(
            Object.entries(one.free).map(([name, values]) => [name, values.map((value) => 0.9 * value)]),
          ),
          one.options,
        );
        expect(module.vjp(one.free, one.cotangents, one.options)).toEqual(
          compiled.vjp(one.free, one.cotangents, one.options),
        );
      }
    },
  );

  /** As a script: hundreds of modules would stay in memory. */
  const evaluated = (text: string): Watched =>
    runInThisContext(
      `(() => {\n${text.replaceAll(/^export /gm, '')}\nreturn { vjp, plans: network.plans };\n})()`,
    ) as Watched;

  it.each([
    ['gershgorin', 'gershgorin' as const],
    ['scaled-gershgorin', 'scaled-gershgorin' as const],
    ['pivot free cholesky', pivotStrategy({ contraction: 'cholesky' })],
    ['pivot free spectral', pivotStrategy({ contraction: 'spectral' })],
    ['pivot dominance cayley', pivotStrategy({ multipliers: 'dominance', contraction: 'cayley' })],
  ])('needs every line of its reverse sweep: %s', (_name, strategy) => {
    const compiled = compile(
      written(['w[1] = phi(C * x + b)', 'w[2] = phi(D * w[1] + E * x + d)', 'y = A * x + B * w[2] + F * w[1] + c'], {
        A: 'diagonal',
      }),
      { depth: 2, strategy },
    );
    const text = javascript(compiled.program);
    const start = text.indexOf('const run = ', text.indexOf('const reverse = () => {'));
    const end = text.indexOf('\n    };', start);
    const lines = text.slice(start, end).split('\n').slice(1);
    const statements = lines.flatMap((line, at) => (/^\s*(\w+\(|for \(let i|t\d+\[)/.test(line) ? [{ line, at }] : []));
    expect(statements.length).toBeGreaterThan(20);
    const random = generator(23);
    const cases = Array.from({ length: 60 }, () => caseFor(compiled, random))
      .filter((one) => one !== null)
      .slice(0, 40);
    // Some lines have nothing to do: what caps at 2³⁰⁰ passes no gradient on.
    const allocated = text.slice(text.indexOf('const reverse = () => {'), start);
    const single = [...allocated.matchAll(/const t(\d+) = new/g)].map(([, id = '']) => `${id}: t${id}`);
    // Those of a loop over layers are fields of a list.
    const listed = [...allocated.matchAll(/const (\w+) = Array\.from\([^]*?\n {4}\}\)\);/g)].flatMap(
      ([block, list = '']) =>
        [...block.matchAll(/^ +t(\d+):/gm)].map(
          ([, id = '']) => `get ${id}() { return ${list}.flatMap(({ t${id} }) => [...t${id}]); }`,
        ),
    );
    const watched = evaluated(
      text.replace(/(?<=\n {4}\};\n {4}return \{)/, `buffers: { ${[...single, ...listed].join(', ')} },`),
    );
    const busy = new Set<string>();
    for (const one of cases) {
      watched.vjp(one.free, one.cotangents, one.options);
      for (const { reversed } of watched.plans.values())
        for (const [id, values] of Object.entries(reversed?.buffers ?? {}))
          if (values.some((value) => value !== 0)) busy.add(id);
    }
    const target = (line: string, next: string): string =>
      /^\s*(?:\w+\(|t)t?(\d+)/.exec(line.includes('for (') ? next : line)?.[1] ?? '';
    const targets = new Map(statements.map(({ line, at }) => [at, target(line, lines[at + 1] ?? '')]));
    const isUnpacking = (line: string): boolean => /^\s*(?:const \{|t\d+,)/.test(line);
    // Nor have those that only such lines read.
    for (let rounds = 0; rounds < 5; rounds += 1) {
      for (const [at, id] of targets) {
        const body = (lines[at] ?? '').includes('for (') ? at + 1 : at;
        const readers = lines.filter(
          (line, k) => k !== at && k !== body && !isUnpacking(line) && new RegExp(`\\bt${id}\\b`).test(line),
        );
        const isNamed = readers.some((line) => line.trimStart().startsWith('const u'));
        const reading = readers.map((line) => target(line, ''));
        if (readers.length > 0 && !isNamed && reading.every((reader) => !busy.has(reader))) busy.delete(id);
      }
    }
    const missed: string[] = [];
    const known = cases.map((one) => ({ one, quotient: quotientOf(compiled, one, 1e-6) }));
    for (const { line, at } of statements) {
      const isLoop = line.trimEnd().endsWith('{');
      const without = lines.filter((_line, k) => k !== at && !(isLoop && (k === at + 1 || k === at + 2)));
      const module = evaluated(
        `${text.slice(0, start)}${text.slice(start, start + text.slice(start).indexOf('\n') + 1)}${without.join('\n')}${text.slice(end)}`,
      );
      if (
        busy.has(targets.get(at) ?? '') &&
        !known.some(({ one, quotient }) => !(distance(module, one, quotient) < 1e-4))
      )
        missed.push(line.trim());
    }
    expect(missed).toEqual([]);
  });
});

describe('init', () => {
  it.each(strategies.map((strategy) => [titleOf(strategy), strategy] as const))(
    'starts alive at depths 1 to 6, the same for equal seeds, in memory and in the module: %s',
    async (_title, strategy) => {
      const widths = { x: 1, w: 32, y: 1 };
      const domain = Array.from({ length: 101 }, (_, i) => [-2 * Math.PI + (4 * Math.PI * i) / 100]);
      for (const depth of [1, 3, 6]) {
        const compiled = compile(builtin('feedforward'), { depth, strategy });
        const module = (await workshop.load(javascript(compiled.program))) as Module;
        const free = compiled.init(3, widths, { domain });
        expect(module.init(3, widths, { domain })).toEqual(free);
        expect(compiled.init(4, widths, { domain })).not.toEqual(free);
        const constrained = compiled.constrain(free, { widths });
        const outputs = domain.map((x) => compiled.forward(constrained, x)[0] ?? Number.NaN);
        const mean = outputs.reduce((sum, y) => sum + y, 0) / outputs.length;
        expect(Math.abs(mean)).toBeLessThan(1e-9);
        // The inputs have a standard deviation of 3.7; what starts dead stands at 1e-10 and below.
        const deviation = Math.sqrt(outputs.reduce((sum, y) => sum + y * y, 0) / outputs.length);
        expect(deviation, `depth ${depth}`).toBeGreaterThan(1e-3);
        expect(deviation).toBeLessThan(5);
        // Every unit of the first layer has its kink inside the domain: it is neither dead nor linear.
        const [C = new Float64Array(0), b = new Float64Array(0)] = [
          constrained.weights['C[1]'],
          constrained.biases['b[1]'],
        ];
        b.forEach((bias, i) => expect(Math.abs(bias / (C[i] ?? 0))).toBeLessThan(2 * Math.PI));
      }
    },
  );
});
