import type { Naming } from '../expr/naming.js';
import { defaultNaming } from '../expr/naming.js';
import type { SymbolNode } from '../expr/node.js';
import { plainName, storedName } from '../expr/print.js';

/** What files call a free parameter or multiplier, where an author's name has moved its letter. */
export function inFiles(node: SymbolNode, naming: Naming): string {
  // Results have a table of multipliers, whose names nothing else can take.
  const stored = storedName(node, { ...naming, stored: { ...naming.stored, 'multiplier-vector': defaultNaming['multiplier-vector'] } });
  return stored === plainName(node, { ...naming, mark: '' }) ? '' : `, ${stored} in files`;
}
