import type { Program } from '../model/program.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import { KINK_RANGE, initialOf } from './initial-recipe.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

/** Prints `init` and the generator of random numbers behind it, the same as the in-memory ones. */
export function printInit(program: Program, code: Code, style: ModuleStyle): void {
  const type = typing(style);
  const recipe = initialOf(program);
  const placed = program.steps.flatMap(({ biases }, step) => {
    const [first] = biases;
    const slot = program.biases.find(({ buffer }) => buffer === first?.bias);
    const kind = slot === undefined ? undefined : recipe.get(slot.name)?.kind;
    return first !== undefined && slot !== undefined && (kind === 'kinks' || kind === 'centre') ? [{ step, name: slot.name, coefficient: first.coefficient, centred: kind === 'centre' }] : [];
  });
  // A bias that several sums share is placed at the first.
  const firsts = placed.filter(({ name }, at) => placed.findIndex((other) => other.name === name) === at);
  const splines = [...recipe].flatMap(([name, initial]) => (initial.kind === 'spline' ? [{ name, ...initial }] : []));
  const named = (kind: string): string => `[${[...recipe].flatMap(([name, initial]) => (initial.kind === kind ? [quote(name)] : [])).join(', ')}]`;
  code.line();
  code.line(comment('Free parameters to start training from, the same for equal seeds: rows of dense weights uniform on the sphere, diagonal'));
  code.line(comment('weights standard normal, logarithms of multipliers and scales 0; biases such that over the inputs of options.domain (an'));
  code.line(comment('array of inputs such as the network will get; if left out, points of [-1, 1]^d) the kinks of the units of a hidden layer'));
  code.line(comment(`are spread evenly over the middle ${100 * KINK_RANGE} % of what their pre-activations are, and the output has mean 0.`));
  code.line(comment('Further options: slopes, lipschitz, and activation (of the layers that the equations leave open), as at use.'));
  code.block(`export function init(seed${type(': number')}, widths${type(': Widths')}, options${type(': Options & { domain?: readonly ArrayLike<number>[]; activation?: (value: number, layer: number) => number }')} = {})${type(': Values')} {`, () => {
    code.line('const random = generator(seed);');
    code.line('const d = resolveWidths(widths);');
    const set = `new Set${type('<string>')}`;
    code.line(`const sphere = ${set}(${named('sphere')}), normal = ${set}(${named('normal')});`);
    if (splines.length > 0) {
      code.line('const pairs = planFor(d);');
      code.line('setSlopes(pairs, options.slopes);');
      code.line(`const splines${type(': Record<string, readonly [number, number]>')} = { ${splines.map(({ name, layer, step }) => `${quote(name)}: [${layer}, ${step}]`).join(', ')} };`);
    }
    code.block(`const free${type(': Values')} = Object.fromEntries(freeSlots.map(([name, rows, columns]) => {`, () => {
      code.line('const n = count(columns, d);');
      code.line('const values = new Float64Array(count(rows, d) * n);');
      code.block('if (sphere.has(name)) {', () => {
        code.block('for (let row = 0; row < values.length; row += n) {', () => {
          code.line('let square = 0;');
          code.line('for (let j = row; j < row + n; j += 1) { values[j] = random.normal(); square += values[j] * values[j]; }');
          code.line('const norm = Math.sqrt(square);');
          code.line('for (let j = row; j < row + n; j += 1) values[j] /= norm;');
        });
        code.line('return [name, values];');
      });
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
    code.block(`for (const [step, name, coefficient, centred] of [${firsts.map(({ step, name, coefficient, centred }) => `[${step}, ${quote(name)}, ${coefficient}, ${String(centred)}]`).join(', ')}]${type(' as [number, string, number, boolean][]')}) {`, () => {
      code.line('const bias = weights.biases[name];');
      code.line('const least = bias.map(() => Infinity), largest = bias.map(() => -Infinity), total = bias.map(() => 0);');
      code.block('for (const point of points) {', () => {
        code.block('run(weights, point, options.activation, (at, v) => {', () => {
          code.line('if (at !== step) return;');
          code.line('for (let i = 0; i < v.length; i += 1) { least[i] = Math.min(least[i], v[i]); largest[i] = Math.max(largest[i], v[i]); total[i] += v[i]; }');
        }, '});');
      });
      code.line('const order = Array.from(bias, (_zero, i) => i);');
      code.block('for (let i = centred ? 0 : order.length - 1; i > 0; i -= 1) {', () => {
        code.line('const j = Math.floor(random.uniform() * (i + 1));');
        code.line('[order[i], order[j]] = [order[j], order[i]];');
      });
      code.block('for (let i = 0; i < bias.length; i += 1) {', () => {
        code.line(`const kink = (least[i] + largest[i]) / 2 + ${KINK_RANGE} * ((order[i] + 1 / 2) / bias.length - 1 / 2) * (largest[i] - least[i]);`);
        code.line('bias[i] = -(centred ? total[i] / points.length : kink) / coefficient;');
      });
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
