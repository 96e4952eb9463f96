import { coordinates } from '../../network/coordinates.js';
import type { Initial } from '../../model/initial.js';
import type { Program, Size } from '../../model/program.js';
import { leastTotal } from '../../network/budgets.js';
import { leastSlopeSum } from '../../runtime/js/init.js';
import { identifiers } from './identifiers.js';
import { pyFloat, pyNumber, pyString, pyStrings, pyTuple } from './literal.js';
import type { PythonCode } from './python-code.js';
import { printTuple, rowTexts, sizeParts } from './rows.js';
import type { Part, Row } from './rows.js';
import { SizeSource } from './size-source.js';
import type { Provenance } from '../js/module.js';

/** What the start of a free parameter is called in the table of the module, and what that means. */
const meanings: Readonly<Record<Initial['kind'], string>> = {
  zero: 'zero, also of logarithms of multipliers and scales',
  constant: 'constant, a number at every entry (times the bound, if so marked)',
  normal: 'normal, random numbers of that size (times the bound, if so marked)',
  sphere:
    'sphere, rows of Euclidean norm 1 in random directions, times sqrt(columns / rows) in a tall matrix if so marked',
  dominant: 'dominant, rows of absolute sum 1 / |m + L| (1 for a smaller |m + L|), three quarters of it in one entry',
  share: 'share, random rows of absolute sum lipschitz / sqrt(rows)',
  kinks:
    'kinks, the biases that spread the kinks of a layer evenly over that part of the ranges of its pre-activations',
  centre: 'centre, the bias that takes the mean off the output',
  spline: 'spline, max(m v, L v) at knots so far apart',
};

/** What everybody may read of a network. */
export function printConstants(code: PythonCode, program: Program, { version, digest }: Provenance): void {
  const { architecture, depth, strategy, variant, definition, layers } = program;
  code.line(`ARCHITECTURE = ${pyString(architecture)}`);
  code.line(`DEPTH = ${depth}`);
  code.line(`STRATEGY = ${pyString(strategy)}`);
  code.line(`VARIANT = ${variant === null ? 'None' : pyString(variant)}`);
  code.line(`VERSION = ${pyString(version)}`);
  code.comment('SHA-256 of the definition.');
  code.line(`DIGEST = ${pyString(digest)}`);
  code.comment('The bound that is certified unless another one is asked for.');
  code.line('LIPSCHITZ = 1.0');
  code.comment('The signals of the LMI: the input, and the hidden ones in their order.');
  code.line(`SIGNALS = ${pyTuple(rowTexts(coordinates(program).map(({ name }) => ({ value: [{ name }] }))))}`);
  code.comment('(m, L) of the activations of the hidden signals, unless others are given.');
  const slopes = layers.map(({ activation }) => ({
    value: [`(${(activation.kind === 'open' ? [0, 1] : activation.slopes).map(pyFloat).join(', ')})`],
  }));
  printTuple(code, 'SLOPES = ', slopes);
  code.comment("The architecture file's text.");
  const lines = pyStrings(definition, 110);
  if (lines.length === 0) code.line('DEFINITION = ""');
  else code.verbatim(['DEFINITION = (', ...lines.map((line) => `    ${line}`), ')']);
}

/** The free vectors whose lengths are sums of widths. */
export const summedLengths = ({
  free,
}: Program): readonly { readonly name: string; readonly sum: readonly number[]; readonly plus: number }[] =>
  free.flatMap(({ name, rows, columns }) =>
    columns === null && typeof rows === 'object' && rows !== null && 'sum' in rows
      ? [{ name, sum: rows.sum, plus: rows.plus ?? 0 }]
      : [],
  );

/** What the runtime reads of a network. */
export function printTables(code: PythonCode, program: Program): void {
  const { widths, sums, budgets, layers, signals, output, locals, input } = program;
  table(
    code,
    '_WIDTHS',
    'Signals that share a width; widths are numbered in this order.',
    widths.map((names) => ({ value: tuple(names.map((name) => [{ name }])) })),
  );
  if (sums.length > 0)
    table(
      code,
      '_SUMS',
      'Widths that are sums of others.',
      sums.map(({ width, of }) => ({
        value: tuple([[{ index: width }], tuple(of.map((index) => [{ index }]))]),
      })),
    );
  const source = new SizeSource({ sums: [] }, [['free', program.free]]);
  table(
    code,
    '_TOLD',
    'The free parameter and the axis that tell each width.',
    widths.map((_names, at) => {
      const place = source.place(at);
      return { value: place === null ? ['(None, None)'] : ['(', { name: place.name }, `, ${place.axis})`] };
    }),
  );
  const lengths = summedLengths(program);
  if (lengths.length > 0)
    table(
      code,
      '_LENGTHS',
      'Vectors with the widths, and the number, that their length is the sum of.',
      lengths.map(({ name, sum, plus }) => ({
        value: tuple([[{ name }], tuple(sum.map((index) => [{ index }])), [String(plus)]]),
      })),
    );
  const size = [...signals, output, ...locals][input]?.size ?? null;
  code.comment("The input's width; None: it is one number.");
  code.line(`_INPUT = ${typeof size === 'number' ? size : 'None'}`);
  if (budgets.length > 0)
    table(
      code,
      '_BUDGETS',
      'Blocks that share a bound: whose share it is (None: the whole), how they compose, the bounds that blocks ' +
        'state, how many state none, and the least whole that is enough where all do.',
      budgets.map(({ of, kind, fixed, parts }) => ({
        value: tuple([
          of === null ? ['None'] : [{ index: of }],
          [pyString(kind)],
          [pyTuple(fixed.map(pyNumber))],
          [String(parts)],
          [parts === 0 ? pyNumber(leastTotal(kind, fixed)) : 'None'],
        ]),
      })),
    );
  table(
    code,
    '_DECLARED',
    'What the equations say of the activation of each hidden signal: None where it is left open, else what it is, ' +
      'its name and (m, L).',
    layers.map(({ activation }) => ({
      value:
        activation.kind === 'open'
          ? ['None']
          : [`("${activation.kind}", `, { name: activation.name }, `, (${activation.slopes.map(pyFloat).join(', ')}))`],
    })),
  );
  const starts = program.free.map(({ name, initial }) => ({ name, initial: initial ?? ({ kind: 'zero' } as const) }));
  const kinds = [...new Set(starts.map(({ initial }) => initial.kind))];
  dict(
    code,
    '_INITIAL',
    `How each free parameter begins: ${kinds.map((kind) => meanings[kind]).join('; ')}.`,
    starts.map(({ name, initial }) => ({ key: [{ name }], value: startParts(initial) })),
  );
}

/** The names of the free parameters in the class `Network`. */
export function printAttributes(code: PythonCode, program: Program): void {
  dict(
    code,
    '_ATTRIBUTES',
    "The attribute, and the key in a state_dict, of each free parameter, by the author's name.",
    [...identifiers(program)].map(([name, identifier]) => ({ key: [{ name }], value: [{ name: identifier }] })),
  );
}

export function printShapes(code: PythonCode, program: Program): void {
  const size = (at: Size): readonly Part[] =>
    sizeParts(at, (index) => ['d[', { index }, ']'] satisfies readonly Part[]);
  const about = 'The shapes of the free parameters at the widths d, numbered as in _WIDTHS.';
  code.declare('def _shapes(d):', [about], () => {
    const rows = program.free.map(({ name, rows: r, columns }) => ({
      key: [{ name }],
      value: tuple(columns === null ? [size(r)] : [size(r), size(columns)]),
    }));
    if (rows.length === 0) code.line('return {}');
    else code.table('return {', rowTexts(rows), '}');
  });
}

/** A tuple of printed items; one item takes a comma. */
const tuple = (items: readonly (readonly Part[])[]): readonly Part[] => [
  '(',
  ...items.flatMap((item, at) => (at === 0 ? item : [', ', ...item])),
  items.length === 1 ? ',)' : ')',
];

function table(code: PythonCode, name: string, about: string, rows: readonly Row[]): void {
  code.comment(about);
  printTuple(code, `${name} = `, rows);
}

function dict(code: PythonCode, name: string, about: string, rows: readonly Row[]): void {
  code.comment(about);
  if (rows.length === 0) code.line(`${name} = {}`);
  else code.table(`${name} = {`, rowTexts(rows), '}');
}

/** A tuple: the kind, and what it needs. */
function startParts(initial: Initial): readonly Part[] {
  const kind = `"${initial.kind}"`;
  switch (initial.kind) {
    case 'constant':
    case 'normal':
      return [`(${kind}, ${pyNumber(initial.value)}, ${initial.timesLipschitz ? 'True' : 'False'})`];
    case 'sphere':
      return [`(${kind}, ${initial.spread ? 'True' : 'False'})`];
    case 'dominant':
      return [`(${kind}, `, { index: initial.layer }, `, ${pyNumber(leastSlopeSum)})`];
    case 'kinks':
      return [`(${kind}, ${pyNumber(initial.from)}, ${pyNumber(initial.to)})`];
    case 'spline':
      return [`(${kind}, `, { index: initial.layer }, `, ${pyNumber(initial.step)})`];
    default:
      return [`(${kind},)`];
  }
}
