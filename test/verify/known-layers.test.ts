import { EigenvalueDecomposition, Matrix, SingularValueDecomposition, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { pivotStrategy } from '../../rules/variants.js';
import type { Constrained } from '../../src/5-emit/index.js';
import { compile } from '../../src/compile.js';
import type { Random } from '../../src/numeric/random.js';
import { generator } from '../../src/numeric/random.js';
import { recoverFree } from '../../src/verify/recover.js';
import {
  apart,
  cholesky,
  constrained,
  diagonal,
  example,
  expectFormula,
  flat,
  gram,
  list,
  matrix,
  norm,
  normals,
  product,
  sum,
  symmetric,
  times,
  uncontracted,
} from './published.js';

/**
 * Published layers come out of the pivot strategy. Each formula is written here as its paper has it, in ml-matrix,
 * beside a mutant of it which the comparison must tell apart.
 */

describe('AOL (Prach and Lampert, ECCV 2022)', () => {
  /** Theorem 1: W = P diag((Σ_k |PᵀP|_jk)^(−1/2)); the mutant only normalizes columns. */
  const aol = (p: Matrix, mutant = false): Matrix => {
    const g = p.transpose().mmul(p);
    return product(
      p,
      diagonal(list(p.columns, (j) => (mutant ? g.get(j, j) : sum(g.getRow(j).map(Math.abs))) ** -0.5)),
    );
  };

  it.each([
    [3, 4],
    [4, 3],
    [1, 5],
    [6, 2],
    [9, 9],
  ])('%i × %i: W is the published one times 𝓛 √(1 − η)', (rows, columns) => {
    const random = generator(10 * rows + columns);
    for (const [lipschitz, margin] of [
      [1, 2 ** -44],
      [1, 2 ** -10],
      [7.3, 0.25],
    ] as const) {
      const p = normals(random, rows, columns);
      const { weights } = constrained(
        example('aol'),
        1,
        { contraction: 'aol', margin },
        { W: p },
        { widths: { x: columns, y: rows }, lipschitz },
      );
      const scale = lipschitz * Math.sqrt(1 - margin);
      expectFormula(weights['W'], times(scale, aol(p)), times(scale, aol(p, true)));
      // With next to no margin it is the published one as it stands.
      if (margin < 1e-13) expectFormula(weights['W'], aol(p), aol(p, true));
    }
  });
});

describe('SLL (Araujo et al., ICLR 2023)', () => {
  /**
   * Theorem 3: y = x − 2 W T⁻¹ φ(Wᵀx + b), T_ii = Σ_j |WᵀW|_ij q_j/q_i; this is −2 W T⁻¹. The mutant has q the other
   * way round.
   */
  const sll = (w: Matrix, q: readonly number[], mutant = false): Matrix => {
    const g = w.transpose().mmul(w);
    const ratio = (i: number, j: number): number => ((q[j] ?? 0) / (q[i] ?? 0)) ** (mutant ? -1 : 1);
    return times(
      -2,
      product(
        w,
        diagonal(list(w.columns, (i) => 1 / sum(list(w.columns, (j) => Math.abs(g.get(i, j)) * ratio(i, j))))),
      ),
    );
  };
  const layer = (w: Matrix, rho: readonly number[], lipschitz: number, margin: number): Constrained =>
    constrained(
      example('sll'),
      1,
      { multipliers: 'dominance', margin },
      { C: w.transpose(), rho_w: rho },
      { widths: { x: w.rows, w: w.columns, y: w.rows }, lipschitz },
    );

  // No layer uses more than 1/(1 + 1/g) of its pivot, g = 2¹⁶ for a single one: the published layer would use all of
  // it.
  it.each([
    [3, 8],
    [4, 16],
    [6, 12],
  ])('%i inputs, %i hidden units: at 𝓛 = 1 + 2⁻²⁰ the published layer but for one part in 65537', (inputs, hidden) => {
    const random = generator(inputs);
    const used = 65536 / 65537;
    for (let run = 0; run < 4; run += 1) {
      const w = normals(random, inputs, hidden);
      const rho = list(hidden, () => random.normal() / 2);
      const { weights } = layer(w, rho, 1 + 2 ** -20, 2 ** -24);
      const q = rho.map(Math.exp);
      expect(apart(weights['C'], w.transpose())).toBeLessThan(1e-14);
      expectFormula(weights['B'], times(used, sll(w, q)), times(used, sll(w, q, true)));
      // By exactly that, not by η = 2⁻²⁴.
      expect(apart(weights['B'], sll(w, q)) * 65537).toBeCloseTo(1, 6);
    }
  });

  it.each([
    [3, 8],
    [4, 3],
    [6, 12],
  ])('%i inputs, %i hidden units: the published layer has free parameters at 𝓛 = 1 + 2⁻⁸', (inputs, hidden) => {
    const random = generator(9 * inputs);
    const w = normals(random, inputs, hidden);
    const q = list(hidden, () => Math.exp(random.normal() / 2));
    const lipschitz = 1 + 2 ** -8;
    // 2 T⁻¹ 𝓛² from −2 W T⁻¹ itself, column by column; a little less of it leaves the pivot its margin.
    const ratios = list(hidden, (i) => -sll(w, q).get(0, i) / w.get(0, i));
    const point: Constrained = {
      widths: { x: inputs, w: hidden, y: inputs },
      slopes: [[0, 1]],
      lipschitz,
      weights: { C: flat(w.transpose()), B: flat(sll(w, q)) },
      biases: { b: new Float64Array(hidden) },
      multipliers: { lambda_w: Float64Array.from(ratios, (ratio) => ratio * (1 - 2 ** -9) * lipschitz ** 2) },
    };
    const strategy = pivotStrategy({ contraction: 'cholesky', margin: 2 ** -10 });
    const { free } = recoverFree(example('sll'), point, { depth: 1, strategy });
    const { weights } = compile(example('sll'), { depth: 1, strategy }).constrain(free, {
      widths: point.widths,
      slopes: point.slopes,
      lipschitz,
    });
    expect(apart(weights['C'], w.transpose())).toBeLessThan(1e-12);
    expectFormula(weights['B'], sll(w, q), sll(w, q, true));
    // It takes that room: for 𝓛 = 1 + 2⁻¹² there are none.
    expect(() => recoverFree(example('sll'), { ...point, lipschitz: 1 + 2 ** -12 }, { depth: 1, strategy })).toThrow();
  });

  // One input or few hidden units make T tight: some pivot is only η of what it was, and a small η loses digits.
  it.each([
    [1, 3],
    [2, 2],
    [4, 3],
    [5, 5],
    [3, 7],
  ])('%i inputs, %i hidden units: times 1 − η ≤ 65536/65537, whatever 𝓛', (inputs, hidden) => {
    const random = generator(20 + inputs);
    for (const [lipschitz, margin] of [
      [1 + 2 ** -10, 2 ** -10],
      [4, 2 ** -4],
      [1e3, 0.5],
    ] as const) {
      const w = normals(random, inputs, hidden, 3);
      const rho = list(hidden, () => random.normal());
      const { weights } = layer(w, rho, lipschitz, margin);
      const q = rho.map(Math.exp);
      expect(apart(weights['C'], w.transpose())).toBeLessThan(1e-14);
      expectFormula(weights['B'], times(1 - margin, sll(w, q)), times(1 - margin, sll(w, q, true)));
    }
  });
});

describe('CPL (Meunier et al., ICML 2022)', () => {
  /** y = x − (2/‖W‖²) W φ(Wᵀx + b); this is −(2/‖W‖²) W. The mutant takes the Frobenius norm. */
  const cpl = (w: Matrix, mutant = false): Matrix => times(-2 / (mutant ? w.norm() : norm(w)) ** 2, w);
  /** The first singular value is twice what it was: Gram iteration then finds it to rounding. */
  const gapped = (w: Matrix): Matrix => {
    const {
      leftSingularVectors: u,
      rightSingularVectors: v,
      norm2,
    } = new SingularValueDecomposition(w, { autoTranspose: true });
    return Matrix.add(w, times(norm2, product(u.getColumnVector(0), v.getColumnVector(0).transpose())));
  };
  const sizes = [
    [3, 5],
    [5, 3],
    [4, 4],
    [6, 12],
  ] as const;

  // The factor 1 − η is no rounding: at η = 0 the pivot is singular. The statement about the published layer itself is
  // the next one.
  it.each(sizes)('%i inputs, %i hidden units: times 1 − η, whatever 𝓛', (inputs, hidden) => {
    const random = generator(inputs + hidden);
    for (const [lipschitz, margin] of [
      [1 + 2 ** -10, 2 ** -10],
      [1.5, 2 ** -6],
      [50, 0.5],
    ] as const) {
      const w = gapped(normals(random, inputs, hidden));
      const psi = list(hidden, () => Math.log((2 * (1 - margin)) / norm(w) ** 2));
      const { weights } = constrained(
        example('cpl'),
        1,
        { contraction: 'spectral', margin },
        { C: w.transpose(), psi_w: psi },
        { widths: { x: inputs, w: hidden, y: inputs }, lipschitz },
      );
      expect(apart(weights['C'], w.transpose())).toBeLessThan(1e-12);
      expectFormula(weights['B'], times(1 - margin, cpl(w)), times(1 - margin, cpl(w, true)));
      // It is the published layer but for the margin, and by exactly that.
      expect(apart(weights['B'], cpl(w)) / margin).toBeCloseTo(1, 6);
    }
  });

  it.each(sizes)(
    '%i inputs, %i hidden units: the published layer has free parameters at 𝓛 = 1 + 2⁻⁸',
    (inputs, hidden) => {
      const w = normals(generator(7 * inputs), inputs, hidden);
      const lipschitz = 1 + 2 ** -8;
      const point: Constrained = {
        widths: { x: inputs, w: hidden, y: inputs },
        slopes: [[0, 1]],
        lipschitz,
        weights: { C: flat(w.transpose()), B: flat(cpl(w)) },
        biases: { b: new Float64Array(hidden) },
        multipliers: { lambda_w: new Float64Array(hidden).fill(((2 * (1 - 2 ** -9)) / norm(w) ** 2) * lipschitz ** 2) },
      };
      const strategy = pivotStrategy({ contraction: 'cholesky', margin: 2 ** -10 });
      const { free } = recoverFree(example('cpl'), point, { depth: 1, strategy });
      const { weights } = compile(example('cpl'), { depth: 1, strategy }).constrain(free, {
        widths: point.widths,
        slopes: point.slopes,
        lipschitz,
      });
      expect(apart(weights['C'], w.transpose())).toBeLessThan(1e-12);
      expectFormula(weights['B'], cpl(w), cpl(w, true));
    },
  );
});

describe('the sandwich layer (Wang and Manchester, ICML 2023)', () => {
  /** y = √2 Aᵀ Ψ φ(√2 Ψ⁻¹ B x + b), [Aᵀ; Bᵀ] = Cayley([X; Y]): the 1-Lipschitz layer of section 3, A square. */
  interface Sandwich {
    readonly a: Matrix;
    readonly b: Matrix;
    readonly psi: readonly number[];
  }

  /** With N = X − Xᵀ + YᵀY: Aᵀ = (I + N)⁻¹(I − N), Bᵀ = −2 Y (I + N)⁻¹. Small Y, so that A is far from singular. */
  function drawn(random: Random, inputs: number, hidden: number): Sandwich {
    const x = normals(random, hidden, hidden, 0.5 / Math.sqrt(hidden));
    const y = normals(random, inputs, hidden, 0.3 / Math.sqrt(hidden));
    const n = Matrix.add(Matrix.sub(x, x.transpose()), y.transpose().mmul(y));
    const eye = Matrix.eye(hidden);
    const inverted = inverse(Matrix.add(eye, n));
    const [a, b] = [product(inverted, Matrix.sub(eye, n)).transpose(), times(-2, product(y, inverted)).transpose()];
    expect(Matrix.sub(Matrix.add(gram(a), gram(b)), eye).norm()).toBeLessThan(1e-13);
    return { a, b, psi: list(hidden, () => Math.exp(random.normal() / 2)) };
  }

  /** √2 Ψ⁻¹ B; the mutant is √2 Ψ B. */
  const inner = ({ b, psi }: Sandwich, mutant = false): Matrix =>
    times(Math.SQRT2, product(diagonal(psi.map((value) => (mutant ? value : 1 / value))), b));
  /** γ √2 Aᵀ Ψ; the mutant is γ √2 A Ψ. */
  const outer = ({ a, psi }: Sandwich, gamma: number, mutant = false): Matrix =>
    times(gamma * Math.SQRT2, product(mutant ? a : a.transpose(), diagonal(psi)));

  const sizes = [
    [3, 4],
    [4, 3],
    [2, 6],
    [5, 5],
    [1, 2],
  ] as const;

  it.each(sizes)(
    '%i inputs, %i hidden units: free parameters in closed form give the published weights',
    (inputs, hidden) => {
      const random = generator(inputs * 31 + hidden);
      for (const gamma of [0.5, 0.9, 0.99]) {
        const layer = drawn(random, inputs, hidden);
        const margin = 2 ** -10;
        const root = Math.sqrt(1 - margin);
        // Λ = Ψ², so that C = √(1 − η) √2 Ψ⁻¹ U is the published weight for U = B/√(1 − η). The output's is γ O R⁻¹
        // with R Rᵀ = (2 Ψ A Aᵀ Ψ)⁻¹ and the orthogonal O = √2 Aᵀ Ψ R, in which alone the published layer and U R⁻¹
        // differ.
        const r = cholesky(inverse(symmetric(gram(outer(layer, 1).transpose()))));
        const orthogonal = product(outer(layer, 1), r);
        expect(Matrix.sub(gram(orthogonal), Matrix.eye(hidden)).norm()).toBeLessThan(1e-12);
        const free = {
          psi_w: layer.psi.map((value) => 2 * Math.log(value)),
          C: uncontracted(times(1 / root, layer.b)),
          B: uncontracted(times(gamma / root, orthogonal)),
        };
        const widths = { x: inputs, w: hidden, y: hidden };
        const { weights, multipliers } = constrained(example('sandwich'), 1, { margin }, free, { widths });
        expectFormula(weights['C'], inner(layer), inner(layer, true));
        expectFormula(weights['B'], outer(layer, gamma), outer(layer, gamma, true));
        // The way back finds the same free parameters.
        const point: Constrained = {
          widths,
          slopes: [[0, 1]],
          lipschitz: 1,
          weights,
          biases: { b: new Float64Array(hidden) },
          multipliers,
        };
        const found = recoverFree(example('sandwich'), point, {
          depth: 1,
          strategy: pivotStrategy({ contraction: 'cholesky', margin }),
        });
        for (const [name, value] of Object.entries(free)) expect(apart(found.free[name], value)).toBeLessThan(1e-9);
      }
    },
  );

  // With its own multipliers, that is: for others the bound may be smaller (A = a, B = b, 1 × 1: the layer is
  // 2ab-Lipschitz).
  it.each(sizes)('%i inputs, %i hidden units: with Λ = γ²Ψ² the smallest 𝓛 of the LMI is γ', (inputs, hidden) => {
    const random = generator(inputs * 57 + hidden);
    const gamma = 0.9;
    const layer = drawn(random, inputs, hidden);
    const [c, w, lambda] = [
      inner(layer),
      outer(layer, gamma),
      diagonal(layer.psi.map((value) => (gamma * value) ** 2)),
    ];
    const largest = (lipschitz: number): number => {
      const m = Matrix.zeros(inputs + hidden, inputs + hidden);
      m.setSubMatrix(times(-(lipschitz ** 2), Matrix.eye(inputs)), 0, 0);
      m.setSubMatrix(product(c.transpose(), lambda), 0, inputs);
      m.setSubMatrix(product(lambda, c), inputs, 0);
      m.setSubMatrix(Matrix.sub(gram(w.transpose()), times(2, lambda)), inputs, inputs);
      return Math.max(...new EigenvalueDecomposition(symmetric(m), { assumeSymmetric: true }).realEigenvalues);
    };
    expect(largest(gamma)).toBeLessThan(1e-14);
    expect(largest(gamma * (1 + 1e-9))).toBeLessThan(1e-14);
    expect(largest(gamma * (1 - 1e-9))).toBeGreaterThan(1e-12);
    expect(largest(gamma * (1 - 1e-3))).toBeGreaterThan(1e-6);
  });

  it('with orthogonal A √2 and B √2 it is the Lipschitz constant of the function', () => {
    const random = generator(3);
    const orthogonal = (): Matrix => new SingularValueDecomposition(normals(random, 4, 4)).leftSingularVectors;
    const layer: Sandwich = {
      a: times(Math.SQRT1_2, orthogonal()),
      b: times(Math.SQRT1_2, orthogonal()),
      psi: list(4, () => Math.exp(random.normal())),
    };
    // Slope 1 everywhere is one of the functions between 0 and 1.
    expect(norm(product(outer(layer, 0.9), inner(layer)))).toBeCloseTo(0.9, 12);
  });

  it.each(sizes)(
    '%i inputs, %i hidden units: the contraction cayley gives A Aᵀ + (1 − η) B Bᵀ = (1 − η) I',
    (inputs, hidden) => {
      const random = generator(inputs + hidden);
      const margin = 2 ** -6;
      const psi = list(hidden, () => Math.exp(random.normal() / 2));
      const free = {
        psi_w: psi.map((value) => 2 * Math.log(value)),
        C: normals(random, hidden, inputs),
        B: normals(random, hidden, hidden),
      };
      const { weights } = constrained(example('sandwich'), 1, { margin, contraction: 'cayley' }, free, {
        widths: { x: inputs, w: hidden, y: hidden },
      });
      const b = times(
        Math.SQRT1_2,
        product(
          diagonal(psi),
          matrix(hidden, inputs, (i, j) => weights['C']?.[i * inputs + j] ?? NaN),
        ),
      );
      const a = times(
        Math.SQRT1_2,
        product(
          diagonal(psi.map((value) => 1 / value)),
          matrix(hidden, hidden, (i, j) => weights['B']?.[j * hidden + i] ?? NaN),
        ),
      );
      expect(
        Matrix.sub(Matrix.add(gram(a), times(1 - margin, gram(b))), times(1 - margin, Matrix.eye(hidden))).norm(),
      ).toBeLessThan(1e-12);
      // The mutant: the published identity without the margin.
      expect(Matrix.sub(Matrix.add(gram(a), gram(b)), Matrix.eye(hidden)).norm()).toBeGreaterThan(1e-6);
    },
  );
});
