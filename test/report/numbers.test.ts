import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { derive, lowerArchitecture } from '../../src/compile.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import { javascript } from '../../src/emit.js';

/** Numbers of the author's before weights, in every place where a derivation prints formulas. */
const ladder = parseArchitecture(
  [
    'name: rungs',
    'activations:',
    '  squash: { expression: "v / (1 + abs(v)) + k * v", parameters: { k: 0.1 } }',
    'equations: |',
    '  u[0] = x',
    '  h[0] = x',
    '  u[l] = phi(U[l] * u[l-1] + a[l])                           for l in 1..n',
    '  h[l] = squash(H[l] * h[l-1] + 0.5 * V[l] * u[l] + d[l])    for l in 1..n',
    '  y    = 0.3 * x + P * u[n] + Q * h[n] + c',
    '',
  ].join('\n'),
  null,
);
const doubled = parseArchitecture(
  'name: doubled\nequations: |\n  r = phi(A*x + a)\n  s = phi(2*B*r - 0.5*D*x + b)\n  y = C*s + c\n',
  null,
);

/**
 * A number, perhaps to a power, and another one behind it with nothing but space between. `|C| 1` is no such pair, nor
 * is `1..2`.
 */
const adjacent = /(?<![\p{L}\p{N}_.[{(]|\d)\d+(?:\.\d+)?(?:e[+-]?\d+)?(?:[⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+|\^\{?-?\d+\}?)? +\d/u;
/** A number behind another factor: `P[1] 0.5 C`. */
const behind = /[\])}|ᵀA-Za-zΑ-ω] +\d+\.\d/u;

describe('the text of some sections', () => {
  it('is as wide as it may be', () => {
    const text = reportText(derive(ladder, { depth: 'n', strategy: 'gershgorin' }), {
      width: 80,
      only: ['Constraints', 'Cycles'],
    });
    expect(text.split('\n').filter((line) => /^─+$/.test(line)).length).toBe(2);
    expect(text.split('\n')[0]).toBe('Constraints');
    expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(80);
  });
});

describe('letters that step aside', () => {
  it('are listed where they are printed, and no others', () => {
    // U, V, H, P and Q are weights of the ladder; of the derivation's own letters only P is one of the formulas by
    // rows.
    const derivation = derive(ladder, { depth: 'n', strategy: 'gershgorin' });
    expect(report(derivation).notation.replaced.map(({ inRules }) => inRules.text)).toEqual(
      expect.arrayContaining(['P', 'U', 'V', 'H', 'Q']),
    );
    const own = reportText(derivation).replace(/\s+/g, ' ');
    expect(own).toContain('other letters: 𝓟 for what rules call P. lmi/');
    expect(reportLatex(derivation)).toContain('other letters: $\\mathcal{P}$ for what rules call $P$.');
    const weights = reportText(derive(ladder, { depth: 2, strategy: 'pivot' })).replace(/\s+/g, ' ');
    expect(weights).toMatch(/other letters: 𝓟 for what rules call P, .*𝓤 for their U/);
    expect(reportText(derive(doubled, { depth: 'n', strategy: 'gershgorin' }))).not.toContain('the index that runs');
  });
});

describe.each([
  ['ladder', ladder],
  ['doubled', doubled],
] as const)('printed numbers of %s', (_name, architecture) => {
  it.each(['gershgorin', 'pivot'] as const)('stand in front and apart from one another (%s)', (strategy) => {
    const derivation = derive(architecture, { depth: architecture === ladder ? 'n' : 1, strategy });
    const { lmi, rows, definitions, constraints, parameterization, steps, order, orderLatex } = report(derivation);
    const formulas = [
      ...[...lmi.blocks, ...definitions, ...constraints, ...parameterization].flatMap(({ expression, latex }) => [
        expression,
        latex,
      ]),
      ...rows.flatMap(({ centre, radius, centreLatex, radiusLatex }) => [centre, radius, centreLatex, radiusLatex]),
      ...steps.flatMap(({ from, to }) => [from, to.replace(/^implied by /, '')]),
    ];
    expect(formulas.length).toBeGreaterThan(40);
    expect(
      formulas.filter((formula) => adjacent.test(formula) || behind.test(formula.replaceAll(/\\[a-z]+(?=[ {])/g, ''))),
    ).toEqual([]);
    expect([...order, ...orderLatex].filter((step) => step.trim() === '')).toEqual([]);
    for (const printed of [reportText(derivation), reportMarkdown(derivation), reportLatex(derivation)]) {
      expect(printed).not.toMatch(/(?<![\d.])2 0\.5|4 0\.5|0\.08999|0\.0900000/);
      expect(printed).not.toMatch(/^ *(?:\d+\. *|\\item *)(?:``)?$/m);
    }
  });

  it('have six digits where people read them, and all of them in the report', () => {
    const derivation = derive(architecture, { depth: 2, strategy: 'pivot' });
    const long = /(?<![\d.])\d*\.\d{8,}/;
    const { parameterization } = report(derivation);
    expect(parameterization.some(({ expression }) => long.test(expression))).toBe(true);
    // What rounding adds to 0.3² has no short decimal.
    for (const printed of [reportText(derivation), reportMarkdown(derivation), reportLatex(derivation)]) {
      expect(printed).not.toMatch(long);
      if (architecture === ladder) expect(printed).toMatch(/0\.0900879(?:…|\\dots )/);
      expect(printed).not.toMatch(/e-37|e\+36|10\^\{-37\}/);
    }
  });

  it('stand apart in the comments of modules', () => {
    const code = javascript(lowerArchitecture(architecture, { depth: 1, strategy: 'gershgorin' }));
    const comments = code.split('\n').filter((line) => /^ *\/\/ .*:= /.test(line));
    expect(comments.length).toBeGreaterThan(4);
    expect(comments.filter((line) => adjacent.test(line))).toEqual([]);
    // One spelling of a letter: what stands left of := stands like that in the formulas.
    expect(comments.filter((line) => /\b(?:lambda|kappa|sigma|mu|beta|nu|psi|rho|Theta)(?![a-z(])/.test(line))).toEqual(
      [],
    );
  });
});
