import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { evaluationOrder } from '../../src/3-bound/order.js';
import type { Ranged, Task } from '../../src/3-bound/order.js';
import type { Index, Label } from '../../src/base/label.js';
import { constant, label, shift } from '../../src/base/label.js';
import { derive } from '../../src/compile.js';
import { symbol } from '../../src/expr/build.js';
import { plainName } from '../../src/expr/print.js';
import type { Span } from '../../src/model/network.js';
import { refuse } from '../../src/rule/contract.js';
import { builtin, failure, written } from '../architectures.js';

const node = (name: string, index: Index | null = null, span: Span | null = null): Ranged => ({
  symbol: symbol('weight', label(name, index), { rows: label('d'), columns: label('d') }),
  span,
});
const task = (makes: readonly Ranged[], needs: readonly Ranged[], span: Span | null = null): Task => ({
  makes,
  needs,
  span,
});
const names = (tasks: readonly Task[]): readonly string[] =>
  evaluationOrder(tasks).map(
    ({ symbols, direction }) => symbols.map((item) => plainName(item)).join(' ') + (direction === 'up' ? ' up' : ''),
  );

describe('the order of evaluation', () => {
  it('puts needs first, and keeps the given order of independent tasks', () => {
    expect(
      names([
        task([node('A')], [node('C')]),
        task([node('B')], []),
        task([node('C')], [node('D')]),
        task([node('D')], []),
      ]),
    ).toEqual(['D', 'C', 'A', 'B']);
    expect(names([task([node('A')], []), task([node('B')], []), task([node('C')], [])])).toEqual(['A', 'B', 'C']);
  });

  it('reports a cycle with its symbols (LW401)', () => {
    const found = failure(() =>
      evaluationOrder([
        task([node('A')], [node('B')]),
        task([node('B')], [node('C')]),
        task([node('C')], [node('A')]),
        task([node('D')], []),
      ]),
    );
    expect(found?.code).toBe('LW401');
    expect(found?.message).toContain('each of A, B, C needs the others first');
    expect(failure(() => evaluationOrder([task([node('A')], [node('A')])]))?.code).toBe('LW401');
  });

  it('takes a loop over an index for a loop, with its direction', () => {
    const [loop, depth]: readonly [Index, Index] = [
      { base: 'loop', offset: 0 },
      { base: 'depth', offset: 0 },
    ];
    const span: Span = { from: constant(2), to: shift(depth, -1) };
    const down = task([node('C', loop, span)], [node('C', shift(loop, 1), span)], span);
    const up = task([node('C', loop, span)], [node('C', shift(loop, -1), span)], span);
    expect(names([down, task([node('C', depth)], [])])).toEqual(['C[n]', 'C[l]']);
    expect(names([up, task([node('C', constant(1))], [])])).toEqual(['C[1]', 'C[l] up']);
  });
});

const cyclesOf = (name: string, depth: number | 'n'): readonly string[] =>
  derive(builtin(name), { depth }).bounds.cycles.map(({ between, cap }) =>
    [...between, cap].map((item) => plainName(item)).join(' '),
  );
const orderOf = (name: string, depth: number | 'n'): readonly string[] =>
  derive(builtin(name), { depth }).bounds.order.map(({ symbols }) => symbols.map((item) => plainName(item)).join(' '));

describe('cycles', () => {
  it('are broken once for every layer that reads x', () => {
    expect(cyclesOf('two-branch', 2)).toEqual(['C[1] lambda_u[1] kappa_u[1]', 'D[1] lambda_w[1] kappa_w[1]']);
    expect(cyclesOf('dense-skip', 3)).toEqual([
      'C[1] lambda[1] kappa[1]',
      'D[2] lambda[2] kappa[2]',
      'D[3] lambda[3] kappa[3]',
    ]);
    expect(cyclesOf('dense-skip', 'n')).toEqual([
      'C[1] lambda[1] kappa[1]',
      'D[l] lambda[l] kappa[l]',
      'D[n] lambda[n] kappa[n]',
    ]);
    expect(cyclesOf('linear', 1)).toEqual([]);
  });

  it('leave the weights that read x to the end, together', () => {
    expect(orderOf('dense-skip', 2)).toEqual([
      'A',
      'B',
      'C[2]',
      'kappa[2]',
      'lambda[2]',
      'kappa[1]',
      'lambda[1]',
      'C[1] D[2]',
    ]);
    expect(orderOf('two-branch', 1)).toEqual([
      'A',
      'B',
      'kappa_w[1]',
      'lambda_w[1]',
      'kappa_u[1]',
      'lambda_u[1]',
      'C[1] D[1]',
    ]);
    expect(orderOf('feedforward', 2)).toEqual(['B', 'C[2]', 'lambda[2]', 'kappa[1]', 'lambda[1]', 'C[1]']);
  });

  it('every symbol is made once, after all that its constraints need', () => {
    for (const name of ['residual', 'dense-skip', 'two-branch', 'feedforward']) {
      const flat = orderOf(name, 4).flatMap((entry) => entry.split(' '));
      expect(new Set(flat).size).toBe(flat.length);
    }
  });
});

describe('where no rule applies', () => {
  const byIdentity = written(['h = phi(H * x + 0.5 * x)', 'y = B * h']);
  const alone = written(['h = phi(x)', 'y = B * h']);

  it.each([
    ['beside a weight', byIdentity],
    ['alone', alone],
  ])(
    'a hidden layer that reads x through the identity is refused, with the reason (LW401): %s',
    (_name, architecture) => {
      for (const strategy of ['gershgorin', 'gershgorin-paper']) {
        const found = failure(() => derive(architecture, { depth: 1, strategy }));
        expect(found?.code).toBe('LW401');
        expect(found?.message).toContain(
          'bound/weighted-budget: a hidden layer reads this signal through the identity',
        );
        expect(found?.line).not.toBeNull();
      }
    },
  );

  it('a rule that is missing is named with its refusal', () => {
    const rules = createRules();
    const without = {
      ...rules,
      bound: { ...rules.bound, isolate: { ...rules.bound.isolate, refuses: () => refuse('switched off') } },
    };
    const found = failure(() => derive(builtin('residual'), { depth: 2, rules: without }));
    expect(found?.code).toBe('LW401');
    expect(found?.message).toContain('bound/isolate-multiplier: switched off');
  });

  it('the place of the equation is told', () => {
    const rules = createRules();
    const without = {
      ...rules,
      bound: { ...rules.bound, ball: { ...rules.bound.ball, refuses: () => refuse('switched off') } },
    };
    expect(failure(() => derive(builtin('dense-skip'), { depth: 2, rules: without }))?.line).toBe(6);
  });

  it.each(['', 'pivots', 'Gershgorin'])('an unknown strategy is LW308: "%s"', (strategy) => {
    expect(failure(() => derive(builtin('residual'), { depth: 1, strategy }))?.code).toBe('LW308');
  });
});

describe('labels', () => {
  it("of caps are the weight's where a layer needs several", () => {
    const both = written(['h = phi(H * x + K * x)', 'y = B * h']);
    const caps = derive(both, { depth: 1 }).bounds.cycles.map(({ cap }): Label => cap.label);
    expect(caps).toEqual([label('H'), label('K')]);
  });
});
