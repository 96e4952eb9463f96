import { expect, it } from 'vitest';

it('lipwright/property has the two properties and what they throw, and nothing of what is behind them', async () => {
  expect(Object.keys(await import('../../src/property.js')).sort()).toEqual([
    'CounterexampleError',
    'lipschitzBounded',
    'negativeSemidefinite',
  ]);
});
