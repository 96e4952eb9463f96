import { describe, expect, test } from 'vitest';
import { strategies } from '../../../rules/strategies.js';
import { lowerArchitecture } from '../../../src/compile.js';
import { jaxModule, numpyModule, torchModule } from '../../../src/emit.js';
import type { Architecture } from '../../../src/model/architecture.js';
import { builtin, written } from '../../architectures.js';

/** Two chains, the second on top of the first, with coefficients, a named activation and an output that reads both. */
const made = (): Architecture =>
  written(
    [
      'u[0] = x',
      'u[l] = tanh(0.5 * P[l] * u[l-1] + p[l])   for l in 1..n',
      'v[1] = phi(F * u[n])',
      'v[l] = phi(G[l] * v[l-1] + g[l])   for l in 2..n',
      'y = A * x + 0.3 * B * u[n] + D * v[n] + c',
    ],
    { A: 'diagonal' },
  );
const architectures = {
  residual: () => builtin('residual'),
  feedforward: () => builtin('feedforward'),
  'dense-skip': () => builtin('dense-skip'),
  made,
};
/**
 * Lines more, of ten layers more: numbers that no line holds any more. Sums over all layers are written out: in
 * dense-skip every layer reads x. Lower slopes of 0 may have a program of their own.
 */
const limitOf = (name: string): number => (name === 'dense-skip' ? 90 : 3);
const targets = { numpy: numpyModule, jax: jaxModule, torch: torchModule };

describe('a module at depth 16 is hardly longer than at depth 6', () => {
  describe.each(Object.entries(architectures))('%s', (name, architecture) => {
    test.each(strategies.map(({ name }) => name))('%s', (strategy) => {
      const programs = [6, 16].map((depth) => lowerArchitecture(architecture(), { depth, strategy }));
      for (const [target, print] of Object.entries(targets)) {
        const [short = 0, long = 0] = programs.map((program) => print(program).split('\n').length);
        expect(long - short, target).toBeLessThanOrEqual(limitOf(name));
      }
    });
  });
});
