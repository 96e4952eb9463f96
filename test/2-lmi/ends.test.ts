import { describe, expect, it } from 'vitest';
import { parseArchitecture } from '../../src/1-parse/index.js';
import { concreteNetwork } from '../../src/2-lmi/concrete.js';
import { blockRows } from '../../src/2-lmi/block-rows.js';
import { symbolicNetwork } from '../../src/2-lmi/symbolic.js';
import type { Index, Label } from '../../src/base/label.js';
import { constant, labelText, substituteLabel } from '../../src/base/label.js';
import { defaultNaming } from '../../src/expr/naming.js';
import { instantiate } from '../../src/expr/visit.js';
import type { Lmi } from '../../src/model/lmi.js';
import type { Network } from '../../src/model/network.js';
import { createRules } from '../../rules/index.js';

/**
 * Rows whose columns could be one signal at small n, or for one l of a family: the families must say from which n they
 * hold, and then hold block by block (not only as sums).
 */
const chain = 'w[0] = x\n  w[l] = phi(C[l]*w[l-1] + b[l]) for l in 1..n';
const cases: readonly (readonly [string, number])[] = [
  [`${chain}\n  y = A*w[1] + B*w[n]`, 3],
  [`${chain}\n  y = A*w[2] + B*w[n]`, 4],
  [`${chain}\n  y = A*w[2] + B*w[n-1]`, 5],
  [`${chain}\n  y = A*w[1] + B*w[n-1]`, 4],
  [`${chain}\n  u[l] = phi(D[l]*w[l] + E[l]*w[1]) for l in 2..n\n  y = B*u[n]`, 3],
  [`${chain}\n  y = A*x + B*w[n]`, 2],
];

const lmiOf = (network: Network): Lmi =>
  blockRows(network, createRules().form, defaultNaming, { record: () => undefined });

describe('symbolic rows with columns that could meet', () => {
  it.each(cases)('%s', (equations, expected) => {
    const architecture = parseArchitecture(`name: ends\nequations: |\n  ${equations}\n`, null);
    const symbolic = lmiOf(symbolicNetwork(architecture));
    const { least, aliases } = symbolic.network.family ?? { least: 0, aliases: new Map<string, Label>() };
    expect(least).toBe(expected);
    for (let n = least; n <= 8; n += 1) {
      const concrete = new Map(
        lmiOf(concreteNetwork(architecture, n)).rows.flatMap((row) =>
          row.blocks.map(
            (block) => [`${labelText(row.signal)},${labelText(block.column)}`, block.expression.key] as const,
          ),
        ),
      );
      const seen = new Map<string, string>();
      const at = (index: Index): number => (index.base === 'depth' ? n + index.offset : index.offset);
      const place = (label: Label, loop: Index | null): Label => {
        const placed = substituteLabel(label, { loop, depth: n });
        return aliases.get(labelText(placed)) ?? placed;
      };
      for (const row of symbolic.rows) {
        const loops =
          row.span === null
            ? [null]
            : Array.from({ length: Math.max(0, at(row.span.to) - at(row.span.from) + 1) }, (_all, step) =>
                constant(at(row.span?.from ?? constant(0)) + step),
              );
        for (const loop of loops) {
          for (const block of row.blocks) {
            const inner =
              block.span === null
                ? [loop]
                : Array.from({ length: Math.max(0, at(block.span.to) - at(block.span.from) + 1) }, (_all, step) =>
                    constant(at(block.span?.from ?? constant(0)) + step),
                  );
            for (const letter of inner) {
              const name = `${labelText(place(row.signal, loop))},${labelText(place(block.column, letter))}`;
              expect(seen.has(name), `${name} twice at n = ${n}`).toBe(false);
              seen.set(
                name,
                instantiate(
                  block.expression,
                  { loop: letter, depth: n },
                  (label) => aliases.get(labelText(label)) ?? label,
                ).key,
              );
            }
          }
        }
      }
      expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(concrete));
    }
  });
});
