import type { Initial } from '../../model/initial.js';
import type { Program } from '../../model/program.js';
import type { Code } from './code.js';
import { comment, quote } from './code.js';
import { LEAST_SLOPE_SUM } from '../run/initialize.js';
import { sizeText } from './operation.js';
import type { ModuleStyle } from './style.js';
import { typing } from './style.js';

const starts = {
  zero: '0 (logarithms of multipliers and scales)',
  constant: 'a number',
  sphere: 'rows of Euclidean norm 1 in random directions',
  dominant: 'rows with one large entry, of absolute sum 1 / |S| in all',
  share: 'rows with absolute sum lipschitz / sqrt(rows)',
  kinks: "kinks of a layer's units spread evenly over a part of the ranges of their pre-activations on options.domain",
  centre: 'the mean of the output on options.domain is 0',
  spline: 'max(m v, L v) at the knots',
} as const satisfies Readonly<Record<Initial['kind'], string>>;

/** Prints `init` and the generator of random numbers behind it, the same as the in-memory ones. */
export function printInit(program: Program, code: Code, style: ModuleStyle): void {
  const type = typing(style);
  const initial = program.free.map((slot): Initial => slot.initial ?? { kind: 'zero' });
  const kinds = new Set(initial.map(({ kind }) => kind));
  code.line();
  code.line(comment('Free parameters to start training from, the same for equal seeds:'));
  program.free.forEach(({ name }, k) => code.line(comment(`  ${name}: ${starts[initial[k]?.kind ?? 'zero']}`)));
  code.line(
    comment(
      'options.domain: an array of inputs such as the network will get; if left out, points of ' +
        '[-1, 1]^d. Further options:',
    ),
  );
  code.line(comment('slopes, lipschitz, and activation (of the layers that the equations leave open), as at use.'));
  code.block(
    `export function init(seed${type(': number')}, widths${type(': Widths')}, ` +
      `options${type(': InitialOptions')} = {})${type(': Values')} {`,
    () => {
      code.line("knownOptions(options, ['domain', ...optionNames]);");
      code.line('const { domain, ...settings } = options;');
      code.line('const random = generator(seed);');
      code.line('const d = resolveWidths(widths);');
      code.line('const plan = planFor(d);');
      code.line('setSlopes(plan, options);');
      if (kinds.has('sphere') || kinds.has('share') || kinds.has('dominant')) normalRow(code, type);
      if (kinds.has('kinks') || kinds.has('dominant')) shuffled(code, type);
      code.line(`const start${type(': Values')} = {};`);
      code.declaring([['lip', 'const lip = options.lipschitz ?? lipschitz;']], () =>
        program.free.forEach((slot, k) => {
          const matrix = `new Float64Array(${sizeText(slot.rows)} * ${sizeText(slot.columns)})`;
          drawnText(
            code,
            `start[${quote(slot.name)}]`,
            matrix,
            sizeText(slot.rows),
            sizeText(slot.columns),
            initial[k] ?? { kind: 'zero' },
          );
        }),
      );
      code.line('const weights = constrain(start, { ...settings, widths, into: undefined });');
      const { signals, output, locals, input } = program;
      code.line(`const length = weights.widths[${quote([...signals, output, ...locals][input]?.name ?? '')}];`);
      code.line(
        'const points = domain ?? Array.from({ length: 256 }, () => Float64Array.from({ length }, () ' +
          '=> 2 * random.uniform() - 1));',
      );
      code.line(
        'if (points.length === 0 || points.some((point) => point.length !== length)) throw new ' +
          'RangeError(`LW303 a domain of points with ${length} numbers expected`);',
      );
      placedText(program, code, type);
      code.line('return start;');
    },
  );
  code.line();
  generator(code, type);
}

function normalRow(code: Code, type: (annotation: string) => string): void {
  code.block(
    `const normalRow = (values${type(': Float64Array')}, from${type(': number')}, ` +
      `to${type(': number')}, norm${type(': number')}, length${type(': number')}) => {`,
    () => {
      code.line('let total = 0;');
      code.line(
        'for (let j = from; j < to; j += 1) { values[j] = random.normal(); total += norm === 1 ? ' +
          'Math.abs(values[j]) : values[j] * values[j]; }',
      );
      code.line('const factor = length / (norm === 1 ? total : Math.sqrt(total));');
      code.line('for (let j = from; j < to; j += 1) values[j] *= factor;');
    },
    '};',
  );
}

function shuffled(code: Code, type: (annotation: string) => string): void {
  code.block(
    `const shuffled = (n${type(': number')}) => {`,
    () => {
      code.line('const order = Array.from({ length: n }, (_, i) => i);');
      code.block('for (let i = n - 1; i > 0; i -= 1) {', () => {
        code.line('const j = Math.floor(random.uniform() * (i + 1));');
        code.line('[order[i], order[j]] = [order[j], order[i]];');
      });
      code.line('return order;');
    },
    '};',
  );
}

/** `sizeText` names widths d0, d1 …; here they stand in d. */
function drawnText(code: Code, target: string, made: string, rows: string, columns: string, initial: Initial): void {
  const indexed = (text: string): string => text.replace(/\bd(\d+)\b/g, 'd[$1]');
  const [matrix, height, width] = [indexed(made), indexed(rows), indexed(columns)];
  const rowsOf = (call: string): void => void code.line(`for (let i = 0; i < ${height}; i += 1) ${call}`);
  const row = `${target}, i * ${width}, (i + 1) * ${width}`;
  code.line(`${target} = ${matrix};`);
  switch (initial.kind) {
    case 'sphere':
      rowsOf(`normalRow(${row}, 2, ${initial.spread ? `Math.sqrt(Math.min(1, ${width} / ${height}))` : '1'});`);
      return;
    case 'share':
      rowsOf(`normalRow(${row}, 1, lip / Math.sqrt(${height}));`);
      return;
    case 'dominant':
      code.block('{', () => {
        code.line(`const sum = Math.abs(plan.S[${initial.layer}]);`);
        code.line(`const size = 1 / (sum > ${LEAST_SLOPE_SUM} ? sum : 1);`);
        code.line(`const columnOf = shuffled(${width});`);
        code.block(`for (let i = 0; i < ${height}; i += 1) {`, () => {
          code.line(`normalRow(${row}, 1, size / 4);`);
          code.line(
            `${target}[i * ${width} + columnOf[i % ${width}]] += (random.uniform() < 1 / 2 ? -1 : 1) * size * (3 / 4);`,
          );
        });
      });
      return;
    case 'constant':
      code.line(`${target}.fill(${initial.value}${initial.timesLipschitz ? ' * lip' : ''});`);
      return;
    case 'spline':
      code.block(`for (let at = 0; at < ${target}.length; at += 1) {`, () => {
        code.line(`const knot = ((at % ${width}) - (${width} - 1) / 2) * ${initial.step};`);
        code.line(`${target}[at] = (knot < 0 ? plan.m : plan.L)[${initial.layer}] * knot;`);
      });
      return;
    case 'zero':
    case 'kinks':
    case 'centre':
      // Biases are placed later.
      return;
  }
}

/** Layer by layer: weights do not depend on biases, but pre-activations do on those before them. */
function placedText(program: Program, code: Code, type: (annotation: string) => string): void {
  const starting = new Map(program.free.map(({ buffer, name, initial }) => [buffer, { name, initial }]));
  const placed = program.steps.flatMap(({ biases }, step) => {
    const [first] = biases;
    const { name, initial } = starting.get(first?.bias ?? -1) ?? {};
    if (first === undefined || name === undefined || (initial?.kind !== 'kinks' && initial?.kind !== 'centre'))
      return [];
    return [
      {
        step,
        name,
        coefficient: first.coefficient,
        range: initial.kind === 'kinks' ? `[${initial.from}, ${initial.to}]` : 'null',
      },
    ];
  });
  // A bias that several sums share is placed at the first.
  const firsts = placed.filter(({ name }, at) => placed.findIndex((other) => other.name === name) === at);
  const list = firsts.map(
    ({ step, name, coefficient, range }) => `[${step}, ${quote(name)}, ${coefficient}, ${range}]`,
  );
  code.line(
    comment(
      "Which step, its bias and that one's coefficient; where in their range the kinks stand " +
        '(null: the mean is taken off).',
    ),
  );
  code.line(
    'const ' +
      `placed${type(': readonly (readonly [number, string, number, readonly [number, number] | null])[]')} ` +
      `= [${list.join(', ')}];`,
  );
  const hasKinks = firsts.some(({ range }) => range !== 'null');
  code.block(`for (const [step, name, coefficient${hasKinks ? ', range' : ''}] of placed) {`, () => {
    code.line('const bias = weights.biases[name];');
    code.line(
      'const least = bias.map(() => Infinity), largest = bias.map(() => -Infinity), total = bias.map(() => 0);',
    );
    code.block('for (const point of points) {', () => {
      code.block(
        'run(weights, point, weights.activations, (at, v) => {',
        () => {
          code.line('if (at !== step) return;');
          code.line(
            'for (let i = 0; i < v.length; i += 1) { least[i] = Math.min(least[i], v[i]); largest[i] = ' +
              'Math.max(largest[i], v[i]); total[i] += v[i]; }',
          );
        },
        '});',
      );
    });
    if (hasKinks) {
      code.line('const order = range === null ? [] : shuffled(bias.length);');
      code.block('for (let i = 0; i < bias.length; i += 1) {', () => {
        code.line('if (range === null) bias[i] = -total[i] / points.length / coefficient;');
        code.line(
          'else bias[i] = -(least[i] + (range[0] + (range[1] - range[0]) * ((order[i] + 1 / 2) / ' +
            'bias.length)) * (largest[i] - least[i])) / coefficient;',
        );
      });
    } else code.line('for (let i = 0; i < bias.length; i += 1) bias[i] = -total[i] / points.length / coefficient;');
    code.line('start[name].set(bias);');
  });
}

/**
 * The generator of `numeric/random`: splitmix32 fills the state of xoshiro128++; normals by Marsaglia's polar method.
 */
function generator(code: Code, type: (annotation: string) => string): void {
  code.line(
    comment(
      'xoshiro128++ (Blackman and Vigna, ACM TOMS 47, 2021), its state filled by splitmix32; ' +
        'normals by the polar method of Marsaglia.',
    ),
  );
  code.block(
    `function generator(seed${type(': number')})${type(': { uniform: () => number; normal: () => number }')} {`,
    () => {
      code.line('if (!Number.isFinite(seed)) throw new RangeError(`LW311 a finite seed expected, found ${seed}`);');
      code.block(
        `const splitmix = (start${type(': number')}) => () => {`,
        () => {
          code.line('start = (start + 0x9e3779b9) | 0;');
          code.line('let z = Math.imul(start ^ (start >>> 16), 0x21f0aaad);');
          code.line('z = Math.imul(z ^ (z >>> 15), 0x735a2d97);');
          code.line('return (z ^ (z >>> 15)) | 0;');
        },
        '};',
      );
      code.line('const bits = new Uint32Array(Float64Array.of(seed === 0 ? 0 : seed).buffer);');
      code.line('const low = splitmix(bits[0]), high = splitmix(Math.imul(bits[1], 0x9e3779b1) ^ 0x5bd1e995);');
      code.line('let a = low() ^ high(), b = low() ^ high(), c = low() ^ high(), d = low() ^ high();');
      code.line('if ((a | b | c | d) === 0) d = 1;');
      code.block(
        'const word = () => {',
        () => {
          code.line('const sum = (a + d) | 0;');
          code.line('const result = (((sum << 7) | (sum >>> 25)) + a) >>> 0;');
          code.line('const shifted = b << 9;');
          code.line('c ^= a; d ^= b; b ^= c; a ^= d; c ^= shifted;');
          code.line('d = (d << 11) | (d >>> 21);');
          code.line('return result;');
        },
        '};',
      );
      code.line('const uniform = () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) * 2 ** -53;');
      code.line(`let spare${type(': number | null')} = null;`);
      code.block(
        `const normal = ()${type(': number')} => {`,
        () => {
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
        },
        '};',
      );
      code.line('return { uniform, normal };');
    },
  );
}
