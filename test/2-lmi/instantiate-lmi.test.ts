import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { blockRows } from '../../src/2-lmi/block-rows.js';
import { concreteNetwork } from '../../src/2-lmi/concrete.js';
import { instantiateLmi, instantiateRows } from './instantiate-lmi.js';
import { symbolicNetwork } from '../../src/2-lmi/symbolic.js';
import { labelText } from '../../src/base/label.js';
import type { Expression } from '../../src/expr/node.js';
import { defaultNaming } from '../../src/expr/naming.js';
import type { Lmi } from '../../src/model/lmi.js';
import type { Network } from '../../src/model/network.js';
import { network, shipped } from '../report/made-up.js';

const rules = createRules().form;
const silent = { record: (): void => undefined };
const lmiOf = (graph: Network): Lmi => blockRows(graph, rules, defaultNaming, silent);

/** Both triangles of the concrete derivation, which never sees a letter: the oracle. */
function concreteBlocks(lmi: Lmi): Record<string, string> {
  return Object.fromEntries(
    lmi.rows.flatMap((row) =>
      row.blocks.map((block) => [`${labelText(row.signal)},${labelText(block.column)}`, block.expression.key]),
    ),
  );
}

const keys = (blocks: ReadonlyMap<string, Expression>): Record<string, string> =>
  Object.fromEntries([...blocks].map(([at, node]) => [at, node.key]));

describe.each([...shipped, 'ladder', 'awkward'])('the symbolic LMI of %s', (name) => {
  const symbolic = lmiOf(symbolicNetwork(network(name)));
  const least = symbolic.network.family?.least ?? 0;

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('is the concrete one at n = %i', (n) => {
    const concrete = concreteBlocks(lmiOf(concreteNetwork(network(name), n)));
    expect(keys(instantiateLmi(symbolic, n, rules))).toEqual(concrete);
    if (n >= least) expect(keys(instantiateRows(symbolic, n))).toEqual(concrete);
  });

  it('has its rows as listed from a small n on', () => {
    expect(least).toBeGreaterThanOrEqual(1);
    expect(least).toBeLessThanOrEqual(4);
  });
});

describe('instantiation', () => {
  it('tells a wrong family from the right one', () => {
    // The rows of dense-skip are not those of a chain: the test above can fail.
    const chain = lmiOf(symbolicNetwork(network('feedforward')));
    const concrete = concreteBlocks(lmiOf(concreteNetwork(network('dense-skip'), 3)));
    expect(keys(instantiateRows(chain, 3))).not.toEqual(concrete);
  });

  it('wants a symbolic LMI', () => {
    expect(() => instantiateLmi(lmiOf(concreteNetwork(network('residual'), 2)), 2, rules)).toThrow(
      'not a symbolic LMI',
    );
  });
});
