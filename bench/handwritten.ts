/**
 * The derived parameterization of the residual block (strategy gershgorin), as somebody would write it by hand for
 * speed: the yardstick for the compiled module. Same formulas, same margins, fused where a person would fuse.
 */
export interface ResidualSizes {
  readonly x: number;
  readonly w: number;
  readonly depth: number;
}

export interface ResidualFree {
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: readonly Float64Array[];
}

const STRICT = 2 ** -12;
const DIVISOR = 2 ** -6;
const RESERVE = 2 ** -6;
const FLOOR = 2 ** -40;
const LARGEST = 2 ** 64;
const DEMAND = 2 ** 300;
const TINY = 2 ** -60;

/** Plans the buffers and returns a function that overwrites them; slopes [m, L] are the same in all layers. */
export function handwrittenResidual({ x, w, depth }: ResidualSizes): {
  readonly run: (free: ResidualFree, m: number, L: number, lipschitz: number) => void;
  readonly A: Float64Array;
  readonly B: Float64Array;
  readonly C: readonly Float64Array[];
  readonly multipliers: readonly Float64Array[];
} {
  const A = new Float64Array(x);
  const B = new Float64Array(x * w);
  const C = Array.from({ length: depth }, (_all, l) => new Float64Array(w * (l === 0 ? x : w)));
  const multipliers = Array.from({ length: depth }, () => new Float64Array(w));
  const sums = Array.from({ length: depth }, () => new Float64Array(w));
  const rest = new Float64Array(x);
  const demand = new Float64Array(w);
  const columns = new Float64Array(Math.max(x, w));
  const line = new Float64Array(w);
  const clamp = (value: number): number => Math.min(Math.max(value, -LARGEST), LARGEST);

  const run = (free: ResidualFree, m: number, L: number, lipschitz: number): void => {
    const S = Math.abs(L + m);
    const P = L * m;
    for (let i = 0; i < x; i += 1) {
      const z = clamp(free.A[i] as number);
      A[i] = z * Math.min(1, ((1 - RESERVE) * lipschitz) / Math.abs(z));
    }
    for (let i = 0; i < x; i += 1) {
      const a = Math.abs(A[i] as number);
      let total = 0;
      for (let j = 0; j < w; j += 1) {
        const z = clamp(free.B[i * w + j] as number);
        B[i * w + j] = z;
        total += Math.abs(z);
      }
      const room = lipschitz * lipschitz - a * a;
      const factor = Math.min(1, ((1 - RESERVE) * room) / (a * total));
      for (let j = 0; j < w; j += 1) B[i * w + j] = (B[i * w + j] as number) * factor;
      rest[i] = room - a * total * factor;
    }
    // Row w[n]: |B|ᵀ|a| + |BᵀB| 1
    demand.fill(0);
    for (let i = 0; i < x; i += 1) {
      const a = Math.abs(A[i] as number);
      for (let j = 0; j < w; j += 1) demand[j] = (demand[j] as number) + Math.abs(B[i * w + j] as number) * a;
    }
    for (let i = 0; i < w; i += 1) {
      line.fill(0);
      for (let k = 0; k < x; k += 1) {
        const factor = B[k * w + i] as number;
        for (let j = i; j < w; j += 1) line[j] = (line[j] as number) + factor * (B[k * w + j] as number);
      }
      let total = Math.abs(line[i] as number);
      for (let j = i + 1; j < w; j += 1) {
        const entry = Math.abs(line[j] as number);
        total += entry;
        demand[j] = (demand[j] as number) + entry;
      }
      demand[i] = (demand[i] as number) + total;
    }
    const limit = ((1 - DIVISOR) * 2) / Math.max(S, TINY);
    for (let l = depth - 1; l >= 0; l -= 1) {
      const width = l === 0 ? x : w;
      const [from, to, sum, lambda] = [
        free.C[l] as Float64Array,
        C[l] as Float64Array,
        sums[l] as Float64Array,
        multipliers[l] as Float64Array,
      ];
      for (let i = 0; i < w; i += 1) {
        let total = 0;
        for (let j = 0; j < width; j += 1) {
          const z = clamp(from[i * width + j] as number);
          to[i * width + j] = z;
          total += Math.abs(z);
        }
        const factor = Math.min(1, limit / total);
        total = 0;
        for (let j = 0; j < width; j += 1) {
          const value = (to[i * width + j] as number) * factor;
          to[i * width + j] = value;
          total += Math.abs(value);
        }
        sum[i] = total;
        lambda[i] = ((1 + STRICT) * (demand[i] as number)) / (2 - S * total) + FLOOR * lipschitz * lipschitz;
      }
      columns.fill(0);
      for (let i = 0; i < w; i += 1) {
        const weight = (lambda[i] as number) * (S + 2 * Math.abs(P) * (sum[i] as number));
        for (let j = 0; j < width; j += 1)
          columns[j] = (columns[j] as number) + Math.abs(to[i * width + j] as number) * weight;
      }
      if (l === 0) {
        for (let j = 0; j < x; j += 1)
          columns[j] = Math.min(1, ((1 - STRICT) * (rest[j] as number)) / (columns[j] as number));
        for (let i = 0; i < w; i += 1)
          for (let j = 0; j < x; j += 1) to[i * x + j] = (to[i * x + j] as number) * (columns[j] as number);
        return;
      }
      for (let j = 0; j < w; j += 1) columns[j] = Math.min(1, DEMAND / (columns[j] as number));
      for (let i = 0; i < w; i += 1)
        for (let j = 0; j < w; j += 1) to[i * w + j] = (to[i * w + j] as number) * (columns[j] as number);
      // Row w[l]: |S| |C|ᵀλ − 2P (C ∘ C)ᵀλ + 2|P| |offdiag(CᵀΛC)| 1
      demand.fill(0);
      for (let i = 0; i < w; i += 1) {
        const weight = lambda[i] as number;
        for (let j = 0; j < w; j += 1) {
          const value = to[i * w + j] as number;
          demand[j] = (demand[j] as number) + weight * (S * Math.abs(value) - 2 * P * value * value);
        }
      }
      for (let i = 0; i < w; i += 1) {
        line.fill(0);
        for (let k = 0; k < w; k += 1) {
          const factor = (to[k * w + i] as number) * (lambda[k] as number);
          for (let j = i; j < w; j += 1) line[j] = (line[j] as number) + factor * (to[k * w + j] as number);
        }
        let total = 0;
        for (let j = i + 1; j < w; j += 1) {
          const entry = Math.abs(line[j] as number);
          total += entry;
          demand[j] = (demand[j] as number) + 2 * Math.abs(P) * entry;
        }
        demand[i] = (demand[i] as number) + 2 * Math.abs(P) * total;
      }
    }
  };
  return { run, A, B, C, multipliers };
}
