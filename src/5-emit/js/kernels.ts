import { adjointKernels } from './adjoint-kernels.js';
import type { Kernel } from './kernel.js';
import { count, vector } from './kernel.js';
import { matrixKernels } from './matrix-kernels.js';
import { shapeKernels } from './shape-kernels.js';

const rowLoop = (entry: string, weight: string): readonly string[] => [
  'for (let i = 0, at = 0; i < rows; i += 1) {',
  '  let total = 0;',
  `  for (let j = 0; j < columns; j += 1, at += 1) total += ${entry}${weight};`,
  '  out[i] = total;',
  '}',
];

const columnLoop = (entry: string, weighted: boolean): readonly string[] => [
  'out.fill(0);',
  'for (let i = 0, at = 0; i < rows; i += 1) {',
  ...(weighted ? ['  const weight = v[i];'] : []),
  `  for (let j = 0; j < columns; j += 1, at += 1) out[j] += ${entry}${weighted ? ' * weight' : ''};`,
  '}',
];

const plain = [vector('out'), vector('M'), count('rows'), count('columns')];
const weighted = [...plain, vector('v')];
const absolute = 'Math.abs(M[at])';
const square = 'M[at] * M[at]';

/**
 * The functions that emitted modules call for everything quadratic or cubic: small and called often, so that engines
 * optimize them early, whatever the depth of the network. Only those that a program uses are printed.
 */
export const kernels = {
  ...matrixKernels,
  ...shapeKernels,
  ...adjointKernels,
  absRows: { about: 'out = |M| 1', parameters: plain, body: rowLoop(absolute, '') },
  absRowsWeighted: { about: 'out = |M| v', parameters: weighted, body: rowLoop(absolute, ' * v[j]') },
  squareRows: { about: 'out = (M ∘ M) 1', parameters: plain, body: rowLoop(square, '') },
  squareRowsWeighted: { about: 'out = (M ∘ M) v', parameters: weighted, body: rowLoop(square, ' * v[j]') },
  absColumns: { about: 'out = |M|ᵀ 1', parameters: plain, body: columnLoop(absolute, false) },
  absColumnsWeighted: { about: 'out = |M|ᵀ v', parameters: weighted, body: columnLoop(absolute, true) },
  squareColumns: { about: 'out = (M ∘ M)ᵀ 1', parameters: plain, body: columnLoop(square, false) },
  squareColumnsWeighted: { about: 'out = (M ∘ M)ᵀ v', parameters: weighted, body: columnLoop(square, true) },
  gramRows: {
    about: 'out = |XᵀDY| v, without the diagonal if told so; null stands for D = I and v = 1',
    parameters: [
      vector('out'),
      vector('X'),
      ['d', 'optional'],
      vector('Y'),
      count('inner'),
      count('rows'),
      count('columns'),
      ['v', 'optional'],
      ['skipDiagonal', 'boolean'],
      vector('line'),
    ],
    body: [
      'const symmetric = X === Y && v === null;',
      'if (symmetric) out.fill(0);',
      'for (let i = 0; i < rows; i += 1) {',
      '  // Of a symmetric product half is enough.',
      '  const from = symmetric ? i : 0;',
      '  for (let j = from; j < columns; j += 1) line[j] = 0;',
      '  let k = 0;',
      '  for (; k + 4 <= inner; k += 4) {',
      '    const a = k * rows + i;',
      '    const b = k * columns;',
      '    const f0 = d === null ? X[a] : X[a] * d[k];',
      '    const f1 = d === null ? X[a + rows] : X[a + rows] * d[k + 1];',
      '    const f2 = d === null ? X[a + 2 * rows] : X[a + 2 * rows] * d[k + 2];',
      '    const f3 = d === null ? X[a + 3 * rows] : X[a + 3 * rows] * d[k + 3];',
      '    for (let j = from; j < columns; j += 1) {',
      '      line[j] += f0 * Y[b + j] + f1 * Y[b + columns + j] + f2 * Y[b + 2 * columns + j] + f3 ' +
        '* Y[b + 3 * columns + j];',
      '    }',
      '  }',
      '  for (; k < inner; k += 1) {',
      '    const factor = d === null ? X[k * rows + i] : X[k * rows + i] * d[k];',
      '    for (let j = from; j < columns; j += 1) line[j] += factor * Y[k * columns + j];',
      '  }',
      '  if (skipDiagonal) line[i] = 0;',
      '  let total = 0;',
      '  if (symmetric) {',
      '    total = Math.abs(line[i]);',
      '    for (let j = i + 1; j < columns; j += 1) {',
      '      const entry = Math.abs(line[j]);',
      '      total += entry;',
      '      out[j] += entry;',
      '    }',
      '    out[i] += total;',
      '  } else {',
      '    for (let j = 0; j < columns; j += 1) total += v === null ? Math.abs(line[j]) : Math.abs(line[j]) * v[j];',
      '    out[i] = total;',
      '  }',
      '}',
    ],
  },
  clampTo: {
    about: 'out = min(max(M, −bound), bound)',
    parameters: [vector('out'), vector('M'), count('bound')],
    body: ['for (let i = 0; i < out.length; i += 1) out[i] = Math.min(Math.max(M[i], -bound), bound);'],
  },
  projectSplines: {
    about:
      'Each row of knots values: slopes clipped to [m, L] and integrated from the value that keeps ' +
      'the mean, on a grid of quanta, so that the bounds hold exactly',
    parameters: [vector('out'), vector('c'), count('knots'), count('step'), count('m'), count('L'), count('digits')],
    body: [
      '// a · b − fl(a · b), exactly (Dekker, Numerische Mathematik 18 (1971)).',
      'const error = (a, b, p) => {',
      '  const [s, t] = [134217729 * a, 134217729 * b];',
      '  const [x, y] = [s - (s - a), t - (t - b)];',
      '  return (a - x) * (b - y) - (p - x * y - (a - x) * y - x * (b - y));',
      '};',
      'const steepest = Math.max(Math.abs(m), Math.abs(L));',
      'const room = m < L && steepest >= 2 ** -400;',
      'const rise = room ? steepest * step : 1;',
      'let unit = 2 ** Math.ceil(Math.log2(rise));',
      'while (unit < rise) unit *= 2;',
      'while (unit / 2 >= rise) unit /= 2;',
      'if (unit === rise && error(steepest, step, rise) > 0) unit *= 2;',
      'const quantum = unit / 2 ** digits;',
      '// The largest integer ≤ slope · step / quantum, whatever the rounding of the product.',
      'const below = (slope) => {',
      '  const exact = slope * step;',
      '  const quotient = exact / quantum;',
      '  if (quotient === 0) return slope < 0 ? -1 : 0;',
      '  return Number.isInteger(quotient) && error(slope, step, exact) < 0 ? quotient - 1 : Math.floor(quotient);',
      '};',
      'const [lowest, highest] = [-below(-m), below(L)];',
      'if (!(room && lowest <= highest)) throw new RangeError(`LW305 a spline needs room between ' +
        'its slopes, found [${m}, ${L}]`);',
      'const limit = Math.floor(2 ** 52 / knots);',
      'const start = limit - knots * 2 ** digits;',
      'for (let row = 0; row < c.length; row += knots) {',
      '  let running = 0;',
      '  let values = 0;',
      '  let rises = 0;',
      '  for (let k = row; k < row + knots; k += 1) {',
      '    values += Math.floor(Math.max(-limit, Math.min(limit, c[k] / quantum)) + 0.5);',
      '    if (k > row) running += Math.floor(Math.max(lowest, Math.min(highest, (c[k] - c[k - 1]) / quantum)) + 0.5);',
      '    rises += running;',
      '    out[k] = running;',
      '  }',
      '  const offset = Math.floor(Math.max(-start, Math.min(start, (values - rises) / knots)) + 0.5);',
      '  for (let k = row; k < row + knots; k += 1) out[k] = quantum * (offset + out[k]);',
      '}',
    ],
  },
  scaleRows: {
    about: 'out = diag(f) M',
    parameters: [...plain, vector('f')],
    body: [
      'for (let i = 0, at = 0; i < rows; i += 1) {',
      '  const factor = f[i];',
      '  for (let j = 0; j < columns; j += 1, at += 1) out[at] = M[at] * factor;',
      '}',
    ],
  },
  scaleColumns: {
    about: 'out = M diag(f)',
    parameters: [...plain, vector('f')],
    body: [
      'let idle = true;',
      'for (let j = 0; j < columns; j += 1) if (f[j] !== 1) idle = false;',
      'if (idle) {',
      '  out.set(M);',
      '  return;',
      '}',
      'for (let i = 0, at = 0; i < rows; i += 1) {',
      '  for (let j = 0; j < columns; j += 1, at += 1) out[at] = M[at] * f[j];',
      '}',
    ],
  },
  scaleAll: {
    about: 'out = f M',
    parameters: [vector('out'), vector('M'), vector('f')],
    body: ['const factor = f[0];', 'for (let i = 0; i < out.length; i += 1) out[i] = M[i] * factor;'],
  },
} as const satisfies Readonly<Record<string, Kernel>>;

export type KernelName = keyof typeof kernels;

const types = {
  vector: 'Float64Array',
  optional: 'Float64Array | null',
  number: 'number',
  boolean: 'boolean',
} as const;

/** Lines of a kernel; inner functions are typed where the target is. */
export function kernelBody(name: KernelName, typed: boolean): readonly string[] {
  const { body }: Kernel = kernels[name];
  return typed
    ? body.map((line) =>
        line.replace(
          /^const (\w+) = \(([\w, ]+)\) => \{$/,
          (_, inner: string, names: string) =>
            `const ${inner} = (${names
              .split(', ')
              .map((parameter) => `${parameter}: number`)
              .join(', ')}): number => {`,
        ),
      )
    : body;
}

export function kernelHeader(name: KernelName, typed: boolean): string {
  const { parameters, returns }: Kernel = kernels[name];
  const list = parameters.map(([parameter, type]) => (typed ? `${parameter}: ${types[type]}` : parameter));
  return `function ${name}(${list.join(', ')})${typed ? `: ${returns ?? 'void'}` : ''} {`;
}

/** These and, behind them, those that they call. */
export function withCalled(names: Iterable<KernelName>): ReadonlySet<KernelName> {
  const all = new Set(names);
  for (const name of all) {
    const { uses = [] }: Kernel = kernels[name];
    for (const called of uses) all.add(called); // a set hands out what it gains on the way
  }
  return all;
}
