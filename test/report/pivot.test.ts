import { Matrix, inverse } from 'ml-matrix';
import { describe, expect, it } from 'vitest';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { derive } from '../../src/compile.js';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import type { Architecture } from '../../src/model/architecture.js';
import type { ContractionChoice, MultiplierChoice } from '../../src/model/strategy.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { generator } from '../../src/numeric/random.js';
import { report, reportLatex, reportMarkdown, reportText } from '../../src/report/index.js';
import type { DefinitionEntry, DerivationReport } from '../../src/report/index.js';
import type { Meaning } from '../expr/reparse.js';
import { meaningOf } from '../expr/reparse.js';
import type { HandNetwork, Numbers } from './covariance-oracle.js';
import { Covariances } from './covariance-oracle.js';
import { handCases } from './hand-networks.js';
import { network as madeUp } from './made-up.js';

const architecture = (name: string): Architecture => {
  const text = handCases[name]?.text ?? null;
  return text === null ? madeUp(name) : parseArchitecture(text, `${name}.yaml`);
};
const of = (
  name: string,
  depth: number | 'n',
  multipliers: MultiplierChoice = 'free',
  contraction: ContractionChoice = 'cholesky',
): DerivationReport =>
  report(derive(architecture(name), { depth, strategy: pivotStrategy({ multipliers, contraction }) }));
const handOf = (name: string, n: number): HandNetwork => handCases[name]?.network(n) ?? expect.unreachable(name);
const lines = ({ definitions }: DerivationReport): readonly string[] =>
  definitions.map(({ symbol, update, expression }) => `${symbol} ${update ? '<-' : ':='} ${expression}`);

describe('the recursion of the residual block at symbolic depth', () => {
  const residual = of('residual', 'n');

  // Section 6 of the mathematics with F = s Λ C, for which C K Cᵀ is K[v, v]; K[j, w] = H K with H = m C + G D⁻¹ F.
  it('is one family for all layers', () => {
    expect(residual.definitions.map(({ signal, range, where }) => [signal, range, where])).toEqual([
      ['x', undefined, undefined],
      ...Array.from({ length: 7 }, () => ['w[l]', '1 <= l <= n', 'w[0] is x']),
    ]);
    expect(lines(residual).slice(1)).toEqual([
      'K[j, v[l]] := K[j, w[l-1]] C[l]ᵀ',
      'K[v[l], v[l]] := C[l] K[w[l-1], v[l]]',
      'D[l] := 2 Λ[l] − s[l]² Λ[l] K[v[l], v[l]] Λ[l]',
      'K[i, j] <- K[i, j] + s[l]² K[i, v[l]] Λ[l] D[l]⁻¹ Λ[l] K[j, v[l]]ᵀ',
      'G[l] := I + m[l] s[l] K[v[l], v[l]] Λ[l]',
      'K[j, w[l]] := m[l] K[j, v[l]] + s[l] K[j, v[l]] Λ[l] D[l]⁻¹ G[l]ᵀ',
      'K[w[l], w[l]] := m[l]² K[v[l], v[l]] + G[l] D[l]⁻¹ G[l]ᵀ',
    ]);
    expect(lines(residual)[0]).toMatch(/^K\[x, x\] := I \/ \(?𝓛²\)?$/);
  });

  it('ends in the pivots and the condition on the output', () => {
    expect(
      residual.constraints.map(({ parameter, kind, range, expression }) => [parameter, kind, range, expression]),
    ).toEqual([
      ['lambda[l]', 'pivot', '1 <= l <= n', 'D[l] = 2 Λ[l] − s[l]² Λ[l] K[v[l], v[l]] Λ[l] ≻ 0'],
      ['C[l]', 'pivot', '1 <= l <= n', 'D[l] = 2 Λ[l] − s[l]² Λ[l] K[v[l], v[l]] Λ[l] ≻ 0'],
      ['A', 'output-bound', undefined, 'A K[x, x] A + A K[x, w[n]] Bᵀ + B K[w[n], x] A + B K[w[n], w[n]] Bᵀ ≼ I'],
      ['B', 'output-bound', undefined, 'A K[x, x] A + A K[x, w[n]] Bᵀ + B K[w[n], x] A + B K[w[n], w[n]] Bᵀ ≼ I'],
    ]);
    expect(residual.constraints[0]?.latex).toBe(
      'D_{l} = 2 \\Lambda_{l} - s_{l}^{2} \\Lambda_{l} K_{v_{l},\\,v_{l}} \\Lambda_{l} \\succ 0',
    );
  });

  it('is evaluated upwards, without rows and cycles', () => {
    expect(residual.order).toEqual(['lambda[l], C[l] for l = 1 … n', 'A, B']);
    expect([residual.rows, residual.cycles, residual.parameterization]).toEqual([[], [], []]);
    expect(residual.lmi).toEqual(report(derive(loadArchitecture('residual'), { depth: 'n' })).lmi);
    expect(residual.variant).toEqual({ multipliers: 'free', contraction: 'cholesky', margin: null });
  });
});

describe('families', () => {
  it('of layers that say different things stand apart', () => {
    const ranges = of('dense-skip', 'n').definitions.map(({ signal, range }) => [signal, range].join(' '));
    expect([...new Set(ranges)]).toEqual(['x ', 'w[1] ', 'w[l] 2 <= l <= n']);
    expect(of('dense-skip', 'n').order).toEqual(['lambda[1], C[1]', 'lambda[l], C[l], D[l] for l = 2 … n', 'A, B']);
  });

  it('that take turns are evaluated in turn', () => {
    expect(of('zigzag', 'n').order).toEqual(['lambda_u[l], C[l], lambda_w[l], M[l] for l = 1 … n', 'B']);
    expect(of('mixed', 'n').order).toEqual([
      'lambda_u[l], C[l] for l = 1 … n',
      'lambda_h, F, g',
      'lambda_w[l], M[l] for l = 1 … n',
      'A, W',
    ]);
    expect(of('zigzag', 2).order).toEqual([
      'lambda_u[1], C[1]',
      'lambda_w[1], M[1]',
      'lambda_u[2], C[2]',
      'lambda_w[2], M[2]',
      'B',
    ]);
  });
});

/** Slopes of any sign; nothing needs to be definite for the equations to hold. */
function numbersFor(network: HandNetwork, seed: number): Numbers {
  const random = generator(seed);
  const draw = (rows: number, columns: number): Matrix =>
    new Matrix(Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal())));
  const weights = new Map<string, Matrix>();
  const layers = new Map<string, { m: number; L: number; lambda: number[] }>();
  for (const { signal, reads } of [...network.layers, { signal: 'y', reads: network.output }]) {
    for (const { weight, signal: from, diagonal } of reads) {
      const [rows, columns] = [network.width(signal), network.width(from)];
      if (weight !== null)
        weights.set(
          weight,
          diagonal === true ? Matrix.diag(Array.from({ length: rows }, () => random.normal())) : draw(rows, columns),
        );
    }
    const m = random.normal();
    if (signal !== 'y')
      layers.set(signal, {
        m,
        L: m + Math.abs(random.normal()),
        lambda: Array.from({ length: network.width(signal) }, () => 0.5 + Math.abs(random.normal())),
      });
  }
  return { weights, layers, lipschitz: 1.5 };
}

type Known = ReadonlyMap<string, Meaning>;
const transposed = (a: Meaning): Meaning =>
  typeof a === 'number' ? a : new Matrix(a.map((row) => [...row])).transpose().to2DArray();
const inverted = (a: Meaning | undefined): Meaning =>
  a === undefined || typeof a === 'number'
    ? expect.unreachable('no matrix')
    : inverse(new Matrix(a.map((row) => [...row]))).to2DArray();
const covarianceName = /K\[((?:[^[\],]|\[[^\]]*\])+), ((?:[^[\],]|\[[^\]]*\])+)\]/g;

/**
 * The number behind a printed formula. The reader of formulas knows no names of two signals and no inverses: both get
 * names of their own.
 */
function read(text: string, known: Known, identity: number): Meaning {
  const own = new Map(known);
  own.set('I', Matrix.eye(identity).to2DArray());
  const plain = text
    .replace(covarianceName, (all, a: string, b: string) => {
      const value = known.get(all) ?? transposed(known.get(`K[${b}, ${a}]`) ?? expect.unreachable(`${all} in ${text}`));
      const name = `between${own.size}`;
      own.set(name, value);
      return name;
    })
    .replace(/([\p{L}_]+(?:\[\d+\])?)⁻¹/gu, (_all, name: string) => {
      own.set(`inverse${own.size}`, inverted(known.get(name)));
      return `inverse${own.size - 1}`;
    });
  return meaningOf(plain, own);
}

const asRows = (a: Meaning): number[][] => (typeof a === 'number' ? [[a]] : a.map((row) => [...row]));
const scaleOf = (a: readonly (readonly number[])[]): number => Math.max(1e-300, ...a.flat().map(Math.abs));

function expectClose(found: Meaning, expected: readonly (readonly number[])[], what: string): void {
  const rows = asRows(found);
  expect([rows.length, rows[0]?.length], what).toEqual([expected.length, expected[0]?.length]);
  const gap = Math.max(
    ...rows.flatMap((row, i) => row.map((entry, j) => Math.abs(entry - (expected[i]?.[j] ?? Number.NaN)))),
  );
  expect(gap / scaleOf(expected), what).toBeLessThan(1e-7);
}

/**
 * Carries the printed definitions out, layer by layer, and compares every value with the inverse of the form itself.
 */
function carryOut(
  name: string,
  n: number,
  seed: number,
  definitionsOf: (signal: string, before: readonly string[]) => readonly DefinitionEntry[],
  output: string,
): void {
  const network = handOf(name, n);
  const numbers = numbersFor(network, seed);
  const oracle = new Covariances(network, numbers);
  const known = new Map<string, Meaning>([['𝓛', numbers.lipschitz]]);
  for (const [weight, value] of numbers.weights) known.set(weight, value.to2DArray());
  for (const { signal, suffix } of network.layers) {
    const { m, L, lambda } = numbers.layers.get(signal) ?? expect.unreachable(signal);
    known
      .set(`m${suffix}`, m)
      .set(`s${suffix}`, L - m)
      .set(`Λ${suffix}`, Matrix.diag([...lambda]).to2DArray());
  }
  const compare = (symbol: string, value: Meaning, at: number, signal: string, update: boolean): void => {
    const [, a = '', b = ''] = new RegExp(covarianceName.source).exec(symbol) ?? [];
    const isDrive = (label: string): boolean => /^v(?:_|\[|$)/.test(label);
    const mapOf = (label: string): Matrix => (isDrive(label) ? oracle.drive(signal) : oracle.map(label));
    if (a === '') {
      if (/^[D𝓓]/u.test(symbol)) expectClose(value, oracle.pivot(at), symbol);
      return;
    }
    // v is about the layers before; w and what the layer changes are about it too.
    expectClose(
      value,
      oracle.between(mapOf(a), mapOf(b), isDrive(b) ? at : at + 1),
      `${symbol}${update ? ' updated' : ''}`,
    );
  };
  const before: string[] = ['x'];
  const carry = (signal: string, at: number): void => {
    for (const { symbol, expression, update } of definitionsOf(signal, before)) {
      expect(known.has(symbol), symbol).toBe(update);
      const value = read(expression, known, network.width(signal));
      known.set(symbol, value);
      compare(symbol, value, at, signal, update);
    }
  };
  carry('x', -1);
  network.layers.forEach(({ signal }, at) => {
    carry(signal, at);
    before.push(signal);
  });
  const map = oracle.output(network.width('y'));
  expectClose(read(output, known, network.width('y')), oracle.between(map, map, network.layers.length), 'the output');
}

const outputOf = ({ constraints }: DerivationReport): string =>
  constraints.find(({ kind }) => kind === 'output-bound')?.expression.replace(/ ≼ I$/, '') ?? '';
const numbersIn = (text: string, l: number | null, n: number, aliases: Readonly<Record<string, string>>): string =>
  text
    .replace(
      /\[([ln])([+-]\d+)?\]/g,
      (_all, letter: string, by: string | undefined) =>
        `[${(letter === 'n' ? n : (l ?? Number.NaN)) + Number(by ?? 0)}]`,
    )
    .replace(/\b[a-z]\[0\]/g, (name) => aliases[name] ?? name);

describe.each(Object.keys(handCases))('the printed definitions of %s', (name) => {
  it.each([1, 2, 3])('give the covariances at depth %i', (n) => {
    const printed = of(name, n);
    for (const seed of [1, 2])
      carryOut(
        name,
        n,
        seed,
        (signal) => printed.definitions.filter((each) => each.signal === signal),
        outputOf(printed),
      );
  });

  it.each([2, 3])('of symbolic depth give them too, with every signal for i and j, at depth %i', (n) => {
    const printed = of(name, 'n');
    if ((printed.validFrom ?? 1) > n) return;
    const { aliases } = handCases[name] ?? expect.unreachable(name);
    const inRange = (range: string | undefined, l: number): boolean => {
      const [from = '', to = ''] = (range ?? '').split(' <= l <= ');
      const end = (text: string): number => (text.startsWith('n') ? n + Number(text.slice(1) || 0) : Number(text));
      return l >= end(from) && l <= end(to);
    };
    const definitionsOf = (signal: string, before: readonly string[]): readonly DefinitionEntry[] => {
      const l = Number(/\[(\d+)\]/.exec(signal)?.[1] ?? Number.NaN);
      const own = printed.definitions.filter((each) =>
        each.range === undefined
          ? numbersIn(each.signal, null, n, {}) === signal
          : inRange(each.range, l) && numbersIn(each.signal, l, n, {}) === signal,
      );
      return own.flatMap((each) => {
        const put = (text: string, i: string, j: string): string =>
          numbersIn(text, Number.isNaN(l) ? null : l, n, aliases)
            .replace(/K\[i, j\]/g, `K[${i}, ${j}]`)
            .replace(/K\[i, /g, `K[${i}, `)
            .replace(/K\[j, /g, `K[${j}, `);
        const pairs = before.flatMap((i, at) => before.slice(at).map((j) => [i, j] as const));
        const letters =
          each.symbol === 'K[i, j]'
            ? pairs
            : each.symbol.startsWith('K[j, ')
              ? before.map((j) => ['', j] as const)
              : [['', ''] as const];
        return letters.map(([i, j]) => ({
          ...each,
          symbol: put(each.symbol, i, j),
          expression: put(each.expression, i, j),
        }));
      });
    };
    carryOut(name, n, 3, definitionsOf, numbersIn(outputOf(printed), null, n, aliases));
  });
});

describe('the parameterization', () => {
  const entries = (
    multipliers: MultiplierChoice,
    contraction: ContractionChoice,
    name = 'residual',
  ): readonly string[] => of(name, 1, multipliers, contraction).parameterization.map(({ expression }) => expression);

  it("starts from the start of the recursion and ends in the output's weights", () => {
    const { parameterization, definitions } = of('residual', 2);
    expect(parameterization[0]?.expression).toBe(`${definitions[0]?.symbol} := ${definitions[0]?.expression}`);
    const written = parameterization.map(({ expression }) => expression.split(' := ')[0]);
    for (const weight of ['C[1]', 'C[2]', 'A', 'B', 'λ[1]', 'λ[2]']) expect(written).toContain(weight);
    expect(written.lastIndexOf('C[1]')).toBeLessThan(written.indexOf('D[1]'));
    expect(written.lastIndexOf('C[1]')).toBeLessThan(written.lastIndexOf('C[2]'));
    expect(written.lastIndexOf('C[2]')).toBeLessThan(written.lastIndexOf('B'));
  });

  it.each([
    ['cholesky', /:= I \+ Z\[1\] Z\[1\]ᵀ$/],
    ['aol', /^U\[1\] := Z\[1\] f\[/],
    ['cayley', /^U\[1\] := Cayley transform of Z\[1\]$/],
    ['spectral', /:= bound of the largest singular value of Z\[1\]$/],
  ] as const)('shows the %s contraction', (contraction, line) => {
    expect(entries('free', contraction).some((entry) => line.test(entry))).toBe(true);
    // With dominance only the output has a contraction.
    expect(entries('dominance', contraction).some((entry) => line.test(entry))).toBe(false);
  });

  it('has a rule and a formula for every entry', () => {
    for (const multipliers of multiplierChoices) {
      for (const contraction of contractionChoices) {
        const { parameterization, assumptions } = of('mixed', 2, multipliers, contraction);
        const rules = new Set(assumptions.map(({ rule }) => rule));
        for (const { rule, latex, expression } of parameterization) {
          expect(rules, expression).toContain(rule);
          expect(latex).not.toBe('');
        }
      }
    }
  });
});

describe('symbols', () => {
  /** Without what stands in brackets after a name: indices, signals, parts. */
  const bare = (text: string): string => {
    const less = text.replace(/(?<=[\p{L}\d_])\[[^[\]]*\]/gu, '');
    return less === text ? less.replace(/(?<=\b[RV](?:_[a-z]+)?)\([^()]*\)/g, '') : bare(less);
  };
  /** The names in a formula, without families. */
  const basesIn = (text: string): readonly string[] =>
    [...bare(text).matchAll(/[A-Za-zΑ-Ωα-ω𝓛\u{1d4d0}-\u{1d537}]+(?:_[a-z]+)*/gu)].map(([name]) =>
      name.replace(/_[uwhy]$/, ''),
    );
  const words = new Set(['I', 'max', 'min', 'exp', 'diag', 'offdiag', 'e']);
  const authors: Readonly<Record<string, readonly string[]>> = {
    residual: ['A', 'B', 'C'],
    mixed: ['A', 'C', 'F', 'M', 'W', 'g'],
    'dense-skip': ['A', 'B', 'C', 'D'],
    linear: ['W'],
  };

  it.each(
    Object.keys(authors).flatMap((name) =>
      (['n', 2] as const).flatMap((depth) =>
        contractionChoices.map((contraction) => [name, depth, contraction] as const),
      ),
    ),
  )('of %s at depth %s with %s are all explained, and no others', (name, depth, contraction) => {
    for (const multipliers of multiplierChoices) {
      const { definitions, parameterization, constraints, symbols } = of(name, depth, multipliers, contraction);
      const formulas = definitions
        .flatMap(({ symbol, expression }) => [symbol, expression])
        .concat(
          parameterization
            .filter(({ kind }) => kind === 'define' || kind === 'matrix')
            .map(({ expression }) => expression.split(' := ')[1] ?? ''),
        );
      const used = new Set(
        formulas.flatMap(basesIn).filter((base) => !words.has(base) && !(authors[name] ?? []).includes(base)),
      );
      const told = symbols.flatMap(({ symbol, meaning }) => [
        ...basesIn(symbol),
        ...[...meaning.matchAll(/([LΛλ])(?:_\w+)?(?:\[\w+\])? is /gu)].map(([, base = '']) => base),
      ]);
      expect([...used].filter((base) => !told.includes(base))).toEqual([]);
      // Those of the recursion occur; S, P and m, L belong to the LMI, N to the explanation of K.
      const all = JSON.stringify([definitions, parameterization, constraints]);
      for (const { symbol } of symbols.filter(
        (entry) => !/^[MSPmLNΛ𝓛𝓜𝓝≻|]|\(a, b\)|^v/u.test(entry.symbol) && entry.symbol !== 'K[i, j]',
      )) {
        const plain = symbol
          .replace('Θ', 'Theta')
          .replace('β', 'beta')
          .replace('ψ', 'psi')
          .replace('ρ', 'rho')
          .replace('σ', 'sigma')
          .replace('μ', 'mu');
        expect(all.includes(symbol) || all.includes(plain), symbol).toBe(true);
      }
      expect(new Set(symbols.map(({ symbol }) => symbol)).size).toBe(symbols.length);
      expect(symbols.filter(({ meaning }) => /undefined|null|_phi_/.test(meaning))).toEqual([]);
    }
  });
});

describe('strategies by rows', () => {
  it.each(strategies.filter(({ kind }) => kind === 'rows').map(({ name }) => name))('%s have no recursion', (name) => {
    const derivation = derive(loadArchitecture('residual'), { depth: 2, strategy: name });
    expect(report(derivation)).toMatchObject({ definitions: [], parameterization: [], variant: null });
    for (const text of [reportText(derivation), reportMarkdown(derivation), reportLatex(derivation)])
      expect(text).not.toMatch(/Covariance recursion|Parameterization/);
  });
});

/**
 * A second script of one kind on one base, which TeX refuses. Groups, arguments and \left … \right count as one base.
 */
function doubleScript(latex: string): string | null {
  let rest = latex.replace(/\\[{}_$%&#]/g, 'x');
  // From the inside out: groups without braces in them are checked and become one sign.
  const bad = /(?:^|[^\\])((?:\\[a-zA-Z]+|[^\\^_\s{}])((?:[_^](?:\\[a-zA-Z]+|.))+))/gs;
  const check = (flat: string): boolean =>
    [...flat.matchAll(bad)].some(([, , scripts = '']) => {
      const marks = [...scripts.matchAll(/[_^](?=\\|.)/g)].map(([mark]) => mark);
      return marks.length !== new Set(marks).size;
    });
  for (let last = ''; last !== rest;) {
    last = rest;
    rest = rest.replace(
      /(\\(?:mathrm|mathcal|mathbf|operatorname|tilde|sqrt|frac|begin|end))?((?:\{[^{}]*\})+)/g,
      (all, _command: string | undefined, groups: string) =>
        groups.slice(1, -1).split('}{').some(check)
          ? '!!'
          : all.startsWith('\\')
            ? 'z'
            : '•'.repeat(groups.split('}{').length),
    );
  }
  return rest.includes('!!') || check(rest) ? latex : null;
}

describe('the formats', () => {
  it('finds double scripts', () => {
    for (const wrong of ['G^{u}_{1}^{\\top}', 'R_{1}_{(a,\\,b)}', '\\frac{a}{x_1_2}', 'D^{\\mathrm{phi}}^{-1}'])
      expect(doubleScript(wrong)).toBe(wrong);
    for (const right of [
      '{G^{u}_{1}}^{\\top}',
      'K_{x,\\,w_{1}}^{\\top}',
      '\\left(s^{u}_{1}\\right)^{2} \\Lambda^{u}_{1}',
      '\\mathrm{v\\_u}_{1}',
    ])
      expect(doubleScript(right)).toBeNull();
  });

  it.each(
    [...Object.keys(handCases), 'linear', 'ladder', 'awkward'].flatMap((name) =>
      (['n', 2] as const).map((depth) => [name, depth] as const),
    ),
  )('of %s at depth %s show the recursion, and LaTeX has single scripts', (name, depth) => {
    for (const multipliers of multiplierChoices) {
      const entry = of(name, depth, multipliers, 'spectral');
      const [text, markdown, latex] = [reportText(entry), reportMarkdown(entry), reportLatex(entry)];
      for (const shown of [text, markdown, latex]) {
        expect(shown).toMatch(/Covariance recursion/);
        expect(shown).not.toMatch(/Gershgorin rows/);
        expect(/Parameterization/.test(shown)).toBe(depth !== 'n');
        expect(shown).toContain(`pivot (${multipliers} multipliers, spectral contraction)`);
      }
      expect(text.indexOf('\nCovariance recursion\n')).toBeLessThan(text.indexOf('\nConstraints\n'));
      const flat = text.replace(/\s+/g, ' ');
      for (const { symbol, update, expression } of entry.definitions)
        expect(flat).toContain(`${symbol} ${update ? '←' : ':='} ${expression}`);
      for (const formula of [
        ...entry.definitions.flatMap((each) => [each.symbolLatex, each.latex]),
        ...entry.parameterization.map((each) => each.latex),
        ...entry.constraints.map((each) => each.latex),
        ...entry.symbols.map((each) => each.latex),
      ])
        expect(doubleScript(formula)).toBeNull();
      expect(JSON.parse(JSON.stringify(entry))).toEqual(entry);
    }
  });

  it('keeps names of two signals in one piece', () => {
    const text = reportText(of('mixed', 2), { width: 60 });
    expect(text).not.toMatch(/K\[[^\]\n]*(?:\[\d\])?,\n/);
  });
});
