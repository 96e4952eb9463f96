import { describe, expect, it } from 'vitest';
import { createRules } from '../../../rules/index.js';
import { lipschitzGoal, lipschitzSymbol } from '../../../rules/lmi/lipschitz-goal.js';
import { parseArchitecture } from '../../../src/1-parse/parse.js';
import { goalTerms } from '../../../src/2-lmi/lmi-of.js';
import { concreteNetwork } from '../../../src/2-lmi/concrete.js';
import { labelText } from '../../../src/base/label.js';
import { identity, product, scale, sum, transpose } from '../../../src/expr/build.js';
import { at } from '../../../src/numeric/matrix.js';
import { generator } from '../../../src/numeric/random.js';
import { formViolations } from '../../laws/form.js';
import { flavours, samplePoint } from '../../laws/points.js';

const networkOf = (output: string, structure = 'diagonal'): ReturnType<typeof concreteNetwork> =>
  concreteNetwork(
    parseArchitecture(
      `name: test\nequations: |\n  h = phi(H * x + b)\n  g = phi(G * h)\n  y = ${output}\n` +
        `parameters:\n  A: { structure: ${structure} }\n`,
      null,
    ),
    1,
  );

describe('lmi/lipschitz-goal', () => {
  it.each(['A * x + B * g - 0.5 * E * h + c', '2 * A * x + h - 3 * g', '-0.25 * x + A * h + B * g'])(
    'passes the laws of a form rule: y = %s',
    (output) => {
      const network = networkOf(output);
      const form = goalTerms(network, lipschitzGoal.apply(network), createRules().form);
      const random = generator(14);
      const samples = Array.from({ length: 120 }, (_, k) => {
        const point = samplePoint(random, flavours[k % flavours.length] ?? 'plain');
        const width = (signal: Parameters<typeof network.dimension>[0]): number =>
          point.width(labelText(network.dimension(signal)));
        const increments = new Map(
          network.rows.map(({ signal }) => [
            labelText(signal),
            Float64Array.from({ length: width(signal) }, () =>
              random.pick([0, random.normal(), 1e4 * random.normal()]),
            ),
          ]),
        );
        let direct = 0;
        let size = 0;
        for (let i = 0; i < width(network.output.target); i += 1) {
          let [dy, bulk] = [0, 0];
          for (const { coefficient, weight, signal } of network.output.reads) {
            (increments.get(labelText(signal)) ?? new Float64Array(0)).forEach((step, j) => {
              const entry = weight === null ? Number(i === j) : at(point.value(weight), i, j);
              dy += coefficient * entry * step;
              bulk += Math.abs(coefficient * entry * step);
            });
          }
          direct += dy * dy;
          size += bulk * bulk;
        }
        const lip = at(point.value(lipschitzSymbol), 0, 0);
        for (const step of increments.get('x') ?? []) {
          direct -= lip * lip * step * step;
          size += lip * lip * step * step;
        }
        return { point, increments, direct, size };
      });
      expect(formViolations(lipschitzGoal, { stem: 'lmi/lipschitz-goal', form, samples, along: null })).toEqual([]);
    },
  );

  it('adds AᵀA − 𝓛²I, AᵀB and BᵀB, as in the literature', () => {
    const network = networkOf('A * x + B * g', 'dense');
    const [A, B] = network.output.reads.map(({ weight }) => weight ?? identity(network.input));
    if (A === undefined || B === undefined) throw new Error('two reads expected');
    const of = (row: string, column: string): string =>
      sum(
        goalTerms(network, lipschitzGoal.apply(network), createRules().form)
          .filter((term) => labelText(term.row) === row && labelText(term.column) === column)
          .map(({ expression }) => expression),
      ).key;
    expect(of('x', 'x')).toBe(
      sum([product([transpose(A), A]), scale(-1, [lipschitzSymbol, lipschitzSymbol], identity(network.input))]).key,
    );
    expect(of('x', 'g')).toBe(product([transpose(A), B]).key);
    expect(of('g', 'x')).toBe(product([transpose(B), A]).key);
    expect(of('g', 'g')).toBe(product([transpose(B), B]).key);
  });
});
