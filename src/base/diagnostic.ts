export { excerpt } from '../runtime/js/refuse.js';

/**
 * Every failure that a user can cause is one entry of this catalogue. A diagnostic carries its code, the place
 * (file, line, column; 1-based) where there is one, what was found and what was expected. Tests assert codes,
 * never wording.
 */
export const catalogue = {
  // Reading files
  LW101: 'the file cannot be read',
  LW102: 'the file is too large',
  LW103: 'the file is not valid YAML',
  LW104: 'the file is not valid JSON',
  LW105: 'the file does not have the expected fields',
  LW106: 'the YAML file uses anchors or aliases, which architecture files may not',
  LW107: 'a name is not allowed',
  LW108: 'the output file cannot be written',
  LW109: 'the file is not a valid safetensors file',
  LW110: 'the block cannot be included',
  LW111: 'files of this kind are not read',
  LW112: 'the file does not say which tensors its weights came from',
  // Equations
  LW201: 'the equation does not parse',
  LW202: 'unknown symbol',
  LW203: 'the signals form a cycle',
  LW204: 'the term is not affine in the signals',
  LW205: 'the output y is missing',
  LW206: 'a signal is defined more than once',
  LW207: 'the index is not allowed here',
  LW208: 'a weight is used more than once',
  LW209: 'this kind of expression is not allowed in an equation',
  LW210: 'a parameter is declared but never used',
  LW211: 'the activation must enclose the whole right-hand side',
  LW213: 'the equation does not have this form at symbolic depth',
  LW214: 'the equation is too large',
  // Values given at use
  LW301: 'unknown architecture',
  LW302: 'the depth is out of range',
  LW303: 'the shapes clash',
  LW304: 'a width is missing or not a positive integer',
  LW305: 'every layer needs slopes that are a finite interval m <= L',
  LW306: 'the Lipschitz bound must be positive and in range',
  LW307: 'a value is not a finite number',
  LW308: 'unknown strategy',
  LW309: 'unknown target',
  LW310: 'unknown activation',
  LW311: 'an option is missing, unknown or has an unusable value',
  LW312: 'a weight, bias or multiplier is missing or has the wrong size',
  LW313: 'a multiplier is negative',
  LW314: 'the problem is too large',
  LW315: 'no Lipschitz bound could be proven',
  LW316: 'the budgets of the blocks do not fit',
  // Derivation
  LW317: 'no free parameters lead to these weights',
  LW401: 'no rule applies',
  LW402: 'the demand is infeasible',
  LW403: 'an algebra answer failed its re-check',
  LW404: 'double precision runs out',
  LW405: 'a composition has no LMI of its own',
  // Activations
  LW501: 'the activation is not a function that can be analysed',
  LW502: 'the activation jumps',
  LW503: 'the slopes of the activation are not bounded',
  LW504: 'the activation is not defined everywhere',
  LW505: 'the slopes of the activation could not be enclosed',
  LW506: 'the activation has no slopes of its own',
  LW507: 'a parameter of the activation is missing or not allowed',
} as const;

export type Code = keyof typeof catalogue;

/** A place in a file, 1-based. `file` is null for text that came from memory. */
export interface Position {
  readonly file: string | null;
  readonly line: number;
  readonly column: number;
}

export interface Diagnostic {
  readonly code: Code;
  readonly found: string;
  readonly expected: string;
  readonly position: Position | null;
}

/** One printable text: `file:line:column: LW202 unknown symbol: found …, expected …`. */
function format(diagnostic: Diagnostic): string {
  const { position, code, found, expected } = diagnostic;
  const place = position === null ? '' : `${position.file ?? '<text>'}:${position.line}:${position.column}: `;
  return `${place}${code} ${catalogue[code]}: found ${found}, expected ${expected}`;
}

/** Thrown for bad input and for derivations that cannot go on; the command line turns it into exit status 2. */
export class LipwrightError extends Error {
  override readonly name = 'LipwrightError';
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(format(diagnostic));
    this.diagnostic = diagnostic;
  }

  get code(): Code {
    return this.diagnostic.code;
  }
}

/** Shorthand for `throw new LipwrightError(…)`, usable in expressions. */
export function fail(code: Code, found: string, expected: string, position: Position | null = null): never {
  throw new LipwrightError({ code, found, expected, position });
}

/** Runs something that knows no place: an error of it without a position gets this one. */
export function located<T>(position: Position | null, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof LipwrightError) || error.diagnostic.position !== null || position === null) throw error;
    throw new LipwrightError({ ...error.diagnostic, position });
  }
}

/** Runs what modules run too: what it refuses with a code of the catalogue is a diagnostic here. */
export function diagnosed<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof RangeError && 'code' in error && 'found' in error && 'expected' in error)) throw error;
    const { code, found, expected } = error;
    if (!(typeof code === 'string' && code in catalogue)) throw error;
    return fail(code as Code, String(found), String(expected));
  }
}
