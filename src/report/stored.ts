import type { Naming } from '../expr/naming.js';
import { defaultNaming } from '../expr/naming.js';
import type { SymbolNode } from '../expr/node.js';
import { plainName, storedName } from '../expr/print.js';

/**
 * What files call a free parameter or multiplier, where an author's name has moved its letter; files know no tildes.
 */
export function inFiles(node: SymbolNode, naming: Naming): string {
  // Results have a table of multipliers, whose names nothing else can take.
  const plain = {
    ...naming,
    mark: '',
    stored: { ...naming.stored, 'multiplier-vector': defaultNaming['multiplier-vector'] },
  };
  const stored = storedName(node, plain);
  return stored === plainName(node, plain) ? '' : `, ${stored} in files`;
}
