import { fail } from '../base/diagnostic.js';
import * as kinds from '../model/symbols.js';
import type { Label } from '../base/label.js';
import { label, labelText } from '../base/label.js';
import type { SymbolFacts } from '../expr/build.js';
import { scalarSymbol, symbol } from '../expr/build.js';
import type { SymbolKind, SymbolNode } from '../expr/node.js';
import type { PivotMargins } from '../model/margins.js';
import { marginsOf } from '../model/margins.js';
import type { Layer, Network, Output } from '../model/network.js';
import type {
  AllocationSource,
  AllocationSymbols,
  LayerRecursion,
  ReadGroup,
  Recursion,
  Stack,
} from '../model/pivot.js';
import { readGroups, weighedReads } from '../model/reads.js';
import type { PivotStrategy } from '../model/strategy.js';
import type { LayerAllocation } from '../rule/allocation.js';
import { AbsorbedIdentities } from './absorbed-identities.js';
import { OutputSkips } from './output-skips.js';

/** What the allocating rules take, layer by layer, and the stacked dimensions that they bring along. */
export class Sources {
  readonly stacks = new Map<string, readonly Label[]>();
  private readonly recursion: Recursion;
  private readonly network: Network;
  private readonly margins: PivotMargins;
  private readonly skips: OutputSkips;
  private readonly absorbed: AbsorbedIdentities;

  constructor(recursion: Recursion, strategy: PivotStrategy, saturates: boolean) {
    this.recursion = recursion;
    this.network = recursion.network;
    this.margins = marginsOf(strategy, saturates, recursion.layers.length, mostReaders(this.network));
    this.skips = new OutputSkips(recursion, this.margins.output);
    this.absorbed = new AbsorbedIdentities(recursion, this.margins);
  }

  layer(recursion: LayerRecursion): LayerAllocation {
    const { split } = recursion.source;
    const { derived, multiplier, target } = split.layer;
    const vector = (role: SymbolKind): SymbolNode => symbol(role, derived, { rows: multiplier.rows, columns: null });
    const diagonal = (role: SymbolKind): SymbolNode =>
      symbol(role, derived, { rows: multiplier.rows, columns: multiplier.rows }, { diagonal: true, positive: true });
    return {
      recursion,
      allocation: this.source(split.layer, derived, labelText(target), this.margins.layer),
      split,
      upper: scalarSymbol('slope-upper', derived),
      room: diagonal(kinds.room),
      spread: scalarSymbol(kinds.spreadSlope, derived),
      used: scalarSymbol(kinds.used, derived, { positive: true }),
      growth: this.margins.growth,
      ...this.skips.layer(target),
      ...this.absorbed.layer(target),
      tie:
        this.recursion.sums
          .map(({ source }) => source.tie)
          .find((tie) => tie !== null && labelText(tie.layer.target) === labelText(target)) ?? null,
      logMultiplier: vector(kinds.freeMultiplier),
      logScale: vector(kinds.freeScale),
      rowScale: diagonal(kinds.rowScale),
    };
  }

  output(): AllocationSource {
    const { output, rows } = this.network;
    const asItIs = output.reads.find(
      ({ weight, signal }) =>
        weight === null && rows.some((row) => row.sum !== null && labelText(row.signal) === labelText(signal)),
    );
    if (asItIs !== undefined)
      fail(
        'LW401',
        `an output that reads the affine signal ${labelText(asItIs.signal)} as it is`,
        `a weight before it, such as y = H * ${labelText(asItIs.signal)}`,
        asItIs.position,
      );
    return this.source(
      { ...output, reads: weighedReads(this.recursion) },
      label(labelText(output.target)),
      labelText(output.target),
      this.margins.output,
    );
  }

  private source({ reads, target }: Layer | Output, at: Label, name: string, margin: number): AllocationSource {
    const groups = readGroups(reads, (signal) => this.network.dimension(signal));
    const isDense = (group: ReadGroup): boolean => group.absorber !== null;
    const [dense, fixed] = [groups.filter(isDense), groups.filter((group) => !isDense(group))];
    const ordered = [...dense, ...fixed];
    const width = this.network.dimension(target);
    const stacks = {
      joint: this.stack(ordered),
      dense: dense.length === 0 ? null : this.stack(dense),
      fixed: fixed.length === 0 ? null : this.stack(fixed),
    };
    return {
      name,
      width,
      groups: ordered,
      ...stacks,
      covariance: this.recursion.covariance,
      symbols: symbolsFor(at, width, stacks),
      margin,
    };
  }

  private stack(groups: readonly ReadGroup[]): Stack {
    const signals = groups.map(({ signal }) => signal);
    const [only] = groups;
    if (only !== undefined && groups.length === 1) return { dimension: only.width, signals };
    const dimension = label(signals.map(labelText).join('+'));
    this.stacks.set(labelText(dimension), signals);
    return { dimension, signals };
  }
}

/** How many hidden layers read one signal at most. */
function mostReaders({ rows }: Network): number {
  return Math.max(0, ...rows.map(({ readers }) => readers.length));
}

function symbolsFor(
  at: Label,
  width: Label,
  { joint, dense, fixed }: { readonly joint: Stack; readonly dense: Stack | null; readonly fixed: Stack | null },
): AllocationSymbols {
  const none = width;
  const [r, d, f] = [joint.dimension, dense?.dimension ?? none, fixed?.dimension ?? none];
  // The covariance of a single signal has its symbol already.
  const covered = joint.signals.length === 1 ? (joint.signals[0] ?? r) : r;
  const make = (role: SymbolKind, rows: Label, columns: Label, facts: SymbolFacts = {}): SymbolNode =>
    symbol(role, at, { rows, columns }, facts);
  const scalar = (role: SymbolKind, part: string): SymbolNode =>
    symbol(role, at, { rows: null, columns: null }, { other: label(part) });
  return {
    stacked: symbol(kinds.covariance, covered, { rows: r, columns: r }, { other: covered }),
    factor: make(kinds.factor, r, r, { triangular: true }),
    denseFactor: make(kinds.factor, d, d, { triangular: true, other: label('dense') }),
    free: make(kinds.free, width, d),
    contraction: make(kinds.contraction, width, d),
    image: make(kinds.image, width, d),
    difference: make(kinds.image, width, d, { other: label('dense') }),
    solution: make(kinds.solution, width, d),
    fixedImage: make(kinds.fixedImage, width, f),
    diagonalImage: make(kinds.fixedImage, width, f, { other: label('diagonal') }),
    absorbedImage: (k) => make(kinds.fixedImage, width, d, { other: label(`absorbed ${k + 1}`) }),
    absorbedShare: scalar(kinds.share, 'absorbed'),
    sharedNorm: (k) => scalar(kinds.norm, `signal ${k + 1}`),
    sharedSize: (k) => scalar(kinds.norm, `weight ${k + 1}`),
    weightRounding: scalar(kinds.rounding, 'weights'),
    identityRounding: scalar(kinds.rounding, 'identities'),
    checked: make(kinds.reached, width, width, { other: label('check') }),
    checkedFactor: make(kinds.roomFactor, width, width, { triangular: true, other: label('check') }),
    fixedSquare: make(kinds.fixedSquare, width, width),
    reached: make(kinds.reached, width, width),
    roomFactor: make(kinds.roomFactor, width, width, { triangular: true }),
    diagonalRoom: symbol(
      kinds.roomFactor,
      at,
      { rows: width, columns: width },
      { diagonal: true, positive: true, other: label('diagonal') },
    ),
    inverseRoom: symbol(
      kinds.roomFactor,
      at,
      { rows: width, columns: width },
      { diagonal: true, positive: true, other: label('inverse') },
    ),
    contractionGram: make(kinds.reached, width, width, { other: label('contraction') }),
    contractionFactor: make(kinds.roomFactor, width, width, { triangular: true, other: label('contraction') }),
    norm: scalar(kinds.norm, 'contraction'),
    identityNorm: scalar(kinds.norm, 'identity'),
    diagonalNorm: scalar(kinds.norm, 'diagonal'),
    columnScale: symbol(
      kinds.share,
      at,
      { rows: d, columns: d },
      { diagonal: true, positive: true, other: label('columns') },
    ),
    freeShare: scalar(kinds.share, 'Z'),
    share: scalar(kinds.share, 'diagonal'),
  };
}
