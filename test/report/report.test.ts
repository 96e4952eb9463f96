import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { derive } from '../../src/compile.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import type { DerivationReport } from '../../src/report/index.js';
import { network, shipped } from './made-up.js';

const of = (name: string, depth: number | 'n', strategy = 'gershgorin'): DerivationReport =>
  report(derive(network(name), { depth, strategy }));
const families = ({ rows }: DerivationReport): readonly string[] =>
  rows.map(({ signal, range, where }) => [signal, range, where].filter((part) => part !== undefined).join('; '));

describe('the residual block at symbolic depth', () => {
  const residual = of('residual', 'n');

  it('has the three rows first, middle and last', () => {
    expect(families(residual)).toEqual(['x', 'w[l]; 1 <= l <= n-1; w[0] is x', 'w[n]']);
    expect(residual.lmi.signals).toEqual(['x', 'w[l]', 'w[n]']);
    expect(residual.validFrom).toBe(2);
  });

  // Juston et al., arXiv 2502.21279, section 3; the table of section 3 in the mathematics that the project goes by.
  it('has the blocks of the literature', () => {
    const blocks = residual.lmi.blocks.map(({ row, column, expression, range }) => [
      `${row}, ${column}`,
      expression,
      range,
    ]);
    expect(blocks).toEqual([
      ['x, x', 'A² − 𝓛² I − 2 P[1] C[1]ᵀ Λ[1] C[1]', undefined],
      ['x, w[1]', 'S[1] C[1]ᵀ Λ[1]', undefined],
      ['x, w[n]', 'A B', undefined],
      ['w[l], w[l]', '−2 Λ[l] − 2 P[l+1] C[l+1]ᵀ Λ[l+1] C[l+1]', '1 <= l <= n-1'],
      ['w[l], w[l+1]', 'S[l+1] C[l+1]ᵀ Λ[l+1]', '1 <= l <= n-1'],
      ['w[n], w[n]', 'Bᵀ B − 2 Λ[n]', undefined],
    ]);
  });

  it('has one entry a parameter and constraint, families joined', () => {
    const entries = residual.constraints.map(({ parameter, kind, range }) =>
      [parameter, kind, range].filter((part) => part !== undefined).join(' | '),
    );
    expect(entries.sort()).toEqual(
      [
        'A | interval',
        'B | budget',
        'C[1] | budget',
        'C[1] | cap',
        'C[l] | row-ball | 1 <= l <= n',
        'lambda[1] | multiplier-bound',
        'lambda[l] | multiplier-bound | 2 <= l <= n-1',
        'lambda[n] | multiplier-bound',
        'kappa[1] | cap-value',
      ].sort(),
    );
    const ball = residual.constraints.find(({ kind }) => kind === 'row-ball');
    expect(ball).toMatchObject({
      expression: '|C[l]| 1 < 2 / |S[l]|',
      latex: '\\left|C_{l}\\right| \\mathbf{1} < \\frac{2}{\\left|S_{l}\\right|}',
    });
  });

  it('is evaluated backwards, with one cycle broken', () => {
    expect(residual.order).toEqual([
      'A',
      'B',
      'C[n]',
      'lambda[n]',
      'C[l] for l = n-1 … 2',
      'lambda[l] for l = n-1 … 2',
      'kappa[1]',
      'lambda[1]',
      'C[1]',
    ]);
    expect(residual.cycles).toHaveLength(1);
    expect(residual.cycles[0]?.between).toEqual(['C[1]', 'lambda[1]']);
    expect(residual.cycles[0]?.brokenBy).toMatch(/^kappa\[1\]: \|C\[1\]\| 1 <= kappa\[1\], /);
  });
});

describe("the paper's own elementwise bounds", () => {
  it('are shown for C[l], though they come from the row of w[l-1]', () => {
    const bounds = of('residual', 'n', 'gershgorin-paper').constraints.filter(({ kind }) => kind === 'element-bound');
    expect(
      bounds.map(({ parameter, range, expression, condition }) => [parameter, range, expression, condition]),
    ).toEqual([['C[l]', '2 <= l <= n', '|C[l]| <= |S[l]| / (2 P[l])', 'where P[l] > 0']]);
  });
});

describe('families of rows', () => {
  it.each([
    ['feedforward', ['x', 'w[l]; 1 <= l <= n-1; w[0] is x', 'w[n]']],
    // w[1] does not read x twice, so it is no member of the middle family.
    ['dense-skip', ['x', 'w[1]', 'w[l]; 2 <= l <= n-1', 'w[n]']],
    ['two-branch', ['x', 'u[l]; 1 <= l <= n-1; u[0] is x', 'u[n]', 'w[l]; 1 <= l <= n-1; w[0] is x', 'w[n]']],
    ['linear', ['x']],
    // At l = 2 the second read is w[0]; at l = 1 it would be w[-1].
    ['ladder', ['x', 'w[1]', 'w[l]; 2 <= l <= n-2; w[0] is x', 'w[n-1]', 'w[n]']],
    ['awkward', ['x', 'h', 'w[1]', 'w[l]; 2 <= l <= n-1', 'w[n]']],
  ])('of %s', (name, expected) => {
    expect(families(of(name, 'n'))).toEqual(expected);
  });
});

/** The text with l and n replaced by numbers; sums over l are left alone. */
function at(text: string, l: number | null, n: number): string {
  return text.replace(/\[([ln])([+-]\d+)?\]/g, (all, letter: string, by: string | undefined) => {
    const base = letter === 'n' ? n : l;
    return base === null ? all : `[${base + Number(by ?? 0)}]`;
  });
}

/** Like summands may stand in another order: the terms as a sorted list, brackets aside. */
const terms = (text: string): string =>
  text
    .replace(/ ([+−]) /g, '\n$1 ')
    .replace(/^−/gm, '− ')
    .replace(/[()]/g, '')
    .split('\n')
    .map((term) => term.replace(/^\+ /, '').trim())
    .sort()
    .join('\n');

function members(range: string | undefined, n: number): readonly (number | null)[] {
  if (range === undefined) return [null];
  const [from, to] = range
    .split(' <= l <= ')
    .map((end) => (end.startsWith('n') ? n + Number(end.slice(1) || 0) : Number(end)));
  return Array.from({ length: Math.max(0, (to ?? 0) - (from ?? 0) + 1) }, (_all, step) => (from ?? 0) + step);
}

/** Every family written out at depth n, as `key → text`. */
function writtenOut(
  symbolic: DerivationReport,
  n: number,
): { readonly rows: Record<string, string>; readonly constraints: Record<string, string> } {
  const rows = symbolic.rows.flatMap(({ signal, centre, radius, range }) =>
    members(range, n).map(
      (l) => [at(signal, l, n), `${terms(at(centre, l, n))}\n--\n${terms(at(radius, l, n))}`] as const,
    ),
  );
  const constraints = symbolic.constraints.flatMap(({ parameter, kind, expression, range }) =>
    members(range, n).map((l) => [`${at(parameter, l, n)} ${kind}`, terms(at(expression, l, n))] as const),
  );
  return { rows: Object.fromEntries(rows), constraints: Object.fromEntries(constraints) };
}

// dense-skip and awkward hold sums over l, which this textual oracle does not write out; their blocks are compared
// exactly elsewhere.
describe.each(['residual', 'feedforward', 'two-branch', 'ladder', 'linear'])('the families of %s', (name) => {
  describe.each(['gershgorin', 'gershgorin-paper'])('with %s', (strategy) => {
    const symbolic = of(name, 'n', strategy);
    const least = symbolic.validFrom ?? 1;

    it.each([0, 1, 2, 3])('are the rows and constraints that depth validFrom + %i has by itself', (more) => {
      const n = least + more;
      const family = writtenOut(symbolic, n);
      const concrete = writtenOut(of(name, n, strategy), n);
      expect(family.rows).toEqual(concrete.rows);
      expect(family.constraints).toEqual(concrete.constraints);
    });
  });
});

describe.each([...shipped, 'ladder', 'awkward'])('the report on %s', (name) => {
  it.each(['gershgorin', 'gershgorin-paper'])(
    'names a rule for every constraint and every step, with %s',
    (strategy) => {
      for (const depth of ['n', 1, 3] as const) {
        const { assumptions, constraints, steps } = of(name, depth, strategy);
        const known = new Set(assumptions.map(({ rule }) => rule));
        expect(assumptions.reduce((total, { count }) => total + count, 0)).toBe(steps.length);
        // What a cap is worth is a step of the parameterization, which symbolic depth has none of.
        for (const { rule } of constraints)
          if (depth !== 'n' || !rule.startsWith('parameterize/')) expect(known, rule).toContain(rule);
        for (const { assumptions: needed } of assumptions) expect(needed.every((text) => text !== '')).toBe(true);
      }
    },
  );

  it('is plain data, and shows each pair of signals once', () => {
    const entry = of(name, 4);
    expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
    const place = new Map(entry.lmi.signals.map((signal, index) => [signal, index]));
    const pairs = entry.lmi.blocks.map(({ row, column }) => [place.get(row), place.get(column)]);
    for (const [row, column] of pairs) expect(column).toBeGreaterThanOrEqual(row ?? Number.NaN);
    expect(new Set(pairs.map(String)).size).toBe(pairs.length);
  });
});

describe('names', () => {
  it("of the derivation step aside for the author's", () => {
    const { symbols, constraints } = of('awkward', 2);
    // lambda, S, P and kappa are the author's.
    expect(symbols.map(({ symbol }) => symbol.replace(/_[wh].*/, ''))).not.toEqual(expect.arrayContaining(['S']));
    const parameters = constraints.map(({ parameter }) => parameter);
    expect(parameters).toContain('lambda');
    expect(parameters).toContain('gamma_h');
    expect(new Set(parameters.filter((parameter) => /^(?:lambda|kappa)$/.test(parameter))).size).toBe(2);
  });
});

describe('activations', () => {
  const named = parseArchitecture(
    'name: named\nactivations:\n  sigma: leaky-relu(a=0.25)\n  psi: { spline: { knots: 5, step: ' +
      '0.5 } }\nequations: |\n  h = sigma(C * x)\n  k = psi(D * h)\n  u = phi(E * k)\n  y = B * u\n',
    null,
  );
  const derivation = derive(named, { depth: 1 });

  it('stand in every format with their functions and slopes; an open φ does not', () => {
    expect(report(derivation).activations).toEqual([
      { name: 'sigma', function: 'min(0, v) / 4 + max(v, 0)', slopes: [0.25, 1] },
      { name: 'psi', function: 'linear spline, 5 knots, step 0.5', slopes: [0, 1] },
    ]);
    for (const text of [reportText(derivation), reportMarkdown(derivation), reportLatex(derivation)]) {
      expect(text).toMatch(/Activations/);
      expect(text).toMatch(/slopes in \[0\.25, 1\]/);
    }
    expect(reportText(derive(loadArchitecture('residual'), { depth: 2 }))).not.toMatch(/Activations/);
  });
});
