import type { Label } from '../base/label.js';
import { diag, scalarSymbol } from '../expr/build.js';
import type { Expression, SymbolNode } from '../expr/node.js';
import type { Naming } from '../expr/print.js';
import { latex, plainName, text } from '../expr/print.js';
import { singleScripts } from './latex-math.js';

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

/** Greek letters as LaTeX commands; capitals that LaTeX has none for are the Latin letters that they look like. */
const commands: ReadonlyMap<string, string> = new Map([
  ['α', '{\\alpha}'], ['β', '{\\beta}'], ['γ', '{\\gamma}'], ['δ', '{\\delta}'], ['ε', '{\\epsilon}'], ['ζ', '{\\zeta}'], ['η', '{\\eta}'],
  ['θ', '{\\theta}'], ['ι', '{\\iota}'], ['κ', '{\\kappa}'], ['λ', '{\\lambda}'], ['μ', '{\\mu}'], ['ν', '{\\nu}'], ['ξ', '{\\xi}'],
  ['π', '{\\pi}'], ['ρ', '{\\rho}'], ['σ', '{\\sigma}'], ['τ', '{\\tau}'], ['υ', '{\\upsilon}'], ['φ', '{\\phi}'], ['χ', '{\\chi}'],
  ['ψ', '{\\psi}'], ['ω', '{\\omega}'], ['Γ', '{\\Gamma}'], ['Δ', '{\\Delta}'], ['Θ', '{\\Theta}'], ['Λ', '{\\Lambda}'], ['Ξ', '{\\Xi}'],
  ['Π', '{\\Pi}'], ['Σ', '{\\Sigma}'], ['Υ', '{\\Upsilon}'], ['Φ', '{\\Phi}'], ['Ψ', '{\\Psi}'], ['Ω', '{\\Omega}'], ['ς', '{\\varsigma}'],
  ['ϑ', '{\\vartheta}'], ['ϕ', '{\\phi}'], ['ϵ', '{\\epsilon}'], ['Α', 'A'], ['Β', 'B'], ['Ε', 'E'], ['Ζ', 'Z'], ['Η', 'H'], ['Ι', 'I'],
  ['Κ', 'K'], ['Μ', 'M'], ['Ν', 'N'], ['Ο', 'O'], ['Ρ', 'P'], ['Τ', 'T'], ['Χ', 'X'], ['ο', 'o'],
]);

/** Authors may use Greek letters in names; LaTeX wants them as commands. */
export const greekCommands = (math: string): string => math.replace(/[\u0370-\u03ff]/g, (letter) => commands.get(letter) ?? letter);

export function printerFor(naming: Naming): Printer {
  const math = (node: Expression): string => singleScripts(greekCommands(latex(node, naming)));
  return {
    text: (node) => text(node, naming),
    latex: math,
    labelLatex: (at) => math(scalarSymbol('constant', at)),
    name: (node) => plainName(node, naming),
    nameLatex: (node) => math(node.role === 'multiplier' ? diag(node) : node),
  };
}
