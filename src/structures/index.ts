import type { SymbolNode } from '../expr/node.js';
import { dense } from './dense.js';
import { diagonal } from './diagonal.js';
import { identity } from './identity.js';
import type { Entries, Structure as Like } from './structure.js';
import { toeplitz } from './toeplitz.js';

export { factorOf } from './factor.js';
export type { Along, Count, Entries } from './structure.js';

/** All structures; the first is that of weights of which the file says nothing. */
export const structures = [dense, diagonal, identity, toeplitz] as const;

export type StructureName = (typeof structures)[number]['name'];

export const ordinary: StructureName = dense.name;

export type Structure = Like<StructureName>;

const byName: ReadonlyMap<string, Structure> = new Map(structures.map((structure) => [structure.name, structure]));

/** @throws Error for a name that no structure has: files are checked before */
export function structureNamed(name: string): Structure {
  const found = byName.get(name);
  if (found === undefined) throw new Error(`no structure is called ${name}`);
  return found;
}

/** Where the entries of a weight stand in a vector that they share; null of every other symbol. */
export function sharedEntries(symbol: SymbolNode): Extract<Entries, { kind: 'shared' }> | null {
  const entries = symbol.role === 'weight' ? structureOf(symbol).entries : null;
  return entries?.kind === 'shared' ? entries : null;
}

/** The structure of a weight's symbol. One that was made without is told by its facts. */
export const structureOf = ({ structure, diagonal: isDiagonal }: SymbolNode): Structure =>
  structure === null ? (isDiagonal ? diagonal : dense) : structureNamed(structure);
