import { readdirSync, readFileSync } from 'node:fs';
import { Matrix, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import type { Constrained } from '../../src/5-emit/index.js';
import type { Variant } from '../../src/model/variant.js';
import type { Random } from '../../src/numeric/random.js';
import { generator } from '../../src/numeric/random.js';
import { failure } from '../architectures.js';
import { lipwright } from '../cli/harness.js';
import type { FreeNumbers } from './published.js';
import {
  apart,
  cholesky,
  constrained,
  contracted,
  diagonal,
  example,
  expectFormula,
  flat,
  folder,
  gram,
  list,
  matrix,
  norm,
  normals,
  product,
  times,
} from './published.js';

/** Chains that have been published, what an identity skip over one costs, and the commands that the examples show. */

describe('the chain by block LDLᵀ (Juston et al., arXiv 2512.05915)', () => {
  interface Chain {
    readonly lipschitz: number;
    readonly slopes: readonly [number, number];
    readonly margin: number;
    readonly inputs: number;
    readonly width: number;
    readonly outputs: number;
    readonly z: readonly Matrix[];
    readonly lambda: readonly (readonly number[])[];
    readonly last: Matrix;
  }

  function drawn(random: Random, depth: number, slopes: readonly [number, number]): Chain {
    const [lipschitz, margin, inputs, width, outputs] = [
      Math.exp(random.normal()),
      2 ** -6,
      random.integer(1, 4),
      random.integer(2, 4),
      random.integer(1, 4),
    ];
    return {
      lipschitz,
      slopes,
      margin,
      inputs,
      width,
      outputs,
      z: list(depth, (l) => l).map((l) => normals(random, width, l === 0 ? inputs : width)),
      lambda: list(depth, (l) => l).map(() => list(width, () => lipschitz ** 2 * Math.exp(random.normal()))),
      last: normals(random, outputs, inputs + width),
    };
  }

  function engine({ lipschitz, slopes, margin, inputs, width, outputs, z, lambda, last }: Chain): Constrained {
    const layers = z.flatMap((own, at): [string, Matrix | readonly number[]][] => [
      [`C[${at + 1}]`, own],
      [`psi[${at + 1}]`, (lambda[at] ?? []).map((value) => Math.log(value / lipschitz ** 2))],
    ]);
    const free = {
      ...Object.fromEntries(layers),
      A: last.subMatrix(0, outputs - 1, 0, inputs - 1),
      B: last.subMatrix(0, outputs - 1, inputs, inputs + width - 1),
    };
    return constrained(example('ldlt-chain'), z.length, { margin }, free, {
      widths: { x: inputs, w: width, y: outputs },
      lipschitz,
      slopes,
    });
  }

  /**
   * −M of the chain without its output (S = L + m, P = L m): blocks (0,0) 𝓛²I, (l,l) 2Λ_l, and from each layer 2P
   * C_lᵀΛ_lC_l at (l−1,l−1) and −S C_lᵀΛ_l at (l−1,l).
   */
  function lmi({ lipschitz, slopes: [m, L], inputs, width, lambda }: Chain, weights: readonly Matrix[]): Matrix {
    const order = inputs + width * weights.length;
    const n = Matrix.zeros(order, order);
    const add = (block: Matrix, row: number, column: number): void => {
      for (let i = 0; i < block.rows; i += 1)
        for (let j = 0; j < block.columns; j += 1)
          n.set(row + i, column + j, n.get(row + i, column + j) + block.get(i, j));
    };
    add(times(lipschitz ** 2, Matrix.eye(inputs)), 0, 0);
    weights.forEach((c, l) => {
      const [before, at] = [l === 0 ? 0 : inputs + width * (l - 1), inputs + width * l];
      const own = diagonal(lambda[l] ?? []);
      add(times(2, own), at, at);
      add(times(2 * L * m, product(c.transpose(), own, c)), before, before);
      add(times(-(L + m), product(c.transpose(), own)), before, at);
      add(times(-(L + m), product(own, c)), at, before);
    });
    return n;
  }

  /** The pivots of block LDLᵀ, block after block. */
  function pivots(n: Matrix, sizes: readonly number[]): readonly Matrix[] {
    const [size = 0, ...rest] = sizes;
    const first = n.subMatrix(0, size - 1, 0, size - 1);
    if (rest.length === 0) return [first];
    const [corner, remainder] = [
      n.subMatrix(size, n.rows - 1, 0, size - 1),
      n.subMatrix(size, n.rows - 1, size, n.rows - 1),
    ];
    return [first, ...pivots(Matrix.sub(remainder, product(corner, inverse(first), corner.transpose())), rest)];
  }

  /**
   * μ = min(1 − η, 1/(1 + max(S², σ²)/(σ² g))) for n layers, with gⁿ = 2¹⁶, S = L + m, and σ = L − m, as it is for all
   * slopes here.
   */
  function used({ slopes: [m, L], margin, z }: Chain): number {
    const taken = Math.max(1, (L + m) ** 2 / (L - m) ** 2);
    return 1 - Math.max(margin, taken / (taken + Math.exp((16 * Math.LN2) / z.length)));
  }

  const sizesOf = ({ inputs, width }: Chain, layers: number): readonly number[] => [
    inputs,
    ...list(layers, () => width),
  ];
  const lastOf = (all: readonly Matrix[]): Matrix => all.at(-1) ?? Matrix.zeros(0, 0);

  /**
   * C_l = s⁻¹ √2 Λ_l^(−1/2) √μ U_l R_{l−1}⁻¹ from the pivots of the layers before. The mutant has R_{l−1} = I/𝓛, which
   * is that of a single layer.
   */
  function formula(chain: Chain, mutant = false, part = used(chain)): readonly Matrix[] {
    const {
      slopes: [m, L],
      lambda,
      lipschitz,
    } = chain;
    return chain.z.reduce<readonly Matrix[]>((weights, z, l) => {
      const pivot = lastOf(pivots(lmi(chain, weights), sizesOf(chain, l)));
      const r = mutant ? times(1 / lipschitz, Matrix.eye(pivot.rows)) : cholesky(inverse(pivot));
      const root = diagonal((lambda[l] ?? []).map((value) => Math.sqrt((2 * part) / value) / (L - m)));
      return [...weights, product(root, contracted(z), inverse(r))];
    }, []);
  }

  const slopes = [
    [0, 1],
    [0, 0.25],
    [-0.2, 1.1],
    [0.3, 1],
    [-1, 1],
    [-2, -0.5],
  ] as const;

  it.each(slopes)('slopes [%f, %f]: weights are those of the recursion on the blocks of the LMI', (lower, upper) => {
    const random = generator(Math.round(100 * upper - 1000 * lower));
    for (const depth of [2, 3, 4]) {
      const chain = drawn(random, depth, [lower, upper]);
      const { weights } = engine(chain);
      const [own, other, full] = [formula(chain), formula(chain, true), formula(chain, false, 1 - chain.margin)];
      // From three layers on rounding allows less than 1 − η.
      if (depth > 2) expect(apart(weights['C[1]'], full[0] ?? [])).toBeGreaterThan(1e-6);
      own.forEach((c, l) => {
        expect(apart(weights[`C[${l + 1}]`], c)).toBeLessThan(1e-12);
        if (l > 0) expect(apart(weights[`C[${l + 1}]`], other[l] ?? [])).toBeGreaterThan(1e-6);
      });
      // [A, B] = √(1 − η) U R⁻¹ with R Rᵀ the blocks of (−M)⁻¹ that belong to x and the last layer; the mutant leaves
      // the blocks between them out.
      const k = inverse(lmi(chain, own));
      const read = [...list(chain.inputs, (i) => i), ...list(chain.width, (i) => k.rows - chain.width + i)];
      const output = (joint: Matrix): Matrix =>
        times(Math.sqrt(1 - chain.margin), product(contracted(chain.last), inverse(cholesky(joint))));
      const [together, each] = [
        output(k.selection([...read], [...read])),
        output(
          matrix(read.length, read.length, (i, j) =>
            i < chain.inputs === j < chain.inputs ? k.get(read[i] ?? 0, read[j] ?? 0) : 0,
          ),
        ),
      ];
      const partA = (all: Matrix): Matrix => all.subMatrix(0, all.rows - 1, 0, chain.inputs - 1);
      const partB = (all: Matrix): Matrix => all.subMatrix(0, all.rows - 1, chain.inputs, all.columns - 1);
      expect(apart(weights['B'], partB(together))).toBeLessThan(1e-12);
      expect(apart(weights['A'], partA(together))).toBeLessThan(1e-12);
      // With S = 0 no signal is correlated with another.
      if (lower + upper !== 0) expect(apart(weights['A'], partA(each))).toBeGreaterThan(1e-6);
    }
  });

  it.each(slopes)(
    'slopes [%f, %f]: the pivots of N, in coordinates w − m v, are 2 Λ^(1/2) (I − μ U Uᵀ) Λ^(1/2)',
    (lower, upper) => {
      const random = generator(Math.round(10 * upper - 100 * lower));
      for (const depth of [1, 2, 3]) {
        const chain = drawn(random, depth, [lower, upper]);
        const { weights } = engine(chain);
        const { inputs, width } = chain;
        const found = list(depth, (l) => l).map((l) =>
          matrix(
            width,
            l === 0 ? inputs : width,
            (i, j) => weights[`C[${l + 1}]`]?.[i * (l === 0 ? inputs : width) + j] ?? NaN,
          ),
        );
        // w_l = m C_l w_{l−1} + w̃_l
        const back = Matrix.eye(inputs + width * depth);
        found.forEach((c, l) =>
          back.setSubMatrix(times(-lower, c), inputs + width * l, l === 0 ? 0 : inputs + width * (l - 1)),
        );
        const t = inverse(back);
        const made = pivots(product(t.transpose(), lmi(chain, found), t), sizesOf(chain, depth)).slice(1);
        made.forEach((pivot, l) => {
          const root = diagonal((chain.lambda[l] ?? []).map(Math.sqrt));
          const stated = (of: Matrix): Matrix =>
            times(2, product(root, Matrix.sub(Matrix.eye(width), times(used(chain), gram(of))), root));
          const u = contracted(chain.z[l] ?? back);
          // The mutant: the whole pivot is used.
          expectFormula(flat(pivot), stated(u), stated(times(1 / Math.sqrt(used(chain)), u)));
        });
      }
    },
  );
});

describe('an identity skip over a chain', () => {
  const identity = example('identity-chain');
  const depth = 2;
  const widths = { x: 3, w: 4, y: 3 };
  /** σ_max of the free numbers for C[1] is z. */
  const numbers = (random: Random, z: number): { readonly free: FreeNumbers; readonly drawn: Matrix } => {
    const normal = normals(random, 4, 3);
    const drawn = times(z / norm(normal), normal);
    const logarithms = (): readonly number[] => list(4, () => random.normal());
    return {
      free: {
        'C[1]': drawn,
        'C[2]': normals(random, 4, 4),
        B: normals(random, 3, 4),
        'psi[1]': logarithms(),
        'psi[2]': logarithms(),
      },
      drawn,
    };
  };
  const attempt = (
    seed: number,
    z: number,
    lipschitz: number,
    variant: Partial<Variant> = {},
  ): ReturnType<typeof failure> => {
    const {
      free: { 'psi[1]': first = [], 'psi[2]': second = [], ...rest },
    } = numbers(generator(seed), z);
    const logarithms =
      variant.multipliers === 'dominance'
        ? { 'rho[1]': first, 'rho[2]': second }
        : { 'psi[1]': first, 'psi[2]': second };
    return failure(() => constrained(identity, depth, variant, { ...rest, ...logarithms }, { widths, lipschitz }));
  };

  it('at 𝓛 = 1 there is nothing left, and the message says what takes it', () => {
    for (const variant of [
      {},
      { contraction: 'aol', margin: 2 ** -40 },
      { contraction: 'cayley', margin: 2 ** -10 },
      { contraction: 'spectral' },
      { multipliers: 'dominance' },
    ] as const) {
      const found = attempt(1, 1, 1, variant);
      expect(found?.code).toBe('LW402');
      expect(found?.message).toMatch(/y reads x/);
      expect(found?.message).toMatch(/conditional covariance of x given w\[n\] is I\/𝓛²/);
      expect(found?.message).toMatch(/a² < \(1 − η\) 𝓛²/);
      expect(found?.message).toMatch(/choose a larger 𝓛/);
    }
    for (const n of [1, 3]) expect(failure(() => constrained(identity, n, {}, {}, { widths }))?.code).toBe('LW402');
  });

  /**
   * (1 − δ) 𝓛² > 1, δ = 2⁻¹⁰ being the margin of the output: above it every layer will do, however large its free
   * numbers are.
   */
  it.each([
    [(1 - 2 ** -10) ** -0.5, 1e-5],
    [1.2, 0],
    [16, 0],
  ])('𝓛 just above %f suffices for all free numbers, and nothing below it for any', (least, above) => {
    for (const variant of [
      {},
      { contraction: 'spectral' },
      { contraction: 'cayley' },
      { multipliers: 'dominance' },
    ] as const) {
      for (const z of [1e-3, 1, 1e3, 3e4]) expect(attempt(2, z, least * (1 + above), variant)).toBeNull();
    }
    if (above > 0) for (const z of [0, 1, 1e3]) expect(attempt(2, z, least * (1 - above))?.code).toBe('LW402');
  });

  it.each([1.01, 1.5, 4, 40])(
    '𝓛 = %f: K[x | w[2]] = 𝓛⁻² (I − μ U₁ᵀU₁)⁻¹ with μ = (1 − r²)/(1 + r²), r² = 1/((1 − ' +
      'δ)𝓛²), which leaves half of 1 − r²',
    (lipschitz) => {
      const random = generator(4);
      const room = (1 - 2 ** -10) * lipschitz ** 2;
      const mu = Math.min((room - 1) / (room + 1), 256 / 257);
      for (const z of [0.1, 1, 1e3]) {
        const { free, drawn } = numbers(random, z);
        const { weights, multipliers } = constrained(identity, depth, {}, free, { widths, lipschitz });
        const [c, lambda] = [
          matrix(4, 3, (i, j) => weights['C[1]']?.[3 * i + j] ?? NaN),
          [...(multipliers['lambda[1]'] ?? [])],
        ];
        // −M without w[2], and w[1] eliminated: the slopes are 0 and 1.
        const made = inverse(
          Matrix.sub(times(lipschitz ** 2, Matrix.eye(3)), times(0.5, product(c.transpose(), diagonal(lambda), c))),
        );
        const stated = (part: number): Matrix =>
          times(lipschitz ** -2, inverse(Matrix.sub(Matrix.eye(3), times(part, gram(contracted(drawn).transpose())))));
        expectFormula(flat(made), stated(mu), stated(mu / 2));
        expect(norm(made)).toBeLessThan((((1 - 2 ** -10) * (1 + 1 / room)) / 2) * (1 + 1e-9));
      }
    },
  );
});

describe('the examples', () => {
  const commands = readdirSync(folder).flatMap((file) => {
    const text = readFileSync(`${folder}${file}`, 'utf8');
    return [...text.matchAll(/^# {3}npx lipwright (.*)$/gm)].map(([, command = '']) => ({ file, command }));
  });

  it('each shows how it is run', () => {
    expect(new Set(commands.map(({ file }) => file))).toEqual(new Set(readdirSync(folder)));
  });

  it.each(commands)('$command', async ({ file, command }) => {
    const argv = command.split(' ').map((word) => word.replace(/^examples\/layers\//, folder));
    expect(argv).toContain(`${folder}${file}`);
    const sampling = argv[0] === 'sample';
    const { status, out } = await lipwright(sampling ? [...argv, '--json'] : argv);
    expect(status).toBe(0);
    if (sampling) expect(JSON.parse(out)).toMatchObject({ verdict: { negativeSemidefinite: true } });
    else expect(out.length).toBeGreaterThan(200);
  });
});
