import * as kinds from '../model/symbols.js';
import type { Label } from '../base/label.js';
import { labelText } from '../base/label.js';
import { scalarSymbol } from '../expr/build.js';
import type { PivotMargins } from '../model/margins.js';
import { margins } from '../model/margins.js';
import type { AbsorbedIdentity, MultiplierSource, ReadGroup, Recursion } from '../model/pivot.js';
import { identitySize, readGroups, roundings, sharedReads, weighedReads } from '../model/reads.js';

/** What the output reads as it is beside a dense weight, and what each layer has to know of it. */
export class AbsorbedIdentities {
  private readonly recursion: Recursion;
  private readonly given: PivotMargins;
  /** By signal. */
  private readonly identities: ReadonlyMap<string, AbsorbedIdentity>;

  constructor(recursion: Recursion, given: PivotMargins) {
    this.recursion = recursion;
    this.given = given;
    const groups = readGroups(weighedReads(recursion), recursion.network.dimension);
    const found = groups.filter((group) => group.absorber !== null && identitySize(group) > 0);
    const perRoundoff = (2 * roundings(sharedReads(groups)) * found.length) / (margins.rounding * given.output);
    const named = (group: ReadGroup): [string, AbsorbedIdentity] => [
      labelText(group.signal),
      { coefficient: identitySize(group), perRoundoff },
    ];
    this.identities = new Map(found.map(named));
  }

  layer(target: Label): Pick<MultiplierSource, 'absorbedInput' | 'absorbed'> {
    const { network, layers } = this.recursion;
    const input = this.identities.get(labelText(network.input));
    const own = this.identities.get(labelText(target));
    const at = layers.findIndex(({ source }) => labelText(source.split.layer.target) === labelText(target));
    const derived = layers[at]?.source.split.layer.derived;
    return {
      absorbedInput: input === undefined ? null : { ...input, layers: layers.length, first: at === 0 },
      absorbed:
        own === undefined || derived === undefined
          ? null
          : {
              ...own,
              least: scalarSymbol(kinds.leastMultiplier, derived, { positive: true }),
              growth: this.growth(layers.length - 1 - at),
            },
    };
  }

  /** A layer that uses μ of its pivot makes covariances at most 1/(1 − μ) times as large: see `slope-spread`. */
  private growth(later: number): number {
    return Math.min(1 / this.given.layer, 1 + this.given.growth) ** later;
  }
}
