import fc from 'fast-check';
import { loadArchitecture } from '../1-parse/index.js';
import type { Constrained, Values } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import { defaultStrategy } from '../../rules/strategies.js';
import { findStrategy } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import { bareNetwork } from './bare.js';
import type { Case } from './cases.js';
import { caseArbitrary, limitsOf, widthPool } from './cases.js';
import { describeFailure } from './counterexample.js';
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

/** Weights by the author's names, and the multipliers `lambda[1]` … that prove them. */
export interface ForeignResult {
  readonly weights: Readonly<Record<string, Numbers>>;
  readonly multipliers: Readonly<Record<string, Numbers>>;
}

export interface PropertyOptions {
  /** One depth or a range; 1 … 4 if left out. */
  readonly depth?: number | { readonly from: number; readonly to: number };
  readonly strategy?: string | Strategy;
  readonly maxWidth?: number;
  /** Somebody's own code in the place of the derived parameterization: any finite free parameters → weights, multipliers. */
  readonly constrain?: (free: Readonly<Record<string, Float64Array>>, context: ForeignContext) => ForeignResult;
}

/**
 * The property that in every drawn case M ≼ 0 is proven, and that random pairs of inputs keep ‖f(x) − f(x')‖ ≤ 𝓛‖x − x'‖:
 *
 *     fc.assert(negativeSemidefinite('residual', { depth: 3 }));
 *
 * The architecture is a built-in name, a path, or an `Architecture`. Cases that the parameterization cannot meet (LW402) are skipped
 * as preconditions. @throws what parsing and deriving throw, at once
 */
export function negativeSemidefinite(architecture: Architecture | string, options: PropertyOptions = {}): fc.IPropertyWithHooks<[Case]> {
  const target = typeof architecture === 'string' ? loadArchitecture(architecture) : architecture;
  const depth = typeof options.depth === 'number' ? { from: options.depth, to: options.depth } : (options.depth ?? { from: 1, to: 4 });
  const limits = limitsOf({ architectures: 1, depth, maxWidth: options.maxWidth ?? 5, pool: 0 });
  const strategy = findStrategy(options.strategy ?? defaultStrategy);
  const { constrain } = options;
  const subjects = new Subjects([target], strategy, constrain === undefined ? null : (_architecture, at) => foreign(target, at, constrain));
  subjects.require(0, limits.depth);
  const pool = widthPool(limits);
  return fc.property(caseArbitrary(limits), (drawn) => {
    const subject = subjects.get(0, drawn.depth);
    if (subject === null) {
      fc.pre(false);
      return;
    }
    const trial = runTrial(subject, drawn, { pool, forward: true, margin: false });
    fc.pre(trial.outcome.kind !== 'infeasible');
    if (trial.outcome.kind !== 'failed') return;
    const { because, ...instance } = describeFailure(subject, trial, { strategy: strategy.name, replay: '' });
    throw new Error(`${because}: ${JSON.stringify(instance)}`);
  });
}

function foreign(architecture: Architecture, depth: number, constrain: NonNullable<PropertyOptions['constrain']>): Subject {
  const bare = bareNetwork(architecture, depth);
  const { program } = bare;
  return {
    ...bare,
    constrain: (free, options = {}): Constrained => {
      // The bare network fills in widths, slopes and biases; weights and multipliers are then the other code's.
      const frame = bare.constrain(free, options);
      const own = Object.fromEntries(Object.entries(free).map(([name, values]) => [name, Float64Array.from(values)]));
      const { widths, slopes, lipschitz } = frame;
      const made = constrain(own, { architecture, depth, widths, dims: bare.dims(options.widths ?? widths), slopes, lipschitz });
      return {
        ...frame,
        weights: flattened(made.weights, frame.weights, program.weights.map(({ name }) => name)),
        multipliers: flattened(made.multipliers, frame.multipliers, program.multipliers.map(({ name }) => name)),
      };
    },
  };
}

function flattened(given: Readonly<Record<string, Numbers>>, shapes: Values, names: readonly string[]): Values {
  return Object.fromEntries(
    names.map((name) => {
      const values = Object.hasOwn(given, name) ? given[name] : undefined;
      const length = shapes[name]?.length ?? 0;
      const flat = values === undefined ? null : Float64Array.from(Array.from<number | ArrayLike<number>>(values).flatMap((item) => (typeof item === 'number' ? [item] : Array.from(item))));
      return flat?.length === length ? [name, flat] : fail('LW312', `${name} with ${flat === null ? 'no' : flat.length} numbers`, `${length} numbers`);
    }),
  );
}
