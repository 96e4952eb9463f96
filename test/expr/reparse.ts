import type { Values } from './random-expression.js';

/**
 * Reads printed text back, by the conventions of a reader and nothing of ours: juxtaposition and · bind tightest and
 * are the matrix product (or scaling), then `∘` and `/` from left to right, entry by entry, then `+` and `−`. A lone
 * `1` to the right of a matrix is the vector of ones; a number beside a vector stands for all its entries. Throws on
 * what it cannot read.
 */
export type Meaning = number | Values;
export type Names = ReadonlyMap<string, Meaning>;

const token =
  /\s*(offdiag|diag|min|max|√|[A-Za-zα-ωΑ-Ω\u{1d4d0}-\u{1d537}][A-Za-z0-9_α-ωΑ-Ω]*(?:\[[^\]]*\])?|\d+(?:\.\d+)?(?:e[+-]?\d+)?|[()|∘·/+−,ᵀ]|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|\^\d+)/uy;

interface Token {
  readonly text: string;
  /** Stands a space before it? A bar after a space opens, one without a space closes. */
  readonly spaced: boolean;
}

function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.length) {
    const from = token.lastIndex;
    const match = token.exec(text);
    if (match?.[1] === undefined) throw new Error(`cannot read "${text.slice(from)}"`);
    found.push({ text: match[1], spaced: match[0].length > match[1].length });
  }
  return found;
}

const isNumber = (value: Meaning): value is number => typeof value === 'number';

function entrywise(a: Meaning, b: Meaning, f: (x: number, y: number) => number): Meaning {
  if (isNumber(a)) return isNumber(b) ? f(a, b) : b.map((row) => row.map((y) => f(a, y)));
  if (isNumber(b)) return a.map((row) => row.map((x) => f(x, b)));
  if (a.length !== b.length || a[0]?.length !== b[0]?.length) throw new Error('shapes differ');
  return a.map((row, i) => row.map((x, j) => f(x, b[i]?.[j] ?? Number.NaN)));
}

const each = (a: Meaning, f: (x: number) => number): Meaning => (isNumber(a) ? f(a) : a.map((row) => row.map(f)));

function times(a: Meaning, b: Meaning): Meaning {
  if (isNumber(a) || isNumber(b)) return entrywise(a, b, (x, y) => x * y);
  if (a[0]?.length !== b.length) throw new Error('shapes do not fit');
  return a.map((row) =>
    (b[0] ?? []).map((_y, j) => row.reduce((total, x, k) => total + x * (b[k]?.[j] ?? Number.NaN), 0)),
  );
}

export function meaningOf(text: string, names: Names): Meaning {
  const list = tokens(text);
  let at = 0;
  const peek = (): string | undefined => list[at]?.text;
  const next = (): string => {
    const found = list[at]?.text;
    if (found === undefined) throw new Error(`"${text}" ends too early`);
    at += 1;
    return found;
  };
  const expect = (wanted: string): void => {
    const found = next();
    if (found !== wanted) throw new Error(`"${wanted}" expected and "${found}" found in "${text}"`);
  };
  const bracketed = (): Meaning => {
    expect('(');
    const inside = sum();
    expect(')');
    return inside;
  };
  const call = (name: string): Meaning => {
    if (name === 'diag' || name === 'offdiag') {
      const body = bracketed();
      if (isNumber(body)) throw new Error('diag of a number');
      return name === 'diag'
        ? body.map((row, i) => [row[i] ?? Number.NaN])
        : body.map((row, i) => row.map((x, j) => (i === j ? 0 : x)));
    }
    expect('(');
    let all = sum();
    while (peek() === ',') {
      next();
      all = entrywise(all, sum(), name === 'min' ? Math.min : Math.max);
    }
    expect(')');
    return all;
  };
  const atom = (): Meaning => {
    const found = next();
    if (found === '(') {
      at -= 1;
      return bracketed();
    }
    if (found === '|') {
      const inside = sum();
      expect('|');
      return each(inside, Math.abs);
    }
    if (found === '√') return each(bracketed(), Math.sqrt);
    if (['diag', 'offdiag', 'min', 'max'].includes(found)) return call(found);
    if (/^\d/.test(found)) return Number(found);
    const known = names.get(found);
    if (known === undefined) throw new Error(`unknown "${found}" in "${text}"`);
    return known;
  };
  const factor = (): Meaning => {
    let body = atom();
    for (;;) {
      const mark = peek() ?? '';
      if (mark === 'ᵀ') {
        if (!isNumber(body)) {
          const turned = body;
          body = (turned[0] ?? []).map((_x, j) => turned.map((row) => row[j] ?? Number.NaN));
        }
      } else if (/^[⁻⁰¹²³⁴⁵⁶⁷⁸⁹^]/.test(mark)) {
        const exponent = mark.startsWith('^')
          ? Number(mark.slice(1))
          : Number([...mark].map((digit) => (digit === '⁻' ? '-' : '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit))).join(''));
        body = isNumber(body) ? body ** exponent : Array.from({ length: exponent - 1 }, () => body).reduce(times, body);
      } else return body;
      next();
    }
  };
  const starts = (): boolean => {
    const here = list[at];
    if (here === undefined) return false;
    if (here.text === '|') return here.spaced;
    return /^[(√\dA-Za-zα-ωΑ-Ω\u{1d4d0}-\u{1d537}]/u.test(here.text);
  };
  const chain = (): Meaning => {
    let all = factor();
    while (starts() || peek() === '·') {
      if (peek() === '·') next();
      // Nobody reads 2 0.5 as a product: TeX makes 20.5 of it.
      else if (/^\d/.test(peek() ?? '') && /^[\d⁰¹²³⁴⁵⁶⁷⁸⁹^]/.test(list[at - 1]?.text ?? ''))
        throw new Error(`two numbers side by side in "${text}"`);
      const ones = peek() === '1' && !isNumber(all) && (all[0]?.length ?? 1) > 1;
      const right = factor();
      all = ones && !isNumber(all) ? all.map((row) => [row.reduce((a, b) => a + b, 0)]) : times(all, right);
    }
    return all;
  };
  const entries = (): Meaning => {
    let all = chain();
    while (peek() === '∘' || peek() === '/') {
      const divide = next() === '/';
      all = entrywise(all, chain(), (x, y) => (divide ? x / y : x * y));
    }
    return all;
  };
  const sum = (): Meaning => {
    const negative = peek() === '−';
    if (negative) next();
    let all = each(entries(), (x) => (negative ? -x : x));
    while (peek() === '+' || peek() === '−') {
      const minus = next() === '−';
      all = entrywise(all, entries(), (x, y) => (minus ? x - y : x + y));
    }
    return all;
  };
  const whole = sum();
  if (at < list.length) throw new Error(`"${peek() ?? ''}" left over in "${text}"`);
  return whole;
}
