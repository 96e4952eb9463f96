import { readDecimal } from '../base/decimal.js';
import { LipwrightError, excerpt, fail, located } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import { analyseSlopes } from './analyse.js';
import type { SlopeAnalysis, WrittenFunction } from './analyse.js';
import * as build from './scalar/build.js';
import type { Scalar } from './scalar/node.js';
import { rewriteBranch, rewriteObligation } from './scalar/obligation.js';
import { isPositive } from './scalar/positive.js';
import { fromDouble } from './scalar/rational.js';
import { substitute } from './scalar/visit.js';
import { activationLibrary, findActivation } from './library/index.js';
import type { LibraryActivation } from './library/index.js';
import { parseScalar } from './read/expression.js';
import { expectation } from '../base/suggest.js';
import type { Locate } from '../base/tokens.js';

/** The text of an activation and numbers for its parameters. */
export interface WrittenActivation {
  readonly text: string;
  readonly parameters: ReadonlyMap<string, number>;
  readonly locate: Locate;
}

/**
 * A library entry with the given parameters, the others at their defaults. @throws LW506 not elementwise, LW507
 * unknown, missing or out of range, LW307 not finite
 */
export function writtenActivation(
  entry: LibraryActivation,
  given: ReadonlyMap<string, number>,
  position: Position | null,
): WrittenActivation {
  const { expression, parameters = {}, assume = [], name } = entry;
  if (expression === undefined)
    return fail(
      'LW506',
      `${name}: it ${excerpt(entry.notElementwise ?? '', 400)}`,
      'an elementwise activation',
      position,
    );
  const names = Object.keys(parameters);
  // PyTorch's names of parameters are as good as ours.
  const ours = new Map(
    Object.entries(parameters).flatMap(([key, { pytorch }]) =>
      pytorch === undefined ? [] : [[pytorch, key] as const],
    ),
  );
  const chosen = new Map([...given].map(([key, value]) => [names.includes(key) ? key : (ours.get(key) ?? key), value]));
  const unknown = [...chosen.keys()].find((key) => !names.includes(key));
  if (unknown !== undefined)
    fail(
      'LW507',
      `the parameter "${excerpt(unknown, 40)}" of ${name}`,
      names.length === 0 ? 'no parameters' : expectation(unknown, names),
      position,
    );
  const values = new Map(
    Object.entries(parameters).map(([key, range]) => {
      const value = chosen.get(key) ?? range.default;
      if (value === undefined) return fail('LW507', `no ${key} for ${name}`, `parameters: { ${key}: … }`, position);
      if (!Number.isFinite(value)) fail('LW307', `${key} = ${value}`, 'a finite number', position);
      const { from = -Infinity, above = -Infinity, to = Infinity, below = Infinity } = range;
      const allowed =
        value >= from && value <= to && (value > above || above === -Infinity) && (value < below || below === Infinity);
      return allowed
        ? ([key, value] as const)
        : fail('LW507', `${key} = ${value} for ${name}`, `a number ${rangeText(range)}`, position);
    }),
  );
  const numbers = new Map([...values].map(([key, value]) => [key, build.number(fromDouble(value))]));
  for (const demand of assume) {
    const met = substitute(
      parseScalar(demand, { parameters: new Set(names), named: () => new Map(), locate: inLibrary }).function,
      { parameters: numbers },
    );
    if (!isPositive(met))
      fail(
        'LW507',
        `${[...values].map(([key, value]) => `${key} = ${value}`).join(', ')} for ${name}`,
        `parameters with ${demand} > 0`,
        position,
      );
  }
  return { text: expression, parameters: values, locate: () => position ?? inLibrary() };
}

const inLibrary = (): Position => ({ file: 'rules/activations.yaml', line: 1, column: 1 });

function rangeText({ from, above, to, below }: NonNullable<LibraryActivation['parameters']>[string]): string {
  const bounds = [
    [from, '>='],
    [above, '>'],
    [to, '<='],
    [below, '<'],
  ] as const;
  return bounds.flatMap(([bound, sign]) => (bound === undefined ? [] : [`${sign} ${bound}`])).join(' and ');
}

/** The text as an exact function, its parameters left as letters. @throws LW2xx, LW5xx at the place in the text */
export function parseActivation(text: string, parameters: Iterable<string>, locate: Locate): WrittenFunction {
  return parseScalar(text, { parameters: new Set(parameters), named: libraryFunctions, locate });
}

/**
 * Activations of the library that an expression may call, at their defaults: `gelu(2 * v)`. What jumps is no part of
 * one.
 */
function libraryFunctions(): ReadonlyMap<string, (argument: Scalar) => Scalar> {
  return new Map(
    activationLibrary().map((entry) => [
      entry.name.replaceAll('-', '_'),
      (argument): Scalar => {
        const { text, parameters, locate } = writtenActivation(entry, new Map(), null);
        const written = withNumbers(
          parseScalar(text, { parameters: new Set(parameters.keys()), named: () => new Map(), locate }),
          parameters,
          null,
        );
        unlocated(() => analyseSlopes(written));
        return substitute(written.function, { variable: argument });
      },
    ]),
  );
}

/** A place in the library says nothing to the author of another text, whose own place is put in later. */
function unlocated(run: () => unknown): void {
  try {
    run();
  } catch (error) {
    throw error instanceof LipwrightError ? new LipwrightError({ ...error.diagnostic, position: null }) : error;
  }
}

/** Numbers for the parameters, as the decimals that they are written as. @throws LW504 where that divides by 0 */
function withNumbers(
  written: WrittenFunction,
  values: ReadonlyMap<string, number>,
  position: Position | null,
): WrittenFunction {
  const parameters = new Map([...values].map(([name, value]) => [name, build.number(fromDouble(value))]));
  const put = (node: Scalar): Scalar => substitute(node, { parameters });
  const settledBy = [...values].map(([name, value]) => `${name} = ${value}`).join(', ');
  try {
    for (const branch of written.branches) {
      // `select` does not say whose side 0 is on; where the guard is 0 at a point only, continuity makes that
      // immaterial.
      if (isZero(put(branch.guard)) && put(branch.positive).key !== put(branch.negative).key)
        fail(
          'LW507',
          `${settledBy}: ${branch.text} compares equal numbers`,
          'parameters for which the condition depends on v',
          position,
        );
    }
    return {
      function: put(written.function),
      obligations: written.obligations.map((obligation) => rewriteObligation(obligation, put)),
      branches: written.branches.map((branch) => rewriteBranch(branch, put)),
    };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return fail('LW504', `${settledBy}: ${error.message}`, 'parameters for which the activation is defined', position);
  }
}

const isZero = (node: Scalar): boolean => node.kind === 'rational' && node.value.numerator === 0n;

/** The function with its numbers, and bounds of its slopes. */
export interface AnalysedActivation {
  readonly function: Scalar;
  readonly analysis: SlopeAnalysis;
}

/** @throws LW2xx, LW5xx */
export function analyseActivation(
  { text, parameters, locate }: WrittenActivation,
  position: Position | null,
): AnalysedActivation {
  const parsed = parseActivation(text, parameters.keys(), locate);
  const written = withNumbers(parsed, parameters, position);
  return { function: written.function, analysis: located(position, () => analyseSlopes(written)) };
}

/** An activation as one writes it in a line: `gelu`, `leaky-relu(a=0.2)`, or an expression in v. */
export type ActivationText =
  | { readonly entry: LibraryActivation; readonly given: ReadonlyMap<string, number> }
  | { readonly entry: null; readonly text: string };

/** As long as an equation may be. */
const longestText = 4096;

/**
 * With a library that has been read where there are many texts. @throws LW310 unknown name, LW507 parameters that are
 * no `name=number`
 */
export function readActivationText(
  text: string,
  position: Position,
  read: () => readonly LibraryActivation[] = activationLibrary,
): ActivationText {
  if (text.length > longestText) fail('LW214', `${text.length} characters`, `at most ${longestText}`, position);
  const match = /^([A-Za-z][\w-]*)(?:\(([^()]*=[^()]*)\))?$/.exec(text.trim());
  const [, name = '', given] = match ?? [];
  if (match === null || (given === undefined && /^[vx]$/.test(name))) return { entry: null, text };
  const library = read();
  const entry =
    findActivation(library, name) ??
    fail(
      'LW310',
      `"${excerpt(name, 40)}"`,
      `${expectation(
        name,
        library.map((known) => known.name),
      )}, or an expression in v`,
      position,
    );
  const parameters =
    given === undefined
      ? []
      : given.split(',').map((part): [string, number] => {
          const [key = '', value = '', ...more] = part.split('=').map((piece) => piece.trim());
          const number = readDecimal(value);
          return key === '' || more.length > 0 || Number.isNaN(number)
            ? fail('LW507', `"${excerpt(part, 40)}"`, 'parameters such as a=0.2', position)
            : [key, number];
        });
  const twice = parameters.find(([key], at) => parameters.findIndex(([other]) => other === key) !== at);
  if (twice !== undefined) fail('LW507', `${twice[0]} twice`, 'each parameter once', position);
  return { entry, given: new Map(parameters) };
}

/** The function that such a line means. @throws LW310, LW506, LW507 */
export function readActivation(
  text: string,
  locate: Locate,
  library?: () => readonly LibraryActivation[],
): WrittenActivation {
  const position = locate(0);
  const read = readActivationText(text, position, library);
  return read.entry === null
    ? { text, parameters: new Map(), locate }
    : writtenActivation(read.entry, read.given, position);
}
