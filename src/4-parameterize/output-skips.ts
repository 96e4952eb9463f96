import * as kinds from '../model/symbols.js';
import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { scalarSymbol } from '../expr/build.js';
import { margins } from '../model/margins.js';
import type { MultiplierSource, ReadGroup, Recursion, SkipReserve, Slopes, SplitLayer } from '../model/pivot.js';
import { identityOf, readGroups, weighedReads } from '../model/reads.js';

/** What the output reads by identities alone, and what each layer has to know of it. */
export class OutputSkips {
  private readonly layers: readonly SplitLayer[];
  /** Signals that dense weights of the output read. */
  private readonly dense: ReadonlySet<string>;
  /** Signals that identities alone read, with the sums of their coefficients. */
  private readonly skips: ReadonlyMap<string, number>;
  private readonly reserve: SkipReserve | null;
  /** The place of the first layer that comes after one of these. */
  private readonly first: number;

  constructor(recursion: Recursion, margin: number) {
    const { network, layers } = recursion;
    const { input, dimension } = network;
    const groups = readGroups(weighedReads(recursion), dimension);
    const named = (group: ReadGroup): string => labelText(group.signal);
    const sums = new Set(recursion.sums.map(({ source }) => labelText(source.sum.target)));
    this.layers = layers.map(({ source: { split } }) => split);
    this.dense = new Set(groups.filter(({ absorber }) => absorber !== null).map(named));
    this.skips = new Map(
      groups
        .filter(({ absorber, signal }) => absorber === null && !sums.has(labelText(signal)))
        .map((group) => [named(group), identityOf(group)] as const)
        .filter(([, coefficient]) => coefficient !== 0),
    );
    const coefficient = this.skips.get(labelText(input)) ?? 0;
    this.first = coefficient !== 0 ? 0 : this.layers.findIndex((split) => this.skips.has(nameOf(split))) + 1;
    const after = this.layers.slice(this.first);
    const read = after.filter((split) => this.dense.has(nameOf(split)));
    const hidden = this.skips.size - (coefficient === 0 ? 0 : 1);
    this.reserve =
      this.skips.size === 0
        ? null
        : { coefficient, hidden, margin, unread: after.length - read.length, read: read.map(slopesOf) };
  }

  layer(target: Label): Pick<MultiplierSource, 'reserve' | 'crossing' | 'skip'> {
    const at = this.layers.findIndex((split) => nameOf(split) === labelText(target));
    const own = this.layers[at];
    const coefficient = this.skips.get(labelText(target)) ?? 0;
    const { reserve } = this;
    // Dense weights of the output get half of what they would have without hidden skips.
    const kept = this.dense.size > 0 ? Math.SQRT1_2 : 1 - margins.strict;
    return {
      reserve: at >= this.first ? reserve : null,
      crossing: own !== undefined && this.dense.has(labelText(target)) ? slopesOf(own) : null,
      skip:
        reserve === null || own === undefined || coefficient === 0
          ? null
          : {
              coefficient,
              least: scalarSymbol(kinds.leastMultiplier, own.layer.derived, { positive: true }),
              kept,
              reserve,
            },
    };
  }
}

const nameOf = ({ layer }: SplitLayer): string => labelText(layer.target);

const slopesOf = ({ layer, lower }: SplitLayer): Slopes => ({
  lower,
  upper: scalarSymbol('slope-upper', layer.derived),
  product: layer.slopeProduct,
});
