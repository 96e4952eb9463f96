import type { Program } from '../model/program.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import { initialOf } from './initial-recipe.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

/** Prints `init` and the generator of random numbers behind it, the same as the in-memory ones. */
export function printInit(program: Program, code: Code, style: ModuleStyle): void {
  const type = typing(style);
  const recipe = initialOf(program);
  const kinks = program.steps.flatMap(({ biases }, step) => {
    const [first] = biases;
    const slot = program.biases.find(({ buffer }) => buffer === first?.bias);
    return first !== undefined && slot !== undefined && recipe.get(slot.name)?.kind === 'kinks' ? [{ step, name: slot.name, coefficient: first.coefficient }] : [];
  });
  const splines = [...recipe].flatMap(([name, initial]) => (initial.kind === 'spline' ? [{ name, ...initial }] : []));
  const named = (kind: string): string => `[${[...recipe].flatMap(([name, initial]) => (initial.kind === kind ? [quote(name)] : [])).join(', ')}]`;
  code.line();
  code.line(comment('Free parameters to start training from, the same for equal seeds: dense weights normal with standard deviation'));
  code.line(comment('1 / sqrt(columns), diagonal ones standard normal, logarithms of multipliers and scales 0, and the biases of hidden'));
  code.line(comment('layers such that the kink of every unit lies somewhere among the pre-activations that options.domain gives it: an'));
  code.line(comment('array of inputs such as the network will get; if left out, points of [-1, 1]^d.'));
  code.line(comment('Further options: slopes, lipschitz, and activation (of the layers that the equations leave open), as at use.'));
  code.block(`export function init(seed${type(': number')}, widths${type(': Widths')}, options${type(': Options & { domain?: readonly ArrayLike<number>[]; activation?: (value: number, layer: number) => number }')} = {})${type(': Values')} {`, () => {
    code.line('const random = generator(seed);');
    code.line('const d = resolveWidths(widths);');
    const set = `new Set${type('<string>')}`;
    code.line(`const fanIn = ${set}(${named('fan-in')}), normal = ${set}(${named('normal')});`);
    if (splines.length > 0) {
      code.line('const pairs = planFor(d);');
      code.line('setSlopes(pairs, options.slopes);');
      code.line(`const splines${type(': Record<string, readonly [number, number]>')} = { ${splines.map(({ name, layer, step }) => `${quote(name)}: [${layer}, ${step}]`).join(', ')} };`);
    }
    code.block(`const free${type(': Values')} = Object.fromEntries(freeSlots.map(([name, rows, columns]) => {`, () => {
      code.line('const n = count(columns, d);');
      code.line('const values = new Float64Array(count(rows, d) * n);');
      code.line('if (fanIn.has(name)) return [name, values.map(() => random.normal() / Math.sqrt(n))];');
      if (splines.length > 0) {
        code.block('if (Object.hasOwn(splines, name)) {', () => {
          code.line('const [layer, step] = splines[name];');
          code.line(`const knot = (at${type(': number')}) => ((at % n) - (n - 1) / 2) * step;`);
          code.line('return [name, values.map((_zero, at) => (knot(at) < 0 ? pairs.m[layer] * knot(at) : pairs.L[layer] * knot(at)))];');
        });
      }
      code.line('return [name, normal.has(name) ? values.map(() => random.normal()) : values];');
    }, '}));');
    code.line('const weights = constrain(free, { ...options, widths, into: undefined });');
    const { signals, output, locals, input } = program;
    code.line(`const length = weights.widths[${quote([...signals, output, ...locals][input]?.name ?? '')}];`);
    code.line('const points = options.domain ?? Array.from({ length: 256 }, () => Float64Array.from({ length }, () => 2 * random.uniform() - 1));');
    code.line('if (points.length === 0 || points.some((point) => point.length !== length)) throw new RangeError(`LW303 a domain of points with ${length} numbers expected`);');
    code.line(comment('Layer by layer: weights do not depend on biases, but pre-activations do on those before them.'));
    code.block(`for (const [step, name, coefficient] of [${kinks.map(({ step, name, coefficient }) => `[${step}, ${quote(name)}, ${coefficient}]`).join(', ')}]${type(' as [number, string, number][]')}) {`, () => {
      code.line('const bias = weights.biases[name];');
      code.line('const least = bias.map(() => Infinity), largest = bias.map(() => -Infinity);');
      code.block('for (const point of points) {', () => {
        code.block('run(weights, point, options.activation, (at, v) => {', () => {
          code.line('if (at !== step) return;');
          code.line('for (let i = 0; i < v.length; i += 1) { least[i] = Math.min(least[i], v[i]); largest[i] = Math.max(largest[i], v[i]); }');
        }, '});');
      });
      code.line('for (let i = 0; i < bias.length; i += 1) bias[i] = -(least[i] + (largest[i] - least[i]) * random.uniform()) / coefficient;');
      code.line('free[name].set(bias);');
    });
    code.line('return free;');
  });
  code.line();
  generator(code, type);
}

/** The generator of `numeric/random`: splitmix32 fills the state of xoshiro128++; normals by Marsaglia's polar method. */
function generator(code: Code, type: (annotation: string) => string): void {
  code.line(comment('xoshiro128++ (Blackman and Vigna, ACM TOMS 47, 2021), its state filled by splitmix32; normals by the polar method of Marsaglia.'));
  code.block(`function generator(seed${type(': number')})${type(': { uniform: () => number; normal: () => number }')} {`, () => {
    code.line('if (!Number.isFinite(seed)) throw new RangeError(`LW311 a finite seed expected, found ${seed}`);');
    code.block(`const splitmix = (start${type(': number')}) => () => {`, () => {
      code.line('start = (start + 0x9e3779b9) | 0;');
      code.line('let z = Math.imul(start ^ (start >>> 16), 0x21f0aaad);');
      code.line('z = Math.imul(z ^ (z >>> 15), 0x735a2d97);');
      code.line('return (z ^ (z >>> 15)) | 0;');
    }, '};');
    code.line('const bits = new Uint32Array(Float64Array.of(seed === 0 ? 0 : seed).buffer);');
    code.line('const low = splitmix(bits[0]), high = splitmix(Math.imul(bits[1], 0x9e3779b1) ^ 0x5bd1e995);');
    code.line('let a = low() ^ high(), b = low() ^ high(), c = low() ^ high(), d = low() ^ high();');
    code.line('if ((a | b | c | d) === 0) d = 1;');
    code.block('const word = () => {', () => {
      code.line('const sum = (a + d) | 0;');
      code.line('const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;');
      code.line('const shifted = b << 9;');
      code.line('c ^= a; d ^= b; b ^= c; a ^= d; c ^= shifted;');
      code.line('d = (d << 11) | (d >>> 21);');
      code.line('return result;');
    }, '};');
    code.line('const uniform = () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) * 2 ** -53;');
    code.line(`let spare${type(': number | null')} = null;`);
    code.block(`const normal = ()${type(': number')} => {`, () => {
      code.block('if (spare !== null) {', () => {
        code.line('const ready = spare;');
        code.line('spare = null;');
        code.line('return ready;');
      });
      code.block('for (;;) {', () => {
        code.line('const x = 2 * uniform() - 1, y = 2 * uniform() - 1;');
        code.line('const square = x * x + y * y;');
        code.line('if (!(square > 0 && square < 1)) continue;');
        code.line('const stretch = Math.sqrt((-2 * Math.log(square)) / square);');
        code.line('spare = y * stretch;');
        code.line('return x * stretch;');
      });
    }, '};');
    code.line('return { uniform, normal };');
  });
}
