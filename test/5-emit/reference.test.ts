import { describe, expect, it } from 'vitest';
import { labelText } from '../../src/base/label.js';
import type { Constrained } from '../../src/5-emit/run/compiled.js';
import { evaluate } from '../../src/expr/evaluate.js';
import { decide } from '../../src/numeric/definiteness.js';
import type { Matrix } from '../../src/numeric/matrix.js';
import { at } from '../../src/numeric/matrix.js';
import { generator } from '../../src/numeric/random.js';
import { builtin, failure, written } from '../architectures.js';
import { Infeasible } from '../laws/carry-out.js';
import { runReference, weightsOfNetwork } from '../laws/run.js';
import { randomArchitecture } from './random-architecture.js';
import type { Case, Subject } from './targets.js';
import { freeFor, randomCase, subjectOf } from './targets.js';

const random = generator(91);
const shipped: readonly Subject[] = [
  ['residual', 3],
  ['residual', 1],
  ['dense-skip', 3],
  ['two-branch', 2],
  ['feedforward', 3],
  ['linear', 1],
].flatMap(([name, depth]) =>
  ['gershgorin', 'gershgorin-paper'].map((strategy) => subjectOf(builtin(String(name)), Number(depth), strategy)),
);
const generated: readonly Subject[] = Array.from({ length: 50 }, (_, k) =>
  subjectOf(randomArchitecture(random), 1, k % 2 === 0 ? 'gershgorin' : 'gershgorin-paper'),
);
const subjects: readonly Subject[] = [...shipped, ...generated];

/** The entries of a value as the compiled functions keep it: a diagonal weight as a vector. */
const kept = (value: Matrix, diagonal: boolean): readonly number[] =>
  diagonal ? Array.from({ length: value.rows }, (_, i) => at(value, i, i)) : Array.from(value.data);

const near = (found: number, expected: number): boolean =>
  found === expected || Math.abs(found - expected) <= 1e-12 * Math.abs(expected);

/** Where the compiled weights and multipliers differ from what the parameterization means. */
function differences(subject: Subject, given: Case, result: Constrained): readonly string[] {
  const { store } = runReference(subject.parameterization, given.free, given);
  const wrong: string[] = [];
  const compare = (name: string, expected: readonly number[], found: Float64Array | undefined): void => {
    if (found?.length !== expected.length) wrong.push(`${name}: ${found?.length ?? 0} numbers for ${expected.length}`);
    else if (!expected.every((value, i) => near(found[i] ?? Number.NaN, value)))
      wrong.push(`${name}: ${Array.from(found).join(' ')} for ${expected.join(' ')}`);
  };
  for (const weight of weightsOfNetwork(subject.parameterization.network)) {
    const value = store.get(weight.key);
    if (value !== undefined)
      compare(labelText(weight.label), kept(value, weight.diagonal), result.weights[labelText(weight.label)]);
  }
  const names = subject.compiled.program.multipliers.map(({ name }) => name);
  subject.parameterization.network.rows
    .flatMap(({ layer }) => (layer === null ? [] : [layer]))
    .forEach((layer, k) => {
      const value = store.get(layer.multiplier.key);
      if (value === undefined) wrong.push(`${layer.multiplier.key} has no value`);
      else compare(names[k] ?? '?', kept(value, true), result.multipliers[names[k] ?? '?']);
    });
  return wrong;
}

describe('the in-memory target', () => {
  it('equals the parameterization carried out by expr/evaluate, to 1e-12', () => {
    const cases = generator(92);
    const wrong: string[] = [];
    let compared = 0;
    for (const subject of subjects) {
      for (let k = 0; k < 6; k += 1) {
        const given = randomCase(subject, cases);
        const refused = failure(() => subject.compiled.constrain(given.free, given.options));
        if (refused !== null) {
          // Exactly where the reference finds a demand unmet.
          expect(refused.code).toBe('LW402');
          expect(() => runReference(subject.parameterization, given.free, given)).toThrow(Infeasible);
          continue;
        }
        compared += 1;
        wrong.push(
          ...differences(subject, given, subject.compiled.constrain(given.free, given.options)).map(
            (text) => `${subject.architecture.definition}${subject.strategy} ${text}`,
          ),
        );
      }
    }
    expect(wrong.slice(0, 3)).toEqual([]);
    expect(compared).toBeGreaterThan(subjects.length * 4);
  });

  it('gives an LMI that is the blocks of the derivation, evaluated', () => {
    const cases = generator(93);
    for (const subject of subjects) {
      const given = randomCase(subject, cases);
      if (failure(() => subject.compiled.constrain(given.free, given.options)) !== null) continue;
      const result = subject.compiled.constrain(given.free, given.options);
      const { environment } = runReference(subject.parameterization, given.free, given);
      const { lmi } = subject;
      const matrix = subject.compiled.lmi(result);
      const offsets = new Map<string, number>();
      let order = 0;
      for (const { signal } of lmi.rows) {
        offsets.set(labelText(signal), order);
        order += given.widths[labelText(signal)] ?? 0;
      }
      expect(matrix).toHaveLength(order * order);
      const largest = matrix.reduce((all, entry) => Math.max(all, Math.abs(entry)), 0);
      const filled = new Float64Array(order * order);
      for (const row of lmi.rows) {
        for (const block of row.blocks) {
          const value = evaluate(block.expression, environment);
          const [i0, j0] = [offsets.get(labelText(row.signal)) ?? 0, offsets.get(labelText(block.column)) ?? 0];
          for (let i = 0; i < value.rows; i += 1)
            for (let j = 0; j < value.columns; j += 1) filled[(i0 + i) * order + j0 + j] = at(value, i, j);
        }
      }
      const worst = filled.reduce((all, entry, k) => Math.max(all, Math.abs(entry - (matrix[k] ?? Number.NaN))), 0);
      expect(worst).toBeLessThanOrEqual(1e-12 * largest);
    }
  });

  it('gives a proven M ≼ 0 for any architecture and any parameters', () => {
    const cases = generator(94);
    const verdicts = new Map<string, number>();
    for (const subject of subjects) {
      for (let k = 0; k < 3; k += 1) {
        const given = randomCase(subject, cases);
        if (failure(() => subject.compiled.constrain(given.free, given.options)) !== null) continue;
        const { negativeSemidefinite } = decide(
          subject.compiled.assembly(subject.compiled.constrain(given.free, given.options)),
          { margin: false },
        );
        verdicts.set(String(negativeSemidefinite), (verdicts.get(String(negativeSemidefinite)) ?? 0) + 1);
      }
    }
    expect([...verdicts.keys()]).toEqual(['true']);
    expect(verdicts.get('true')).toBeGreaterThan(subjects.length * 2);
  });

  it('is Lipschitz along real activations', () => {
    const cases = generator(95);
    for (const subject of subjects) {
      const given = randomCase(subject, cases);
      const options: Case['options'] = { ...given.options, slopes: subject.compiled.program.layers.map(() => [0, 1]) };
      if (failure(() => subject.compiled.constrain(given.free, options)) !== null) continue;
      const result = subject.compiled.constrain(given.free, options);
      for (const phi of [Math.tanh, (v: number): number => Math.max(0, v)]) {
        const other = given.input.map((entry) => entry + cases.normal());
        const [a, b] = [given.input, other].map((x) => subject.compiled.forward(result, x, phi));
        const norm = (u: Float64Array, v: Float64Array | undefined): number =>
          Math.hypot(...u.map((entry, i) => entry - (v?.[i] ?? 0)));
        // Outputs may be large through their biases: rounding is relative to them.
        const rounding = 1e-12 * Math.max(0, ...(a ?? []).map(Math.abs));
        expect(norm(a ?? new Float64Array(0), b)).toBeLessThanOrEqual(
          given.lipschitz * norm(given.input, other) * (1 + 1e-12) + rounding,
        );
      }
    }
  });
});

describe('a deep network', () => {
  it.each(['gershgorin', 'gershgorin-paper'])(
    'with saturated parameters keeps finite multipliers and a proven verdict (%s)',
    (strategy) => {
      const { compiled } = subjectOf(builtin('residual'), 64, strategy);
      const draws = generator(96);
      for (const slopes of [
        [0, 1],
        [-0.129, 1.129],
        [0.5, 1],
      ] as const) {
        const widths = { x: 6, w: 6 };
        const free = Object.fromEntries(
          Object.entries(compiled.dims(widths)).map(([name, shape]) => [
            name,
            Float64Array.from(
              { length: shape.reduce((all, size) => all * size, 1) },
              () => draws.pick([-1, 1]) * 1e150,
            ),
          ]),
        );
        const result = compiled.constrain(free, { widths, slopes });
        const all = Object.values(result.multipliers).flatMap((values) => Array.from(values));
        expect(all.every((value) => Number.isFinite(value) && value > 0)).toBe(true);
        expect(decide(compiled.assembly(result), { margin: false })).toMatchObject({ negativeSemidefinite: true });
      }
    },
  );
});

describe('a very deep network', () => {
  it('is kept below overflow by the range guards', () => {
    // Multipliers may grow by 2⁶ and more a layer: 200 layers of that would pass 2¹⁰²⁴.
    const { compiled } = subjectOf(builtin('residual'), 200, 'gershgorin');
    const widths = { x: 2, w: 2 };
    const free = freeFor(compiled, widths, () => 2 ** 64);
    const result = compiled.constrain(free, { widths, slopes: [0, 1] });
    const largest = Math.max(...Object.values(result.multipliers).flatMap((values) => Array.from(values)));
    expect(largest).toBeGreaterThan(2 ** 250);
    expect(largest).toBeLessThan(2 ** 320);
  });
});

describe('signals that nobody reads', () => {
  it('get multipliers of their own width', () => {
    // At depth 3 only u[1] is read: u[2] and u[3] have no demand on their multipliers.
    const { compiled } = subjectOf(written(['u[l] = phi(C[l] * x) for l in 1..n', 'y = B * u[1]']), 3, 'gershgorin');
    const widths = { x: 2, 'u[1]': 4, 'u[2]': 3, 'u[3]': 5, y: 2 };
    const free = Object.fromEntries(
      Object.entries(compiled.dims(widths)).map(([name, shape]) => [
        name,
        new Float64Array(shape.reduce((all, size) => all * size, 1)).fill(0.5),
      ]),
    );
    const { multipliers } = compiled.constrain(free, { widths });
    expect(Object.fromEntries(Object.entries(multipliers).map(([name, values]) => [name, values.length]))).toEqual({
      'lambda[1]': 4,
      'lambda[2]': 3,
      'lambda[3]': 5,
    });
    expect(
      decide(compiled.assembly(compiled.constrain(free, { widths })), { margin: false }).negativeSemidefinite,
    ).toBe(true);
  });
});
