import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { derive, deriveBlocks } from '../../src/compile.js';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { Strategy } from '../../src/model/strategy.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { compositionText, report, reportComposition, reportLatex } from '../../src/report/index.js';
import { composed, nested } from '../block-architectures.js';
import { shipped } from './made-up.js';

/** Architectures in which something is long: names, sums, skips, blocks in blocks. */
const folder = new URL('../examples/latex/', import.meta.url);
const made = readdirSync(folder).map((file) =>
  parseArchitecture(readFileSync(fileURLToPath(new URL(file, folder)), 'utf8'), file),
);
export const architectures: readonly Architecture[] = [
  ...shipped.map((name) => loadArchitecture(name)),
  ...made,
  nested(),
];
export const everyStrategy: readonly Strategy[] = [
  ...strategies.filter(({ kind }) => kind === 'rows'),
  ...multiplierChoices.flatMap((multipliers) =>
    contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
  ),
];
export const depths = [1, 2, 3, 4, 'n'] as const;

interface LatexCase {
  readonly name: string;
  readonly latex: () => string;
}

/** What an architecture's derivation cannot be, at this depth and by this strategy. */
function derived(
  architecture: Architecture,
  depth: number | 'n',
  strategy: Strategy,
): readonly ReturnType<typeof derive>[] {
  try {
    return [derive(architecture, { depth, strategy })];
  } catch (error) {
    if (error instanceof LipwrightError) return [];
    throw error;
  }
}

/** Parts of one document: it begins once and ends once. */
function together(documents: readonly string[]): string {
  const [first = ''] = documents;
  const begin = '\\begin{document}';
  const body = (text: string): string =>
    text.slice(text.indexOf(begin) + begin.length, text.indexOf('\\end{document}'));
  return (
    `${first.slice(0, first.indexOf(begin) + begin.length)}\n` +
    `${documents.map(body).join('\\clearpage\n')}\\end{document}\n`
  );
}

/** A user's own document around fragments. */
const around = (fragments: readonly string[]): string =>
  '\\documentclass{article}\\usepackage[utf8]{inputenc}\\usepackage{amsmath,amssymb,graphicx}\\begin{document}\n' +
  `${fragments.join('\\clearpage\n')}\\end{document}\n`;

/** One document for each architecture, its derivations one after the other, as a document and as fragments. */
export function latexCases(): readonly LatexCase[] {
  const all = (architecture: Architecture, document: boolean): readonly string[] =>
    everyStrategy.flatMap((strategy) =>
      depths.flatMap((depth) =>
        derived(architecture, depth, strategy).map((one) => reportLatex(report(one), { document, steps: depth === 2 })),
      ),
    );
  return [
    ...architectures.map((architecture): LatexCase => ({
      name: architecture.name,
      latex: () => together(all(architecture, true)),
    })),
    ...architectures.map((architecture): LatexCase => ({
      name: `${architecture.name}-fragments`,
      latex: () => around(all(architecture, false)),
    })),
    ...composed().map((each): LatexCase => ({
      name: each.name,
      latex: () =>
        compositionText(reportComposition(each, deriveBlocks(each, { depth: 2 }), 2), 'latex', { document: true }),
    })),
  ];
}
