import { loadArchitecture } from '../src/1-parse/index.js';
import { perronScales } from '../src/numeric/perron.js';
import { generator } from '../src/numeric/random.js';
import type { Random } from '../src/numeric/random.js';
import { bareNetwork } from '../src/verify/bare.js';

/** A residual network's weights, ReLU: y = A x + B w[n], all widths equal, A diagonal. */
interface Weights {
  readonly width: number;
  readonly a: Float64Array;
  readonly b: Float64Array;
  /** C[1] … C[n] */
  readonly c: readonly Float64Array[];
}

/** Gaussian weights; every C has its largest row sum at 1, where plain discs can be met. */
function randomWeights(random: Random, width: number, depth: number): Weights {
  const gaussian = (size: number): Float64Array => Float64Array.from({ length: size }, () => random.normal());
  const c = Array.from({ length: depth }, () => {
    const matrix = gaussian(width * width);
    const largest = Math.max(
      ...Array.from({ length: width }, (_, i) =>
        matrix.subarray(i * width, (i + 1) * width).reduce((all, value) => all + Math.abs(value), 0),
      ),
    );
    return matrix.map((value) => value / largest);
  });
  return { width, a: gaussian(width), b: gaussian(width * width).map((value) => value / Math.sqrt(width)), c };
}

const rowSums = (matrix: Float64Array, n: number): number[] =>
  Array.from({ length: n }, (_, i) =>
    matrix.subarray(i * n, (i + 1) * n).reduce((all, value) => all + Math.abs(value), 0),
  );
const columnSums = (matrix: Float64Array, n: number, weight: readonly number[]): number[] =>
  Array.from({ length: n }, (_, j) =>
    weight.reduce((all, value, i) => all + Math.abs(matrix[i * n + j] ?? 0) * value, 0),
  );

/** diag(left)⁻¹ matrix diag(right) */
const between = (left: readonly number[], matrix: Float64Array, right: readonly number[], n: number): Float64Array =>
  matrix.map((value, at) => (value / (left[Math.floor(at / n)] ?? 1)) * (right[at % n] ?? 1));

interface Certificate {
  /** 𝓛² */
  readonly square: number;
  /** λ of the unscaled network. */
  readonly multipliers: readonly (readonly number[])[];
}

/**
 * The least 𝓛 that the discs of TMT prove, with the best multipliers for this T: rows are met with equality from the
 * last one up.
 */
function discs({ width: n, a, b, c }: Weights, t: readonly (readonly number[])[]): Certificate {
  const one = Array<number>(n).fill(1);
  const scale = (k: number): readonly number[] => t[k] ?? one;
  const sb = between(one, b, scale(c.length), n);
  const sa = Array.from(a, (value, i) => Math.abs(value) * (scale(0)[i] ?? 1));
  const gram = Array.from({ length: n }, (_, i) => {
    let total = 0;
    for (let j = 0; j < n; j += 1) {
      let entry = 0;
      for (let k = 0; k < n; k += 1) entry += (sb[k * n + i] ?? 0) * (sb[k * n + j] ?? 0);
      total += Math.abs(entry);
    }
    return total;
  });
  let demand = columnSums(sb, n, sa).map((value, i) => value + (gram[i] ?? 0));
  const multipliers: number[][] = [];
  for (let l = c.length; l >= 1; l -= 1) {
    const matrix = between(scale(l), c[l - 1] ?? new Float64Array(0), scale(l - 1), n);
    const sums = rowSums(matrix, n);
    if (sums.some((value) => value >= 2)) return { square: Infinity, multipliers: [] };
    const lambda = demand.map((value, i) => value / (2 - (sums[i] ?? 0)));
    multipliers.unshift(lambda.map((value, i) => value / (scale(l)[i] ?? 1) ** 2));
    demand = columnSums(matrix, n, lambda);
  }
  const across = rowSums(sb, n);
  const square = Math.max(
    ...demand.map(
      (value, i) => (value + (sa[i] ?? 0) ** 2 + (sa[i] ?? 0) * (across[i] ?? 0)) / (scale(0)[i] ?? 1) ** 2,
    ),
  );
  return { square, multipliers };
}

/** The least 𝓛 that the discs of the LMI with these multipliers prove, plain and with Perron scales. */
function ofTheLmi(
  weights: Weights,
  { square, multipliers }: Certificate,
): { readonly plain: number; readonly perron: number } {
  const { width: n, a, b, c } = weights;
  const depth = c.length;
  const network = bareNetwork(loadArchitecture('residual'), depth);
  const widths = Object.fromEntries(network.program.widths.flatMap((names) => names.map((name) => [name, n])));
  const values = (lipschitz: number): Parameters<typeof network.lmi>[0] => ({
    widths,
    slopes: c.map(() => [0, 1] as const),
    lipschitz,
    weights: { A: a, B: b, ...Object.fromEntries(c.map((matrix, k) => [`C[${k + 1}]`, matrix])) },
    biases: Object.fromEntries(network.program.biases.map(({ name }) => [name, new Float64Array(n)])),
    multipliers: Object.fromEntries(multipliers.map((lambda, k) => [`lambda[${k + 1}]`, Float64Array.from(lambda)])),
  });
  const order = n * (depth + 1);
  // At 𝓛 = 1 the rows of x lack 𝓛² − 1; those of the hidden signals hold already.
  const atOne = network.lmi(values(1));
  const plain = Math.sqrt(
    Math.max(
      ...Array.from({ length: n }, (_, i) =>
        atOne
          .subarray(i * order, (i + 1) * order)
          .reduce((all, value, j) => all + (i === j ? value + 1 : Math.abs(value)), 0),
      ),
    ),
  );
  // With 𝓛 of the plain discs the scales 1 do: the Perron value is at most 1 there, and falls as 𝓛 grows.
  let [low, high] = [0, Math.sqrt(square)];
  for (let step = 0; step < 20; step += 1) {
    const middle = (low + high) / 2;
    if (perronScales(network.lmi(values(middle)), order, { tolerance: 1e-6, iterations: 2000 }).upper <= 1)
      high = middle;
    else low = middle;
  }
  return { plain, perron: high };
}

/** Both at once: log 𝓛² is convex in log t (a geometric program), so descent on log t finds the best scales. */
function withBestScales(weights: Weights): number {
  const { width: n, c } = weights;
  const size = n * (c.length + 1);
  const s = new Float64Array(size);
  const at = (logs: Float64Array): number =>
    0.5 *
    Math.log(
      discs(
        weights,
        Array.from({ length: c.length + 1 }, (_, k) => Array.from(logs.subarray(k * n, (k + 1) * n), Math.exp)),
      ).square,
    );
  const [first, second] = [new Float64Array(size), new Float64Array(size)];
  let best = at(s);
  for (let step = 1; step <= 300; step += 1) {
    const rate = 0.1 / (1 + step / 40);
    const here = at(s);
    best = Math.min(best, here);
    for (let i = 0; i < size; i += 1) {
      const moved = s.slice();
      moved[i] = (moved[i] ?? 0) + 1e-6;
      const slope = (at(moved) - here) / 1e-6;
      first[i] = 0.9 * (first[i] ?? 0) + 0.1 * slope;
      second[i] = 0.99 * (second[i] ?? 0) + 0.01 * slope * slope;
    }
    for (let i = 0; i < size; i += 1)
      s[i] = (s[i] ?? 0) - (rate * (first[i] ?? 0)) / (Math.sqrt(second[i] ?? 0) + 1e-9);
  }
  return Math.exp(Math.min(best, at(s)));
}

const median = (values: readonly number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;

/**
 * Random residual networks: the smallest 𝓛 that plain discs prove against the smallest that scaled discs prove, same
 * weights. The first ratio takes |SCᵀΛ + AᵀB| of n = 1 as one block, the second as two.
 */
export function scaledGain(say: (line: string) => void, seeds = 5): void {
  say(
    '\nsmallest provable 𝓛 of random residual networks (width 8, ReLU): plain discs / scaled discs, medians over seeds',
  );
  say('| n | plain discs, best multipliers | / Perron scales, same multipliers | / best scales and multipliers |');
  say('|---|---|---|---|');
  for (let depth = 1; depth <= 4; depth += 1) {
    const found = Array.from({ length: seeds }, (_, seed) => {
      const weights = randomWeights(generator(100 * depth + seed), 8, depth);
      const plain = discs(weights, []);
      const bound = Math.sqrt(plain.square);
      const { plain: own, perron } = ofTheLmi(weights, plain);
      return { bound, perron: own / perron, best: bound / withBestScales(weights) };
    });
    say(
      `| ${depth} | ${median(found.map(({ bound }) => bound)).toFixed(2)} | ` +
        `${median(found.map(({ perron }) => perron)).toFixed(3)} | ` +
        `${median(found.map(({ best }) => best)).toFixed(3)} |`,
    );
  }
}
