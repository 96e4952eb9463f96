import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Equation, Index, Range } from '../model/architecture.js';
import type { StructureName } from '../structures/index.js';
import { firstOverlap, span } from './indices.js';
import { nearest } from '../base/suggest.js';

/** A parameter as the file declares it. */
export interface Declaration {
  readonly name: string;
  readonly structure: StructureName;
  readonly position: Position;
}

/** One occurrence of an indexed or plain name. */
interface Use {
  readonly index: Index | null;
  readonly range: Range | null;
  readonly position: Position;
}

/**
 * What can be said about all equations together while the depth is a letter: y exists once, no signal is defined
 * twice (LW206), no weight is a bias as well (LW208), every declaration is used (LW210).
 * Cycles and undefined members such as `w[l-1]` at l = 0 show only at a given depth.
 */
export function check(equations: readonly Equation[], declarations: readonly Declaration[], end: Position): void {
  const targets = new Map<string, Use[]>();
  const weights = new Map<string, Use[]>();
  const biases = new Map<string, Use[]>();
  const note = (uses: Map<string, Use[]>, name: string, use: Use): void => {
    const list = uses.get(name);
    if (list === undefined) uses.set(name, [use]);
    else list.push(use);
  };
  for (const { target, range, terms, biases: summands, position } of equations) {
    note(targets, target.family, { index: target.index, range, position });
    for (const term of terms) {
      if (term.weight !== null)
        note(weights, term.weight.name, { index: term.weight.index, range, position: term.position });
    }
    for (const { bias, position: place } of summands)
      note(biases, bias.name, { index: bias.index, range, position: place });
  }
  for (const [name, uses] of targets) definedOnce(name, uses);
  if (!targets.has('y')) fail('LW205', 'no equation for y', 'y = weight * signal + …', end);
  for (const name of weights.keys()) {
    const [clash] = biases.get(name) ?? [];
    if (clash !== undefined)
      fail('LW208', `"${excerpt(name)}" both as weight and as bias`, 'two names', clash.position);
  }
  for (const { name, position } of declarations) {
    if (weights.has(name)) continue;
    const near = nearest(name, weights.keys());
    const expected = near === null ? 'the name of a weight that an equation uses' : `${near}, perhaps`;
    fail('LW210', biases.has(name) ? `the bias "${excerpt(name)}"` : `"${excerpt(name)}"`, expected, position);
  }
}

function definedOnce(name: string, uses: readonly Use[]): void {
  const [, second] = uses;
  if (second === undefined) return;
  const again = uses.some(({ index }) => index === null) ? second : overlap(uses);
  if (again !== null)
    fail('LW206', `another equation for ${describe(name, again)}`, 'one equation a signal', again.position);
}

function overlap(uses: readonly Use[]): Use | null {
  return (
    firstOverlap(uses.flatMap((use) => (use.index === null ? [] : [{ use, ...span(use.index, use.range) }])))?.use ??
    null
  );
}

function describe(name: string, { index, range }: Use): string {
  if (index === null) return excerpt(name);
  const letter = index.base === 'loop' ? (range?.variable ?? 'l') : 'n';
  const sign = index.offset < 0 ? '-' : '+';
  const shift = index.offset === 0 ? '' : `${sign}${Math.abs(index.offset)}`;
  return `${excerpt(name)}[${index.base === 'constant' ? index.offset : `${letter}${shift}`}]`;
}
