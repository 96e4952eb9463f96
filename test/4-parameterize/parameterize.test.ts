import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { compile, derive } from '../../src/compile.js';
import type { Derivation } from '../../src/compile.js';
import { evaluate } from '../../src/expr/evaluate.js';
import type { Expression } from '../../src/expr/node.js';
import { plainName, text } from '../../src/expr/print.js';
import { symbols } from '../../src/expr/visit.js';
import type { Architecture } from '../../src/model/architecture.js';
import { describe as describeAssignment } from '../../src/model/describe.js';
import type { Assignment, Parameterization } from '../../src/model/parameterization.js';
import { at } from '../../src/numeric/matrix.js';
import { generator } from '../../src/numeric/random.js';
import { refuse } from '../../src/rule/contract.js';
import { builtin, failure, written } from '../architectures.js';
import { Infeasible } from '../laws/carry-out.js';
import { hostileEntry } from '../laws/map.js';
import { least } from '../laws/points.js';
import { runReference } from '../laws/run.js';

function parameterizationOf(derivation: Derivation): Parameterization {
  if (derivation.parameterization === null) throw new Error('no parameterization at symbolic depth');
  return derivation.parameterization;
}

const made = (assignment: Assignment): readonly string[] => {
  if ('symbol' in assignment) return [plainName(assignment.symbol)];
  if (assignment.kind === 'shrink') return assignment.weights.map((weight) => plainName(weight));
  return assignment.kind === 'demand' ? [] : [plainName(assignment.weight)];
};
const short = ({ assignments }: Parameterization): readonly string[] =>
  assignments.map((assignment) =>
    `${made(assignment).join(' ')} ${assignment.rule.replace('parameterize/', '')}`.trim(),
  );

describe('the parameterization of the residual block', () => {
  it('is the backward pass of the literature', () => {
    expect(short(parameterizationOf(derive(builtin('residual'), { depth: 2 })))).toEqual([
      'A range-clamp',
      'A row-shrink',
      'B range-clamp',
      'B budget-shrink',
      'C[2] range-clamp',
      'C[2] row-shrink',
      'lambda[2] multiplier-equality',
      'C[2] range-guard',
      'C[1] range-clamp',
      'C[1] row-shrink',
      'kappa[1] cap-value',
      'lambda[1] multiplier-equality',
      'C[1] budget-shrink',
    ]);
  });

  it("holds C[1] to the constant cap in the paper's strategy, and clips C[2]", () => {
    const list = short(parameterizationOf(derive(builtin('residual'), { depth: 2, strategy: 'gershgorin-paper' })));
    expect(list).toContain('C[2] element-clip');
    expect(list.indexOf('kappa[1] cap-value')).toBeLessThan(list.indexOf('C[1] row-shrink'));
    expect(list.indexOf('C[1] row-shrink')).toBeLessThan(list.indexOf('lambda[1] multiplier-equality'));
  });

  it('exists at concrete depth only', () => {
    expect(derive(builtin('residual'), { depth: 'n' }).parameterization).toBeNull();
  });
});

const branching = written(
  [
    'h = phi(H * x + b)',
    'g = phi(2 * G * h - 0.25 * h + K * x)',
    'k = phi(M * g + 0.5 * N * h)',
    'y = A * x - 0.5 * B * k + 0.25 * h + D * g',
  ],
  { A: 'diagonal', M: 'diagonal', K: 'diagonal' },
);
const architectures: readonly (readonly [string, Architecture, number])[] = [
  ['residual', builtin('residual'), 3],
  ['residual', builtin('residual'), 1],
  ['dense-skip', builtin('dense-skip'), 3],
  ['two-branch', builtin('two-branch'), 2],
  ['feedforward', builtin('feedforward'), 2],
  ['linear', builtin('linear'), 1],
  ['diagonal, identity and coefficients', branching, 1],
];
const strategies = ['gershgorin', 'gershgorin-paper'] as const;
const cases = architectures.flatMap(([name, architecture, depth]) =>
  strategies.map((strategy) => [name, depth, strategy, architecture] as const),
);
const slopePairs: readonly (readonly [number, number])[] = [
  [0, 1],
  [-0.129, 1.129],
  [0.2, 1],
  [-1, 0.3],
  [0, 0],
  [1, 1],
  [-1, 1],
  [-0.4, -0.1],
];

describe.each(cases)('%s at depth %d by %s', (_name, depth, strategy, architecture) => {
  const derivation = derive(architecture, { depth, strategy });
  const parameterization = parameterizationOf(derivation);
  const { bounds } = derivation;

  it('clamps every weight once, before anything reads it', () => {
    const seen = new Set<string>();
    const clamped = new Map<string, number>();
    for (const assignment of parameterization.assignments) {
      if (assignment.kind === 'clamp')
        clamped.set(assignment.weight.key, (clamped.get(assignment.weight.key) ?? 0) + 1);
      const read: readonly Expression[] =
        assignment.kind === 'shrink'
          ? [assignment.usage, assignment.limit]
          : assignment.kind === 'define' || assignment.kind === 'demand'
            ? [assignment.value]
            : assignment.kind === 'clip'
              ? [assignment.bound]
              : [];
      for (const node of read.flatMap((expression) => [...symbols(expression)])) {
        if (node.role === 'weight') expect(clamped.has(node.key), `${node.key} in ${assignment.rule}`).toBe(true);
        if (node.role === 'multiplier' || node.role === 'cap')
          expect(seen.has(node.key), `${node.key} in ${assignment.rule}`).toBe(true);
      }
      if (assignment.kind === 'define') {
        // What is defined stays: later values would not be the ones that others were derived from.
        expect(seen.has(assignment.symbol.key)).toBe(false);
        seen.add(assignment.symbol.key);
      }
    }
    expect([...clamped.values()].every((count) => count === 1)).toBe(true);
  });

  it('meets every constraint strictly, whatever the free parameters', () => {
    const compiled = compile(architecture, { depth, strategy });
    const random = generator(71);
    let met = 0;
    for (let k = 0; k < 60; k += 1) {
      const widths = Object.fromEntries(
        compiled.program.widths.flatMap((names) => {
          const width = random.integer(1, 4);
          return names.map((name) => [name, width]);
        }),
      );
      const hostile = random.integer(0, 1) === 0;
      const free = Object.fromEntries(
        Object.entries(compiled.dims(widths)).map(([name, shape]) => [
          name,
          Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, () =>
            hostile ? hostileEntry(random) : random.normal(),
          ),
        ]),
      );
      const slopes = compiled.program.layers.map(() => random.pick(slopePairs));
      const lipschitz = random.pick([1, 2 ** -20, 3.5, 1000]);
      let environment;
      try {
        environment = runReference(parameterization, free, { widths, slopes, lipschitz }).environment;
      } catch (error) {
        // Identity reads may ask for more than 𝓛² or a row ball has; nothing else may fail.
        expect(error).toBeInstanceOf(Infeasible);
        continue;
      }
      met += 1;
      for (const constraint of bounds.constraints) {
        const { left, right, relation, onlyIfPositive, kind } = constraint;
        if (onlyIfPositive !== null && !(at(evaluate(onlyIfPositive, environment), 0, 0) > 0)) continue;
        const [a, b] = [evaluate(left, environment), evaluate(right, environment)];
        const slack = relation === '>=' ? least(a, b, (x, y) => x - y) : least(a, b, (x, y) => y - x);
        // A measured cap is met with equality by the candidate itself.
        if (kind === 'cap') expect(slack, text(left)).toBeGreaterThanOrEqual(0);
        else expect(slack, `${kind}: ${text(left)} ${relation} ${text(right)}`).toBeGreaterThan(0);
      }
    }
    expect(met).toBeGreaterThan(20);
  });
});

describe('demands', () => {
  it('are made where identity reads take their part of a budget or a row ball', () => {
    const skip = short(parameterizationOf(derive(written(['h = phi(H * x)', 'y = 0.5 * x + B * h']), { depth: 1 })));
    expect(skip[0]).toBe('feasible-demand');
    const hidden = parameterizationOf(
      derive(written(['h = phi(H * x)', 'g = phi(G * h + 0.5 * h)', 'y = B * g']), { depth: 1 }),
    ).assignments.filter(({ kind }) => kind === 'demand');
    expect(hidden.map((assignment) => (assignment.kind === 'demand' ? assignment.because : ''))).toEqual([
      'identity reads and caps alone use up the row ball of g: smaller slopes are needed',
    ]);
  });

  it('are not made where all reads have weights', () => {
    for (const [, architecture, depth] of architectures.slice(0, 6)) {
      expect(
        parameterizationOf(derive(architecture, { depth })).assignments.some(({ kind }) => kind === 'demand'),
      ).toBe(false);
    }
  });

  it.each([
    ['a coefficient above 2', ['h = phi(3 * H * x)', 'y = B * h']],
    ['two weights that read x', ['h = phi(H * x + K * x)', 'y = B * h']],
  ])("are met by ReLU in the paper's strategy too, where no identity reads anything: %s", (_name, equations) => {
    const compiled = compile(written(equations), { depth: 1, strategy: 'gershgorin-paper' });
    const free = Object.fromEntries(
      Object.entries(compiled.dims({ x: 2, h: 2, y: 2 })).map(([name, shape]) => [
        name,
        new Float64Array(shape.reduce((all, size) => all * size, 1)).fill(0.1),
      ]),
    );
    expect(failure(() => compiled.constrain(free, { widths: { x: 2, h: 2, y: 2 }, slopes: [0, 1] }))).toBeNull();
  });
});

describe('rules that are missing', () => {
  it('are reported with the reasons of the others (LW401)', () => {
    const rules = createRules();
    const { parameterize } = rules;
    const without = {
      ...rules,
      parameterize: {
        ...parameterize,
        constraints: parameterize.constraints.map((rule) =>
          rule.name === 'parameterize/row-shrink' ? { ...rule, refuses: () => refuse('switched off') } : rule,
        ),
      },
    };
    const found = failure(() => derive(builtin('residual'), { depth: 1, rules: without }));
    expect(found?.code).toBe('LW401');
    expect(found?.message).toContain('parameterize/row-shrink: switched off');
  });
});

describe('assignments as text', () => {
  it('bracket sums in limits', () => {
    const derivation = derive(builtin('residual'), { depth: 1 });
    const budget = parameterizationOf(derivation).assignments.find(
      (assignment) => assignment.rule === 'parameterize/budget-shrink',
    );
    if (budget === undefined) throw new Error('no budget');
    // Without them the usage would divide the last summand only.
    expect(describeAssignment(budget, derivation.naming)).toBe(
      'B := B · min(1, (0.984375 𝓛² − 0.984375 (diag(A) ∘ diag(A))) / (diag(|A|) ∘ (|B| 1))) by rows',
    );
  });
});
