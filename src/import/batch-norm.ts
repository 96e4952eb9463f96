import { excerpt, fail } from '../base/diagnostic.js';
import { inNumericOrder, moduleOf, pattern } from './chain.js';
import type { Link } from './chain.js';
import type { Fold } from '../verify/origin.js';
import type { Tensors } from './origin.js';

/**
 * Where batch normalizations stand, if names do not tell: on what a weight gives, or behind the activation that
 * follows.
 */
export const normPlaces = ['before-activation', 'after-activation'] as const;
export type NormPlace = (typeof normPlaces)[number];

/** PyTorch's, Flax's own. */
export const defaultEps = 1e-5;

/** A batch normalization by its tensors, as PyTorch names them. */
export interface Norm extends Pick<Fold, 'mean' | 'variance' | 'scale' | 'shift'> {
  readonly module: string;
  readonly width: number;
}

/** Those among the tensors: running statistics, and perhaps a weight and a bias beside them. */
export function normsIn(tensors: Tensors): readonly Norm[] {
  return [...tensors].flatMap(([variance, { shape, data }]): Norm[] => {
    const start = /^(.*[./]|)running_var$/s.exec(variance)?.[1];
    if (start === undefined || shape.length !== 1 || !tensors.has(`${start}running_mean`)) return [];
    const own = (name: string): string | null => (tensors.has(`${start}${name}`) ? `${start}${name}` : null);
    return [
      {
        module: moduleOf(variance),
        variance,
        mean: `${start}running_mean`,
        scale: own('weight'),
        shift: own('bias'),
        width: data.length,
      },
    ];
  });
}

export const tensorsOf = ({ mean, variance, scale, shift }: Norm): readonly string[] =>
  [mean, variance, scale, shift].flatMap((name) => name ?? []);

/** A weight of a chain, and where it stands in the file. */
export interface Place extends Link {
  readonly module: string;
  readonly inputs: number;
  readonly outputs: number;
}

export interface Placed {
  readonly folds: readonly Fold[];
  /** What only custom tells. */
  readonly assumed: readonly string[];
}

/**
 * The weight that each normalization becomes part of. Numbers of one row tell (`1` behind `0` and before `3`); else
 * names and widths tell the weight, and where the activation stands is assumed. @throws LW312 where nothing tells,
 * where two have one place, or where there is no bias
 */
export function foldsFor(
  norms: readonly Norm[],
  places: readonly Place[],
  eps: number,
  told: NormPlace | null,
): Placed {
  const assumed: string[] = [];
  const folds = norms.map((norm): Fold => {
    const found = byNumbers(norm, places) ?? byName(norm, places, told, assumed);
    const place = places[found.at];
    const { module, width, mean, variance, scale, shift } = norm;
    if (place === undefined) return unplaced(norm, places);
    const expected = found.side === 'output' ? place.outputs : place.inputs;
    if (expected !== width)
      fail(
        'LW312',
        `the batch normalization ${excerpt(module, 40)} of ${width} signals beside ${place.weight}, ` +
          `which has ${expected}`,
        'as many',
      );
    if (place.bias === null)
      return fail(
        'LW312',
        `the batch normalization ${excerpt(module, 40)} beside ${place.weight}, and no bias in its equation`,
        'a bias that can take its shift',
      );
    return { weight: place.weight, bias: place.bias, side: found.side, mean, variance, scale, shift, eps };
  });
  for (const [at, { weight, side, mean }] of folds.entries()) {
    const other = folds.findIndex((fold) => fold.weight === weight && fold.side === side);
    if (other !== at)
      fail('LW312', `two batch normalizations at ${weight}, one of them ${excerpt(moduleOf(mean), 40)}`, 'one of them');
  }
  // What a weight reads goes into it as it is, before what it gives is scaled.
  return {
    folds: [...folds.filter(({ side }) => side === 'input'), ...folds.filter(({ side }) => side === 'output')],
    assumed,
  };
}

interface Spot {
  readonly at: number;
  readonly side: Fold['side'];
}

/** The last number of a name, and what stands around it. */
function numbered(name: string): { readonly row: string; readonly number: number } | null {
  const [, before = '', digits = '', after = ''] = /^(.*?)(\d{1,9})(\D*)$/s.exec(name) ?? [];
  return digits === '' ? null : { row: `${before}#${after}`, number: Number(digits) };
}

/** By its neighbours in one row of numbers; null where it stands in no such row, or apart from both. */
function byNumbers({ module }: Norm, places: readonly Place[]): Spot | null {
  const own = numbered(module);
  const at = (distance: number): number =>
    places.findIndex((place) => {
      const other = numbered(place.module);
      return own !== null && other !== null && other.row === own.row && other.number === own.number + distance;
    });
  const [before, behind] = [at(-1), at(1)];
  if (before >= 0) return { at: before, side: 'output' };
  return behind >= 0 ? { at: behind, side: 'input' } : null;
}

function byName(norm: Norm, places: readonly Place[], told: NormPlace | null, assumed: string[]): Spot {
  const { module, width } = norm;
  const inRow = places.every((place) => pattern(place.module) === pattern(module));
  // In one row, but apart from its neighbours: on which side of the activation it stands is not to be guessed.
  if (inRow && told === null)
    return fail(
      'LW312',
      `the batch normalization ${excerpt(module, 40)}, whose number is next to that of no weight`,
      'its place: --batch-norm before-activation or after-activation',
    );
  const earlier = places.flatMap((place, at) => (inNumericOrder(place.module, module) < 0 ? [at] : []));
  const wide = places.flatMap((place, at) => (place.outputs === width ? [at] : []));
  const namesake = wide.filter(
    (at) => numbered(places[at]?.module ?? '')?.number === numbered(module)?.number && numbered(module) !== null,
  );
  const at = inRow
    ? earlier[earlier.length - 1]
    : namesake.length === 1
      ? namesake[0]
      : wide.length === 1
        ? wide[0]
        : undefined;
  if (at === undefined) return unplaced(norm, places);
  if (told === null)
    assumed.push(
      `the batch normalization ${excerpt(module, 40)} acts on what ${places[at]?.weight ?? ''} ` +
        'gives, before the activation (--batch-norm)',
    );
  return told === 'after-activation' ? { at: at + 1, side: 'input' } : { at, side: 'output' };
}

const unplaced = ({ module }: Norm, places: readonly Place[]): never =>
  fail(
    'LW312',
    `the batch normalization ${excerpt(module, 40)}, whose place nothing tells`,
    'a number in its name, or a width that is that of one of ' +
      `${excerpt(places.map((place) => place.module).join(', '), 120)} alone; --prefix or --ignore ` +
      'if the network does not go through it; or weights into which it is folded',
  );
