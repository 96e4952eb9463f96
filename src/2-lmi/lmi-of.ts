import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { identity, rangeSum, sum, transpose } from '../expr/build.js';
import type { Expression } from '../expr/node.js';
import type { FormSource, PairForm, Supply } from '../model/form.js';
import { goalOf } from '../model/form.js';
import type { Block, BlockRow, Lmi, QuadraticTerm } from '../model/lmi.js';
import type { Layer, Network, Segment, SignalRow } from '../model/network.js';
import { applyFirst } from '../rule/apply-first.js';
import type { LmiRules } from '../rule/form-rules.js';
import { formRule } from '../rule/form-rules.js';

class Blocks {
  private readonly found = new Map<string, { column: Label; expressions: Expression[] }>();

  add(column: Label, expression: Expression): void {
    const known = this.found.get(labelText(column));
    if (known === undefined) this.found.set(labelText(column), { column, expressions: [expression] });
    else known.expressions.push(expression);
  }

  collected(): Map<string, Block> {
    const blocks = new Map<string, Block>();
    for (const [name, { column, expressions }] of this.found) {
      const expression = sum(expressions);
      if (expression.kind !== 'zero') blocks.set(name, { column, span: null, expression });
    }
    return blocks;
  }
}

const isLoop = (at: Label): boolean => at.index?.base === 'loop';

/**
 * Block (i, j) of the LMI is the coefficient of Δw_iᵀ(·)Δw_j in the sum of all forms; a row needs only the forms of
 * its own layer, of the layers that read it, and the goal.
 */
export const lmiOf = (network: Network, rules: LmiRules): Lmi => lmiInTerms(network, rules).lmi;

/** The LMI, and the summands that it is made of: those of the goal, and by layer. */
export interface LmiInTerms {
  readonly lmi: Lmi;
  readonly goal: readonly QuadraticTerm[];
  readonly termsOf: (layer: Layer) => readonly QuadraticTerm[];
}

export function lmiInTerms(network: Network, rules: LmiRules): LmiInTerms {
  const { target: supply } = applyFirst([rules.goal], network, () => 'the goal', network.output.position);
  const goal = goalTerms(network, supply, rules);
  const goalByRow = new Map<string, QuadraticTerm[]>();
  for (const term of goal) {
    const key = labelText(term.row);
    const list = goalByRow.get(key);
    if (list === undefined) goalByRow.set(key, [term]);
    else list.push(term);
  }
  // A layer's form is wanted by its own row and by every row that it reads.
  const forms = new Map<string, readonly QuadraticTerm[]>();
  const formOf = ({ layer, span }: Segment): readonly QuadraticTerm[] => {
    const key = `${labelText(layer.target)} ${span === null ? '' : 'range'}`;
    const known = forms.get(key);
    if (known !== undefined) return known;
    const form = layerTerms(layer, rules);
    forms.set(key, form);
    return form;
  };

  const rows = network.rows.map((row) => ({
    row,
    blocks: rowBlocks(row, formOf, goalByRow.get(labelText(row.signal)) ?? []),
  }));
  if (network.depth === null) completeRanges(rows);
  const inOrder = columnOrder(network);
  const lmi: Lmi = {
    network,
    supply,
    rows: rows.map(({ row, blocks }): BlockRow => ({
      signal: row.signal,
      span: row.span,
      layer: row.layer,
      form: row.layer === null ? null : layerForm(row.layer, rules),
      blocks: [...blocks.values()].sort((a, b) => inOrder(a.column, b.column)),
    })),
  };
  return { lmi, goal, termsOf: (layer) => formOf({ layer, span: null }) };
}

const layerForm = (layer: Layer, rules: LmiRules): PairForm =>
  applyFirst([formRule(rules, layer)], layer, () => labelText(layer.target), layer.position).target;

/** What a layer adds to M. @throws LW401 if no rule takes it */
export function layerTerms(layer: Layer, rules: LmiRules): readonly QuadraticTerm[] {
  const { reads, target, multiplier } = layer;
  return terms(
    { form: layerForm(layer, rules), reads, signal: target, middle: multiplier, ownMiddle: multiplier },
    layer,
    rules,
  );
}

/** What the property adds to M. @throws LW401 if x and y have a product and different widths */
export function goalTerms(network: Network, supply: Supply, rules: LmiRules): readonly QuadraticTerm[] {
  const { input, output } = network;
  const unit = (signal: Label): Expression => identity(network.dimension(signal));
  const [middle, ownMiddle] = [unit(output.target), unit(input)];
  return terms({ form: goalOf(supply), reads: output.reads, signal: input, middle, ownMiddle }, output, rules);
}

const terms = (
  source: FormSource,
  at: Pick<Layer, 'target' | 'position'>,
  { reads }: LmiRules,
): readonly QuadraticTerm[] =>
  applyFirst([reads], source, () => `the form of ${labelText(at.target)}`, at.position).target;

/** Columns in the order of the signals; at symbolic depth w[1], …, w[l-1], w[l], …, w[n]. */
function columnOrder(network: Network): (a: Label, b: Label) => number {
  const place = new Map(network.rows.map((row, at) => [labelText(row.signal), at]));
  const family = new Map([...network.rows].reverse().map((row, at) => [row.signal.name, -at]));
  const base = { constant: 0, loop: 1, depth: 2 } as const;
  return (a, b) => {
    const [known, other] = [place.get(labelText(a)), place.get(labelText(b))];
    if (network.depth !== null && known !== undefined && other !== undefined) return known - other;
    const byFamily = (family.get(a.name) ?? Number.NaN) - (family.get(b.name) ?? Number.NaN);
    if (byFamily !== 0 || a.index === null || b.index === null) return byFamily;
    return base[a.index.base] - base[b.index.base] || a.index.offset - b.index.offset;
  };
}

function rowBlocks(
  row: SignalRow,
  formOf: (segment: Segment) => readonly QuadraticTerm[],
  goal: readonly QuadraticTerm[],
): Map<string, Block> {
  const name = labelText(row.signal);
  const blocks = new Blocks();
  const own: readonly Segment[] = row.layer === null ? [] : [{ layer: row.layer, span: null }];
  for (const term of goal) blocks.add(term.column, term.expression);
  for (const segment of [...own, ...row.readers]) {
    for (const term of formOf(segment)) {
      if (labelText(term.row) !== name) continue;
      if (segment.span === null) blocks.add(term.column, term.expression);
      // Columns that move with the range are taken from the rows of those signals, in completeRanges.
      else if (!isLoop(term.column))
        blocks.add(term.column, rangeSum(term.expression, segment.span.from, segment.span.to));
    }
  }
  return blocks.collected();
}

/**
 * A signal that a whole range of layers reads has one block for each of them: the transposes of what their rows hold.
 */
function completeRanges(rows: readonly { readonly row: SignalRow; readonly blocks: Map<string, Block> }[]): void {
  for (const { row, blocks } of rows) {
    if (!row.readers.some((reader) => reader.span !== null)) continue;
    for (const other of rows) {
      const block = other.blocks.get(labelText(row.signal));
      if (other.row === row || block === undefined) continue;
      const column = other.row.signal;
      blocks.set(labelText(column), { column, span: other.row.span, expression: transpose(block.expression) });
    }
  }
}
