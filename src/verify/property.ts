import fc from 'fast-check';
import { loadArchitecture } from '../1-parse/index.js';
import type { Compiled, Constrained, Values } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import { knownOptions, optionNames } from '../base/known-options.js';
import { defaultStrategy } from '../../rules/strategies.js';
import { findStrategy } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import { bareNetwork } from './bare.js';
import type { Case, CaseLimits } from './cases.js';
import { caseArbitrary, fill, limitsOf, widthPool } from './cases.js';
import { describeFailure } from './counterexample.js';
import { CounterexampleError } from './counterexample-error.js';
import type { CaseFacts } from './counterexample-text.js';
import { caseText, counterexampleText } from './counterexample-text.js';
import type { Subject } from './instance.js';
import { Subjects } from './subjects.js';
import { runTrial } from './trial.js';

export type { Case } from './cases.js';

/** Numbers as flat rows (row major) or as nested rows. */
export type Numbers = ArrayLike<number> | readonly ArrayLike<number>[];

/** What somebody's own parameterization is told beside the free parameters. */
export interface ForeignContext {
  readonly architecture: Architecture;
  readonly depth: number;
  /** Widths by signal. */
  readonly widths: Readonly<Record<string, number>>;
  /** Shapes of weights and biases by name: [rows, columns], or [length] of a diagonal or a bias. */
  readonly dims: Readonly<Record<string, readonly number[]>>;
  /** [m, L] of each hidden signal. */
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
}

/** Weights and biases by the author's names; biases that are left out are drawn, as no bound depends on them. */
export interface ForeignWeights {
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly biases?: Readonly<Record<string, Numbers>> | undefined;
}

/** And the multipliers `lambda[1]` … that prove them. Weights alone are for `lipschitzBounded`. */
export interface ForeignResult extends ForeignWeights {
  readonly multipliers: Readonly<Record<string, Numbers>>;
}

export interface PropertyOptions {
  /** One depth or a range; 1 … 4 if left out. */
  readonly depth?: number | { readonly from: number; readonly to: number };
  readonly strategy?: string | Strategy;
  readonly maxWidth?: number;
  /**
   * Somebody's own code in the place of the derived parameterization: any finite free parameters → weights,
   * multipliers.
   */
  readonly constrain?: (free: Readonly<Record<string, Float64Array>>, context: ForeignContext) => ForeignResult;
}

const propertyOptions = optionNames<PropertyOptions>({ depth: true, strategy: true, maxWidth: true, constrain: true });

/**
 * The property that in every drawn case M ≼ 0 is proven, and that random pairs of inputs keep ‖f(x) − f(x')‖ ≤ 𝓛‖x −
 * x'‖:
 *
 *     fc.assert(negativeSemidefinite('residual', { depth: 3 }));
 *
 * The architecture is a built-in name, a path, or an `Architecture`. Cases that the parameterization cannot meet
 * (LW402) are skipped as preconditions. @throws what parsing and deriving throw, at once
 */
export function negativeSemidefinite(
  architecture: Architecture | string,
  options: PropertyOptions = {},
): fc.IPropertyWithHooks<[Case]> {
  knownOptions(options, propertyOptions, 'negativeSemidefinite');
  const target = typeof architecture === 'string' ? loadArchitecture(architecture) : architecture;
  const depth =
    typeof options.depth === 'number'
      ? { from: options.depth, to: options.depth }
      : (options.depth ?? { from: 1, to: 4 });
  const limits = limitsOf({ architectures: 1, depth, maxWidth: options.maxWidth ?? 5, pool: 0 });
  const strategy = findStrategy(options.strategy ?? defaultStrategy);
  const { constrain } = options;
  const subjects = new Subjects(
    [target],
    strategy,
    constrain === undefined ? null : (_architecture, at) => foreign(target, at, constrain),
  );
  subjects.require(0, limits.depth);
  const pool = widthPool(limits);
  return unshrunk(
    fc.property(
      describedCases(limits, (drawn) => subjects.get(0, drawn.depth)),
      (drawn) => {
        const subject = subjects.get(0, drawn.depth);
        if (subject === null) {
          fc.pre(false);
          return;
        }
        const trial = runTrial(subject, drawn, { pool, forward: true, margin: false });
        fc.pre(trial.outcome.kind !== 'infeasible');
        if (trial.outcome.kind !== 'failed') return;
        const counterexample = describeFailure(subject, trial, {
          strategy: constrain === undefined ? strategy.name : null,
          replay: null,
        });
        throw new CounterexampleError(
          counterexampleText(counterexample, drawnFacts(subject, drawn, pool), [again]),
          counterexample,
        );
      },
    ),
  );
}

/** What `constrain` forgets it forgets in every case: no smaller one says more. */
export function unshrunk<
  P extends { run: (value: [Case]) => unknown; shrink: (value: fc.Value<[Case]>) => fc.Stream<fc.Value<[Case]>> },
>(property: P): P {
  let forgotten = false;
  const [run, shrink] = [property.run.bind(property), property.shrink.bind(property)];
  const look = <T>(result: T): T => {
    const failure: unknown = typeof result === 'object' && result !== null && 'error' in result ? result.error : null;
    forgotten = failure instanceof Error && /constrain returned no /.test(failure.message);
    return result;
  };
  property.run = (value) => {
    const result = run(value);
    return result instanceof Promise ? result.then(look) : look(result);
  };
  property.shrink = (value) => (forgotten ? fc.Stream.nil() : shrink(value));
  return property;
}

/** Where the numbers are, and how to see the case again: fast-check prints the seed and the path. */
export const again = [
  'again',
  'fc.assert with the seed and path above; the cause of the error holds the instance: error.cause.counterexample',
] as const;

/** The cases of one architecture, which fast-check prints in words. */
export function describedCases(
  limits: CaseLimits,
  subjectOf: (drawn: Case) => Pick<Subject, 'program'> | null,
): fc.Arbitrary<Case> {
  const pool = widthPool(limits);
  const text = (drawn: Case): string => {
    const subject = subjectOf(drawn);
    return subject === null ? `depth ${drawn.depth}, left out` : caseText(drawnFacts(subject, drawn, pool));
  };
  return caseArbitrary(limits).map((drawn) =>
    Object.defineProperty({ ...drawn }, fc.toStringMethod, { value: () => text(drawn) }),
  );
}

export function drawnFacts(
  { program }: Pick<Subject, 'program'>,
  drawn: Case,
  pool: readonly (readonly number[])[],
): CaseFacts {
  const { widths, slopes, lipschitz } = fill(drawn, program, pool);
  return {
    architecture: program.architecture,
    depth: program.depth,
    widths,
    slopes,
    lipschitz,
    hidden: program.layers.map(({ signal }) => program.signals[signal]?.name ?? ''),
  };
}

function foreign(
  architecture: Architecture,
  depth: number,
  constrain: NonNullable<PropertyOptions['constrain']>,
): Subject {
  const bare = bareNetwork(architecture, depth);
  const { program } = bare;
  return {
    ...bare,
    constrain: (free, options = {}): Constrained => {
      // The bare network fills in widths, slopes and biases; weights and multipliers are then the other code's.
      const frame = bare.constrain(free, options);
      const made: Partial<ForeignResult> & ForeignWeights = constrain(
        ownCopies(free),
        foreignContext(bare, architecture, frame),
      );
      const { multipliers } = made;
      if (multipliers === undefined && program.multipliers.length > 0)
        return fail(
          'LW312',
          'weights without multipliers',
          'multipliers that prove them, or lipschitzBounded(…), which searches for them',
        );
      return {
        ...frame,
        weights: flattened(
          made.weights,
          frame.weights,
          program.weights.map(({ name }) => name),
        ),
        biases:
          made.biases === undefined
            ? frame.biases
            : flattened(
                made.biases,
                frame.biases,
                program.biases.map(({ name }) => name),
              ),
        multipliers: flattened(
          multipliers ?? {},
          frame.multipliers,
          program.multipliers.map(({ name }) => name),
        ),
      };
    },
  };
}

/** Somebody's code may keep or change what it is given. */
export const ownCopies = (free: Readonly<Record<string, ArrayLike<number>>>): Record<string, Float64Array> =>
  Object.fromEntries(Object.entries(free).map(([name, values]) => [name, Float64Array.from(values)]));

export function foreignContext(
  bare: Compiled,
  architecture: Architecture,
  { widths, slopes, lipschitz }: Constrained,
): ForeignContext {
  return { architecture, depth: bare.program.depth, widths, dims: bare.dims(widths), slopes, lipschitz };
}

/** Nested or flat numbers as flat rows, named and sized as wanted. @throws LW312 */
export function flattened(given: Readonly<Record<string, Numbers>>, shapes: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.map((name) => {
      const values = Object.hasOwn(given, name) ? given[name] : undefined;
      const length = shapes[name]?.length ?? 0;
      const flat =
        values === undefined
          ? null
          : Float64Array.from(
              Array.from<number | ArrayLike<number>>(values).flatMap((item) =>
                typeof item === 'number' ? [item] : Array.from(item),
              ),
            );
      return flat?.length === length
        ? [name, flat]
        : fail(
            'LW312',
            flat === null ? `constrain returned no ${name}` : `${name} with ${flat.length} numbers`,
            `${length} numbers`,
          );
    }),
  );
}
