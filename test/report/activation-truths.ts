/**
 * What is true of the activations, from their definitions in PyTorch's documentation by hand, and to 20 digits by
 * mpmath (roots of φ'' at 40 digits); and Table III of arXiv 2502.21279 as the paper prints it. Nothing here comes from
 * our code.
 */

export interface Entry {
  /** As the paper prints them. */
  readonly published: Readonly<Record<string, string>>;
  readonly verdict: 'equal' | 'loose' | 'wrong';
  /** What the findings must say between them. */
  readonly says: readonly RegExp[];
}

const exactly = { L: '1', m: '0' } as const;

export const tableIII: Readonly<Record<string, Entry>> = {
  // m = 0 fails for a negative alpha, where the slopes left of 0 are alpha exp(v) < 0.
  elu: {
    published: { L: 'max(1, alpha)', m: '0' },
    verdict: 'wrong',
    says: [/m = 0 is wrong .*alpha < 0.*infimum is alpha$/],
  },
  hardshrink: {
    published: { none: 'discontinuous' },
    verdict: 'equal',
    says: [/lambda > 0, as published .*jumps by lambda at v = -lambda/],
  },
  hardsigmoid: { published: { L: '1/6', m: '0' }, verdict: 'equal', says: [] },
  hardtanh: { published: exactly, verdict: 'equal', says: [] },
  hardswish: { published: { L: '1.5', m: '-0.5' }, verdict: 'equal', says: [] },
  // The slopes are 1 and a, in either order.
  'leaky-relu': {
    published: { L: '1', m: 'a' },
    verdict: 'wrong',
    says: [
      /L = 1 is wrong by a - 1 for a > 1: the supremum is a$/,
      /m = a is wrong by a - 1 for a > 1: the infimum is 1$/,
    ],
  },
  logsigmoid: { published: exactly, verdict: 'equal', says: [] },
  prelu: {
    published: { L: '1', m: 'a' },
    verdict: 'wrong',
    says: [
      /L = 1 is wrong by a - 1 for a > 1: the supremum is a$/,
      /m = a is wrong by a - 1 for a > 1: the infimum is 1$/,
    ],
  },
  relu: { published: exactly, verdict: 'equal', says: [] },
  relu6: { published: exactly, verdict: 'equal', says: [] },
  rrelu: { published: { none: 'stochastic' }, verdict: 'loose', says: [/published without bounds \(stochastic\)/] },
  // 1.0507009873554805 · 1.6732632423543772 = 1.758099340847377 > 1.0507 · 1.67326 = 1.758094282.
  selu: {
    published: { L: '1.0507 * 1.67326', m: '0' },
    verdict: 'equal',
    says: [/rounded to the wrong side, by 5\.06e-6: the supremum is 1\.75809934085/],
  },
  // exp(v / alpha) grows without bound to the left for a negative alpha.
  celu: {
    published: exactly,
    verdict: 'wrong',
    says: [/no bounds for alpha < 0: slopes grow to \+∞ as v → −∞/, /not defined for alpha = 0/],
  },
  gelu: {
    published: { L: '1.1289', m: '-0.1289' },
    verdict: 'equal',
    says: [/L = 1\.1289 .*wrong side, by 4\.15e-6: the supremum is 1\.12890414519$/, /m = -0\.1289 .*wrong side/],
  },
  // 1/4, at 0.
  sigmoid: { published: exactly, verdict: 'loose', says: [/L = 1 is valid but loose by 0\.75: the supremum is 1\/4$/] },
  silu: {
    published: { L: '1.099839320', m: '-0.09983932013' },
    verdict: 'equal',
    says: [/L = 1\.099839320 .*wrong side, by 1\.29e-10/],
  },
  softplus: { published: exactly, verdict: 'equal', says: [] },
  mish: {
    published: { L: '1.199678640', m: '-0.2157287822', S: '0.8060623125', P: '-0.2204297485' },
    verdict: 'wrong',
    says: [
      /L = 1\.199678640 is valid but loose by 0\.111: the supremum is 1\.08849816125$/,
      /m = -0\.2157287822 is valid but loose by 0\.103: the infimum is -0\.11252612239$/,
      // 1.199678640 − 0.2157287822 and their product.
      /S = 0\.8060623125 contradicts L \+ m = 0\.9839498578/,
      /P = -0\.2204297485 contradicts L m = -0\.258805212039/,
      // t² − 0.8060623125 t − 0.2204297485 has the roots −0.2157… and 1.0217…, below 1.0884….
      /S and P stand for slopes in \[-0\.21572\d*, 1\.0217\d*\].*slopes up to 1\.08849816125$/,
    ],
  },
  softshrink: {
    published: exactly,
    verdict: 'equal',
    says: [/m = 0 is valid but loose by 1 for lambda = 0: the infimum is 1$/],
  },
  softsign: { published: exactly, verdict: 'equal', says: [] },
  tanh: { published: exactly, verdict: 'equal', says: [] },
  tanhshrink: { published: exactly, verdict: 'equal', says: [] },
  threshold: {
    published: exactly,
    verdict: 'wrong',
    says: [/no bounds for threshold != value: it jumps by .*threshold.* at v = threshold$/],
  },
};

/** Slopes at PyTorch's default parameters; doubles or fractions that are doubles. */
export const simple: Readonly<Record<string, readonly [number, number]>> = {
  relu: [0, 1],
  relu6: [0, 1],
  'leaky-relu': [0.01, 1],
  prelu: [0.25, 1],
  rrelu: [(1 / 8 + 1 / 3) / 2, 1],
  elu: [0, 1],
  celu: [0, 1],
  selu: [0, 1.0507009873554805 * 1.6732632423543772],
  softplus: [0, 1],
  logsigmoid: [0, 1],
  sigmoid: [0, 1 / 4],
  hardsigmoid: [0, 1 / 6],
  hardswish: [-0.5, 1.5],
  tanh: [0, 1],
  hardtanh: [0, 1],
  tanhshrink: [0, 1],
  softshrink: [0, 1],
  softsign: [0, 1],
  abs: [-1, 1],
  identity: [1, 1],
};

/** m and L by mpmath, 20 digits; the nearest doubles. */
export const byMpmath: Readonly<Record<string, readonly [number, number]>> = {
  gelu: [Number('-0.12890414518515478634'), Number('1.1289041451851547863')],
  'gelu-tanh': [Number('-0.12899306865877176546'), Number('1.1289930686587717655')],
  silu: [Number('-0.099839320128866916958'), Number('1.099839320128866917')],
  mish: [Number('-0.11252612238946255641'), Number('1.0884981612517278612')],
};

/** 2/√π · e^{−x²} Σ 2ᵏ x^{2k+1} / (2k + 1)!!: all terms of one sign (DLMF 7.6.2). */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x);
  let [term, sum] = [x, x];
  for (let k = 1; Math.abs(term) > 1e-18 * Math.abs(sum); k += 1) {
    term *= (2 * x * x) / (2 * k + 1);
    sum += term;
  }
  return (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

const clamp = (v: number, lo: number, hi: number): number => Math.max(lo, Math.min(hi, v));
const softplus = (v: number): number => Math.log1p(Math.exp(-Math.abs(v))) + Math.max(v, 0);
type Values = Readonly<Record<string, number>>;

/** PyTorch's functions at its default parameters, or others. */
export const functions: Readonly<Record<string, (v: number, values?: Values) => number>> = {
  relu: (v) => Math.max(0, v),
  relu6: (v) => clamp(v, 0, 6),
  'leaky-relu': (v, { a = 0.01 } = {}) => (v >= 0 ? v : a * v),
  prelu: (v, { a = 0.25 } = {}) => (v >= 0 ? v : a * v),
  rrelu: (v, { lower = 1 / 8, upper = 1 / 3 } = {}) => (v >= 0 ? v : ((lower + upper) / 2) * v),
  elu: (v, { alpha = 1 } = {}) => (v > 0 ? v : alpha * Math.expm1(v)),
  selu: (v) => 1.0507009873554805 * (v > 0 ? v : 1.6732632423543772 * Math.expm1(v)),
  celu: (v, { alpha = 1 } = {}) => Math.max(0, v) + Math.min(0, alpha * Math.expm1(v / alpha)),
  gelu: (v) => (v / 2) * (1 + erf(v / Math.SQRT2)),
  'gelu-tanh': (v) => (v / 2) * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (v + 0.044715 * v * v * v))),
  silu: (v) => v / (1 + Math.exp(-v)),
  mish: (v) => v * Math.tanh(softplus(v)),
  softplus: (v, { beta = 1 } = {}) => softplus(beta * v) / beta,
  logsigmoid: (v) => -softplus(-v),
  sigmoid: (v) => 1 / (1 + Math.exp(-v)),
  hardsigmoid: (v) => clamp(v + 3, 0, 6) / 6,
  hardswish: (v) => (v * clamp(v + 3, 0, 6)) / 6,
  tanh: Math.tanh,
  hardtanh: (v, { lo = -1, hi = 1 } = {}) => clamp(v, lo, hi),
  tanhshrink: (v) => v - Math.tanh(v),
  softshrink: (v, { lambda = 0.5 } = {}) => Math.sign(v) * Math.max(0, Math.abs(v) - lambda),
  softsign: (v) => v / (1 + Math.abs(v)),
  abs: Math.abs,
  identity: (v) => v,
};

/** The least and the largest of 80,000 difference quotients on [−40, 40]. */
export function quotients(phi: (v: number) => number): readonly [number, number] {
  const step = 2 ** -10;
  let [least, largest] = [Infinity, -Infinity];
  for (let at = -40_000; at < 40_000; at += 1) {
    const quotient = (phi((at + 1) * step) - phi(at * step)) / step;
    least = Math.min(least, quotient);
    largest = Math.max(largest, quotient);
  }
  return [least, largest];
}
