import type { Index, Label } from '../base/label.js';
import { indexText, labelText } from '../base/label.js';
import { diag, scalarSymbol } from '../expr/build.js';
import type { Naming } from '../expr/naming.js';
import { letterOf } from '../expr/naming.js';
import type { Expression, SymbolNode, NamedRole, SymbolKind } from '../expr/node.js';
import { latex, letterLatex, letterText, plainName, text } from '../expr/print.js';
import type { Span } from '../model/network.js';
import { rangeText } from './families.js';
import { greekCommands, rangeLatex, singleScripts } from './latex-math.js';
import { markMath, proseLatex } from './latex-text.js';

/** How a sentence names what it speaks of: as text, or as formulas that stand in LaTeX prose. */
export interface Voice {
  readonly math: (node: Expression) => string;
  readonly name: (node: SymbolNode) => string;
  readonly letter: (of: NamedRole | SymbolKind) => string;
  readonly signal: (at: Label) => string;
  /** `l = 1 … n` */
  readonly running: (from: Index, to: Index) => string;
  /** `1 <= l <= n` */
  readonly range: (span: Span) => string;
}

/** One saying in both tongues. */
export interface Said {
  readonly text: string;
  readonly latex: string;
}

/** The expression printers with one derivation's naming. */
export interface Printer {
  readonly naming: Naming;
  readonly text: (node: Expression) => string;
  readonly latex: (node: Expression) => string;
  readonly labelLatex: (at: Label) => string;
  /** `C[2]`, `lambda[2]`: the names of tables. */
  readonly name: (node: SymbolNode) => string;
  /** λ = diag Λ rather than Λ. */
  readonly nameLatex: (node: SymbolNode) => string;
  /** A letter of the derivation's by itself, without index and family. */
  readonly letter: (of: NamedRole | SymbolKind) => Said;
  /** A sentence with formulas in it, written once. */
  readonly say: (sentence: (voice: Voice) => string) => Said;
}

export function printerFor(naming: Naming): Printer {
  const math = (node: Expression): string => singleScripts(greekCommands(latex(node, naming)));
  const labelLatex = (at: Label): string => math(scalarSymbol('constant', at));
  const nameLatex = (node: SymbolNode): string =>
    math(node.role === 'multiplier' || node.role === 'scale' ? diag(node) : node);
  const letter = (of: NamedRole | SymbolKind): Said => {
    const name = typeof of === 'string' ? naming[of] : letterOf(naming, of);
    return { text: letterText(name), latex: letterLatex(name) };
  };
  const inText: Voice = {
    math: (node) => text(node, naming),
    name: (node) => plainName(node, naming),
    letter: (role) => letter(role).text,
    signal: labelText,
    running: (from, to) => `l = ${indexText(from)} … ${indexText(to)}`,
    range: rangeText,
  };
  const inLatex: Voice = {
    math: (node) => markMath(math(node)),
    name: (node) => markMath(nameLatex(node)),
    letter: (role) => markMath(letter(role).latex),
    signal: (at) => markMath(labelLatex(at)),
    running: (from, to) => markMath(`l = ${indexText(from)}, \\dots, ${indexText(to)}`),
    range: (span) => markMath(rangeLatex(rangeText(span))),
  };
  return {
    naming,
    text: inText.math,
    latex: math,
    labelLatex,
    name: inText.name,
    nameLatex,
    letter,
    say: (sentence) => ({ text: sentence(inText), latex: proseLatex(sentence(inLatex)) }),
  };
}
