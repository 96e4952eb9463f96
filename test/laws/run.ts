import { labelText } from '../../src/base/label.js';
import { scalarSymbol } from '../../src/expr/build.js';
import type { Environment } from '../../src/expr/evaluate.js';
import type { SymbolNode } from '../../src/expr/node.js';
import type { Naming } from '../../src/expr/naming.js';
import { defaultNaming } from '../../src/expr/naming.js';
import { plainName } from '../../src/expr/print.js';
import type { Network } from '../../src/model/network.js';
import type { Parameterization } from '../../src/model/parameterization.js';
import { matrix } from '../../src/numeric/matrix.js';
import { carryOut, storeEnvironment } from './carry-out.js';
import type { Store } from './carry-out.js';

/** Free values by the author's names, row major; a diagonal weight is its vector. */
export type Free = Readonly<Record<string, ArrayLike<number>>>;

export interface Setting {
  /** Widths of all signals, the output's included. */
  readonly widths: Readonly<Record<string, number>>;
  /** [m, L] of every hidden signal, in the order of the network's rows. */
  readonly slopes: readonly (readonly [number, number])[];
  readonly lipschitz: number;
}

export function weightsOfNetwork(network: Network): readonly SymbolNode[] {
  return [...network.rows.flatMap(({ layer }) => (layer === null ? [] : [layer])), network.output].flatMap((layer) =>
    layer.reads.flatMap(({ weight }) => (weight === null ? [] : [weight])),
  );
}

/**
 * What a parameterization means: its assignments carried out one after the other by `expr/evaluate`, from the free
 * values. Returns the store of all values and the environment that reads it. Throws `Infeasible` on an unmet demand.
 */
export function runReference(
  { network, assignments, free: others, stacks }: Parameterization,
  free: Free,
  { widths, slopes, lipschitz }: Setting,
  naming: Naming = defaultNaming,
): { readonly store: Store; readonly environment: Environment } {
  const store: Store = new Map();
  const width = (signal: string): number =>
    stacks?.get(signal)?.reduce((total, part) => total + width(labelText(part)), 0) ?? widths[signal] ?? Number.NaN;
  const scalars = new Map<string, number>();
  network.rows
    .flatMap(({ layer }) => (layer === null ? [] : [layer]))
    .forEach((layer, at) => {
      const [m, L] = slopes[at] ?? [Number.NaN, Number.NaN];
      scalars.set(layer.slopeSum.key, L + m);
      scalars.set(layer.slopeProduct.key, L * m);
      scalars.set(scalarSymbol('slope-lower', layer.derived).key, m);
      scalars.set(scalarSymbol('slope-upper', layer.derived).key, L);
    });
  const environment = storeEnvironment(
    store,
    (symbol) =>
      symbol.role === 'lipschitz'
        ? lipschitz
        : symbol.role === 'roundoff'
          ? 2 ** -53
          : (scalars.get(symbol.key) ?? Number.NaN),
    width,
  );
  for (const weight of weightsOfNetwork(network)) {
    const values = free[labelText(weight.label)] ?? [];
    const [rows, columns] = [weight.rows, weight.columns].map((size) =>
      size === null ? 1 : width(labelText(network.dimension(size))),
    );
    const entry = (i: number, j: number): number =>
      weight.diagonal ? (i === j ? (values[i] ?? Number.NaN) : 0) : (values[i * (columns ?? 1) + j] ?? Number.NaN);
    store.set(weight.key, matrix(rows ?? 1, columns ?? 1, entry));
  }
  for (const symbol of others ?? []) {
    const values = free[plainName(symbol, naming)] ?? [];
    const rows = symbol.rows === null ? 1 : width(labelText(network.dimension(symbol.rows)));
    store.set(
      symbol.key,
      matrix(rows, symbol.diagonal ? rows : 1, (i, j) => (!symbol.diagonal || i === j ? (values[i] ?? Number.NaN) : 0)),
    );
  }
  for (const assignment of assignments) carryOut(assignment, store, environment);
  return { store, environment };
}
