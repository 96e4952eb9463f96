import { basename } from 'node:path';
import { describe, expect, it } from 'vitest';
import { firstDifference, goldens } from './golden.js';

describe('what people read', () => {
  it.each(goldens.map((golden) => [basename(golden.file), golden] as const))('%s', (_file, golden) => {
    const difference = firstDifference(golden);
    if (difference !== null) expect.fail(difference);
  });

  it('is compared line by line', () => {
    const [golden] = goldens;
    if (golden === undefined) expect.fail('no goldens');
    const changed = { ...golden, text: () => golden.text().replace('\n', '\nanother line\n') };
    expect(firstDifference(changed)).toContain(`${golden.file}:2\n`);
    expect(firstDifference(changed)).toContain('\n+ another line\n');
    expect(firstDifference({ ...golden, text: () => `${golden.text()}more` })).not.toBeNull();
  });
});
