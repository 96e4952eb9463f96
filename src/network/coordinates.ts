import type { LoweredNetwork } from '../model/lowered-network.js';

type Place = LoweredNetwork['signals'][number];

/** The signals that M has rows for, in its order: affine signals are sums of others, which are substituted. */
export function coordinates({ signals, affine }: Pick<LoweredNetwork, 'signals' | 'affine'>): readonly Place[] {
  const sums = new Set(affine.map(({ signal }) => signal));
  return signals.filter((_signal, at) => !sums.has(at));
}
