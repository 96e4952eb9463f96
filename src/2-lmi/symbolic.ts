import { fail } from '../base/diagnostic.js';
import type { Assignment, Index, Label } from '../base/label.js';
import { compareIndex, indexText, label, labelText, shift, substituteIndex } from '../base/label.js';
import type { Architecture, Equation } from '../model/architecture.js';
import type { Layer, Network, Output, Read, Segment, SignalRow, Span, WidthLink } from '../model/network.js';
import { concreteNetwork } from './concrete.js';
import type { LayerContext } from './layers.js';
import { aliasesOf, derivedLabels, joinsWidths, layerFrom, outputEquation, sumFrom, toLabel } from './layers.js';
import { widthClasses } from './widths.js';

/**
 * The network at symbolic depth. Indices are compared as they are for large n: constants come before n + c.
 *
 * Each indexed equation is a segment `from..to` of its family. A family's signals fall into classes, between the
 * points where a segment or a reader's range begins or ends; within a class all signals are written and read alike,
 * so one representative stands for it. `least` is the smallest n at which that order of the points is true.
 */

interface RangedEquation {
  readonly equation: Equation;
  /** Indices of the target; null for a signal without a family. */
  readonly span: Span | null;
  /** What to put for the loop letter so that the target's index becomes the bare letter. */
  readonly base: Index | null;
}

const loop: Index = { base: 'loop', offset: 0 };

function normalize(equation: Equation): RangedEquation {
  const { range, target } = equation;
  if (range === null)
    return { equation, span: target.index === null ? null : { from: target.index, to: target.index }, base: null };
  if (target.index === null || target.index.base !== 'loop') {
    return fail('LW213', equation.text, 'a target that is indexed by the loop letter', equation.position);
  }
  const by = target.index.offset;
  return { equation, span: { from: shift(range.from, by), to: shift(range.to, by) }, base: shift(loop, -by) };
}

/** Cuts a span before each of the points that lie inside it. */
function cut(span: Span, points: readonly Index[]): readonly Span[] {
  const inside = points
    .filter((point) => compareIndex(point, span.from) > 0 && compareIndex(point, span.to) <= 0)
    .sort(compareIndex)
    .filter((point, at, all) => at === 0 || compareIndex(point, all[at - 1] ?? point) !== 0);
  const starts = [span.from, ...inside];
  return starts.map((from, at) => {
    const next = starts[at + 1];
    return { from, to: next === undefined ? span.to : shift(next, -1) };
  });
}

const isSingle = (span: Span): boolean => compareIndex(span.from, span.to) === 0;

/** Where a read of an aliased signal (`w[l-1]` at l = 1 is `x`) cuts the equation's range. */
function aliasCuts(
  ranged: RangedEquation,
  aliases: ReadonlyMap<string, Label>,
  architecture: Architecture,
): readonly Index[] {
  const { base } = ranged;
  if (base === null) return [];
  const targets = architecture.equations
    .filter((equation) => equation.kind === 'alias')
    .map((equation) => toLabel(equation.target));
  return ranged.equation.terms.flatMap((term) => {
    if (term.signal.index?.base !== 'loop') return [];
    const offset = term.signal.index.offset + base.offset;
    return targets
      .filter((alias) => alias.name === term.signal.family && alias.index !== null && aliases.has(labelText(alias)))
      .flatMap((alias) => (alias.index === null ? [] : [shift(alias.index, -offset), shift(alias.index, 1 - offset)]));
  });
}

interface RawSegment {
  readonly equation: Equation;
  readonly base: Index | null;
  readonly family: string;
  readonly span: Span | null;
}

function segmentsOf(architecture: Architecture, aliases: ReadonlyMap<string, Label>): readonly RawSegment[] {
  const hidden = architecture.equations.filter((equation) => equation.kind === 'hidden').map(normalize);
  return hidden.flatMap((ranged): readonly RawSegment[] => {
    const { equation, base, span } = ranged;
    const family = equation.target.family;
    if (span === null || base === null) return [{ equation, base, family, span }];
    return cut(span, aliasCuts(ranged, aliases, architecture)).map((part) => ({ equation, base, family, span: part }));
  });
}

/** Assignment that makes the segment's target index `at`. */
function assign(segment: RawSegment, at: Index): Assignment {
  return { loop: segment.base === null ? null : substituteIndex(segment.base, { loop: at, depth: null }), depth: null };
}

/** Is `at` (a loop index runs over `span`) inside the segment, for large n? */
function covers(segment: Span, at: Index, span: Span | null): boolean {
  const [low, high] =
    at.base === 'loop' && span !== null ? [shift(span.from, at.offset), shift(span.to, at.offset)] : [at, at];
  return compareIndex(segment.from, low) <= 0 && compareIndex(high, segment.to) <= 0;
}

const bothEnds = (span: Span, by: number): readonly Index[] => [shift(span.from, by), shift(span.to, 1 + by)];

/** The points at which the signals of a family begin to be written or read differently. */
function classPoints(
  family: string,
  segments: readonly RawSegment[],
  outputReads: readonly Read[],
  context: LayerContext,
): readonly Index[] {
  const points: Index[] = [];
  for (const segment of segments) {
    if (segment.family === family && segment.span !== null) points.push(...bothEnds(segment.span, 0));
    const representative = segment.span === null ? null : isSingle(segment.span) ? segment.span.from : loop;
    const layer = layerFrom(
      segment.equation,
      representative === null ? { loop: null, depth: null } : assign(segment, representative),
      context,
    );
    for (const { signal } of layer.reads) {
      if (signal.name !== family || signal.index === null) continue;
      if (signal.index.base === 'loop' && segment.span !== null)
        points.push(...bothEnds(segment.span, signal.index.offset));
      else points.push(signal.index, shift(signal.index, 1));
    }
  }
  for (const { signal } of outputReads) {
    if (signal.name === family && signal.index !== null) points.push(signal.index, shift(signal.index, 1));
  }
  return points;
}

function mergedSpans(spans: readonly Span[]): readonly Span[] {
  const sorted = [...spans].sort((a, b) => compareIndex(a.from, b.from));
  const merged: Span[] = [];
  for (const span of sorted) {
    const last = merged[merged.length - 1];
    if (last !== undefined && compareIndex(shift(last.to, 1), span.from) === 0)
      merged[merged.length - 1] = { from: last.from, to: span.to };
    else merged.push(span);
  }
  return merged;
}

/** Every layer (as a function of the row's own letter) that reads the signal. */
function readersOf(
  signal: Label,
  span: Span | null,
  segments: readonly RawSegment[],
  context: LayerContext,
): readonly Segment[] {
  const found = new Map<string, Segment>();
  const add = (layer: Layer, range: Span | null): void => {
    found.set(`${labelText(layer.target)} ${range === null ? '' : indexText(range.from)}`, { layer, span: range });
  };
  for (const segment of segments) {
    const { equation } = segment;
    if (segment.span === null || segment.base === null || isSingle(segment.span)) {
      const layer = layerFrom(
        equation,
        segment.span === null ? { loop: null, depth: null } : assign(segment, segment.span.from),
        context,
      );
      if (layer.reads.some((read) => labelText(read.signal) === labelText(signal))) add(layer, null);
      continue;
    }
    for (const term of equation.terms) {
      if (term.signal.family !== signal.name) continue;
      if (term.signal.index === null || signal.index === null) {
        // A lone signal (or x) that a whole range of layers reads: one family of readers, with its own letter.
        if (term.signal.index !== null || signal.index !== null) continue;
        add(layerFrom(equation, assign(segment, loop), context), segment.span);
        continue;
      }
      if (term.signal.index.base === 'loop') {
        const target = shift(signal.index, -(term.signal.index.offset + segment.base.offset));
        if (covers(segment.span, target, span)) {
          add(layerFrom(equation, assign(segment, target), context), null);
        }
      } else if (compareIndex(term.signal.index, signal.index) === 0 && signal.index.base !== 'loop') {
        add(layerFrom(equation, assign(segment, loop), context), segment.span);
      }
    }
  }
  return [...found.values()];
}

/** Families that identity or diagonal weights join have one symbolic width. */
function symbolicLinks(
  layers: readonly { readonly target: Label; readonly reads: readonly Read[] }[],
): readonly WidthLink[] {
  return layers.flatMap((layer) =>
    layer.reads.filter(joinsWidths).map((read) => ({
      signals: [label(layer.target.name), label(read.signal.name)] as const,
      position: read.position,
    })),
  );
}

/** An index at which a family's row must be split off. */
interface Meeting {
  readonly family: string;
  readonly index: Index;
}

/** All block rows, each family cut where its signals begin to be written or read differently. */
function symbolicRows(
  segments: readonly RawSegment[],
  output: Output,
  context: LayerContext,
  extra: readonly Meeting[],
): { readonly rows: readonly SignalRow[]; readonly points: readonly Index[] } {
  const nothing: Assignment = { loop: null, depth: null };
  const input = label('x');
  const rows: SignalRow[] = [
    { signal: input, span: null, layer: null, sum: null, readers: readersOf(input, null, segments, context) },
  ];
  const points: Index[] = [];
  for (const family of new Set(segments.map((segment) => segment.family))) {
    const own = segments.filter((segment) => segment.family === family);
    for (const { span, equation } of own) {
      if (span !== null) continue;
      const signal = label(family);
      rows.push({
        signal,
        span: null,
        layer: layerFrom(equation, nothing, context),
        sum: null,
        readers: readersOf(signal, null, segments, context),
      });
    }
    const meetings = extra
      .filter((meeting) => meeting.family === family)
      .flatMap(({ index }) => [index, shift(index, 1)]);
    const cuts = [...classPoints(family, segments, output.reads, context), ...meetings];
    points.push(...cuts);
    for (const whole of mergedSpans(own.flatMap(({ span }) => (span === null ? [] : [span])))) {
      for (const span of cut(whole, cuts)) {
        const single = isSingle(span);
        const at = single ? span.from : loop;
        const signal = label(family, at);
        const segment = own.find((candidate) => candidate.span !== null && covers(candidate.span, at, span));
        if (segment === undefined)
          return fail('LW213', labelText(signal), 'one equation for all of these signals', output.position);
        rows.push({
          signal,
          span: single ? null : span,
          layer: layerFrom(segment.equation, assign(segment, at), context),
          sum: null,
          readers: readersOf(signal, single ? null : span, segments, context),
        });
      }
    }
  }
  return { rows, points };
}

/** The signals whose columns a row has blocks in. */
function columnsOf(row: SignalRow, output: Output): readonly Label[] {
  const layers = [...(row.layer === null ? [] : [row.layer]), ...row.readers.map((reader) => reader.layer)];
  const inOutput = output.reads.some((read) => labelText(read.signal) === labelText(row.signal));
  const columns = [
    row.signal,
    ...layers.flatMap((layer) => [layer.target, ...layer.reads.map((read) => read.signal)]),
    ...(inOutput ? output.reads.map((read) => read.signal) : []),
  ];
  return [...new Map(columns.map((column) => [labelText(column), column])).values()];
}

/** The l of a row's span at which `w[l+c]` is the same signal as a column `w[3]` or `w[n-1]` beside it. */
function loopMeetings(row: SignalRow, output: Output): readonly Meeting[] {
  const { span } = row;
  if (span === null) return [];
  const columns = columnsOf(row, output);
  return columns.flatMap((moving) =>
    columns.flatMap((fixed): readonly Meeting[] => {
      if (
        moving.name !== fixed.name ||
        moving.index?.base !== 'loop' ||
        fixed.index === null ||
        fixed.index.base === 'loop'
      )
        return [];
      const index = shift(fixed.index, -moving.index.offset);
      const inside = compareIndex(span.from, index) <= 0 && compareIndex(index, span.to) <= 0;
      return inside && !isSingle(span) ? [{ family: row.signal.name, index }] : [];
    }),
  );
}

/** The least n from which no column `w[3]` of the row is the same signal as a column `w[n-1]` of it. */
function distinctFrom(row: SignalRow, output: Output): number {
  const columns = columnsOf(row, output);
  const constants = columns.filter((column) => column.index?.base === 'constant');
  const depths = columns.filter((column) => column.index?.base === 'depth');
  return Math.max(
    1,
    ...constants.flatMap((a) =>
      depths.filter((b) => b.name === a.name).map((b) => (a.index?.offset ?? 0) - (b.index?.offset ?? 0) + 1),
    ),
  );
}

/**
 * @throws LW213 where an architecture's indices do not form families, and what `concreteNetwork` throws, since the
 *   equations are first checked at one concrete depth
 */
export function symbolicNetwork(architecture: Architecture): Network {
  const sum = architecture.equations.find(({ kind }) => kind === 'affine');
  if (sum !== undefined)
    fail(
      'LW213',
      `the affine signal ${sum.target.family}`,
      'a depth that is a number, such as --depth 3',
      sum.position,
    );
  const aliases = aliasesOf(architecture);
  const segments = segmentsOf(architecture, aliases);
  const input = label('x');
  const base = { architecture, aliases, derived: derivedLabels(architecture) };
  const draft: LayerContext = { ...base, dimension: () => input, verbatim: true };
  const representative = (segment: RawSegment, context: LayerContext): Layer => {
    if (segment.span === null) return layerFrom(segment.equation, { loop: null, depth: null }, context);
    return layerFrom(segment.equation, assign(segment, isSingle(segment.span) ? segment.span.from : loop), context);
  };
  const last = outputEquation(architecture);
  const nothing: Assignment = { loop: null, depth: null };
  const rough = [...segments.map((segment) => representative(segment, draft)), sumFrom(last, nothing, draft)];
  const links = symbolicLinks(rough);
  const classes = widthClasses(links);
  const dimension = (signal: Label): Label => classes(label(signal.name));
  const context: LayerContext = { ...base, dimension };
  const output = sumFrom(last, nothing, context);

  // Where two columns of a row meet for some l, that l gets a row of its own, until no columns meet any more.
  let extra: readonly Meeting[] = [];
  let built = symbolicRows(segments, output, context, extra);
  for (let round = 0; round < 8; round += 1) {
    const meetings = built.rows.flatMap((row) => loopMeetings(row, output));
    if (meetings.length === 0) break;
    extra = [...extra, ...meetings];
    built = symbolicRows(segments, output, context, extra);
  }
  const { rows, points } = built;
  const largest = Math.max(1, ...points.filter((point) => point.base === 'constant').map((point) => point.offset));
  const lowest = Math.min(0, ...points.filter((point) => point.base === 'depth').map((point) => point.offset));
  // Where no index holds n, the depth does not matter.
  const usesDepth = points.some((point) => point.base === 'depth');
  const least = usesDepth ? Math.max(1, largest - lowest, ...rows.map((row) => distinctFrom(row, output))) : 1;
  // Cycles, missing and doubled signals show at any depth where all classes exist.
  concreteNetwork(architecture, least + 1);
  const family = {
    segments: segments.map((segment): Segment => ({
      layer: representative(segment, context),
      span: segment.span !== null && isSingle(segment.span) ? null : segment.span,
    })),
    aliases,
    least,
  };
  return { architecture, depth: null, input, rows, output, links, dimension, family };
}
