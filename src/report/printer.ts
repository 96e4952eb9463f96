import type { Label } from '../base/label.js';
import { diag, scalarSymbol } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/print.js';
import { latex, plainName, text } from '../expr/print.js';

/** The expression printers with one derivation's naming. */
export interface Printer {
  readonly text: (node: Expression) => string;
  readonly latex: (node: Expression) => string;
  readonly labelLatex: (at: Label) => string;
  /** `C[2]`, `lambda[2]`: the names of tables and JSON keys. */
  readonly name: (node: SymbolNode) => string;
  /** λ = diag Λ rather than Λ. */
  readonly nameLatex: (node: SymbolNode) => string;
}

const greekLetters: readonly (readonly [string, string])[] = [
  ...[...'αβγδεζηθικλμνξπρστυφχψω'].map((letter, at) => [letter, ('alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega'.split(' ')[at] ?? '')] as const),
  ...[...'ΓΔΘΛΞΠΣΥΦΨΩ'].map((letter, at) => [letter, ('Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega'.split(' ')[at] ?? '')] as const),
  ['ς', 'varsigma'],
  ['ϑ', 'vartheta'],
  ['ϕ', 'phi'],
  ['ϵ', 'epsilon'],
];

const commands: ReadonlyMap<string, string> = new Map(greekLetters);

/** Authors may use Greek letters in names; LaTeX wants them as commands. Capitals that look Latin are those letters. */
export function greekCommands(math: string): string {
  return math.replace(/[\u0370-\u03ff]/g, (letter) => {
    const command = commands.get(letter);
    if (command !== undefined) return `{\\${command}}`;
    return 'ΑΒΕΖΗΙΚΜΝΟΡΤΧο'.includes(letter) ? ('ABEZHIKMNOPTXo'['ΑΒΕΖΗΙΚΜΝΟΡΤΧο'.indexOf(letter)] ?? letter) : letter;
  });
}

export function printerFor(naming: Naming): Printer {
  const math = (node: Expression): string => greekCommands(latex(node, naming));
  return {
    text: (node) => text(node, naming),
    latex: math,
    labelLatex: (at) => math(scalarSymbol('constant', at)),
    name: (node) => plainName(node, naming),
    nameLatex: (node) => math(node.role === 'multiplier' ? diag(node) : node),
  };
}
