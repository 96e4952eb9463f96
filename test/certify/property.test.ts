import fc from 'fast-check';
import { expect, it } from 'vitest';
import { certify } from '../../src/certify/certify.js';
import { lipschitzBounded } from '../../src/certify/property.js';
import { compile, loadArchitecture, negativeSemidefinite } from '../../src/index.js';
import type { ForeignContext, ForeignWeights } from '../../src/index.js';
import type { CounterexampleError } from '../../src/verify/counterexample-error.js';
import { checkSample } from '../../src/verify/check.js';

const architecture = loadArchitecture('feedforward');
const own = compile(architecture, { depth: 2, strategy: 'pivot' });
const messageOf = (details: { readonly errorInstance: unknown }): string =>
  details.errorInstance instanceof Error ? details.errorInstance.message : String(details.errorInstance);

/** Weights of moderate size out of any free parameters, made by the library, and then changed. */
function derived(
  free: Readonly<Record<string, ArrayLike<number>>>,
  { widths, slopes, lipschitz }: ForeignContext,
  factor = 1,
): ForeignWeights {
  const drawn = Object.fromEntries(
    Object.entries(own.dims(widths)).map(([name, shape]) => [
      name,
      Float64Array.from({ length: shape.reduce((all, size) => all * size, 1) }, (_, i) =>
        Math.tanh(free[name]?.[i] ?? 0.3),
      ),
    ]),
  );
  const { weights } = own.constrain(drawn, { widths, slopes, lipschitz });
  return { weights: { ...weights, B: Float64Array.from(weights['B'] ?? [], (value) => value * factor) } };
}

it('holds for weights that came without their multipliers, nested, typed or float32', async () => {
  for (const shape of ['typed', 'nested', 'float32'] as const) {
    const constrain = (free: Readonly<Record<string, Float64Array>>, context: ForeignContext): ForeignWeights => {
      const { weights } = derived(free, context);
      const rows = (name: string): number => context.dims[name]?.[0] ?? 1;
      const nested = (name: string, values: ArrayLike<number>): number[][] =>
        Array.from({ length: rows(name) }, (_, i) =>
          Array.from(values).slice((i * values.length) / rows(name), ((i + 1) * values.length) / rows(name)),
        );
      return {
        weights: Object.fromEntries(
          Object.entries(weights).map(([name, values]) => [
            name,
            shape === 'nested'
              ? nested(name, values as ArrayLike<number>)
              : shape === 'float32'
                ? Float32Array.from(values as ArrayLike<number>)
                : values,
          ]),
        ),
      };
    };
    await fc.assert(lipschitzBounded(architecture, { depth: 2, maxWidth: 3, constrain, tolerance: 1e-6 }), {
      numRuns: 5,
      seed: 1,
    });
  }
});

it('calls weights above their bound a broken bound, with the slope that was found', async () => {
  const details = await fc.check(
    lipschitzBounded(architecture, {
      depth: 2,
      maxWidth: 3,
      constrain: (free, context) =>
        derived(
          free,
          {
            ...context,
            slopes: [
              [0, 1],
              [0, 1],
            ],
          },
          1e6,
        ),
    }),
    { numRuns: 20, seed: 2 },
  );
  expect(details.failed).toBe(true);
  expect(messageOf(details)).toMatch(
    /the bound is broken: a slope of .* was found, .* times 𝓛; no multipliers found that prove 𝓛 \(best proven .*; largest slope found .*\)/,
  );
  // The instance is one that check reads: without multipliers it proves nothing.
  const { counterexample } = details.errorInstance as CounterexampleError;
  expect(counterexample.weights).toHaveProperty('B');
  expect(() => checkSample(JSON.parse(JSON.stringify(counterexample)))).toThrow(/LW105|LW312/);
});

it('says that a bound between slope and proof is not proven', async () => {
  // y is linear in B, so that 𝓛 comes to lie halfway between what was found and what the LMI proves.
  const constrain = async (
    free: Readonly<Record<string, Float64Array>>,
    context: ForeignContext,
  ): Promise<ForeignWeights> => {
    const { weights } = derived(free, context);
    const values = Object.fromEntries(
      Object.entries(weights).map(([name, data]) => [name, Float64Array.from(data as ArrayLike<number>)]),
    );
    const { lipschitz, certificate } = await certify(
      { architecture, depth: 2, widths: context.widths, slopes: context.slopes, weights: values },
      { lowerBound: { starts: 4 } },
    );
    const slope = Math.max(certificate.slopeLowerBound ?? 0, certificate.lowerBound ?? 0);
    fc.pre(slope < lipschitz * 0.99);
    return {
      weights: {
        ...values,
        B: Float64Array.from(values['B'] ?? [], (value) => (value * context.lipschitz) / ((lipschitz + slope) / 2)),
      },
    };
  };
  const details = await fc.check(lipschitzBounded(architecture, { depth: 2, maxWidth: 4, constrain }), {
    numRuns: 5,
    seed: 3,
    endOnFailure: true,
  });
  expect(details.failed).toBe(true);
  expect(messageOf(details)).toMatch(/: not proven: no multipliers found that prove 𝓛/);
});

it('the property that wants multipliers says which one does not', () => {
  const without = (free: Readonly<Record<string, Float64Array>>, context: ForeignContext): never =>
    derived(free, context) as never;
  expect(
    messageOf(fc.check(negativeSemidefinite(architecture, { depth: 2, constrain: without }), { numRuns: 3 })),
  ).toMatch(/LW312.*lipschitzBounded/);
});

it('the error of fc.assert has the counterexample in its cause, without what does not apply', async () => {
  const broken = (free: Readonly<Record<string, Float64Array>>, context: ForeignContext): ForeignWeights =>
    derived(
      free,
      {
        ...context,
        slopes: [
          [0, 1],
          [0, 1],
        ],
      },
      1e6,
    );
  const bounded = (await fc
    .assert(lipschitzBounded(architecture, { depth: 2, maxWidth: 2, constrain: broken }), {
      numRuns: 20,
      seed: 2,
      endOnFailure: true,
    })
    .catch((error: unknown) => error)) as Error;
  const causeOf = (error: Error): CounterexampleError['counterexample'] =>
    (error.cause as CounterexampleError).counterexample;
  expect(causeOf(bounded)).toHaveProperty('weights');
  expect((bounded.cause as Error).message).toContain('error.cause.counterexample');
  const theirs = {
    depth: 2,
    maxWidth: 2,
    constrain: (free: Readonly<Record<string, Float64Array>>, context: ForeignContext) => ({
      ...broken(free, context),
      multipliers: {
        'lambda[1]': new Float64Array(context.widths['w[1]'] ?? 0),
        'lambda[2]': new Float64Array(context.widths['w[2]'] ?? 0),
      },
    }),
  };
  let mine: unknown = null;
  try {
    fc.assert(negativeSemidefinite(architecture, theirs), { numRuns: 20, seed: 2, endOnFailure: true });
  } catch (error) {
    mine = error;
  }
  // At widths up to 3 numbers are printed, and by how much M fails.
  expect(((mine as Error).cause as Error).message).toMatch(/\n {2}C\[1\] +\[\[[^]*\n {2}M +is above 0: xᵀMx = \d/);
  for (const counterexample of [causeOf(bounded), causeOf(mine as Error)]) {
    expect(counterexample).toHaveProperty('because');
    expect(Object.keys(counterexample)).not.toContain('strategy');
    expect(Object.keys(counterexample)).not.toContain('replay');
  }
});

it('a weight that constrain forgot is named at once, not shrunk', async () => {
  const forget = (free: Readonly<Record<string, Float64Array>>, context: ForeignContext): ForeignWeights => {
    return {
      weights: Object.fromEntries(Object.entries(derived(free, context).weights).filter(([name]) => name !== 'C[2]')),
    };
  };
  const bounded = await fc.check(lipschitzBounded(architecture, { depth: 2, maxWidth: 5, constrain: forget }), {
    numRuns: 3,
    seed: 4,
  });
  const mine = fc.check(
    negativeSemidefinite(architecture, {
      depth: 2,
      maxWidth: 5,
      constrain: (free, context) => ({ ...forget(free, context), multipliers: {} }),
    }),
    { numRuns: 3, seed: 4 },
  );
  for (const details of [bounded, mine]) {
    expect(details).toMatchObject({ failed: true, numShrinks: 0 });
    expect(messageOf(details)).toMatch(/constrain returned no C\[2\]/);
  }
});
