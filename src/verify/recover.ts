import { defaultStrategy } from '../../rules/strategies.js';
import type { Constrained } from '../5-emit/index.js';
import { inMemory } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import type { DeriveOptions } from '../compile.js';
import { derive, lower, lowerRecovery } from '../compile.js';
import type { Architecture } from '../model/architecture.js';

export type FreeParameters = Readonly<Record<string, Float64Array>>;

export interface Recovered {
  readonly free: FreeParameters;
  /** The largest difference of a weight or multiplier that `free` leads to, relative to the largest of its array. */
  readonly error: number;
}

/** Above this the free parameters found do not count as leading to the weights. */
const agreement = 1e-9;

/**
 * The inverse of `constrain`: free parameters that lead to the given weights and multipliers, for the slopes and the 𝓛
 * that come with them. Every strictly feasible point whose pivots keep the strategy's margin has them (pivot, free
 * multipliers, cholesky; no fixed reads in hidden layers); what is found is carried forward again and compared.
 * @throws LW317 if there are none, or no way back under this strategy or through blocks; LW402 if the point is not
 *   feasible with that margin
 */
export function recoverFree(
  architecture: Architecture,
  values: Constrained,
  options: DeriveOptions & { readonly depth: number },
): Recovered {
  const { name: title, blocks } = architecture;
  if (blocks.size > 0)
    fail('LW317', `${title} with ${blocks.size} blocks`, 'an architecture without blocks: blocks have no way back yet');
  const derivation = derive(architecture, { strategy: defaultStrategy, ...options });
  const compiled = inMemory(lower(derivation));
  const back = inMemory(lowerRecovery(derivation));
  const { widths, slopes, lipschitz } = values;
  const setting = { widths, slopes, lipschitz };
  const layers = back.program.multipliers;
  // Multipliers come in the order of the layers; an author's own lambda leaves them another name there.
  const inputs = back.program.free.filter(({ name }) => !(name in values.weights) && !(name in values.biases));
  const multiplierOf = new Map(inputs.map(({ name }, at) => [name, layers[at]?.name ?? name]));
  const given = Object.fromEntries(
    back.program.free.map(({ name }) => [name, array(name, multiplierOf.get(name) ?? name, values)]),
  );
  const found = back.constrain(given, setting);
  const logarithms = compiled.program.free.filter(({ name }) => !(name in found.weights) && !(name in values.biases));
  const free = Object.fromEntries([
    ...Object.entries(found.weights),
    ...Object.entries(values.biases),
    ...logarithms.map(({ name }, at): [string, Float64Array] => [
      name,
      (found.multipliers[layers[at]?.name ?? ''] ?? new Float64Array(0)).map(Math.log),
    ]),
  ]);
  const error = difference(compiled.constrain(free, setting), values);
  if (!(error <= agreement))
    fail(
      'LW317',
      `the nearest ones give weights that differ by ${error.toExponential(1)}`,
      'weights and multipliers that this parameterization reaches',
    );
  return { free, error };
}

/** Values of the way back are inputs by the name of the weight, bias or multiplier. */
function array(name: string, multiplier: string, { weights, biases, multipliers }: Constrained): Float64Array {
  return (
    weights[name] ??
    biases[name] ??
    multipliers[multiplier] ??
    fail('LW312', name, 'all weights, biases and multipliers')
  );
}

function difference(made: Constrained, given: Constrained): number {
  const pairs = [
    ...Object.entries(made.weights).map(([name, data]) => [data, given.weights[name]] as const),
    ...Object.entries(made.multipliers).map(([name, data]) => [data, given.multipliers[name]] as const),
  ];
  return Math.max(0, ...pairs.map(([a, b]) => (b === undefined ? Infinity : relative(a, b))));
}

function relative(a: Float64Array, b: Float64Array): number {
  let [largest, apart] = [0, 0];
  b.forEach((value, i) => {
    largest = Math.max(largest, Math.abs(value));
    apart = Math.max(apart, Math.abs(value - (a[i] ?? Infinity)));
  });
  return apart === 0 ? 0 : apart / largest;
}
