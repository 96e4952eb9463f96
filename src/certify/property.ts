import { brief } from '../base/number-text.js';
import fc from 'fast-check';
import { loadArchitecture } from '../1-parse/index.js';
import type { Constrained } from '../5-emit/index.js';
import { LipwrightError, fail } from '../base/diagnostic.js';
import { knownOptions, optionNames } from '../base/known-options.js';
import type { Architecture } from '../model/architecture.js';
import { bareNetwork } from '../verify/bare.js';
import type { Case } from '../verify/cases.js';
import { fill, limitsOf, widthPool } from '../verify/cases.js';
import { CounterexampleError } from '../verify/counterexample-error.js';
import { counterexampleText } from '../verify/counterexample-text.js';
import {
  again,
  describedCases,
  drawnFacts,
  flattened,
  foreignContext,
  ownCopies,
  unshrunk,
} from '../verify/property.js';
import type { ForeignContext, ForeignWeights } from '../verify/property.js';
import { toSample } from '../verify/instance.js';
import { certify } from './certify.js';
import type { Certified } from './certify.js';

export interface BoundedOptions {
  /**
   * Somebody's code: any finite free parameters → weights (and biases), without multipliers. It may be asynchronous.
   */
  readonly constrain: (
    free: Readonly<Record<string, Float64Array>>,
    context: ForeignContext,
  ) => ForeignWeights | Promise<ForeignWeights>;
  /** One depth or a range; 1 … 4 if left out. */
  readonly depth?: number | { readonly from: number; readonly to: number };
  readonly maxWidth?: number;
  /** What is to be proven is (1 + tolerance) 𝓛; 0 if left out. Weights that were rounded to float32 need 1e-6 or so. */
  readonly tolerance?: number;
}

const boundedOptions = optionNames<BoundedOptions>({ constrain: true, depth: true, maxWidth: true, tolerance: true });

/**
 * The property that weights alone keep their bound: multipliers are searched for that prove 𝓛 (see `certify`).
 *
 *     await fc.assert(lipschitzBounded('residual', { depth: 3, constrain }), { numRuns: 100 });
 *
 * A failure says which of two it is: a slope above 𝓛 was found, so the bound is wrong, or nothing proves it. The first
 * is measured in doubles by the largest norm of a Jacobian, over all activations with the case's slopes; the second can
 * be the fault of the LMI or of the search. Cases in which `constrain` throws LW402 or LW316 are skipped. @throws what
 * parsing throws, LW311, at once
 */
export function lipschitzBounded(
  architecture: Architecture | string,
  options: BoundedOptions,
): fc.IAsyncPropertyWithHooks<[Case]> {
  knownOptions(options, boundedOptions, 'lipschitzBounded');
  const target = typeof architecture === 'string' ? loadArchitecture(architecture) : architecture;
  const depth =
    typeof options.depth === 'number'
      ? { from: options.depth, to: options.depth }
      : (options.depth ?? { from: 1, to: 4 });
  const limits = limitsOf({ architectures: 1, depth, maxWidth: options.maxWidth ?? 5, pool: 0 });
  const { constrain, tolerance = 0 } = options;
  if (!(tolerance >= 0 && tolerance < 1)) fail('LW311', `tolerance ${tolerance}`, 'a number from 0, below 1');
  const pool = widthPool(limits);
  const networks = new Map<number, ReturnType<typeof bareNetwork>>();
  const network = (at: number): ReturnType<typeof bareNetwork> => {
    const known = networks.get(at) ?? bareNetwork(target, at);
    networks.set(at, known);
    return known;
  };
  return unshrunk(
    fc.asyncProperty(
      describedCases(limits, (drawn) => network(drawn.depth)),
      async (drawn) => {
        const bare = network(drawn.depth);
        const filled = fill(drawn, bare.program, pool);
        const frame = bare.constrain(filled.free, filled.options);
        const values = await weightsOf(bare, frame, () =>
          constrain(ownCopies(filled.free), foreignContext(bare, target, frame)),
        );
        if (values === null) {
          fc.pre(false);
          return;
        }
        const objection = await objectionTo(target, bare.program.depth, values, values.lipschitz * (1 + tolerance));
        if (objection === null) return;
        // Without multipliers, and so without an LMI and a verdict.
        const {
          architecture: name,
          depth: at,
          lipschitz,
          slopes,
          dims,
          signals,
          weights,
          biases,
          definition,
        } = toSample({ ...bare, lmi: () => Float64Array.of(Number.NaN) }, values, { strategy: 'certify' });
        const counterexample = {
          architecture: name,
          depth: at,
          lipschitz,
          slopes,
          dims,
          signals,
          weights,
          biases,
          definition,
          because: objection,
          free: Object.fromEntries(Object.entries(filled.free).map(([name, data]) => [name, Array.from(data)])),
        };
        throw new CounterexampleError(
          counterexampleText(counterexample, drawnFacts(bare, drawn, pool), [again]),
          counterexample,
        );
      },
    ),
  );
}

/** The frame with somebody's weights and biases; null where they say that the demand cannot be met. */
async function weightsOf(
  bare: ReturnType<typeof bareNetwork>,
  frame: Constrained,
  make: () => ForeignWeights | Promise<ForeignWeights>,
): Promise<Constrained | null> {
  const { program } = bare;
  try {
    const made = await make();
    const weights = flattened(
      made.weights,
      frame.weights,
      program.weights.map(({ name }) => name),
    );
    const biases =
      made.biases === undefined
        ? frame.biases
        : flattened(
            made.biases,
            frame.biases,
            program.biases.map(({ name }) => name),
          );
    return { ...frame, weights, biases };
  } catch (error) {
    if (error instanceof LipwrightError && (error.code === 'LW402' || error.code === 'LW316')) return null;
    throw error;
  }
}

const number = (value: number): string => brief(value, 7);

/** Null if the weights are proven to keep the bound. */
async function objectionTo(
  architecture: Architecture,
  depth: number,
  { widths, slopes, weights, biases }: Constrained,
  bound: number,
): Promise<string | null> {
  const certified = await certifiedOrReason({ architecture, depth, widths, slopes, weights, biases });
  if (typeof certified === 'string') return `not proven: no multipliers found that prove 𝓛 (${certified})`;
  // Whatever the search says: only a proven bound at or below the wanted one is one.
  if (certified.lipschitz <= bound) return null;
  const { slopeLowerBound, lowerBound } = certified.certificate;
  const slope = Math.max(slopeLowerBound ?? 0, lowerBound ?? 0);
  const found =
    `no multipliers found that prove 𝓛 (best proven ${number(certified.lipschitz)}; largest ` +
    `slope found ${number(slope)})`;
  // What was measured in doubles is called a violation only where their rounding cannot explain it.
  return slope > bound * (1 + 1e-9)
    ? `the bound is broken: a slope of ${number(slope)} was found, ${number(slope / bound)} times 𝓛; ${found}`
    : `not proven: ${found}`;
}

async function certifiedOrReason(network: Parameters<typeof certify>[0]): Promise<Certified | string> {
  try {
    return await certify(network, { lowerBound: { starts: 4 } });
  } catch (error) {
    if (error instanceof LipwrightError && (error.code === 'LW315' || error.code === 'LW307')) return error.message;
    throw error;
  }
}
