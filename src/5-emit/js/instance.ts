import type { Program } from '../../model/program.js';
import { hasOpen } from './activation.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

/** Rotations come down to this part of the matrix, more than enough for an estimate. */
const TINY = 1e-15;

/** Prints `check`, a look at the LMI of weights as they are, and `instance`, the way to a proof. */
export function printInstance(program: Program, code: Code, style: ModuleStyle): void {
  const type = typing(style);
  code.line();
  code.line(
    comment(
      'The largest eigenvalue of the LMI M of these weights and multipliers as they are, relative to its diagonal: of',
    ),
  );
  code.line(
    comment(
      'D^(-1/2) M D^(-1/2), by Jacobi rotations. D has the sizes of what the diagonal of M is the sum of: of the bound',
    ),
  );
  code.line(
    comment(
      'squared, multiples of multipliers, squares of weights. At most 0 if they keep the bound, ' +
        'whatever the sizes of parameters and multipliers.',
    ),
  );
  code.line(comment('Floating point, hence an estimate: `lipwright check` proves it of instance(weights).'));
  code.block(`export function check(weights${type(': Constrained')})${type(': number')} {`, () => {
    code.line('const M = lmi(weights);');
    code.line('const N = Math.sqrt(M.length);');
    code.line(
      'const sizes = parts({ ...weights, weights: ' +
        'Object.fromEntries(Object.entries(weights.weights).map(([name, values]) => [name, ' +
        'values.map(Math.abs)])) });',
    );
    code.line('const scale = Float64Array.from({ length: N }, (_, i) => Math.sqrt(sizes[i * N + i]) || 1);');
    code.line(
      'for (let i = 0; i < N; i += 1) for (let j = 0; j < N; j += 1) M[i * N + j] = M[i * N + j] / ' +
        'scale[i] / scale[j];',
    );
    code.line('let size = 0;');
    code.line('for (let k = 0; k < M.length; k += 1) size += M[k] * M[k];');
    code.block('for (let sweep = 0; sweep < 50; sweep += 1) {', () => {
      code.line('let off = 0;');
      code.line('for (let i = 0; i < N; i += 1) for (let j = 0; j < i; j += 1) off += M[i * N + j] * M[i * N + j];');
      code.line(`if (!(off > ${TINY ** 2} * size)) break;`);
      code.line('for (let i = 1; i < N; i += 1) for (let j = 0; j < i; j += 1) rotate(M, N, i, j);');
    });
    code.line('let largest = -Infinity;');
    code.line(
      'for (let i = 0; i < N; i += 1) largest = Number.isNaN(M[i * N + i]) ? NaN : Math.max(largest, M[i * N + i]);',
    );
    code.line('return largest;');
  });
  code.line();
  code.line(comment('The Jacobi rotation that makes M[i, j] zero.'));
  code.block(
    `function rotate(M${type(': Float64Array')}, N${type(': number')}, i${type(': number')}, ` +
      `j${type(': number')})${type(': void')} {`,
    () => {
      code.line('const entry = M[i * N + j];');
      code.line('if (entry === 0) return;');
      code.line('const slant = (M[j * N + j] - M[i * N + i]) / (2 * entry);');
      code.line('const t = (slant < 0 ? -1 : 1) / (Math.abs(slant) + Math.hypot(slant, 1));');
      code.line('const c = 1 / Math.hypot(t, 1);');
      code.line('const s = t * c;');
      for (const [a, b] of [
        ['k * N + i', 'k * N + j'],
        ['i * N + k', 'j * N + k'],
      ] as const) {
        code.block('for (let k = 0; k < N; k += 1) {', () => {
          code.line(`const u = M[${a}], v = M[${b}];`);
          code.line(`M[${a}] = c * u - s * v;`);
          code.line(`M[${b}] = s * u + c * v;`);
        });
      }
    },
  );
  code.line();
  code.line(
    comment(
      'These weights and multipliers as plain data, in the form that `lipwright check` proves and ' +
        '`lipwright certify` bounds.',
    ),
  );
  code.block(`export function instance(weights${type(': Constrained')})${type(': object')} {`, () => {
    code.line('const { widths, slopes } = weights;');
    code.line(
      'const dense = new ' +
        `Set${type('<string>')}(${quoted(program.weights.flatMap(({ name, structure }) => (structure === 'dense' ? [name] : [])))});`,
    );
    code.line('const d = resolveWidths(widths);');
    code.block(
      `const table = (slots${type(': readonly Slot[]')}, values${type(': Values')}) => ` +
        'Object.fromEntries(slots.map(([name, rows, columns]) => {',
      () => {
        code.line('const data = Array.from(values[name]);');
        code.line('if (!dense.has(name)) return [name, data];');
        code.line('const n = count(columns, d);');
        code.line('return [name, Array.from({ length: count(rows, d) }, (_, i) => data.slice(i * n, (i + 1) * n))];');
      },
      '}));',
    );
    if (hasOpen(program)) {
      const open = program.layers.flatMap(({ activation, signal }, k) =>
        activation.kind === 'open' ? [`[${k}, ${quote(program.signals[signal]?.name ?? '')}]`] : [],
      );
      code.line(comment("By Lipwright's names; null where there is none, or nothing was said."));
      code.line(`const open${type(': readonly (readonly [number, string])[]')} = [${open.join(', ')}];`);
      code.line('const activations = open.map(([k]) => weights.activations?.[k]?.name ?? null);');
      code.line(
        'const unknown = open.flatMap(([k, name]) => (weights.activations?.[k]?.stated === true ? [name] : []));',
      );
      code.line(
        'const assumed = unknown.length === 0 ? [] : [`that the activation keeps to the given ' +
          "slopes: ${unknown.join(', ')}`];",
      );
    }
    code.line(
      'return { architecture, depth, strategy, lipschitz: weights.lipschitz, slopes, dims: widths, ' +
        'weights: table(weightSlots, weights.weights), biases: table(biasSlots, weights.biases), ' +
        'multipliers: table(multiplierSlots, weights.multipliers)' +
        (hasOpen(program) ? ', activations, assumed' : '') +
        ', definition };',
    );
  });
}

const quoted = (names: readonly string[]): string => `[${names.map(quote).join(', ')}]`;
