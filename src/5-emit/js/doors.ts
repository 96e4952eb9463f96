import { coordinates } from '../../network/coordinates.js';
import type { Program } from '../../model/program.js';
import type { Initial } from '../../model/initial.js';
import type { Code } from './code.js';
import { comment } from './code.js';

/** An exported function: what users read above it, and the call of the runtime behind it. */
export interface Door {
  readonly text: string;
  readonly signature: string;
  readonly lines: readonly string[];
}

const given = 'free: Readonly<Record<string, ArrayLike<number>>>';
const checked = 'knownOptions(options, optionNames);';

/** Prints the functions that a module exports. */
export function printDoors(program: Program, code: Code): void {
  for (const door of doors(program)) printDoor(door, code);
}

export function printDoor({ text, signature, lines }: Door, code: Code): void {
  for (const line of wrapped(text)) code.line(line);
  code.block(`export function ${signature} {`, () => lines.forEach((line) => code.line(line)));
  code.line();
}

function doors(program: Program): readonly Door[] {
  return [
    {
      text: 'Names and shapes of the free parameters at these widths, for example dims({ x: 3, w: 4, y: 2 }).',
      signature: 'dims(widths: Widths): Record<string, number[]>',
      lines: ['return dimsOf(network, widths);'],
    },
    {
      text:
        `Free parameters to start training from, the same for equal seeds:\n${starts(program)}\n` +
        'options.domain: an array of inputs such as the network will get; if left out, points of [-1, 1]^d. Further ' +
        'options: slopes, lipschitz, and activation (of the layers that the equations leave open), as at use.',
      signature: 'init(seed: number, widths: Widths, options: InitialOptions = {}): Values',
      lines: ["knownOptions(options, ['domain', ...optionNames]);", 'return initOf(network, seed, widths, options);'],
    },
    {
      text:
        'Free parameters → feasible weights and the multipliers that prove it. Buffers are planned once for each set ' +
        'of widths; pass an earlier result as options.into to have it overwritten: then nothing is allocated.',
      signature: `constrain(${given}, options: Options = {}): Constrained`,
      lines: [checked, 'return constrainOf(network, free, options);'],
    },
    {
      text:
        'The vector–Jacobian product of constrain(): adjoints (cotangents) of its results, by name, each as long as ' +
        'what it belongs to and 0 if left out → adjoints of the free parameters, by name. For trainers: the ' +
        'gradient of a loss with respect to the free parameters is vjp(free, its gradient with respect to weights ' +
        'and biases). Bound and slopes are constants.',
      signature: `vjp(${given}, cotangents: Cotangents, options: Options = {}): Values`,
      lines: [checked, 'return vjpOf(network, free, cotangents, options);'],
    },
    {
      text:
        'The network. Where the equations leave the activation open it is the one that constrain() was given, or ' +
        'else m v for v < 0 and L v for v >= 0; or `activation`, one or one for each hidden signal, whose slopes ' +
        'must be known and lie in those of the weights, or else be your word: that of the slopes which constrain() ' +
        'was given.',
      signature: 'forward(weights: Constrained, x: ArrayLike<number>, activation?: Activations): Float64Array',
      lines: ['return forwardOf(network, weights, x, activation);'],
    },
    {
      text:
        `The LMI, N × N row major, over the signals ${namesText(coordinates(program).map(({ name }) => name))}. ` +
        'It is negative semidefinite.',
      signature: 'lmi(weights: Constrained): Float64Array',
      lines: ['return lmiOf(network, weights);'],
    },
    {
      text:
        'The largest eigenvalue of the LMI M of these weights and multipliers as they are, relative to its diagonal: ' +
        'of D^(-1/2) M D^(-1/2), by Jacobi rotations. D has the sizes of what the diagonal of M is the sum of: of ' +
        'the bound squared, multiples of multipliers, squares of weights. At most 0 if they keep the bound, whatever ' +
        'the sizes of parameters and multipliers. Floating point, hence an estimate: `lipwright check` proves it of ' +
        'instance(weights).',
      signature: 'check(weights: Constrained): number',
      lines: ['return checkOf(network, weights);'],
    },
    {
      text:
        'These weights and multipliers as plain data, in the form that `lipwright check` proves and `lipwright ' +
        'certify` bounds.',
      signature: 'instance(weights: Constrained): object',
      lines: ['return instanceOf(network, weights);'],
    },
  ];
}

const startText = {
  zero: '0 (logarithms of multipliers and scales)',
  constant: 'a number',
  normal: 'small random numbers',
  sphere: 'rows of Euclidean norm 1 in random directions',
  dominant: 'rows with one large entry, of absolute sum 1 / |S| in all',
  share: 'rows with absolute sum lipschitz / sqrt(rows)',
  kinks: "kinks of a layer's units spread evenly over a part of the ranges of their pre-activations on options.domain",
  centre: 'the mean of the output on options.domain is 0',
  spline: 'max(m v, L v) at the knots',
} as const satisfies Readonly<Record<Initial['kind'], string>>;

/** How the free parameters begin, a line for each way. */
function starts({ free }: Program): string {
  const byWay = new Map<string, string[]>();
  for (const { name, initial } of free) {
    const way = startText[initial?.kind ?? 'zero'];
    byWay.set(way, [...(byWay.get(way) ?? []), name]);
  }
  return [...byWay].map(([way, names]) => `  ${namesText(names)}: ${way}`).join('\n');
}

/** A list of names, of which members of a family stand as the first and the last. */
export function namesText(names: readonly string[]): string {
  const groups: { readonly family: string; readonly names: string[] }[] = [];
  for (const name of names) {
    const family = name.replace(/\d+/g, '#');
    const last = groups.at(-1);
    if (last?.family === family) last.names.push(name);
    else groups.push({ family, names: [name] });
  }
  return groups
    .map(({ names: members }) =>
      members.length < 3 ? members.join(', ') : `${members[0] ?? ''} … ${members.at(-1) ?? ''}`,
    )
    .join(', ');
}

/** Paragraphs as comment lines; those that begin with space stay as they are but for their ends. */
export function wrapped(text: string): readonly string[] {
  return text.split('\n').flatMap((paragraph) => {
    const indent = /^ */.exec(paragraph)?.[0] ?? '';
    const lines: string[] = [];
    for (const word of paragraph.trim().split(' ')) {
      const last = lines.at(-1);
      if (last !== undefined && last.length + word.length < widest) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(lines.length === 0 ? `${indent}${word}` : `${indent}  ${word}`.replace(/^ {2}(?=\S)/, ''));
    }
    return lines.map(comment);
  });
}

/** Columns of a comment without its mark. */
const widest = 117;
