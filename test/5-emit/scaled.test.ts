import { afterAll, describe, expect, it } from 'vitest';
import { labelText } from '../../src/base/label.js';
import type { Constrained } from '../../src/5-emit/run/compiled.js';
import { typescript } from '../../src/5-emit/js/typescript.js';
import { derive } from '../../src/compile.js';
import { at } from '../../src/numeric/matrix.js';
import { decide } from '../../src/numeric/definiteness.js';
import { generator } from '../../src/numeric/random.js';
import { builtin, written } from '../architectures.js';
import { runReference, weightsOfNetwork } from '../laws/run.js';
import { randomArchitecture } from './random-architecture.js';
import type { Subject } from './targets.js';
import { Workshop, codeOf, randomCase, subjectOf } from './targets.js';

const workshop = new Workshop();
afterAll(() => {
  workshop.close();
});

const random = generator(111);
const strategy = 'scaled-gershgorin';
const subjects: readonly Subject[] = [
  ...(['residual', 'dense-skip', 'two-branch', 'feedforward', 'linear'] as const).flatMap((name) => [
    subjectOf(builtin(name), 1, strategy),
    subjectOf(builtin(name), 3, strategy),
  ]),
  subjectOf(
    written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h - E * h)', 'y = B * g + D * h + A * x'], {
      E: 'diagonal',
      A: 'diagonal',
    }),
    1,
    strategy,
  ),
  ...Array.from({ length: 20 }, () => subjectOf(randomArchitecture(random), 1, strategy)),
];

const entries = ({ weights, biases, multipliers }: Constrained): unknown =>
  [weights, biases, multipliers].map((group) => Object.entries(group).map(([name, data]) => [name, Array.from(data)]));
const near = (found: number, expected: number): boolean =>
  found === expected || Math.abs(found - expected) <= 1e-12 * Math.abs(expected);

describe('with scales', () => {
  it('the in-memory target equals the parameterization carried out by expr/evaluate, and is proven', () => {
    const cases = generator(112);
    let compared = 0;
    for (const subject of subjects) {
      const { naming } = derive(subject.architecture, { depth: subject.depth, strategy });
      for (let round = 0; round < 5; round += 1) {
        const given = randomCase(subject, cases);
        if (codeOf(() => subject.compiled.constrain(given.free, given.options)) !== null) continue;
        compared += 1;
        const result = subject.compiled.constrain(given.free, given.options);
        const { store } = runReference(subject.parameterization, given.free, given, naming);
        for (const weight of weightsOfNetwork(subject.parameterization.network)) {
          const value = store.get(weight.key);
          if (value === undefined) throw new Error(`${weight.key} has no value`);
          const expected = weight.diagonal
            ? Array.from({ length: value.rows }, (_, i) => at(value, i, i))
            : Array.from(value.data);
          const found = result.weights[labelText(weight.label)] ?? new Float64Array(0);
          expect(found).toHaveLength(expected.length);
          expect(
            expected.findIndex((entry, k) => !near(found[k] ?? NaN, entry)),
            `${weight.key} of ${subject.architecture.definition}`,
          ).toBe(-1);
        }
        expect(decide(subject.compiled.assembly(result), { margin: false }).negativeSemidefinite).toBe(true);
      }
    }
    expect(compared).toBeGreaterThan(subjects.length * 3);
  });

  it('the JavaScript module equals the in-memory target bit for bit', async () => {
    const cases = generator(113);
    const modules = await Promise.all(subjects.map(({ text }) => workshop.load(text)));
    subjects.forEach((subject, k) => {
      for (let round = 0; round < 5; round += 1) {
        const given = randomCase(subject, cases);
        const code = codeOf(() => subject.compiled.constrain(given.free, given.options));
        expect(codeOf(() => modules[k]?.constrain(given.free, given.options))).toBe(code);
        if (code !== null) continue;
        const there = modules[k]?.constrain(given.free, given.options);
        expect(there === undefined ? null : entries(there)).toEqual(
          entries(subject.compiled.constrain(given.free, given.options)),
        );
        expect(modules[k]?.dims(given.widths)).toEqual(subject.compiled.dims(given.widths));
      }
    });
  });

  it('the TypeScript module holds the same steps', () => {
    const [subject] = subjects;
    if (subject === undefined) throw new Error('no subject');
    const steps = (text: string): readonly string[] =>
      text.split('\n').filter((line) => /^ *(\/\/ (lmi|bound|parameterize)\/|t\d+\[|scale)/.test(line));
    // Where TypeScript must be told that an element is there, it is told: `t5[i]!`.
    expect(steps(typescript(subject.compiled.program).replaceAll(']!', ']'))).toEqual(steps(subject.text));
    expect(steps(subject.text).length).toBeGreaterThan(10);
  });
});
