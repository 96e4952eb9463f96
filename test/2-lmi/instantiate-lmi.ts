import type { Label } from '../../src/base/label.js';
import { constant, labelText, substituteLabel } from '../../src/base/label.js';
import { identity, sum } from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { instantiate, substitute, symbols } from '../../src/expr/visit.js';
import type { Lmi, QuadraticTerm } from '../../src/model/lmi.js';
import type { Network, Span } from '../../src/model/network.js';
import type { FormRules } from '../../src/rule/form-rules.js';
import { goalTerms, layerTerms } from '../../src/2-lmi/lmi-of.js';
import { concreteNetwork } from '../../src/2-lmi/concrete.js';

/**
 * The blocks of a symbolic LMI at depth n, by `row,column` (`w[1],w[2]`), both triangles, zero blocks left out: the
 * forms of all segments with l = each index of their span, and the goal, summed anew. For every n ≥ 1, also below the
 * least n for which the symbolic rows are as listed: segments whose layer does not exist at this depth are left out.
 * @throws LW302 depth out of range
 */
export function instantiateLmi(symbolic: Lmi, n: number, rules: FormRules): ReadonlyMap<string, Expression> {
  const { network } = symbolic;
  const { family } = network;
  if (family === null) throw new Error('not a symbolic LMI');
  const concrete = concreteNetwork(network.architecture, n);
  const reshape = reshaper(concrete);
  const present = new Set(concrete.rows.map((row) => labelText(row.signal)));
  const blocks = new Map<string, Expression[]>();
  const add = (term: QuadraticTerm, loop: number | null): void => {
    const assignment = { loop: loop === null ? null : constant(loop), depth: n };
    const named = (at: Label): Label => {
      const written = substituteLabel(at, assignment);
      return family.aliases.get(labelText(written)) ?? written;
    };
    const [row, column] = [named(term.row), named(term.column)];
    const key = `${labelText(row)},${labelText(column)}`;
    const expression = reshape(instantiate(term.expression, assignment), row);
    blocks.set(key, [...(blocks.get(key) ?? []), expression]);
  };

  for (const term of goalTerms(network, rules.goal.apply(network), rules)) add(term, null);
  for (const { layer, span } of family.segments) {
    const form = layerTerms(layer, rules);
    for (const loop of span === null ? [null] : indices(span, n)) {
      const assignment = { loop: loop === null ? null : constant(loop), depth: n };
      if (present.has(labelText(substituteLabel(layer.target, assignment)))) for (const term of form) add(term, loop);
    }
  }
  return nonzero(blocks);
}

/** The block rows of a symbolic LMI at depth n ≥ `least`, by `row,column` as in `instantiateLmi`. */
export function instantiateRows(symbolic: Lmi, n: number): ReadonlyMap<string, Expression> {
  const blocks = new Map<string, Expression[]>();
  for (const row of symbolic.rows) {
    for (const at of row.span === null ? [null] : indices(row.span, n)) {
      for (const block of row.blocks) {
        for (const moving of block.span === null ? [at] : indices(block.span, n)) {
          const [own, other] = [at, moving].map((loop) => ({ loop: loop === null ? null : constant(loop), depth: n }));
          if (own === undefined || other === undefined) continue;
          const column = substituteLabel(block.column, other);
          const signal = symbolic.network.family?.aliases.get(labelText(column)) ?? column;
          const key = `${labelText(substituteLabel(row.signal, own))},${labelText(signal)}`;
          blocks.set(key, [...(blocks.get(key) ?? []), instantiate(block.expression, other)]);
        }
      }
    }
  }
  return nonzero(blocks);
}

function indices({ from, to }: Span, n: number): readonly number[] {
  const [first, last] = [from, to].map((index) => (index.base === 'depth' ? n : 0) + index.offset);
  if (first === undefined || last === undefined) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_all, step) => first + step);
}

/**
 * Symbolic widths are one a family; at depth n each signal has its own, and w[n-1] may be x. Symbols are replaced by
 * those of the concrete network, and a lone identity takes the width of its row.
 */
function reshaper(concrete: Network): (node: Expression, row: Label) => Expression {
  const known = new Map<string, SymbolNode>();
  const learn = (node: SymbolNode | null): void => {
    if (node !== null) known.set(node.key, node);
  };
  for (const { layer } of concrete.rows) {
    if (layer === null) continue;
    learn(layer.multiplier);
    for (const read of layer.reads) learn(read.weight);
  }
  for (const read of concrete.output.reads) learn(read.weight);
  return (node, row) => {
    const parts = new Map<Expression, Expression>();
    for (const part of symbols(node)) parts.set(part, known.get(part.key) ?? part);
    return substitute(node, (part) =>
      part.kind === 'identity' ? identity(concrete.dimension(row)) : (parts.get(part) ?? null),
    );
  };
}

function nonzero(blocks: ReadonlyMap<string, readonly Expression[]>): ReadonlyMap<string, Expression> {
  const sums = [...blocks].map(([key, expressions]) => [key, sum(expressions)] as const);
  return new Map(sums.filter(([, expression]) => expression.kind !== 'zero'));
}
