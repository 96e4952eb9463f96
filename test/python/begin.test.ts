import { afterAll, describe, expect, it } from 'vitest';
import { jaxModule, numpyModule, torchModule } from '../../src/5-emit/python/index.js';
import { Workshop, codeOf } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import { fewWidths, kinds, subjectOf, subjects, widthsFor } from './cases.js';
import { table } from './compare.js';
import { sessionForTests } from './environment.js';
import type { Value } from './session.js';
import { isArray } from './session.js';

/** Every module begins: hidden layers or none, biases or none, splines, blocks. */

const workshop = new Workshop();
afterAll(() => workshop.close());
const prints = { numpy: numpyModule, jax: jaxModule, torch: torchModule } as const;
const sessions = {
  numpy: await sessionForTests('numpy'),
  jax: await sessionForTests('jax'),
  torch: await sessionForTests('torch'),
};

/** Identities in random architectures ask for room. */
const lipschitz = 1000;

// `linear` has no hidden layer, and JAX compiles what it meets: fewer of those.
const all = [...kinds.map((strategy) => subjectOf(builtin('linear'), 1, strategy)), ...subjects(51, 1)];

describe('initial values', () => {
  it.each([
    ['numpy', 1],
    ['torch', 1],
    ['jax', 4],
  ] as const)(
    '%s: there are finite ones for every free parameter, from which weights can be made',
    async (framework, step) => {
      const chosen = all.filter((_subject, at) => at % step === 0);
      const cases = chosen.map((subject) => ({
        path: workshop.write(prints[framework](subject.program), 'py'),
        widths: widthsFor(subject, fewWidths),
        lipschitz,
      }));
      const answers: Value = await sessions[framework].call('begin', { cases });
      let made = 0;
      chosen.forEach((subject, at) => {
        const widths = cases[at]?.widths ?? {};
        const given: readonly Value[] = Array.isArray(answers) ? answers : [];
        const begun = table(given[at]);
        const dims = subject.compiled.dims(widths);
        expect(Object.keys(begun).sort()).toEqual(Object.keys(dims).sort());
        const free = Object.fromEntries(
          Object.entries(begun).flatMap(([name, value]) => (isArray(value) ? [[name, value.data] as const] : [])),
        );
        for (const [name, data] of Object.entries(free))
          expect(
            data.length === dims[name]?.reduce((product, side) => product * side, 1) && data.every(Number.isFinite),
            `${name} of ${subject.called}`,
          ).toBe(true);
        if (codeOf(() => subject.compiled.constrain(free, { widths, lipschitz })) === null) made += 1;
      });
      expect(made).toBe(chosen.length);
    },
  );
});
