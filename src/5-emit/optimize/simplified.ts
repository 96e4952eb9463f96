import { reading } from './body.js';
import type { Rewriting } from './body.js';
import { simplified } from './trees.js';

/** # Scalars in fewer operations: see `simplified`. */
export const simplifiedTrees: Rewriting = (operation) => {
  const flag = { changed: false };
  const tree = (given: Parameters<typeof simplified>[0]): ReturnType<typeof simplified> => {
    const less = simplified(given);
    if (JSON.stringify(less) === JSON.stringify(given)) return given;
    flag.changed = true;
    return less;
  };
  const other = reading(operation, { tree });
  return flag.changed ? [other] : null;
};
