import { describe, expect, it } from 'vitest';
import { EigenvalueDecomposition, Matrix } from 'ml-matrix';
import { builtinArchitectures, loadArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { compile } from '../../src/compile.js';
import type { Architecture } from '../../src/model/architecture.js';
import { assembleExact } from '../../src/numeric/assembly.js';
import { decide, exactDefiniteness } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import type { Random } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';
import { runCampaign } from '../../src/verify/campaign.js';
import { sizeIn } from '../../src/network/widths.js';
import type { Subject } from '../../src/verify/instance.js';
import { sampleInstance } from '../../src/verify/sample.js';
import { quadraticForm, randomGraph, unrolled } from './reference.js';
import { sumsArchitectureText } from '../random-architecture.js';
import { parseArchitecture } from '../../src/1-parse/parse.js';
import { coordinates } from '../../src/network/coordinates.js';
import type { Graph } from './reference.js';

const some = (random: Random, length: number): Float64Array => Float64Array.from({ length }, () => random.normal());

/**
 * Random widths that identity and diagonal weights allow, random weights and multipliers that meet no constraint at
 * all.
 */
function randomValues(subject: Subject, random: Random) {
  const { program } = subject;
  const widths = Object.fromEntries(
    program.widths.flatMap((names) => {
      const width = random.integer(1, 4);
      return names.map((name) => [name, width]);
    }),
  );
  const count = sizeIn(subject.program, widths);
  const fillSlots = (slots: typeof program.free, entry: () => number): Record<string, Float64Array> =>
    Object.fromEntries(
      slots.map((slot) => [slot.name, Float64Array.from({ length: count(slot.rows) * count(slot.columns) }, entry)]),
    );
  return {
    widths,
    slopes: program.layers.map(() => {
      const [a, b] = [random.normal(), random.normal()];
      return [Math.min(a, b), Math.max(a, b)] as const;
    }),
    lipschitz: Math.exp(random.normal()),
    weights: fillSlots(program.weights, () => random.normal()),
    biases: fillSlots(program.biases, () => random.normal()),
    multipliers: fillSlots(program.multipliers, () => Math.exp(random.normal())),
  };
}

/** xᵀMx of the compiled LMI against the form read from the equations, both with the signals' own names. */
function compareForms(subject: Subject, graph: Graph, random: Random): void {
  const values = randomValues(subject, random);
  const { program } = subject;
  const matrix = subject.lmi(values);
  const over = coordinates(program);
  const parts = over.map(({ name }) => ({ name, data: some(random, values.widths[name] ?? 0) }));
  const x = Float64Array.from(parts.flatMap(({ data }) => Array.from(data)));
  expect(matrix).toHaveLength(x.length ** 2);
  let [value, size] = [0, 0];
  for (let i = 0; i < x.length; i += 1) {
    for (let j = 0; j < x.length; j += 1) {
      const term = (x[i] ?? NaN) * (matrix[i * x.length + j] ?? NaN) * (x[j] ?? NaN);
      value += term;
      size += Math.abs(term);
    }
  }
  const layers = over.slice(1).map(({ name }) => name);
  const expected = quadraticForm(
    graph,
    new Map(parts.map(({ name, data }) => [name, data])),
    values,
    (name) => {
      const at = layers.indexOf(name);
      return {
        slopes: values.slopes[at] ?? [NaN, NaN],
        multiplier: values.multipliers[program.multipliers[at]?.name ?? ''] ?? new Float64Array(0),
      };
    },
    values.widths[program.output.name] ?? 0,
    (name) => values.widths[name] ?? NaN,
  );
  const hidden = graph.hidden.filter(({ isSum }) => !isSum);
  expect(layers.toSorted()).toEqual(hidden.map(({ name }) => name).toSorted());
  expect(Math.abs(value - expected.value)).toBeLessThanOrEqual(1e-12 * Math.max(size, expected.size));
}

describe('the LMI against the quadratic form of the equations', () => {
  it.each(builtinArchitectures())('%s, depths 1 to 5', (name) => {
    const architecture = loadArchitecture(name);
    const random = generator(11);
    for (const depth of [1, 2, 3, 5]) {
      const graph = unrolled(architecture, depth);
      for (const subject of [
        bareNetwork(architecture, depth),
        compile(architecture, { depth }),
        compile(architecture, { depth, strategy: 'gershgorin-paper' }),
      ]) {
        for (let run = 0; run < 8; run += 1) compareForms(subject, graph, random);
      }
    }
  });

  it('300 random acyclic networks with identities, diagonals, coefficients and double reads', () => {
    for (let seed = 0; seed < 300; seed += 1) {
      const random = generator(seed);
      const architecture = randomGraph(random, `graph-${seed}`, { identities: true });
      const [graph, subject] = [unrolled(architecture, 1), bareNetwork(architecture, 1)];
      for (let run = 0; run < 4; run += 1) compareForms(subject, graph, random);
    }
  });

  it('150 random networks with affine signals, sums that weights read, and transposes of weights', () => {
    for (let seed = 0; seed < 150; seed += 1) {
      const random = generator(seed);
      const architecture = parseArchitecture(sumsArchitectureText(seed), null);
      const [graph, subject] = [unrolled(architecture, 1), bareNetwork(architecture, 1)];
      for (let run = 0; run < 4; run += 1) compareForms(subject, graph, random);
    }
  });

  it('would see a block that is missing, transposed or of the wrong sign', () => {
    const architecture = loadArchitecture('dense-skip');
    const sound = bareNetwork(architecture, 2);
    const { size } = sound.assembly(randomValues(sound, generator(0)));
    expect(size).toBeGreaterThan(2);
    for (let dropped = 0; dropped < sound.program.lmi.length; dropped += 1) {
      const faulty: Subject = {
        ...sound,
        lmi: (values) => {
          const matrix = sound.lmi(values);
          const term = sound.assembly(values).terms[dropped];
          const n = sound.assembly(values).size;
          // Any one entry of the block, halved: the smallest fault of its kind.
          if (term !== undefined) matrix[term.row * n + term.column] = (matrix[term.row * n + term.column] ?? 0) / 2;
          return matrix;
        },
      };
      expect(() => compareForms(faulty, unrolled(architecture, 2), generator(dropped))).toThrow(/less than or equal/);
    }
  });
});

/** What is drawn again and again is compiled once. */
function compiledOnce(): (name: string, depth: number) => Subject {
  const known = new Map<string, Subject>();
  return (name, depth) => {
    const key = `${name} ${depth}`;
    const subject = known.get(key) ?? compile(loadArchitecture(name), { depth, strategy: 'gershgorin' });
    known.set(key, subject);
    return subject;
  };
}

describe('verdicts', () => {
  const compiled = compiledOnce();

  it('agree in sign with the eigenvalues of ml-matrix where these are clear', () => {
    const random = generator(3);
    const clear = { negative: 0, positive: 0 };
    for (let run = 0; run < 240; run += 1) {
      const name = random.pick(builtinArchitectures());
      const subject = compiled(name, random.integer(1, 3));
      const drawn = randomValues(subject, random);
      const { widths, slopes, lipschitz } = drawn;
      const feasible = subject.constrain({ ...drawn.weights, ...drawn.biases }, { widths, slopes, lipschitz });
      // Half of them as constrained, the others with one weight three times as large as allowed.
      const [first] = Object.keys(feasible.weights);
      const grown = {
        ...feasible,
        weights: {
          ...feasible.weights,
          [first ?? '']: (feasible.weights[first ?? ''] ?? new Float64Array(0)).map((w) => 3 * w),
        },
      };
      const values = random.integer(0, 1) === 0 ? feasible : grown;
      const { size } = subject.assembly(values);
      const matrix = new Matrix(
        Array.from({ length: size }, (_, i) => Array.from(subject.lmi(values).subarray(i * size, (i + 1) * size))),
      );
      const eigenvalues = new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues;
      const [largest, norm] = [Math.max(...eigenvalues), Math.max(...eigenvalues.map(Math.abs))];
      if (Math.abs(largest) < 1e-10 * norm) continue;
      clear[largest < 0 ? 'negative' : 'positive'] += 1;
      expect(decide(subject.assembly(values)).negativeSemidefinite).toBe(largest < 0);
    }
    expect(clear.negative).toBeGreaterThan(25);
    expect(clear.positive).toBeGreaterThan(25);
  });

  it('agree with exact arithmetic on instances of order up to 24, feasible or not', () => {
    const random = generator(5);
    const answers = { true: 0, false: 0 };
    for (let run = 0; run < 300; run += 1) {
      const subject = bareNetwork(loadArchitecture(random.pick(builtinArchitectures())), random.integer(1, 3));
      const name = subject.program.architecture;
      const values =
        random.integer(0, 3) === 0
          ? randomValues(subject, random)
          : feasibleValues(compiled(name, subject.program.depth), random, run);
      const assembly = subject.assembly(values);
      if (assembly.size > 24) continue;
      const exact = exactDefiniteness(assembleExact(assembly), assembly.size) !== 'indefinite';
      answers[`${exact}`] += 1;
      expect(decide(assembly).negativeSemidefinite).toBe(exact);
    }
    expect(answers.true).toBeGreaterThan(50);
    expect(answers.false).toBeGreaterThan(50);
  });
});

/** Constrained free parameters, then all weights times a factor about 1: some stay feasible, some do not. */
function feasibleValues(subject: Subject, random: Random, seed: number) {
  const drawn = randomValues(subject, generator(seed));
  const { widths, slopes, lipschitz } = drawn;
  const values = subject.constrain({ ...drawn.weights, ...drawn.biases }, { widths, slopes, lipschitz });
  const factor = random.pick([1, 1, 1.0001, 1.2, 3]);
  return {
    ...values,
    weights: Object.fromEntries(
      Object.entries(values.weights).map(([key, data]) => [key, data.map((w) => w * factor)]),
    ),
  };
}

/** Refusals that are known and have a reason: no weight can make the input's part of the budget small. */
function refusalIsExpected(architecture: Architecture): 'identity' | 'several' | null {
  const reads = unrolled(architecture, 1).hidden.map((node) => node.reads.filter(({ signal }) => signal === 'x'));
  if (reads.some((list) => list.some(({ weight }) => weight === null))) return 'identity';
  // Two weights of one layer on the input, one of them diagonal: their product holds no |W| that a column sum could
  // bound.
  return reads.some((list) => list.length > 1 && list.some(({ diagonal }) => diagonal)) ? 'several' : null;
}

describe('random acyclic networks through the campaign', () => {
  it.each(['gershgorin', 'gershgorin-paper'])('60 networks × 20 cases, %s', async (strategy) => {
    const refused = { identity: 0, several: 0 };
    let runs = 0;
    let held = 0;
    const failures: string[] = [];
    for (let seed = 0; seed < 60; seed += 1) {
      const architecture = randomGraph(generator(1000 + seed), `graph-${seed}`, { identities: seed % 2 === 0 });
      try {
        const result = await runCampaign({
          architectures: [architecture],
          strategy,
          depth: { from: 1, to: 1 },
          runs: 20,
          seed,
          maxWidth: 4,
          exactEvery: 10,
        });
        runs += result.runs;
        held += result.runs - result.failures - result.infeasible;
        if (result.failures + result.exactDisagreements > 0)
          failures.push(`${architecture.definition}\n${JSON.stringify(result.counterexample)}`);
      } catch (error) {
        const reason = refusalIsExpected(architecture);
        if (!(error instanceof LipwrightError) || error.code !== 'LW401' || reason === null) throw error;
        refused[reason] += 1;
      }
    }
    expect(failures).toEqual([]);
    expect(runs).toBeGreaterThan(20 * 32);
    expect(held).toBeGreaterThan(runs / 2);
    expect(refused.several).toBeLessThan(6);
  });
});

describe('samples', () => {
  it('are the same for the same seed and differ for another', () => {
    const options = { depth: 2, widths: { x: 2, w: 3 } };
    const [a, b, c] = [0, 0, 1].map((seed) =>
      JSON.stringify(sampleInstance(loadArchitecture('residual'), { ...options, seed })),
    );
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});
