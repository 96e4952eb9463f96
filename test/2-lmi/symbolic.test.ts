import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { constant } from '../../src/base/label.js';
import type { Architecture, Equation } from '../../src/model/architecture.js';
import { derive } from '../../src/index.js';

const chain = parseArchitecture(
  'name: chain\nequations: |\n  w[0] = x\n  w[l] = phi(C[l]*w[l-1] + b[l]) for l in 1..n\n  y = B*w[n]\n',
  null,
);
const having = (change: (equation: Equation) => Equation): Architecture => ({
  ...chain,
  equations: chain.equations.map((equation) => (equation.range === null ? equation : change(equation))),
});

/** No file says this, the parser refuses it as LW207; a caller may hand in equations that no parser has seen. */
describe('equations that form no family', () => {
  it.each([
    ['without an index', null],
    ['with a constant index', constant(1)],
  ])('a target %s under a range is LW213, at its equation', (_title, index) => {
    const architecture = having((equation) => ({ ...equation, target: { ...equation.target, index } }));
    expect(() => derive(architecture, { depth: 'n' })).toThrow(
      expect.objectContaining({
        code: 'LW213',
        diagnostic: expect.objectContaining({
          expected: 'a target that is indexed by the loop letter',
          position: expect.objectContaining({ line: 4, column: 3 }),
        }),
      }),
    );
  });
});
