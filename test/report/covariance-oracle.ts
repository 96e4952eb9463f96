import { Matrix, inverse } from 'ml-matrix';

/**
 * Networks written down by hand, and the covariances of their signals from the inverse of the whole form: no recursion.
 */
export interface HandRead {
  readonly coefficient: number;
  /** Null for the identity. */
  readonly weight: string | null;
  readonly signal: string;
  readonly diagonal?: true;
}

export interface HandLayer {
  readonly signal: string;
  /** How the derivation calls what belongs to the layer: `[1]`, `_u[1]`. */
  readonly suffix: string;
  readonly reads: readonly HandRead[];
}

export interface HandNetwork {
  readonly layers: readonly HandLayer[];
  readonly output: readonly HandRead[];
  readonly width: (signal: string) => number;
}

export interface Numbers {
  readonly weights: ReadonlyMap<string, Matrix>;
  /** By signal: m, L and the diagonal of Λ. */
  readonly layers: ReadonlyMap<string, { readonly m: number; readonly L: number; readonly lambda: readonly number[] }>;
  readonly lipschitz: number;
}

export const read = (weight: string | null, signal: string, coefficient = 1): HandRead => ({
  coefficient,
  weight,
  signal,
});
export const diagonalRead = (weight: string, signal: string): HandRead => ({
  coefficient: 1,
  weight,
  signal,
  diagonal: true,
});

export class Covariances {
  private readonly network: HandNetwork;
  private readonly numbers: Numbers;
  private readonly offsets = new Map<string, number>();
  private readonly size: number;

  constructor(network: HandNetwork, numbers: Numbers) {
    this.network = network;
    this.numbers = numbers;
    let total = 0;
    for (const signal of ['x', ...network.layers.map(({ signal: name }) => name)]) {
      this.offsets.set(signal, total);
      total += network.width(signal);
    }
    this.size = total;
  }

  /** The columns of z = (x, w̃) that belong to a signal. */
  private own(signal: string): Matrix {
    const rows = this.network.width(signal);
    const from = this.offsets.get(signal) ?? 0;
    const map = Matrix.zeros(rows, this.size);
    for (let i = 0; i < rows; i += 1) map.set(i, from + i, 1);
    return map;
  }

  private combined(reads: readonly HandRead[], rows: number): Matrix {
    return reads.reduce<Matrix>(
      (sum, { coefficient, weight, signal }) => {
        const inner = this.map(signal);
        const term = weight === null ? inner : this.weight(weight).mmul(inner);
        return Matrix.add(sum, Matrix.mul(term, coefficient));
      },
      Matrix.zeros(rows, this.size),
    );
  }

  private weight(name: string): Matrix {
    return this.numbers.weights.get(name) ?? Matrix.zeros(0, 0);
  }

  private layer(signal: string): HandLayer | undefined {
    return this.network.layers.find((layer) => layer.signal === signal);
  }

  /** T of w = T z, where w = m v + w̃. */
  map(signal: string): Matrix {
    const layer = this.layer(signal);
    const slopes = this.numbers.layers.get(signal);
    if (layer === undefined || slopes === undefined) return this.own(signal);
    return Matrix.add(Matrix.mul(this.drive(signal), slopes.m), this.own(signal));
  }

  /** The map of the pre-activation. */
  drive(signal: string): Matrix {
    return this.combined(this.layer(signal)?.reads ?? [], this.network.width(signal));
  }

  output(rows: number): Matrix {
    return this.combined(this.network.output, rows);
  }

  /**
   * 𝓛²‖Δx‖² less the forms (QC) of the first `count` layers, written in v and w as in the literature; over z, cut to
   * what occurs.
   */
  private form(count: number): { readonly matrix: Matrix; readonly kept: readonly number[] } {
    const x = this.own('x');
    let form = Matrix.mul(x.transpose().mmul(x), this.numbers.lipschitz ** 2);
    const layers = this.network.layers.slice(0, count);
    for (const { signal } of layers) {
      const { m, L, lambda } = this.numbers.layers.get(signal) ?? { m: 0, L: 0, lambda: [] };
      const [v, w, Lambda] = [this.drive(signal), this.map(signal), Matrix.diag([...lambda])];
      const part = (a: Matrix, b: Matrix): Matrix => a.transpose().mmul(Lambda).mmul(b);
      const quadratic = [
        Matrix.mul(part(v, v), -2 * L * m),
        Matrix.mul(part(v, w), L + m),
        Matrix.mul(part(w, v), L + m),
        Matrix.mul(part(w, w), -2),
      ].reduce((a, b) => Matrix.add(a, b));
      form = Matrix.sub(form, quadratic);
    }
    const kept = ['x', ...layers.map(({ signal }) => signal)].flatMap((signal) =>
      Array.from({ length: this.network.width(signal) }, (_entry, i) => (this.offsets.get(signal) ?? 0) + i),
    );
    return { matrix: form.selection([...kept], [...kept]), kept };
  }

  /** T_a N⁻¹ T_bᵀ with the first `count` layers in N. */
  between(a: Matrix, b: Matrix, count: number): number[][] {
    const { matrix, kept } = this.form(count);
    const cut = (map: Matrix): Matrix =>
      map.selection(
        Array.from({ length: map.rows }, (_row, i) => i),
        [...kept],
      );
    return cut(a).mmul(inverse(matrix)).mmul(cut(b).transpose()).to2DArray();
  }

  /** The Schur complement of layer number `at` (from 0) in N: the inverse of its own block of N⁻¹. */
  pivot(at: number): number[][] {
    const own = this.own(this.network.layers[at]?.signal ?? 'x');
    return inverse(new Matrix(this.between(own, own, at + 1))).to2DArray();
  }
}
