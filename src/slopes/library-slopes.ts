import { LipwrightError } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { KnownActivation } from '../model/known-activation.js';
import * as build from './scalar/build.js';
import type { Assumptions, Condition, ParameterRange } from './scalar/assumptions.js';
import { parametricSlopes } from './exact/parametric-slopes.js';
import type { ParametricSlopes } from './exact/parametric-slopes.js';
import type { Scalar } from './scalar/node.js';
import { fromDouble } from './scalar/rational.js';
import { analyseActivation, parseActivation, readActivation, readActivationText } from './activation-function.js';
import type { LibraryActivation } from './library/index.js';

const nowhere = (): Position & { file: null } => ({ file: null, line: 1, column: 1 });

/**
 * Slopes of an entry for all parameters that its library accepts, case by case; null without an expression or
 * parameters.
 */
export function libraryParametricSlopes(entry: LibraryActivation): ParametricSlopes | null {
  const names = Object.keys(entry.parameters ?? {});
  if (names.length === 0 || entry.expression === undefined) return null;
  const written = parseActivation(entry.expression, names, nowhere);
  return parametricSlopes(written.function, written.obligations, libraryAssumptions(entry));
}

/** What PyTorch accepts as parameters. */
export function libraryAssumptions({ parameters = {}, assume = [] }: LibraryActivation): Assumptions {
  return {
    parameters: new Map(Object.entries(parameters).map(([name, range]) => [name, rangeOf(range)])),
    positive: assume.map((text) => parseActivation(text, Object.keys(parameters), nowhere).function),
  };
}

function rangeOf({ from, above, to, below }: NonNullable<LibraryActivation['parameters']>[string]): ParameterRange {
  const [least, most] = [above ?? from, below ?? to];
  return {
    from: least === undefined ? null : fromDouble(least),
    to: most === undefined ? null : fromDouble(most),
    fromOpen: above !== undefined || least === undefined,
    toOpen: below !== undefined || most === undefined,
  };
}

/**
 * The slopes of the activation that a text means. The bare name of an entry with parameters gives formulas over them;
 * anything else gives numbers, with defaults for parameters that are left out. @throws LW310, LW507 for a text that
 * means nothing
 */
export function knownActivation(text: string, library?: () => readonly LibraryActivation[]): KnownActivation {
  const read = readActivationText(text, nowhere(), library);
  if (read.entry !== null && read.given.size === 0) {
    const parametric = libraryParametricSlopes(read.entry);
    if (parametric !== null) {
      const cases = parametric.cells.map(({ where, result }) =>
        result.kind === 'bounded'
          ? { where, bounds: { m: result.m, L: result.L }, because: '' }
          : { where, bounds: null, because: result.because },
      );
      return {
        text,
        kind: 'formulas',
        parameters: Object.keys(read.entry.parameters ?? {}),
        demands: demandsOf(libraryAssumptions(read.entry)),
        cases,
      };
    }
  }
  try {
    return { text, kind: 'numbers', ...activationInWords(text, library) };
  } catch (error) {
    // Slopes without bound, jumps, and what is not elementwise: that is knowledge too.
    if (error instanceof LipwrightError && /^LW50[2-6]$/.test(error.code))
      return { text, kind: 'none', because: error.diagnostic.found };
    throw error;
  }
}

/**
 * The function that a text means, with parameters at their defaults, and its slopes, rounded outwards. @throws LW2xx,
 * LW310, LW5xx
 */
export function activationInWords(
  text: string,
  library?: () => readonly LibraryActivation[],
): { readonly function: Scalar; readonly slopes: readonly [m: number, L: number] } {
  const { function: phi, analysis } = analyseActivation(readActivation(text, nowhere, library), null);
  return { function: phi, slopes: [analysis.m.enclosure.lo, analysis.L.enclosure.hi] };
}

/** The assumptions, as conditions to be tested. */
function demandsOf({ parameters, positive }: Assumptions): readonly Condition[] {
  const ranges = [...parameters].flatMap(([name, { from, to, fromOpen, toOpen }]): Condition[] => [
    ...(from === null
      ? []
      : [
          {
            left: build.parameter(name),
            relation: fromOpen ? ('>' as const) : ('>=' as const),
            right: build.number(from),
          },
        ]),
    ...(to === null
      ? []
      : [
          { left: build.parameter(name), relation: toOpen ? ('<' as const) : ('<=' as const), right: build.number(to) },
        ]),
  ]);
  return [...ranges, ...positive.map((left): Condition => ({ left, relation: '>', right: build.zero }))];
}
