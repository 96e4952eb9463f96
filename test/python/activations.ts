import { activationLibrary } from '../../src/slopes/library/index.js';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import type { Program } from '../../src/model/program.js';
import { findStrategy } from '../../src/compile.js';
import { differentiate } from '../../src/slopes/scalar/differentiate.js';
import { numericFunction } from '../../src/slopes/scalar/evaluate.js';
import type { Scalar } from '../../src/slopes/scalar/node.js';
import type { Workshop } from '../5-emit/targets.js';
import type { Subject } from './cases.js';
import { subjectOf } from './cases.js';
import { table } from './compare.js';
import type { Session, Value } from './session.js';
import { array, isArray } from './session.js';

/** Networks out of every activation of the library, and out of functions with functions of numbers alone inside. */

/** No framework has a function of a number: what these are made of must be numbers before it is called. */
const constants: readonly string[] = [
  'v / sqrt(pi)',
  'if(pi > 3, v, 2 * v)',
  'sigmoid(2)',
  'clamp(v, -sqrt(2), log(10))',
  'erf(1 / 2) * v + cos(1)',
  'sin(v + log(2)) * sech(1) / asinh(3)',
  '(v^2 + exp(1))^0.5 - atan(pi) - 1 / log(2)',
  'softplus(v * sqrt(2)) / sqrt(2) - softplus(1)',
  'v / (1 + exp(-sqrt(2) * v))',
  'exp(-v^2 / (2 * pi)) / sqrt(2 * pi)',
  'if(v > pi, erf(2), erf(2) * v / pi)',
  'v * log(0.5) + 1 - exp(1)',
  'atan(v) - sqrt(3) * atan(v / sqrt(3))',
  'tanh(sin(1)) * tanh(tanh(1) * v + tanh(2))',
];

/** Zero and numbers of every size. */
export const grid: readonly number[] = [0, ...[0.03, 0.7, 1.3, 2.9, 6.2, 17, 90, 400].flatMap((size) => [size, -size])];

/** Whether an architecture may declare it; the two of the library that jump it may not, as other tests say. */
function isAccepted(text: string): boolean {
  try {
    parseArchitecture(`name: t\nactivations: { a: ${text} }\nequations: |\n  w = a(C * x + b)\n  y = B * w\n`, null);
    return true;
  } catch (error) {
    if (error instanceof LipwrightError && error.code === 'LW502') return false;
    throw error;
  }
}

const inLibrary = (): readonly string[] =>
  activationLibrary()
    .filter(({ notElementwise }) => notElementwise === undefined)
    .map(({ name }) => (name === 'threshold' ? '{ name: threshold, parameters: { threshold: 0, value: 0 } }' : name))
    .filter(isAccepted);

/** Small networks: every two of the signals that an output reads meet in its constraints. */
const SIZE = 5;

export const allActivations = (): readonly Activations[] =>
  [inLibrary(), constants.map((text) => JSON.stringify(text))].flatMap((texts) =>
    Array.from(
      { length: Math.ceil(texts.length / SIZE) },
      (_, at) => new Activations(texts.slice(at * SIZE, (at + 1) * SIZE)),
    ),
  );

type Values = Readonly<Record<string, readonly number[]>>;

/**
 * y = Σ E[k] a[k](D[k] x + b[k]) with diagonal weights: with one of the E[k] 1 and the others 0 it is one of the
 * activations.
 */
export class Activations {
  readonly subject: Subject;

  constructor(readonly texts: readonly string[]) {
    const lines = (line: (k: number, text: string) => string): string =>
      texts.map((text, k) => `  ${line(k, text)}\n`).join('');
    const sum = texts.map((_, k) => `E${k} * h${k}`).join(' + ');
    const equations = `${lines((k) => `h${k} = a${k}(D${k} * x + b${k})`)}  y = ${sum}\n`;
    const structures = ['D', 'E'].map((name) => lines((k) => `${name}${k}: { structure: diagonal }`)).join('');
    const text =
      `name: all\nactivations:\n${lines((k, of) => `a${k}: ${of}`)}equations: |\n` +
      `${equations}parameters:\n${structures}`;
    this.subject = subjectOf(parseArchitecture(text, null), 1, findStrategy('gershgorin'));
  }

  /** The widths of all signals at the grid. */
  get widths(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.subject.program.widths.flat().map((name) => [name, grid.length]));
  }

  get multipliers(): Values {
    return Object.fromEntries(this.subject.program.multipliers.map(({ name }) => [name, grid.map(() => 1)]));
  }

  /** Weights with which the network is its activation of that number, at the grid. */
  weights(chosen: number): Readonly<Record<'weights' | 'biases', Values>> {
    const full = (value: number): readonly number[] => grid.map(() => value);
    return {
      weights: Object.fromEntries(
        this.texts.flatMap((_, k) => [
          [`D${k}`, full(1)],
          [`E${k}`, full(k === chosen ? 1 : 0)],
        ]),
      ),
      biases: Object.fromEntries(this.texts.map((_, k) => [`b${k}`, full(0)])),
    };
  }

  /** What is wrong with the values and slopes of one of them at the grid. */
  wrong(
    chosen: number,
    values: ArrayLike<number>,
    slopes: ArrayLike<number> | null,
    digits: number,
  ): readonly string[] {
    const activation = this.subject.program.layers[chosen]?.activation;
    const text = this.texts[chosen] ?? '';
    if (activation?.kind !== 'scalar') return [`${text} is none`];
    return expected(activation.function).flatMap(({ value, slope }, at) => {
      const where = `${text} at ${grid[at] ?? ''}`;
      return [
        ...(isNear(values[at], value, digits) ? [] : [`${where}: ${String(values[at])}, not ${value}`]),
        ...(slopes === null || (slope === null ? Number.isFinite(slopes[at]) : isNear(slopes[at], slope, digits))
          ? []
          : [`${where}: slope ${String(slopes[at])}, not ${String(slope)}`]),
      ];
    });
  }
}

/** What the activation and its derivative are at the grid; null at a kink. */
function expected(of: Scalar): readonly { readonly value: number; readonly slope: number | null }[] {
  const [value, slope] = [numericFunction(of), numericFunction(differentiate(of))];
  return grid.map((v) => {
    const step = 1e-6 * Math.max(1, Math.abs(v));
    const isKink = Math.abs((value(v + step) - 2 * value(v) + value(v - step)) / step) > 1e-3;
    return { value: value(v), slope: isKink ? null : slope(v) };
  });
}

const isNear = (found: number | undefined, right: number, digits: number): boolean =>
  Math.abs((found ?? Number.NaN) - right) <= digits * Math.max(1, Math.abs(right));

/** What is wrong with a Python target in both precisions; NumPy has no derivatives. */
export async function crossActivations(
  session: Session,
  workshop: Workshop,
  print: (program: Program) => string,
  hasSlopes: boolean,
): Promise<readonly string[]> {
  const out: string[] = [];
  for (const all of allActivations()) {
    const path = workshop.write(print(all.subject.program), 'py');
    const arrays = (values: Values): Value =>
      Object.fromEntries(Object.entries(values).map(([name, data]) => [name, array([grid.length], data)]));
    const cases = all.texts.map((_, k): Value => ({
      weights: arrays(all.weights(k).weights),
      biases: arrays(all.weights(k).biases),
      inputs: array([1, grid.length], grid),
    }));
    for (const [dtype, digits] of [
      ['float64', 1e-12],
      ['float32', 2e-5],
    ] as const) {
      const answers = await session.call('forward', { path, cases, dtype });
      all.texts.forEach((text, k) => {
        const answer = table(Array.isArray(answers) ? (answers as readonly Value[])[k] : {});
        const [values, slopes] = [answer['outputs'], answer['slopes']];
        if (answer['dtype'] !== dtype || !isArray(values) || (hasSlopes && !isArray(slopes)))
          out.push(`${dtype} ${text}: ${JSON.stringify(answer)}`);
        else
          out.push(
            ...all
              .wrong(k, values.data, isArray(slopes) ? slopes.data : null, digits)
              .map((each) => `${dtype} ${each}`),
          );
      });
    }
  }
  return out;
}
