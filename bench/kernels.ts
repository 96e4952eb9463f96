import { spawnSync } from 'node:child_process';
import { CholeskyDecomposition, Matrix, solve } from 'ml-matrix';
import { choleskyInto } from '../src/runtime/js/cholesky.js';
import { gramNormInto, gramNormWork } from '../src/runtime/js/gram-norm.js';
import { luSolveInto } from '../src/runtime/js/lu.js';
import { multiplyInto } from '../src/runtime/js/product.js';
import { solveLowerInto } from '../src/runtime/js/solve.js';
import { generator } from '../src/numeric/random.js';
import { once, pair } from './pair.js';

const sizes = [64, 128, 256, 512] as const;

/** Prints milliseconds for product, Cholesky and solve at each size, medians of 7. */
const python = `
import time, statistics
import numpy as np
def spent(run):
    count, samples = 1, []
    while True:
        start = time.perf_counter()
        for _ in range(count): run()
        if time.perf_counter() - start > 0.02: break
        count *= 2
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(count): run()
        samples.append((time.perf_counter() - start) / count)
    return 1000 * statistics.median(samples)
random = np.random.default_rng(1)
print(np.__version__)
for n in [${sizes.join(', ')}]:
    a, b = random.standard_normal((n, n)), random.standard_normal((n, n))
    g = a @ a.T / n + np.eye(n)
    print(spent(lambda: a @ b), spent(lambda: np.linalg.cholesky(g)), spent(lambda: np.linalg.solve(a, b)))
`;

interface Numpy {
  readonly version: string;
  readonly times: readonly (readonly number[])[];
}

/** One thread, timed inside Python; null if Python or NumPy is not there. */
function numpy(): Numpy | null {
  const single = { OPENBLAS_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OMP_NUM_THREADS: '1' };
  const { status, stdout } = spawnSync('python3', ['-'], {
    input: python,
    encoding: 'utf8',
    env: { ...process.env, ...single },
    timeout: 120_000,
  });
  if (status !== 0) return null;
  const [version, ...lines] = stdout.trim().split('\n');
  return version === undefined ? null : { version, times: lines.map((line) => line.split(' ').map(Number)) };
}

/** The dense kernels against ml-matrix, and against NumPy where it is installed. */
export function kernelSpeed(say: (line: string) => void, ms: (value: number) => string): void {
  const lapack = numpy();
  say(
    '\ndense kernels, n × n with n right sides: how many times longer ml-matrix takes; and ' +
      'LAPACK through NumPy on one thread',
  );
  say(
    lapack === null
      ? 'no NumPy for python3 here: the columns of NumPy stay empty'
      : `NumPy ${lapack.version}; its times are taken in a process of its own, not in turns`,
  );
  say('| n | kernel | time | ml-matrix / kernel | NumPy / kernel |');
  say('|---|---|---|---|---|');
  sizes.forEach((n, row) => {
    const random = generator(n);
    const draw = (): Float64Array => Float64Array.from({ length: n * n }, () => random.normal());
    const [a, b, out, lower, gram, work] = [
      draw(),
      draw(),
      new Float64Array(n * n),
      new Float64Array(n * n),
      new Float64Array(n * n),
      new Float64Array(n * n),
    ];
    multiplyInto(gram, a, false, a, true, n, n, n);
    for (let i = 0; i < n; i += 1) gram[i * n + i] = (gram[i * n + i] ?? 0) + n;
    choleskyInto(lower, gram, n);
    const [A, B, G] = [a, b, gram].map((data) => Matrix.from1DArray(n, n, data));
    if (A === undefined || B === undefined || G === undefined) return;
    const factored = new CholeskyDecomposition(G);
    const rounds = n > 256 ? 3 : 7;
    const times = lapack?.times[row];
    const report = (name: string, theirs: () => unknown, ours: () => unknown, other: number | undefined): void => {
      const { second, ratio } = pair(theirs, ours, rounds);
      say(
        `| ${n} | ${name} | ${ms(second)} | ${ratio.toFixed(1)} | ` +
          `${other === undefined ? '' : (other / second).toFixed(2)} |`,
      );
    };
    report(
      'product',
      () => A.mmul(B),
      () => multiplyInto(out, a, false, b, false, n, n, n),
      times?.[0],
    );
    report(
      'product, second factor transposed',
      () => A.mmul(B.transpose()),
      () => multiplyInto(out, a, false, b, true, n, n, n),
      times?.[0],
    );
    report(
      'Cholesky',
      () => new CholeskyDecomposition(G),
      () => choleskyInto(out, gram, n),
      times?.[1],
    );
    report(
      'two triangular solves',
      () => factored.solve(B),
      () => {
        solveLowerInto(out, lower, b, n, n, false);
        solveLowerInto(out, lower, out, n, n, true);
      },
      undefined,
    );
    report(
      'solve, general matrix',
      () => solve(A, B),
      () => luSolveInto(out, a, b, n, n, work),
      times?.[2],
    );
  });
  const n = 256;
  const matrix = Float64Array.from({ length: n * n }, (_, k) => Math.sin(k));
  const room = new Float64Array(gramNormWork(n, n));
  const product = once(() => multiplyInto(room, matrix, false, matrix, false, n, n, n));
  say(
    `Gram iteration at ${n}: ` +
      `${(once(() => gramNormInto(room, matrix, n, n)) / product).toFixed(1)} products of that size`,
  );
}
