import type { Index } from '../base/label.js';
import type { Architecture } from './architecture.js';

/**
 * Do the equations, or those of a block, mean another network at another depth? Where n stands nowhere every depth is
 * the same one.
 */
export function dependsOnDepth({ equations, blocks }: Architecture): boolean {
  const atDepth = (index: Index | null | undefined): boolean => index?.base === 'depth';
  return (
    equations.some(({ target, range, terms, biases }) =>
      [
        target.index,
        range?.from,
        range?.to,
        ...terms.flatMap(({ weight, signal }) => [weight?.index, signal.index]),
        ...biases.map(({ bias }) => bias.index),
      ].some(atDepth),
    ) || [...blocks.values()].some((block) => block.depth === null && dependsOnDepth(block.architecture))
  );
}
