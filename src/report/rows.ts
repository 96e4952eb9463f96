import type { Assignment, Label } from '../base/label.js';
import { label, labelText, substituteLabel } from '../base/label.js';
import { sum } from '../expr/build.js';
import { instantiate } from '../expr/visit.js';
import type { RowInequality } from '../model/inequality.js';
import type { Block, BlockRow } from '../model/lmi.js';
import type { Network, Span } from '../model/network.js';
import type { BlockEntry, RowEntry } from './entries.js';
import type { Member, Merged } from './families.js';
import { mergeFamilies, rangeText } from './families.js';
import type { Printer } from './printer.js';

/** A block row with its disc: the two are shown as a family only together. */
interface RowMember extends Member {
  readonly blocks: BlockRow;
  /** Null where the bounds are not about rows. */
  readonly disc: RowInequality | null;
}

type Alias = (at: Label) => Label;

/** A column of a family that is another name of a signal at the index of one of the members. */
export interface Met {
  readonly column: Label;
  readonly signal: Label;
}

/** `w[0] is x` */
export function whereEntry(
  met: readonly Met[],
  print: Printer,
): { readonly where?: string; readonly whereLatex?: string } {
  const distinct = [
    ...new Map(met.map((each) => [`${labelText(each.column)} ${labelText(each.signal)}`, each])).values(),
  ];
  if (distinct.length === 0) return {};
  const { text, latex } = print.say((voice) =>
    distinct.map(({ column, signal }) => `${voice.signal(column)} is ${voice.signal(signal)}`).join(', '),
  );
  return { where: text, whereLatex: latex };
}

export interface ShownRows {
  readonly signals: readonly string[];
  readonly blocks: readonly BlockEntry[];
  readonly rows: readonly RowEntry[];
}

export function showRows(
  network: Network,
  blockRows: readonly BlockRow[],
  discs: readonly RowInequality[],
  print: { readonly blocks: Printer; readonly rows: Printer },
): ShownRows {
  const aliases = network.family?.aliases ?? new Map<string, Label>();
  const alias: Alias = (at) => aliases.get(labelText(at)) ?? at;
  const discOf = new Map(discs.map((disc) => [labelText(disc.signal), disc]));
  const members = blockRows.flatMap((blocks): readonly RowMember[] => {
    const disc = discOf.get(labelText(blocks.signal)) ?? null;
    if (disc === null && discs.length > 0) return [];
    return [
      {
        at: blocks.signal,
        span: blocks.span,
        blocks,
        disc,
        form: (assignment) => rowForm(blocks, disc, assignment, alias),
      },
    ];
  });
  // Concrete rows are each their own; without a letter nothing can merge, and comparing them all would be slow.
  const families =
    network.depth === null
      ? mergeFamilies(members)
      : members.map((member) => ({ member, span: null, members: [member] }));
  const before = signalOrder(network);
  return {
    signals: families.map(({ member }) => labelText(member.at)),
    blocks: families.flatMap(({ member, span }) => upperBlocks(member, span, before, print.blocks)),
    rows: families.flatMap((family) =>
      family.member.disc === null ? [] : [rowEntry(family, family.member.disc, alias, print.rows)],
    ),
  };
}

function rowForm(blocks: BlockRow, disc: RowInequality | null, assignment: Assignment, alias: Alias): string {
  const key = (block: Block): string => {
    const column = labelText(alias(substituteLabel(block.column, assignment)));
    return (
      `${column} ${block.span === null ? '' : rangeText(block.span)}: ` +
      instantiate(block.expression, assignment, alias).key
    );
  };
  const discKeys =
    disc === null ? [] : [disc.centre, disc.radius].map((part) => instantiate(part, assignment, alias).key);
  return [...blocks.blocks.map(key).sort(), ...discKeys].join('\n');
}

/** Is the first signal at or before the second, in the order of the LMI? For letters as for any l between the ends. */
function signalOrder(network: Network): (a: Label, b: Label) => boolean {
  const place = new Map(network.rows.map((row, at) => [labelText(row.signal), at]));
  const family = new Map([...network.rows.entries()].reverse().map(([at, row]) => [row.signal.name, at]));
  const base = { constant: 0, loop: 1, depth: 2 } as const;
  return (a, b) => {
    if (network.depth !== null) return (place.get(labelText(a)) ?? 0) <= (place.get(labelText(b)) ?? 0);
    const byFamily = (family.get(a.name) ?? 0) - (family.get(b.name) ?? 0);
    if (byFamily !== 0 || a.index === null || b.index === null) return byFamily <= 0;
    return (base[a.index.base] - base[b.index.base] || a.index.offset - b.index.offset) <= 0;
  };
}

function upperBlocks(
  member: RowMember,
  span: Span | null,
  inOrder: (a: Label, b: Label) => boolean,
  print: Printer,
): readonly BlockEntry[] {
  return member.blocks.blocks
    .filter((block) => inOrder(member.at, block.column))
    .map((block) => {
      const range = block.span ?? span;
      return {
        row: labelText(member.at),
        column: labelText(block.column),
        expression: print.text(block.expression),
        latex: print.latex(block.expression),
        rowLatex: print.labelLatex(member.at),
        columnLatex: print.labelLatex(block.column),
        ...(range === null ? {} : { range: rangeText(range) }),
      };
    });
}

function rowEntry(
  { member, span, members }: Merged<RowMember>,
  { centre, radius }: RowInequality,
  alias: Alias,
  print: Printer,
): RowEntry {
  const met = metAliases(member, members, alias);
  return {
    signal: labelText(member.at),
    centre: print.text(centre),
    radius: print.text(radius),
    inequality: `${print.text(sum([centre, radius]))} <= 0`,
    signalLatex: print.labelLatex(member.at),
    centreLatex: print.latex(centre),
    radiusLatex: print.latex(radius),
    ...(span === null ? {} : { range: rangeText(span) }),
    ...whereEntry(met, print),
  };
}

/** Columns of the generic row that are other names of a signal at the index of one of the members. */
function metAliases(generic: RowMember, members: readonly RowMember[], alias: Alias): readonly Met[] {
  if (generic.span === null) return [];
  const met = members.flatMap(({ at, span }) =>
    generic.blocks.blocks.flatMap((block) => {
      const column = span === null ? substituteLabel(block.column, { loop: at.index, depth: null }) : label('');
      const signal = alias(column);
      return labelText(signal) === labelText(column) ? [] : [{ column, signal }];
    }),
  );
  return met;
}
