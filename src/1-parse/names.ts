/** Which names have a meaning of their own in an architecture file; base/symbol.ts tells what a name may be at all. */

/** Architectures: the name is also a file stem and part of a generated identifier, hence ASCII. */
export const architecturePattern = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;

/** How an activation that is left open may be written; all three are one name. */
export const activationNames: ReadonlySet<string> = new Set(['phi', 'φ', 'ϕ']);

/** The name under which an activation is kept: every φ is `phi`. */
export const activationKey = (name: string): string => (activationNames.has(name) ? 'phi' : name);

/** Names with a fixed meaning, which no weight or bias may take; loop letters are added per file. */
const fixedNames: ReadonlySet<string> = new Set(['n', 'x', 'y', ...activationNames]);

/** Whether a word has a fixed meaning (`n`, `x`, `y`, `phi`). */
export function isFixedName(word: string): boolean {
  return fixedNames.has(word);
}
