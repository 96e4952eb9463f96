import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { constant, label } from '../../src/base/label.js';
import {
  abs,
  diag,
  exactFactor,
  fill,
  hadamard,
  identity,
  maximum,
  minimum,
  negate,
  number,
  offDiagonal,
  product,
  quotient,
  rangeSum,
  rowSums,
  scalarSymbol,
  scale,
  sqrt,
  square,
  subtract,
  sum,
  symbol,
  times,
  transpose,
} from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import type { Naming } from '../../src/expr/naming.js';
import { defaultNaming, namingAwayFrom } from '../../src/expr/naming.js';
import { latex, plainName, storedName, text } from '../../src/expr/print.js';
import { symbols } from '../../src/expr/visit.js';
import { generator } from '../../src/numeric/random.js';
import { Expressions } from './random-expression.js';
import type { Values } from './random-expression.js';
import type { Meaning } from './reparse.js';
import { meaningOf } from './reparse.js';
import { A, D, X, Z, d } from '../laws/symbols.js';

const own = label('', constant(2));
const [w1, w2] = [label('w', constant(1)), label('w', constant(2))];
const C = symbol('weight', label('C', constant(2)), { rows: w2, columns: w1 });
const Lambda = symbol('multiplier', own, { rows: w2, columns: w2 }, { diagonal: true, positive: true });
const cap = symbol('cap', own, { rows: w2, columns: null }, { positive: true });
const S = scalarSymbol('slope-sum', own);
const P = scalarSymbol('slope-product', own);
const lip = scalarSymbol('lipschitz', label('Lip'), { positive: true });
const lambda = diag(Lambda);
const sums = rowSums(abs(C));

/** [expression, text, LaTeX] */
const strings: readonly (readonly [Expression, string, string])[] = [
  [C, 'C[2]', 'C_{2}'],
  [product([transpose(C), Lambda, C]), 'C[2]ᵀ Λ[2] C[2]', 'C_{2}^{\\top} \\Lambda_{2} C_{2}'],
  [sums, '|C[2]| 1', '\\left|C_{2}\\right| \\mathbf{1}'],
  [product([transpose(abs(C)), lambda]), '|C[2]|ᵀ λ[2]', '\\left|C_{2}\\right|^{\\top} \\lambda_{2}'],
  [
    product([transpose(abs(C)), hadamard([lambda, cap])]),
    '|C[2]|ᵀ (λ[2] ∘ κ[2])',
    '\\left|C_{2}\\right|^{\\top} \\left(\\lambda_{2} \\circ \\kappa_{2}\\right)',
  ],
  [
    product([transpose(abs(C)), sum([lambda, cap])]),
    '|C[2]|ᵀ (λ[2] + κ[2])',
    '\\left|C_{2}\\right|^{\\top} \\left(\\lambda_{2} + \\kappa_{2}\\right)',
  ],
  [
    hadamard([lambda, sums]),
    'λ[2] ∘ (|C[2]| 1)',
    '\\lambda_{2} \\circ \\left(\\left|C_{2}\\right| \\mathbf{1}\\right)',
  ],
  [
    hadamard([lambda, subtract(cap, sums)]),
    'λ[2] ∘ (κ[2] − |C[2]| 1)',
    '\\lambda_{2} \\circ \\left(\\kappa_{2} - \\left|C_{2}\\right| \\mathbf{1}\\right)',
  ],
  [
    quotient(lambda, subtract(fill(number(2), w2), scale(1, [abs(S)], sums))),
    'λ[2] / (2 − |S[2]| |C[2]| 1)',
    '\\frac{\\lambda_{2}}{2 - \\left|S_{2}\\right| \\left|C_{2}\\right| \\mathbf{1}}',
  ],
  [quotient(sum([lambda, cap]), lambda), '(λ[2] + κ[2]) / λ[2]', '\\frac{\\lambda_{2} + \\kappa_{2}}{\\lambda_{2}}'],
  [fill(quotient(number(2), abs(S)), w2), '2 / |S[2]|', '\\frac{2}{\\left|S_{2}\\right|}'],
  [quotient(scale(0.5, [abs(S)], number(1)), P), '|S[2]| / (2 P[2])', '\\frac{\\left|S_{2}\\right|}{2 P_{2}}'],
  [
    scale(-2, [P], product([transpose(square(C)), lambda])),
    '−2 P[2] (C[2] ∘ C[2])ᵀ λ[2]',
    '-2 P_{2} \\left(C_{2} \\circ C_{2}\\right)^{\\top} \\lambda_{2}',
  ],
  [sum([negate(lambda), cap]), 'κ[2] − λ[2]', '\\kappa_{2} - \\lambda_{2}'],
  [sum([negate(lambda), negate(cap)]), '−λ[2] − κ[2]', '-\\lambda_{2} - \\kappa_{2}'],
  [scale(-1, [lip, lip], identity(w2)), '−𝓛² I', '-\\mathcal{L}^{2} I'],
  [times(sum([S, P]), lambda), '(S[2] + P[2]) λ[2]', '\\left(S_{2} + P_{2}\\right) \\lambda_{2}'],
  [
    rowSums(abs(offDiagonal(product([transpose(C), C])))),
    '|offdiag(C[2]ᵀ C[2])| 1',
    '\\left|\\operatorname{offdiag}\\left(C_{2}^{\\top} C_{2}\\right)\\right| \\mathbf{1}',
  ],
  [product([A, A]), 'A²', 'A^{2}'],
  [sqrt(diag(A)), '√(diag(A))', '\\sqrt{\\operatorname{diag}\\left(A\\right)}'],
  [minimum([lambda, cap]), 'min(λ[2], κ[2])', '\\operatorname{min}\\left(\\lambda_{2}, \\kappa_{2}\\right)'],
  [
    maximum([abs(S), number(2 ** -60)]),
    'max(|S[2]|, 2⁻⁶⁰)',
    '\\operatorname{max}\\left(\\left|S_{2}\\right|, 2^{-60}\\right)',
  ],
  [scale(1e-20, [], lambda), '1e-20 λ[2]', '1 \\cdot 10^{-20} \\lambda_{2}'],
  // The numbers stand in front, multiplied out where that is exact and apart where it is not.
  [scale(-2, [P, exactFactor(0.5), exactFactor(0.5)], C), '−0.5 P[2] C[2]', '-0.5 P_{2} C_{2}'],
  [
    scale(4, [abs(P), exactFactor(0.5)], sums),
    '2 |P[2]| |C[2]| 1',
    '2 \\left|P_{2}\\right| \\left|C_{2}\\right| \\mathbf{1}',
  ],
  [scale(2, [P, exactFactor(0.3), exactFactor(0.3)], C), '2 · 0.3² P[2] C[2]', '2 \\cdot 0.3^{2} P_{2} C_{2}'],
  [scale(1, [exactFactor(0.3), exactFactor(0.3)], identity(w2)), '0.3² I', '0.3^{2} I'],
  [scale(2, [exactFactor(0.3)], C), '0.6 C[2]', '0.6 C_{2}'],
  [scale(3, [exactFactor(0.1), exactFactor(0.5)], C), '1.5 · 0.1 C[2]', '1.5 \\cdot 0.1 C_{2}'],
  [scale(2, [exactFactor(0.5)], C), 'C[2]', 'C_{2}'],
  [times(quotient(number(1), exactFactor(0.3)), C), 'C[2] / 0.3', '\\frac{C_{2}}{0.3}'],
  [scale(3, [], quotient(fill(number(1), w2), lambda)), '3 / λ[2]', '\\frac{3}{\\lambda_{2}}'],
  [
    scale(3, [quotient(number(1), P)], quotient(fill(number(1), w2), lambda)),
    '3 / (P[2] λ[2])',
    '\\frac{3}{P_{2} \\lambda_{2}}',
  ],
  [
    scale(1, [quotient(number(1), exactFactor(0.3)), quotient(number(1), exactFactor(0.7))], C),
    'C[2] / (0.3 · 0.7)',
    '\\frac{C_{2}}{0.3 \\cdot 0.7}',
  ],
  [
    scale(2 ** -120, [exactFactor(0.3), exactFactor(0.3)], lambda),
    '2⁻¹²⁰ · 0.3² λ[2]',
    '2^{-120} \\cdot 0.3^{2} \\lambda_{2}',
  ],
  [scale(2 ** 120, [], lambda), '2¹²⁰ λ[2]', '2^{120} \\lambda_{2}'],
  [
    scale(1, [exactFactor(1e-9), exactFactor(1e-9)], lambda),
    '(1e-9)² λ[2]',
    '\\left(1 \\cdot 10^{-9}\\right)^{2} \\lambda_{2}',
  ],
  [
    rangeSum(symbol('weight', label('E', { base: 'loop', offset: 0 }), { rows: d, columns: d }), constant(2), {
      base: 'depth',
      offset: -1,
    }),
    'Σ_{l=2..n-1} E[l]',
    '\\sum_{l=2}^{n-1} E_{l}',
  ],
];

describe('text and LaTeX', () => {
  it.each(strings)('%#: $key', (node, plain, tex) => {
    expect(text(node)).toBe(plain);
    expect(latex(node)).toBe(tex);
  });

  it('keeps underscores and long names upright', () => {
    const named = symbol('weight', label('W_out', constant(1)), { rows: d, columns: d });
    expect(latex(named)).toBe('\\mathrm{W\\_out}_{1}');
    expect(text(named)).toBe('W_out[1]');
  });
});

/** Values under the names by which symbols are printed. */
function namesOf(node: Expression, expressions: Expressions): ReadonlyMap<string, Meaning> {
  const names = new Map<string, Meaning>();
  const scalar = (values: Values): Meaning =>
    values.length === 1 && values[0]?.length === 1 ? (values[0][0] ?? Number.NaN) : values;
  for (const symbol of symbols(node)) {
    const values = expressions.valueOf(symbol);
    names.set(text(symbol), scalar(values));
    if (symbol.role === 'multiplier')
      names.set(
        text(diag(symbol)),
        values.map((row, i) => [row[i] ?? Number.NaN]),
      );
  }
  return names;
}

/** Every entry of a vector or matrix, where a number may stand for all of them. */
function filled(meaning: Meaning, like: Values): Values {
  return typeof meaning === 'number' ? like.map((row) => row.map(() => meaning)) : meaning;
}

describe('printed text', () => {
  it.each([
    ['one', 'one'],
    ['d', 'one'],
    ['e', 'one'],
    ['d', 'e'],
  ] as const)('means what the expression means, read by the usual conventions (%s × %s)', (rows, columns) => {
    const random = generator(41);
    const wrong: string[] = [];
    let compared = 0;
    for (let k = 0; k < 4000; k += 1) {
      const expressions = new Expressions(random);
      const { node, value } = expressions.make(rows, columns, random.integer(1, 3));
      const printed = text(node);
      // A bare I or a vector's 0 or 1 has no size of its own: the reader knows it from the place, our small reader does
      // not.
      if (/\bI\b/.test(printed) || hasBareConstant(node)) continue;
      compared += 1;
      let read: Values | null = null;
      try {
        read = filled(meaningOf(printed, namesOf(node, expressions)), value);
      } catch (error) {
        wrong.push(`${printed}: ${String(error)}`);
        continue;
      }
      const close = value.every((row, i) =>
        row.every((x, j) => Math.abs(x - (read[i]?.[j] ?? Number.NaN)) <= 1e-9 * (1 + Math.abs(x))),
      );
      if (!close) wrong.push(printed);
    }
    expect(compared).toBeGreaterThan(500);
    expect(wrong.sort((a, b) => a.length - b.length).slice(0, 5)).toEqual([]);
  });

  it('has no two numbers side by side and means what the expression means, whatever decimals stand in it', () => {
    const random = generator(43);
    const decimals = [0.5, 0.25, 0.3, 0.1, 0.7, 1.1, 3, 1 / 3, 2 ** -30, 2 ** 40, 1e-9];
    const [p, q] = [scalarSymbol('slope-sum', label('p')), scalarSymbol('lipschitz', label('Lip'), { positive: true })];
    const names = new Map<string, Meaning>([
      [text(p), -1.75],
      [text(q), 1.25],
    ]);
    for (let k = 0; k < 2000; k += 1) {
      const factor = (): { readonly node: Expression; readonly value: number } => {
        const at = random.integer(0, 3);
        if (at === 0)
          return random.pick([
            { node: p, value: -1.75 },
            { node: q, value: 1.25 },
            { node: abs(p), value: 1.75 },
          ]);
        const value = random.pick(decimals);
        return {
          node: at === 1 ? quotient(number(1), exactFactor(value)) : exactFactor(value),
          value: at === 1 ? 1 / value : value,
        };
      };
      const term = (): { readonly node: Expression; readonly value: number } => {
        const factors = Array.from({ length: random.integer(1, 4) }, factor);
        const coefficient = random.pick([1, -2, 0.5, 4, ...decimals]);
        return {
          node: scale(
            coefficient,
            factors.map(({ node }) => node),
            number(1),
          ),
          value: factors.reduce((all, { value }) => all * value, coefficient),
        };
      };
      const [a, b, c] = [term(), term(), term()];
      const node = quotient(times(a.node, sum([b.node, p])), maximum([c.node, q]));
      const value = (a.value * (b.value - 1.75)) / Math.max(c.value, 1.25);
      const size = (Math.abs(a.value) * (Math.abs(b.value) + 1.75)) / Math.max(c.value, 1.25);
      const read = meaningOf(text(node), names);
      expect(typeof read === 'number' ? Math.abs(read - value) <= 1e-9 * size : read, text(node)).toBe(true);
      expect(latex(node)).not.toMatch(/\d(?:\^\{-?\d+\})? +\d/);
    }
  });

  it('puts brackets around a quotient that a matrix is multiplied with', () => {
    // X (λ / κ) is not (X λ) / κ.
    const node = product([
      X,
      quotient(
        diag(
          symbol(
            'multiplier',
            label('E'),
            { rows: label('e'), columns: label('e') },
            { diagonal: true, positive: true },
          ),
        ),
        rowSums(abs(Z)),
      ),
    ]);
    expect(text(node)).toBe('X (λ_E / (|Z| 1))');
  });
});

function hasBareConstant(node: Expression): boolean {
  const vectors = (part: Expression): boolean =>
    part.kind === 'ones' || part.kind === 'zero' || part.kind === 'identity' || children(part).some(vectors);
  return vectors(node);
}

function children(node: Expression): readonly Expression[] {
  if ('items' in node) return node.items;
  if (node.kind === 'scale') return [...node.scalars, node.body];
  if (node.kind === 'quotient') return [node.numerator, node.denominator];
  return 'body' in node ? [node.body] : [];
}

/** What all rules introduce. */
const kinds = createRules().symbols;

/** The letters of a naming, those of the kinds included, and the names in files. */
function lettersAndNames(naming: Naming): { readonly letters: readonly string[]; readonly inFiles: readonly string[] } {
  const plain = (of: object): readonly string[] =>
    Object.values(of).filter((value): value is string => typeof value === 'string');
  return {
    letters: [...plain(naming), ...naming.kinds.values()],
    inFiles: [...plain(naming.stored), ...naming.stored.kinds.values()],
  };
}

describe('naming', () => {
  it('has a letter for every kind of symbol that rules introduce, and none twice', () => {
    const { letters } = lettersAndNames(namingAwayFrom(new Set(), kinds));
    expect(kinds.length).toBeGreaterThan(20);
    expect(new Set(letters).size).toBe(letters.length);
    expect(letters).toEqual(expect.arrayContaining(['K', 'D', 'G', 'R', 'E', 'Z', 'U', 'psi', 'rho']));
  });

  it("prefers the field's names", () => {
    expect(defaultNaming).toMatchObject({
      multiplier: 'Lambda',
      'multiplier-vector': 'lambda',
      'slope-sum': 'S',
      'slope-product': 'P',
      lipschitz: 'Lip',
      cap: 'kappa',
    });
  });

  it.each(['S', 'P', 'L', 'm', 'lambda', 'Lambda', 'kappa', 'Lip', 'S_phi', 'lambda_phi'])(
    "steps aside for an author's %s",
    (name) => {
      const { letters, inFiles } = lettersAndNames(namingAwayFrom(new Set([name]), kinds));
      expect([...letters, ...inFiles]).not.toContain(name);
      expect(new Set(letters).size).toBe(letters.length);
    },
  );

  it('steps aside however many names are taken', () => {
    const taken = new Set(['S', 'S_phi', 'S_', 'S__', 'S___', 'lambda', 'lambda_phi', 'lambda_', 'P', 'P_phi']);
    const naming = namingAwayFrom(taken, kinds);
    const { letters, inFiles } = lettersAndNames(naming);
    for (const name of [...letters, ...inFiles]) expect(taken.has(name), name).toBe(false);
    expect([naming['slope-sum'], naming.multiplier, naming['multiplier-vector']]).toEqual(['𝓢', 'Gamma', 'gamma']);
    // Script capitals end at 𝓛, which is the bound's.
    expect(namingAwayFrom(new Set(['L', 'alpha']))['slope-upper']).toBe('L\u0302');
    expect(namingAwayFrom(new Set(['Lambda', 'Gamma', 'Omega', 'ξ'])).multiplier).toBe('Lambda\u0302');
  });

  it.each(['λ', 'Λ', 'κ'])(
    "steps aside for an author's %s, which lambda, Lambda or kappa would be printed as",
    (name) => {
      const naming = namingAwayFrom(new Set([name]));
      const theirs: SymbolNode = symbol('weight', label(name, constant(2)), { rows: w2, columns: w2 });
      for (const derived of [Lambda, lambda, cap]) expect(text(derived, naming)).not.toBe(text(theirs, naming));
    },
  );

  it("steps aside for names with a family's suffix", () => {
    // In a network of two families the derivation writes S_u[1], lambda_u[1].
    const taken = new Set(['S_u', 'lambda_u', 'x', 'y', 'u', 'w']);
    const naming = namingAwayFrom(taken);
    const ofFamily = label('u', constant(1));
    const derived = [
      scalarSymbol('slope-sum', ofFamily),
      symbol('multiplier', ofFamily, { rows: d, columns: d }, { diagonal: true, positive: true }),
    ];
    const theirs = ['S_u', 'lambda_u'].map((name) =>
      symbol('weight', label(name, constant(1)), { rows: d, columns: d }),
    );
    const printed = [...derived, ...theirs].map((node) => plainName(node, naming));
    expect(new Set(printed).size).toBe(4);
  });

  it('keys tables by plain names', () => {
    expect([C, Lambda, S, P, lip, cap, D].map((node) => plainName(node))).toEqual([
      'C[2]',
      'lambda[2]',
      'S[2]',
      'P[2]',
      'Lip',
      'kappa[2]',
      'lambda_D',
    ]);
    expect(plainName(S, namingAwayFrom(new Set(['S'])))).toBe('𝓢[2]');
    expect(latex(S, namingAwayFrom(new Set(['S'])))).toBe('\\mathcal{S}_{2}');
    expect(storedName(Lambda, namingAwayFrom(new Set(['lambda'])))).toBe('lambda_phi[2]');
  });
});
