import { describe, expect, it } from 'vitest';
import { derive } from '../../src/compile.js';
import { pivotStrategy } from '../../rules/variants.js';
import { formulaLines } from '../../src/report/latex-lines.js';
import { formulaWidth } from '../../src/report/latex-units.js';
import { report, reportLatex } from '../../src/report/index.js';
import { architectures, everyStrategy } from './latex-cases.js';
import { measured } from './latex-widths.js';

describe('the width of a formula', () => {
  it.each(measured)('%s is what pdflatex gives it, or a little more', (latex, points) => {
    expect(formulaWidth(latex)).toBeGreaterThan(points - 0.05);
    expect(formulaWidth(latex)).toBeLessThan(1.36 * points + 4);
  });

  it('is taken as large where a sign is not known', () => {
    expect(formulaWidth('\\unheardof{x}')).toBeGreaterThan(10);
    expect(formulaWidth('')).toBe(0);
  });
});

const flat = (latex: string): string =>
  latex
    .replace(/\{\}(?:\\cdot )?/g, '')
    .replace(/\\[bB]igg?[lr]?(?![a-z])|\\left(?![a-z])|\\right(?![a-z])/g, '')
    .replace(/\s+/g, '');

describe('a formula too long for a line', () => {
  it('is broken in front of relations, + and − outside brackets', () => {
    const lines = formulaLines('\\lambda_{1} \\ge a_{1} + \\left(b + c\\right) - \\frac{d + e}{f} \\circ g', 62);
    expect(lines.map(({ latex }) => latex)).toEqual([
      '\\lambda_{1} \\ge a_{1}',
      '{}+ \\left(b + c\\right)',
      '{}- \\frac{d + e}{f}',
      '{}\\circ g',
    ]);
  });

  it('has brackets, fractions and matrices opened where these are too long by themselves', () => {
    const sum = Array.from({ length: 9 }, (_, at) => `a_{${at}}`).join(' + ');
    const lines = (latex: string): readonly string[] => formulaLines(latex, 100).map((line) => line.latex);
    expect(lines(`\\lambda \\ge \\frac{${sum}}{2 - c}`).join(' ')).toMatch(
      /^\\lambda \\ge \\bigl\(a_\{0\}.*\\bigr\) \\big\/ (?:\{\})?\\bigl\(2 - c\\bigr\)$/,
    );
    expect(lines(`\\left(${sum}\\right)^{\\top} b`).join(' ')).toMatch(
      /^\\bigl\(a_\{0\}.*\\bigr\)\^\{\\top\}(?: \{\}\\cdot)? ?b$/,
    );
    expect(lines(`\\begin{bmatrix}${sum} & 0 \\\\ 1 & c\\end{bmatrix}`).join(' ')).toMatch(
      /^\\bigl\[\\,a_\{0\}.*,\\; 0;\\quad ? ?(?:\{\})?1,\\; ? ?(?:\{\})?c\\,\\bigr\]$/,
    );
  });

  it('keeps all of its signs, in their order, and fits', () => {
    for (const { architecture, strategy } of [
      { architecture: architectures[6], strategy: 'gershgorin' },
      { architecture: architectures[2], strategy: 'pivot' },
    ]) {
      if (architecture === undefined) expect.unreachable('no architecture');
      const { rows, constraints, definitions } = report(derive(architecture, { depth: 2, strategy }));
      const formulas = [
        ...rows.flatMap(({ centreLatex, radiusLatex }) => [centreLatex, radiusLatex]),
        ...constraints.map(({ latex }) => latex),
        ...definitions.map(({ latex }) => latex),
      ].filter((latex) => !latex.includes('\\frac'));
      for (const latex of formulas) {
        for (const width of [120, 345]) {
          const lines = formulaLines(latex, width);
          expect(flat(lines.map((line) => line.latex).join(''))).toBe(flat(latex));
          // A single sign with a long name is all that can be wider.
          for (const line of lines)
            expect(line.width <= width || !/ [+-] /.test(line.latex.slice(4)), line.latex).toBe(true);
        }
      }
    }
  });
});

/**
 * The formulas of all display lines and in text, with the widths of their columns; those that are scaled down fit by
 * that.
 */
function tooWide(latex: string, width: number): readonly string[] {
  const bare = latex.replace(/\\resizebox\{[\d.]+pt\}\{!\}\{\$\\displaystyle [^$]*\$\}/g, 'x');
  const displays = [...bare.matchAll(/\\begin\{flalign\*\}\n([^]*?)\n\\end\{flalign\*\}/g)].map(
    ([, body = '']) => body,
  );
  const wide = displays.flatMap((body) => {
    // A matrix has & and \\ of its own.
    const cells = body
      .replace(/\\begin\{bmatrix\}.*?\\end\{bmatrix\}/g, (matrix) => `\\rule{${formulaWidth(matrix)}}`)
      .split(/ \\\\\n/)
      .map((line) =>
        line
          .split('&')
          .map((cell) =>
            formulaWidth(
              cell.replace(/\\rule\{([\d.]+)\}/g, (_all, points: string) =>
                'x'.repeat(Math.ceil(Number(points) / 5.7)),
              ),
            ),
          ),
      );
    const left = Math.max(...cells.map(([first = 0]) => first));
    const range = Math.max(...cells.map(([, , , last = 0]) => last));
    return cells.flatMap(([, right = 0], at) =>
      left + right + range + (range > 0 ? 10 : 0) > width + 5 ? [body.split(' \\\\\n')[at] ?? ''] : [],
    );
  });
  const inline = bare
    .replace(/\\begin\{flalign\*\}[^]*?\\end\{flalign\*\}/g, '')
    .matchAll(/(?<!\\)\$((?:[^$\\]|\\[^])*)\$/g);
  return [...wide, ...[...inline].flatMap(([, formula = '']) => (formulaWidth(formula) > width ? [formula] : []))];
}

// Every architecture, but not by every variant at every depth: `npm run check:latex` has them all, with pdflatex.
const cases = architectures.flatMap((architecture, at) =>
  [
    everyStrategy[at % 3],
    pivotStrategy(
      at % 2 === 0
        ? { multipliers: 'free', contraction: 'cholesky' }
        : { multipliers: 'dominance', contraction: 'aol' },
    ),
  ].flatMap((strategy) =>
    strategy === undefined ? [] : [[architecture.name, architecture, strategy, at % 2 === 0 ? 'n' : 2] as const],
  ),
);

describe('LaTeX', () => {
  it.each(cases)('of %s has no line that sticks out', (name, architecture, strategy, depth) => {
    let entry: ReturnType<typeof report>;
    try {
      entry = report(derive(architecture, { depth, strategy }));
    } catch (error) {
      expect(String(error)).toMatch(/LW213|LW401/);
      return;
    }
    const [document, fragment] = [reportLatex(entry, { document: true }), reportLatex(entry)];
    expect(document).toMatch(/^\\documentclass\{article\}[^]*\\begin\{document\}[^]*\\end\{document\}\n$/);
    expect(fragment).toMatch(/^% needs .*\n/);
    expect(fragment).not.toMatch(/documentclass|usepackage\{[a-z]*\}\n/);
    expect(document).toMatch(/^[\n\u0020-\u007e\u00c0-\u024f]*$/);
    expect(tooWide(document, 455), name).toEqual([]);
    expect(tooWide(fragment, 345), name).toEqual([]);
    // The document's lines do not fit a fragment where any line is long: the measure can fail.
    if (name === 'long-names-and-many-terms') expect(tooWide(document, 345)).not.toEqual([]);
  });
});
