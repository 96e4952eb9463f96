import { fail } from '../base/diagnostic.js';
import type { AffineLayer, LoweredNetwork, Parameter } from '../model/lowered-network.js';
import { generator } from '../numeric/random.js';

/** How far two sums of the same products may lie apart, as a part of the sizes that they are made of. */
const rounding = 2 ** -30;

/**
 * Whether the LMI is the one that proofs by norms are about: ‖Δy‖² − 𝓛²‖Δx‖² and −2P ΔvᵀΛΔv + 2S ΔvᵀΛΔw − 2 ΔwᵀΛΔw of
 * every layer. A rule that states another property, or other constraints, makes another LMI, and norms say nothing of
 * it.
 *
 * Both are polynomials in weights, multipliers, slopes and 𝓛. They are compared at two random points with all widths
 * 1; polynomials that differ agree there with probability 0 (Schwartz, J. ACM 27 (1980)), up to rounding.
 */
export const isUsualLmi = (network: LoweredNetwork): boolean => [1, 2].every((seed) => agreesAt(network, seed));

function agreesAt({ lmi, layers, last, multipliers }: LoweredNetwork, seed: number): boolean {
  const random = generator(seed);
  const numbers = new Map<number, number>();
  const valueOf = (buffer: number | null): number => {
    if (buffer === null) return 1;
    const value = numbers.get(buffer) ?? random.normal();
    numbers.set(buffer, value);
    return value;
  };
  const lipschitz = 1 + random.uniform();
  const slopes = layers.map(() => [random.normal(), random.normal()] as const);
  const parameterOf = (parameter: Parameter): number => {
    if (parameter.kind === 'lipschitz') return lipschitz;
    if (parameter.kind === 'constant') return parameter.value;
    const [m, L] = ('layer' in parameter ? slopes[parameter.layer] : undefined) ?? [Number.NaN, Number.NaN];
    switch (parameter.kind) {
      case 'slope-sum':
        return L + m;
      case 'slope-product':
        return L * m;
      case 'slope-lower':
        return m;
      case 'slope-upper':
        return L;
      default:
        return Number.NaN;
    }
  };
  const [difference, size] = [new Map<string, number>(), new Map<string, number>()];
  const add = (row: number, column: number, value: number): void => {
    const place = `${Math.min(row, column)} ${Math.max(row, column)}`;
    difference.set(place, plus(difference.get(place), value));
    size.set(place, plus(size.get(place), Math.abs(value)));
  };
  for (const { row, column, coefficient, parameters, left, middle, right } of lmi) {
    const factors = parameters.map(parameterOf);
    add(
      row,
      column,
      factors.reduce((all, factor) => all * factor, coefficient * valueOf(left) * valueOf(middle)) * valueOf(right),
    );
  }
  /** −scale · ΔvᵀΔv, and what v is made of. */
  const subtractSquare = ({ terms }: AffineLayer, scale: number): readonly (readonly [number, number])[] => {
    const reads = terms.map(({ coefficient, weight, signal }) => [signal, coefficient * valueOf(weight)] as const);
    reads.forEach(([i, a], at) => {
      reads.forEach(([j, b], other) => {
        // Of two reads of one signal both products stand on the diagonal, else one of them above it.
        if (i === j || other > at) add(i, j, -scale * a * b);
      });
    });
    return reads;
  };
  subtractSquare(last, 1);
  add(0, 0, lipschitz ** 2);
  layers.forEach((layer, at) => {
    const [m, L] = slopes[at] ?? [Number.NaN, Number.NaN];
    const lambda = valueOf(
      multipliers[at]?.buffer ?? fail('LW312', `no multiplier of layer ${at}`, 'one for each layer'),
    );
    for (const [signal, factor] of subtractSquare(layer, -2 * L * m * lambda))
      add(signal, layer.signal, -(L + m) * lambda * factor);
    add(layer.signal, layer.signal, 2 * lambda);
  });
  return [...difference].every(([place, rest]) => Math.abs(rest) <= rounding * (size.get(place) ?? Number.NaN));
}

const plus = (before: number | undefined, value: number): number => (before === undefined ? value : before + value);
