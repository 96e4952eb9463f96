import { diagnosed } from '../../base/diagnostic.js';
import { knownOptions, optionNames } from '../../base/known-options.js';
import { risingProgram } from '../../model/program.js';
import type { Operation, Program } from '../../model/program.js';
import { lmiAssembly } from '../../network/assembly.js';
import { assemble } from '../../numeric/assembly.js';
import { constrainOf } from '../../runtime/js/constrain.js';
import { forwardOf } from '../../runtime/js/forward.js';
import { initOf } from '../../runtime/js/init.js';
import type { Network } from '../../runtime/js/network.js';
import type * as runtime from '../../runtime/js/types.js';
import { vjpOf } from '../../runtime/js/vjp.js';
import { dimsOf } from '../../runtime/js/widths.js';
import { numericFunction } from '../../slopes/scalar/index.js';
import { defaultLipschitz, networkData } from '../network-data.js';
import type { ActivationReader } from './activations.js';
import { activationFinder } from './activations.js';
import type { Compiled, Constrained, ConstrainOptions, InitialOptions } from './compiled.js';
import { planWorkspace } from './workspace.js';

const constrainOptions = optionNames<ConstrainOptions>({
  widths: true,
  lipschitz: true,
  slopes: true,
  activation: true,
  precision: true,
  into: true,
});
const initialOptions = optionNames<InitialOptions>({ slopes: true, lipschitz: true, activation: true, domain: true });

/**
 * The functions that modules hold, on the network that they hold; what they refuse is a diagnostic here. Without a
 * reader no activation is known: functions need slopes.
 */
export function inMemory(program: Program, read: ActivationReader | null = null): Compiled {
  const rising = risingProgram(program);
  const network: Network = {
    ...networkData(program, ({ function: phi }) => numericFunction(phi)),
    known: activationFinder(read),
    plan: (widths) => planWorkspace(program, widths),
    ...(rising === null ? {} : { rising: (widths: readonly number[]) => planWorkspace(rising, widths) }),
    plans: new Map(),
    planOf: new WeakMap(),
  };
  const factors = (of: Program | null): readonly Factored[] =>
    of?.operations.filter((operation) => operation.kind === 'cholesky') ?? [];
  const [factored, whereRising] = [factors(program), factors(rising)];
  return {
    program,
    lipschitz: defaultLipschitz,
    init: (seed, widths, options = {}) => {
      knownOptions(options, initialOptions, 'init');
      return diagnosed(() => initOf(network, seed, widths, options as runtime.InitialOptions));
    },
    dims: (widths) => diagnosed(() => dimsOf(network, widths)),
    constrain: (free, options = {}) => {
      knownOptions(options, constrainOptions, 'constrain');
      const result = diagnosed(() => constrainOf(network, free, options as runtime.Options));
      const plan = network.planOf.get(result);
      const of = plan !== undefined && plan.last === plan.rising ? whereRising : factored;
      return of.length === 0 ? result : withConditions(result, of, plan?.last.buffers ?? []);
    },
    vjp: (free, cotangents, options = {}) => {
      knownOptions(options, constrainOptions, 'vjp');
      return diagnosed(() => vjpOf(network, free, cotangents, options as runtime.Options));
    },
    forward: (weights, x, activation) =>
      diagnosed(() => forwardOf(network, weights as runtime.Constrained, x, activation as runtime.Activations)),
    lmi: (weights) => assemble(lmiAssembly(program, weights)),
    assembly: (weights) => lmiAssembly(program, weights),
  };
}

type Factored = Extract<Operation, { kind: 'cholesky' }>;

/** The result with the condition numbers of what was factored for it. */
function withConditions(
  result: runtime.Constrained & { conditions?: Record<string, number> },
  factored: readonly Factored[],
  buffers: readonly Float64Array[],
): Constrained {
  const conditions: Record<string, number> = (result.conditions = {});
  for (const { name } of factored) conditions[name] = 0;
  for (const { name, out } of factored)
    conditions[name] = Math.max(conditions[name] ?? 0, conditionBelow(buffers[out] ?? new Float64Array(0)));
  return result;
}

/**
 * (max l_ii / min l_ii)² of an n × n lower triangular L, row major: κ(L Lᵀ) is at least that, since the greatest and
 * least singular values of a triangular matrix enclose its diagonal.
 */
function conditionBelow(factor: Float64Array): number {
  const step = Math.sqrt(factor.length) + 1;
  let [least, largest] = [Infinity, 0];
  for (let at = 0; at < factor.length; at += step) {
    const entry = factor[at] ?? 0;
    if (entry < least) least = entry;
    if (entry > largest) largest = entry;
  }
  return (largest / least) ** 2;
}
