import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { declarationsOf, declarationsPath } from '../../../src/5-emit/js/declarations.js';
import { javascript, javascriptTypes } from '../../../src/5-emit/js/javascript.js';
import { tensorflowTypes } from '../../../src/5-emit/js/tensorflow.js';
import { loadArchitecture, lowerArchitecture } from '../../../src/index.js';
import { Workshop, strictest } from '../targets.js';

const workshop = new Workshop();
afterAll(() => workshop.close());
const program = lowerArchitecture(loadArchitecture('residual'), { depth: 2 });

it.each([
  ['net.mjs', 'net.d.mts'],
  ['folder.js/net.js', 'folder.js/net.d.ts'],
  ['net.ts', null],
  ['net.json', null],
  ['net', null],
])('beside %s stands %s', (path, beside) => expect(declarationsPath(path)).toBe(beside));

const consumer = `
import { architecture, check, constrain, dims, forward, init, instance, lmi, vjp } from './net.mjs';
const free = init(0, { x: 2, w: 3, y: 2 }, { domain: [[0, 1]] });
const weights = constrain(free, { lipschitz: 1, slopes: [0, 1] });
export const sizes: Record<string, number[]> = dims(weights.widths);
export const y: number | undefined = forward(weights, [1, 2], (v) => Math.max(v, 0))[0];
export const named: readonly (string | null | undefined)[] | undefined = constrain(free, { activation: ['gelu', Math.tanh] }).activations?.map((each) => each?.name);
constrain(free, { activation: (v, layer) => v / (layer + 1), slopes: [0, 1] });
// @ts-expect-error a number is no activation
forward(weights, [1, 2], 1);
export const gradient: Float64Array | undefined = vjp(free, { weights: { B: weights.weights['B'] ?? [] } })['C[1]'];
export const all: [string, number, object, Float64Array] = [architecture, check(weights), instance(weights), lmi(weights)];
// @ts-expect-error widths are numbers
dims({ x: '2' });
// @ts-expect-error no such option
constrain(free, { lipshitz: 1 });
`;
const trainer = `
import * as tf from '@tensorflow/tfjs';
import { apply, check, constrained, download, init, instance, variables } from './train.mjs';
const widths = { x: 1, w: 16, y: 1 };
const inputs = Array.from({ length: 200 }, (_, i) => [-3 + (6 * i) / 199]);
const x = tf.tensor2d(inputs);
const free = variables(init(0, widths, { domain: inputs }), { widths });
const loss = (): tf.Scalar => tf.losses.meanSquaredError(tf.sin(x), apply(constrained(free, { widths }), x));
const optimizer = tf.train.adam(1e-2);
optimizer.minimize(loss);
const activation = tf.selu;
export const other: tf.Tensor2D = apply(constrained(free, { widths, activation, lipschitz: 2 }), x, ['gelu', (v) => v.relu()]);
init(0, widths, { domain: inputs, activation });
constrained(free, { activation: (v, layer) => v.div(layer + 1), slopes: [0, 1] });
init(0, widths, { activation: (v: number) => Math.max(v, 0), slopes: [0, 1] });
export const value: number = check(download(constrained(free, { widths })));
export const data: object = instance(download(constrained(free)));
// @ts-expect-error numbers are no tensors
constrained({ B: [1] });
`;

describe('a project that uses', () => {
  const checked = (
    files: Readonly<Record<string, string>>,
    entry: string,
    module: ts.ModuleKind,
  ): readonly string[] => {
    const folder = dirname(workshop.write('', 'ts'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const resolution = module === ts.ModuleKind.ESNext ? { moduleResolution: ts.ModuleResolutionKind.Bundler } : {};
    const tensorflow = fileURLToPath(new URL('../../../node_modules/@tensorflow/tfjs', import.meta.url));
    const options = {
      ...strictest,
      ...resolution,
      module,
      lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
      paths: { '@tensorflow/tfjs': [tensorflow] },
    };
    return ts
      .getPreEmitDiagnostics(ts.createProgram([join(folder, entry)], options))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  };

  it.each([
    ['a bundler', ts.ModuleKind.ESNext],
    ['nodenext', ts.ModuleKind.NodeNext],
  ] as const)('the js module under %s', (_, module) => {
    expect(
      checked(
        { 'net.mjs': javascript(program), 'net.d.mts': javascriptTypes(program), 'use.mts': consumer },
        'use.mts',
        module,
      ),
    ).toEqual([]);
  });

  it('the tfjs module, as in the README', () => {
    expect(
      checked(
        { 'train.d.mts': tensorflowTypes(program), 'use-tensors.mts': trainer },
        'use-tensors.mts',
        ts.ModuleKind.ESNext,
      ),
    ).toEqual([]);
  });
});

it('names all that the module exports', () => {
  const names = (text: string): readonly string[] =>
    [...text.matchAll(/^export (?:declare )?(?:const|function) (\w+)/gm)].map(([, name = '']) => name);
  expect(names(javascriptTypes(program))).toEqual(names(javascript(program)));
  expect(
    declarationsOf(
      '// A header.\n\n// One.\n// Two */.\nexport function f(a: number, o: Options = {}): void {\n' +
        '  g();\n}\nconst hidden = 1;\n',
    ),
  ).toBe('// A header.\n\n/**\n * One.\n * Two * /.\n */\nexport declare function f(a: number, o?: Options): void;\n');
});
