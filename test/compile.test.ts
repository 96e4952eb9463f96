import { describe, expect, it } from 'vitest';
import { derive, deriveBlocks } from '../src/index.js';
import { composed } from './block-architectures.js';

describe('a composition', () => {
  it.each(composed().map((architecture) => [architecture.name, architecture] as const))(
    '%s has no LMI of its own: derive is LW405 and says what derives its blocks',
    (name, architecture) => {
      expect(() => derive(architecture, { depth: 2 })).toThrow(
        expect.objectContaining({
          code: 'LW405',
          diagnostic: expect.objectContaining({
            found: `${name}, a ${architecture.composition ?? ''} of ${architecture.blocks.size} blocks`,
            expected: 'equations; deriveBlocks derives each block',
          }),
        }),
      );
      expect(deriveBlocks(architecture, { depth: 2 })).toHaveLength(architecture.blocks.size);
    },
  );
});
