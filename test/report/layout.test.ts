import { describe, expect, it } from 'vitest';
import { derive } from '../../src/compile.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import { singleScripts } from '../../src/report/latex-math.js';
import { escapeLatex } from '../../src/report/latex-text.js';
import { escapeMarkdown } from '../../src/report/markdown.js';
import { hanging, length, wrap, wrapWords } from '../../src/report/wrap.js';
import { network, shipped } from './made-up.js';

const cases = [...shipped, 'ladder', 'awkward'].flatMap((name) =>
  (['n', 2] as const).flatMap((depth) =>
    (['gershgorin', 'gershgorin-paper', 'pivot'] as const).map((strategy) => [name, depth, strategy] as const),
  ),
);

describe.each(cases)('%s at depth %s by %s', (name, depth, strategy) => {
  const derivation = derive(network(name), { depth, strategy });
  const entry = report(derivation);

  it('fits a terminal as text', () => {
    const text = reportText(entry);
    expect(text.split('\n').filter((line) => length(line) > 100)).toEqual([]);
    for (const { expression } of entry.constraints) {
      const flat = text.replace(/\s+/g, ' ');
      expect(flat).toContain(expression.replaceAll('<=', '≤').replaceAll('>=', '≥').replace(/\s+/g, ' '));
    }
    expect(reportText(derivation)).toBe(text);
    for (const title of [
      'Equations',
      'LMI M ≼ 0',
      strategy === 'pivot' ? 'Covariance recursion' : 'Gershgorin rows',
      'Constraints',
      'Order of evaluation',
      'Cycles',
      'Rules applied',
    ])
      expect(text).toContain(`\n${title}`);
  });

  it('is LaTeX whose brackets and environments close', () => {
    const latex = reportLatex(entry, { steps: true });
    const bare = latex.replace(/\\[{}]/g, '').replace(/^%.*$/m, '');
    let openBraces = 0;
    let fewest = 0;
    for (const character of bare) {
      if (character === '{') openBraces += 1;
      if (character === '}') openBraces -= 1;
      fewest = Math.min(fewest, openBraces);
    }
    expect([fewest, openBraces]).toEqual([0, 0]);
    const open: string[] = [];
    for (const [, kind, environment = ''] of bare.matchAll(/\\(begin|end)\{([a-z]+\*?)\}/g)) {
      if (kind === 'begin') open.push(environment);
      else expect(open.pop()).toBe(environment);
    }
    expect(open).toEqual([]);
    // \left and \right must pair within each line of a formula, since TeX closes groups at line ends.
    for (const piece of bare.split(/\\\\|\\newline|\$|&/))
      expect([...piece.matchAll(/\\left(?![a-z])/g)].length, piece).toBe(
        [...piece.matchAll(/\\right(?![a-z])/g)].length,
      );
    expect([...bare.replace(/\\\$/g, '').matchAll(/\$/g)].length % 2).toBe(0);
    // What pdflatex reads without further packages: ASCII and accented Latin letters.
    expect(latex).toMatch(/^[\n\u0020-\u007e\u00c0-\u024f]*$/);
    const table = /\\begin\{longtable\}[^]*?\\endhead\n([^]*)\\end\{longtable\}/.exec(bare)?.[1] ?? '';
    for (const row of table
      .trim()
      .split('\\tabularnewline[4pt]')
      .filter((part) => part.trim() !== ''))
      expect([...row.replace(/\\&/g, '').matchAll(/&/g)].length, row).toBe(2);
  });

  it('is Markdown whose tables have full rows and whose text is no markup', () => {
    const markdown = reportMarkdown(entry, { steps: true });
    const tables = markdown.split('\n\n').filter((part) => part.startsWith('| '));
    expect(tables.length).toBeGreaterThanOrEqual(4);
    for (const table of tables) {
      const bars = table.split('\n').map((line) => [...line.replace(/\\\|/g, '').matchAll(/\|/g)].length);
      expect(new Set(bars).size, table).toBe(1);
    }
    expect(markdown.replace(/```text[^]*?```/, '').replace(/`[^`\n]*`/g, '')).not.toMatch(/<[a-z/]/i);
  });
});

describe('wrapping', () => {
  const formula =
    'λ[1] ≥ (2 |P[2]| |offdiag(C[2]ᵀ Λ[2] C[2])| 1 − 2 P[2] (C[2] ∘ C[2])ᵀ λ[2] + |S[2]| |C[2]|ᵀ ' +
    'λ[2]) / (2 − |S[1]| κ[1])';

  it.each([20, 30, 40, 60, 80, 200])('at %i columns loses and adds nothing', (width) => {
    expect(wrap(formula, width).join(' ')).toBe(formula);
    expect(
      hanging('x  ', formula, width)
        .map((line) => line.trim())
        .join(' '),
    ).toBe(`x  ${formula}`);
  });

  it('breaks in front of + and −, outermost brackets first', () => {
    expect(wrap('a + (b + c) − d', 12)).toEqual(['a + (b + c)', '− d']);
    expect(wrap('aaaa + (bbbb + cccc + dddd)', 18)).toEqual(['aaaa', '+ (bbbb + cccc', '+ dddd)']);
  });

  it('never breaks inside the brackets of a name', () => {
    const pairs = 'K[w[1], v[2]] + K[x, v[2]] Λ[2] + [K[x, x], K[x, w[1]]; I, I]';
    for (const width of [5, 12, 20, 30]) {
      const lines = wrap(pairs, width);
      expect(lines.join(' ')).toBe(pairs);
      expect(lines.filter((line) => /K\[(?:[^[\]]|\[\d\])*$/.test(line))).toEqual([]);
    }
    expect(wrapWords('K[i, j] is [m, L]', 6)).toEqual(['K[i, j]', 'is [m,', 'L]']);
  });

  it('counts characters, not code units', () => {
    expect(length('𝓛²')).toBe(2);
  });

  it('keeps words whole', () => {
    expect(wrapWords('one two three four', 9)).toEqual(['one two', 'three', 'four']);
    expect(wrapWords('immeasurable', 4)).toEqual(['immeasurable']);
  });
});

describe('scripts in LaTeX', () => {
  it.each([
    ['G^{u}_{1}^{\\top}', '{G^{u}_{1}}^{\\top}'],
    ['R_{1}_{(a,\\,b)} + x^{2}', '{R_{1}}_{(a,\\,b)} + x^{2}'],
    ['\\Lambda^{u}_{1}^{-1} C_{1}^{\\top}', '{\\Lambda^{u}_{1}}^{-1} C_{1}^{\\top}'],
    ['\\frac{a^{1}^{2}}{b}', '\\frac{{a^{1}}^{2}}{b}'],
    [
      '\\left(a^{1}^{2}\\right)^{2}^{\\top} + \\tilde{C}_{1}_{2}',
      '{\\left({a^{1}}^{2}\\right)^{2}}^{\\top} + {\\tilde{C}_{1}}_{2}',
    ],
    ['D^{\\mathrm{a\\_b}}_{1}^{-1}', '{D^{\\mathrm{a\\_b}}_{1}}^{-1}'],
    ['K_{x,\\,w_{1}}^{\\top} \\left|S_{l}\\right|', 'K_{x,\\,w_{1}}^{\\top} \\left|S_{l}\\right|'],
  ])('of %s are single', (latex, expected) => {
    expect(singleScripts(latex)).toBe(expected);
    expect(singleScripts(expected)).toBe(expected);
  });
});

describe('escaping', () => {
  it('leaves no sign of LaTeX active', () => {
    expect(escapeLatex('\\input{x} 100% $_^~#& θ ≤')).toBe(
      '\\textbackslash{}input\\{x\\} 100\\% \\$\\_\\textasciicircum{}\\textasciitilde{}\\#\\& ' +
        '\\ensuremath{{\\theta}} \\ensuremath{\\le}',
    );
  });

  it('leaves no sign of Markdown active', () => {
    expect(escapeMarkdown('*a* _b_ `c` <i> [d](e) | $f$ &amp;')).toBe(
      '\\*a\\* \\_b\\_ \\`c\\` &lt;i&gt; \\[d\\](e) \\| \\$f\\$ &amp;amp;',
    );
  });
});
