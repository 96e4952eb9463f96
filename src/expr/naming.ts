import type { NamedRole, SymbolKind } from './node.js';

/**
 * The letters of a derivation. Authors name their weights, signals and biases as they like and keep those names; the
 * derivation's own letters step aside. Which letter takes the place of which is a list, so that one architecture is
 * always printed with the same letters.
 */

/** Free parameters that stand in files and in compiled modules under the derivation's names. */
type StoredRole = 'multiplier-vector' | 'scale-vector';

export type Naming = Readonly<Record<NamedRole, string>> & {
  /** What the rules of the derivation declare. */
  readonly declared: readonly SymbolKind[];
  /** The letters of these kinds, by role. */
  readonly kinds: ReadonlyMap<string, string>;
  /** Stands over weights and multipliers where they are meant in scaled coordinates: `tilde`, or nothing. */
  readonly mark?: string;
  /** What files call free parameters; other than the letters, these names are an interface and never move to others. */
  readonly stored: Readonly<Record<StoredRole, string>> & { readonly kinds: ReadonlyMap<string, string> };
};

/** The letter of a kind of symbol. */
export const letterOf = (naming: Naming, { role, letters }: SymbolKind): string => naming.kinds.get(role) ?? letters[0];

/** Combining marks: no author's name, made of letters, digits and `_`, ever ends with one. */
export const tilde = '\u0303';
export const hat = '\u0302';

/** How names that are words are shown to people; `lambda` and `λ` therefore count as one name. */
const greek: ReadonlyMap<string, string> = new Map([
  ['Lip', '𝓛'],
  ...Object.entries({
    alpha: 'α',
    beta: 'β',
    gamma: 'γ',
    delta: 'δ',
    epsilon: 'ε',
    zeta: 'ζ',
    eta: 'η',
    theta: 'θ',
    kappa: 'κ',
    lambda: 'λ',
    mu: 'μ',
    nu: 'ν',
    xi: 'ξ',
    pi: 'π',
    rho: 'ρ',
    sigma: 'σ',
    tau: 'τ',
    chi: 'χ',
    psi: 'ψ',
    omega: 'ω',
    Gamma: 'Γ',
    Lambda: 'Λ',
    Omega: 'Ω',
    Theta: 'Θ',
    Pi: 'Π',
    Xi: 'Ξ',
  }),
]);

export const isGreek = (word: string): boolean => greek.has(word);

/** `A` and the Greek capital alpha look the same. */
const lookalikes: ReadonlyMap<string, string> = new Map(
  Array.from('ΑΒΕΖΗΙΚΜΝΟΡΤΧο', (letter, at) => [letter, 'ABEZHIKMNOPTXo'.charAt(at)]),
);
export const latinLookalike = (letter: string): string | undefined => lookalikes.get(letter);

/** `lambda_u` → `λ_u` */
export function inGreek(name: string): string {
  const [first = name, ...rest] = name.split('_');
  const [, base = first, marks = ''] = /^(.*?)(\p{M}*)$/u.exec(first) ?? [];
  return [`${greek.get(base) ?? base}${marks}`, ...rest].join('_');
}

/**
 * Script capitals and Fraktur small letters, which no author's name is made of, by the letters that they stand in for.
 */
const plainOf = (letter: string, first: number, a: string): string | null => {
  const at = (letter.codePointAt(0) ?? 0) - first;
  return at >= 0 && at < 26 ? String.fromCodePoint((a.codePointAt(0) ?? 0) + at) : null;
};
const script = 0x1d4d0;
const fraktur = 0x1d51e;
export const scriptOf = (letter: string): string | null => plainOf(letter, script, 'A');
export const frakturOf = (letter: string): string | null => plainOf(letter, fraktur, 'a');
function styled(letter: string): string {
  const isCapital = letter === letter.toUpperCase();
  return String.fromCodePoint((isCapital ? script : fraktur) + (letter.codePointAt(0) ?? 0) - (isCapital ? 65 : 97));
}

/** Letters that are chosen together: Λ and λ = diag Λ stay a pair. */
interface Choice {
  readonly roles: readonly string[];
  readonly sets: readonly (readonly string[])[];
}

const pairs: readonly Choice[] = [
  {
    roles: ['multiplier', 'multiplier-vector'],
    sets: [
      ['Lambda', 'lambda'],
      ['Gamma', 'gamma'],
      ['Omega', 'omega'],
      ['Xi', 'xi'],
    ],
  },
  {
    roles: ['scale', 'scale-vector'],
    sets: [
      ['T', 't'],
      ['𝓣', 'tau'],
    ],
  },
];

/** The field's letters, the first that is free; after these the first one in script, in Fraktur or with a hat. */
const singles: Readonly<
  Record<Exclude<NamedRole, 'multiplier' | 'multiplier-vector' | 'scale' | 'scale-vector'>, readonly string[]>
> = {
  'slope-sum': ['S'],
  'slope-product': ['P'],
  'slope-lower': ['m'],
  'slope-upper': ['L', 'alpha'],
  lipschitz: ['Lip'],
  roundoff: ['u'],
  cap: ['kappa', 'chi'],
  'pre-activation': ['v'],
  lmi: ['M'],
  form: ['N'],
  first: ['i'],
  second: ['j'],
  index: ['l', 'k'],
  identity: ['I', 'Id'],
};

const choicesOf = (kinds: readonly SymbolKind[]): readonly Choice[] => [
  ...pairs,
  ...[...Object.entries(singles), ...kinds.map(({ role, letters }) => [role, letters] as const)].map(
    ([role, names]): Choice => ({ roles: [role], sets: names.map((name) => [name]) }),
  ),
];

const ordinary = /^[A-Za-z]$/;
const lastResorts = (set: readonly string[]): readonly (readonly string[])[] => [
  ...(set.every((name) => ordinary.test(name)) ? [set.map(styled)] : []),
  set.map((name) => `${name}${hat}`),
];

/** What free parameters have always been called in files. */
const storedNames: Readonly<Record<StoredRole, readonly string[]>> = {
  'multiplier-vector': ['lambda', 'lambda_phi', 'lambda_'],
  'scale-vector': ['t', 't_phi', 't_'],
};

/** Chooses the derivation's names, and those of the kinds of symbols, away from the author's and from one another. */
export function namingAwayFrom(authors: ReadonlySet<string>, kinds: readonly SymbolKind[] = []): Naming {
  const choices = choicesOf(kinds);
  const taken = new Set(
    [...authors].flatMap((name) => [name, name.replace(/^./u, (letter) => lookalikes.get(letter) ?? letter)]),
  );
  // Families are told apart by suffixes, so a name of the author's may not begin like that either.
  const isTaken = (name: string): boolean =>
    [name, inGreek(name)].some((form) => [...taken].some((other) => other === form || other.startsWith(`${form}_`)));
  const wanted = new Set(choices.flatMap(({ sets: [first = []] }) => first.map(inGreek)));
  const used = new Set<string>();
  const entries = choices.flatMap(({ roles, sets }) => {
    const [first = []] = sets;
    const isFree = (name: string, set: readonly string[]): boolean =>
      !used.has(inGreek(name)) && !isTaken(name) && (set === first || !wanted.has(inGreek(name)));
    const all = [...sets, ...lastResorts(first)];
    const set =
      all.find((candidate) => candidate.every((name) => isFree(name, candidate))) ?? all[all.length - 1] ?? [];
    set.forEach((name) => used.add(inGreek(name)));
    return roles.map((role, at): [string, string] => [role, set[at] ?? role]);
  });
  const storedFrom = (
    names: readonly (readonly [string, readonly string[]])[],
  ): readonly (readonly [string, string])[] =>
    names.map(([role, candidates]) => [role, storedName(candidates, isTaken)]);
  const isDeclared = new Set(kinds.map(({ role }) => role));
  return {
    ...(Object.fromEntries(entries.filter(([role]) => !isDeclared.has(role))) as Record<NamedRole, string>),
    declared: kinds,
    kinds: new Map(entries.filter(([role]) => isDeclared.has(role))),
    stored: {
      ...(Object.fromEntries(storedFrom(Object.entries(storedNames))) as Record<StoredRole, string>),
      kinds: new Map(
        storedFrom(kinds.flatMap(({ role, stored }) => (stored === undefined ? [] : [[role, stored] as const]))),
      ),
    },
  };
}

function storedName(names: readonly string[], isTaken: (name: string) => boolean): string {
  const found = names.find((name) => !isTaken(name));
  if (found !== undefined) return found;
  let name = names[names.length - 1] ?? '_';
  while (isTaken(name)) name += '_';
  return name;
}

export const defaultNaming: Naming = namingAwayFrom(new Set());

const baseRoles = [...pairs.flatMap(({ roles }) => roles), ...Object.keys(singles)] as readonly NamedRole[];

/** All letters of a derivation, each with the one that it has where nobody's name is in its way. */
const lettersOf = (naming: Naming): readonly (readonly [string, string])[] => [
  ...baseRoles.map((role) => [defaultNaming[role], naming[role]] as const),
  ...naming.declared.map((kind) => [kind.letters[0], letterOf(naming, kind)] as const),
];

/** The derivation's names that are words in tables and letters in formulas: `lambda` → `λ`. */
export const greekNames = (naming: Naming): ReadonlyMap<string, string> => {
  const names = lettersOf(naming)
    .map(([, name]) => name)
    .filter((name) => inGreek(name) !== name);
  const marked = withMark(naming['multiplier-vector'], naming.mark ?? '');
  return new Map([...names, marked].map((name) => [name, inGreek(name)]));
};

/**
 * What the derivation calls otherwise than it would if the author's names allowed it: preferred name → the one used.
 */
export const replaced = (naming: Naming): ReadonlyMap<string, string> =>
  new Map(lettersOf(naming).filter(([preferred, used]) => preferred !== used));

/** The tilde over the first part of a derived name, `lambda_phi` → `lambda\u0303_phi`. */
export const withMark = (name: string, mark: string): string =>
  mark === '' ? name : name.replace(/^[^_]*/, (base) => `${base}${mark}`);
