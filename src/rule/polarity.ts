import { isNonnegative } from '../expr/facts.js';
import type { Expression } from '../expr/node.js';

/**
 * How an expression moves when one of its parts grows: a rule that only bounds from above may be used where the whole
 * grows with the part, and nowhere else. `-2 |X + Y| 1` must not become `-2 (|X| 1 + |Y| 1)`.
 */
export type Polarity = 'up' | 'down' | 'none';

const flip = (polarity: Polarity): Polarity => (polarity === 'up' ? 'down' : polarity === 'down' ? 'up' : 'none');

/** The polarity of `part` inside `node`, if the node itself has the given one. */
export function polarityOf(part: Expression, node: Expression, outer: Polarity): Polarity {
  switch (node.kind) {
    case 'sum':
    case 'range-sum':
    case 'min':
    case 'max':
    case 'transpose':
    case 'diag':
    case 'row-sums':
    case 'off-diagonal':
      return outer;
    case 'scale':
      if (part !== node.body || !node.scalars.every(isNonnegative)) return 'none';
      return node.coefficient >= 0 ? outer : flip(outer);
    case 'product':
    case 'hadamard':
      return node.items.every((item) => item === part || isNonnegative(item)) ? outer : 'none';
    default:
      return 'none';
  }
}
