import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { derive } from '../../src/compile.js';
import type { Naming } from '../../src/expr/naming.js';
import { namingAwayFrom } from '../../src/expr/naming.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { letterLatex, letterText, plainName, text } from '../../src/expr/print.js';
import { symbols } from '../../src/expr/visit.js';
import type { Derivation } from '../../src/compile.js';
import { generator } from '../../src/numeric/random.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import type { DerivationReport } from '../../src/report/index.js';
import { printerFor } from '../../src/report/printer.js';

// No x, y and n, which have a meaning of their own.
const singles = Array.from(
  'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmopqrstuvwzαβγδεζηθικλμνξπρστχψωΓΔΘΛΞΠΣΨΩΑΒΕΖΗΙΚΜΝΟΡΤΧο',
);
const words = [
  'lambda',
  'Lambda',
  'kappa',
  'Lip',
  'sigma',
  'Theta',
  'psi',
  'rho',
  'mu',
  'nu',
  'beta',
  'Gamma',
  'gamma',
  'Omega',
  'omega',
  'alpha',
  'chi',
  'tau',
  'eta',
  'Id',
  'S_u',
  'm_phi',
  'lambda_phi',
  't_',
  'K_u',
  'diag',
  'max',
];

type Random = ReturnType<typeof generator>;

/** Distinct names from both lists. */
function names(random: Random, count: number): readonly string[] {
  const pool = [...singles, ...words];
  return Array.from({ length: count }, () => pool.splice(random.integer(0, pool.length - 1), 1)[0] ?? '');
}

/** A family and two single layers with skips, every weight, bias and signal of which has a random name. */
function network(seed: number): { readonly yaml: string; readonly authors: readonly string[] } {
  const random = generator(seed);
  const authors = names(random, 14);
  const [w, h, u, a = '', b = '', c = '', d = '', e = '', f = '', g = '', p = '', q = '', r = '', o = ''] = authors;
  const index = random.pick(['l', 'k', 'i', 'ell'].filter((letter) => !authors.includes(letter)));
  const yaml = [
    'name: random-names',
    'equations: |',
    `  ${w}[1] = phi(${a}[1] * x + ${p}[1])`,
    `  ${w}[${index}] = phi(${a}[${index}] * ${w}[${index}-1] + ${p}[${index}]) for ${index} in 2..n`,
    `  ${h} = phi(${b} * ${w}[n] + ${c} * x + ${q})`,
    `  ${u} = phi(${d} * ${h} + ${e} * ${w}[n])`,
    `  y = ${f} * ${u} + ${g} * x + ${r} * ${h} + ${o}`,
    '',
  ].join('\n');
  return { yaml, authors };
}

const expressions = ({ lmi, bounds, recursion, parameterization }: Derivation): readonly Expression[] => [
  ...lmi.rows.flatMap(({ blocks }) => blocks.map(({ expression }) => expression)),
  ...bounds.constraints.flatMap(({ left, right, parameters }) => [left, right, ...parameters]),
  ...(recursion?.layers ?? []).flatMap(({ definitions }) =>
    definitions.flatMap(({ symbol, value }) => [symbol, value]),
  ),
  ...(parameterization?.assignments ?? []).flatMap((each) =>
    ['symbol', 'value', 'of', 'limit', 'usage'].flatMap((field): readonly Expression[] =>
      field in each ? [(each as never)[field]] : [],
    ),
  ),
];

/** Who has which printed name: what is meant → how it looks, in text, in tables and in LaTeX. */
function printed(
  derivation: Derivation,
  naming: Naming,
  authors: readonly string[],
): readonly (readonly [meant: string, shown: readonly string[]])[] {
  const print = printerFor(naming);
  const found = new Map<string, SymbolNode>();
  for (const each of expressions(derivation))
    for (const node of symbols(each)) if (node.role !== 'constant') found.set(node.key, node);
  const letters = (['lmi', 'form', 'identity', 'first', 'second', 'index', 'lipschitz'] as const).map(
    (role) => [`letter ${role}`, [letterText(naming[role]), letterLatex(naming[role])]] as const,
  );
  const own = [...found.values()]
    .filter(({ role }) => role !== 'weight' && role !== 'lipschitz')
    .map((node) => [`symbol ${node.key}`, [text(node, naming), plainName(node, naming), print.latex(node)]] as const);
  const weights = [...found.values()]
    .filter(({ role }) => role === 'weight')
    .map((node) => [`weight ${node.key}`, [text(node, naming), plainName(node, naming), print.latex(node)]] as const);
  const theirs = authors
    .filter((name) => !weights.some(([, [first]]) => first?.replace(/\[.*/, '') === name))
    .map((name) => [`author ${name}`, [name, print.labelLatex({ name, index: null })]] as const);
  return [...letters, ...own, ...weights, ...theirs];
}

/**
 * The letters alone, without index, family and signals: an author's S and the S[1] of the derivation are a clash as
 * well.
 */
function letters(shown: ReturnType<typeof printed>): ReturnType<typeof printed> {
  const bare = (look: string): string => look.replace(/[[_].*$|\^\{.*$/su, '');
  return shown.map(([meant, looks]) => {
    const isAuthors = meant.startsWith('weight') || meant.startsWith('author');
    const all = looks.map((look) =>
      isAuthors ? look.replace(/\[.*$|_\{.*$/su, '') : meant.startsWith('letter') ? look : bare(look),
    );
    return [isAuthors ? `author ${all[0] ?? ''}` : meant.replace(/:.*|\[.*/, ''), all];
  });
}

/** Pairs of things that look the same. */
function clashes(shown: readonly (readonly [string, readonly string[]])[]): readonly string[] {
  const owner = new Map<string, string>();
  return shown.flatMap(([meant, looks]) =>
    [...new Set(looks.map((look) => look.normalize('NFC').replace(/\{\\([A-Za-z]+)\}/g, '\\$1')))].flatMap((look) => {
      const other = owner.get(look);
      owner.set(look, meant);
      return other === undefined || other === meant ? [] : [`${look}: ${other} and ${meant}`];
    }),
  );
}

const seeds = Array.from({ length: 16 }, (_, at) => at + 1);
const variants = [
  ['n', 'gershgorin'],
  [2, 'gershgorin-paper'],
  ['n', 'scaled-gershgorin'],
  ['n', 'pivot'],
  [2, 'pivot'],
] as const;

function derivable(yaml: string, depth: number | 'n', strategy: string): Derivation | null {
  try {
    return derive(parseArchitecture(yaml, 'random.yaml'), { depth, strategy });
  } catch (error) {
    // Names that the parser keeps for itself.
    expect(String(error)).toMatch(/LW107|LW2\d\d/);
    return null;
  }
}

describe("names of authors taken from all letters and from the derivation's own", () => {
  it('leave every printed symbol a name of its own, in text and in LaTeX', () => {
    let derived = 0;
    for (const seed of seeds) {
      const { yaml, authors } = network(seed);
      const [depth, strategy] = variants[seed % variants.length] ?? expect.unreachable('no variant');
      const derivation = derivable(yaml, depth, strategy);
      if (derivation === null) continue;
      derived += 1;
      const all = printed(derivation, derivation.naming, authors);
      expect([...clashes(all), ...clashes(letters(all))], yaml).toEqual([]);
      const shown = report(derivation);
      expect(new Set(shown.symbols.map(({ symbol }) => symbol)).size, yaml).toBe(shown.symbols.length);
      expect(new Set(shown.symbols.map(({ latex }) => latex)).size, yaml).toBe(shown.symbols.length);
      for (const name of authors) expect(authorsIn(shown), `${name} in ${yaml}`).not.toContain(name);
    }
    expect(derived).toBeGreaterThan(10);
  });

  it('would be found out by this test: letters that do not step aside clash', () => {
    let [found, derived] = [0, 0];
    for (const seed of seeds.slice(0, 10)) {
      const { yaml, authors } = network(seed);
      const derivation = derivable(yaml, 'n', 'pivot');
      if (derivation === null) continue;
      derived += 1;
      if (clashes(letters(printed(derivation, namingAwayFrom(new Set(['x', 'y'])), authors))).length > 0) found += 1;
    }
    expect(derived).toBeGreaterThan(5);
    expect(found).toBeGreaterThanOrEqual(derived - 1);
  });

  it('look like no activation', () => {
    for (const seed of seeds.slice(0, 6)) {
      const { yaml, authors } = network(seed);
      const derivation = derivable(yaml, 2, 'pivot');
      if (derivation === null || authors.some((name) => /phi/.test(name))) continue;
      const shown = report(derivation);
      for (const output of [reportText(shown), reportMarkdown(shown), reportLatex(shown)])
        expect(output.replace(/phi\(|phi'|varphi/g, '')).not.toMatch(/[_^{(]phi|\\phi/);
    }
  });
});

/** The bases of the derivation's own symbols. */
const authorsIn = ({ symbols: table }: DerivationReport): readonly string[] =>
  table.map(({ symbol }) => symbol.replace(/[_[(].*$/u, ''));

describe('the U-Net of a user', () => {
  const yaml =
    'name: net\nequations: |\n  e = phi(M * x + b)\n  m = phi(S * e + P * x)\n  w = phi(lambda * ' +
    'm + K * e)\n  y = I * w + l * x\n';

  it('keeps its letters; the derivation takes others, says so, and files keep their names', () => {
    const derivation = derive(parseArchitecture(yaml, 'net.yaml'), { depth: 1, strategy: 'pivot' });
    const { naming } = derivation;
    expect([
      naming.lmi,
      naming['slope-sum'],
      naming['slope-product'],
      naming['slope-lower'],
      naming.kinds.get('covariance'),
      naming.multiplier,
      naming['multiplier-vector'],
      naming.identity,
      naming.index,
    ]).toEqual(['𝓜', '𝓢', '𝓟', '𝔪', '𝓚', 'Gamma', 'gamma', 'Id', 'k']);
    const shown = reportText(derivation);
    expect(shown).toContain('LMI 𝓜 ≼ 0');
    expect(shown.replace(/\s+/g, ' ')).toContain('γ_e is its diagonal, lambda_e in files');
    expect(shown.replace(/\s+/g, ' ')).toContain('𝓢 for');
    expect(reportLatex(derivation)).toContain('\\mathcal{M}_{x,\\,x}');
    const scaled = derive(parseArchitecture('name: net\nequations: |\n  w = phi(C * x)\n  y = B * w\n', null), {
      depth: 1,
      strategy: 'scaled-gershgorin',
    });
    expect(reportText(scaled)).not.toContain('in files');
    const defaults = derive(parseArchitecture('name: net\nequations: |\n  w = phi(C * x)\n  y = B * w\n', null), {
      depth: 1,
      strategy: 'pivot',
    });
    expect(report(defaults).notation.replaced).toEqual([]);
  });

  it('has another letter for the index where l is a weight', () => {
    const family =
      'name: net\nequations: |\n  w[1] = phi(C[1] * x)\n  w[k] = phi(C[k] * w[k-1] + l * x) for k in 2..n\n  y = B * w[n]\n'
        .replace('l * x', 'E[k] * x')
        .replace('y = B * w[n]', 'y = B * w[n] + l * x');
    const shown = report(derive(parseArchitecture(family, 'net.yaml'), { depth: 'n', strategy: 'gershgorin' }));
    expect(shown.notation.index).toBe('k');
    expect(shown.lmi.signals).toContain('w[k]');
    expect(shown.rows.map(({ range }) => range)).toContain('2 <= k <= n-1');
    expect(JSON.stringify([shown.rows, shown.constraints, shown.order, shown.orderLatex, shown.lmi])).not.toMatch(
      /\[l[\]+-]|_\{l[}+-]|l <=|for l/,
    );
  });
});
