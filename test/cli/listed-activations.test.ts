import { describe, expect, it } from 'vitest';
import { shippedActivationSlopes, shippedActivations } from '../../src/base/shipped.js';
import { listedActivations, listedActivationsText } from '../../src/cli/listed-activations.js';

describe('the slopes that list prints', () => {
  it('are those that are computed from the library', async () => {
    expect(shippedActivationSlopes()).toBe(await listedActivationsText());
  });

  it('are computed where the library is another one', async () => {
    const forged = JSON.stringify({ ...(JSON.parse(shippedActivationSlopes()) as object), activations: [] });
    const [as, changed] = await Promise.all(
      [shippedActivations(), `${shippedActivations()}# another\n`].map((library) =>
        listedActivations({ library: () => library, slopes: () => forged }),
      ),
    );
    expect(as).toEqual([]);
    expect(changed).toEqual((JSON.parse(shippedActivationSlopes()) as { readonly activations: unknown }).activations);
  });
});
