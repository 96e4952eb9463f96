import { excerpt, fail } from '../base/diagnostic.js';
import { strategyText } from '../model/variant.js';
import type { Tensor } from '../check/index.js';
import { readNetworkTables } from '../check/index.js';
import { readOrigin } from '../verify/origin.js';
import { folded, transposed } from './origin.js';
import type { Tensors } from './origin.js';
import type { ImportSource } from './source.js';
import { remade } from './remade.js';
import type { StoredTensor } from './safetensors.js';

/** How an instance says that its weights came out of tensors, for people; null if it does not say. */
export function originText(instance: unknown): string | null {
  const origin = readOrigin(
    typeof instance === 'object' && instance !== null && 'origin' in instance ? instance.origin : undefined,
  );
  if (origin === null) return null;
  // Names that are the same on both sides tell nothing.
  const tensors = Object.entries(origin.tensors);
  const names = tensors.every(([name, called]) => name === called)
    ? [`${tensors.length} tensors of the same names`]
    : tensors.map(([name, called]) => `${name} = ${called}`);
  const folds = origin.folds.map(
    ({ weight, side, scale, mean, variance, shift, eps }) =>
      `normalization of what ${weight} ${side === 'output' ? 'gives' : 'reads'} ` +
      `(${[scale, shift, mean, variance].flatMap((name) => name ?? []).join(', ')}, eps ${eps}) ` +
      'folded',
  );
  const { made } = origin;
  if (made !== undefined)
    return excerpt(
      `made again of the free parameters ${names.join(', ')}, by ` +
        `${strategyText(made.strategy, made.variant)} for a bound of ${made.lipschitz}`,
      600,
    );
  return excerpt([names.join(', '), `matrices ${origin.layout}`, ...folds].join('; '), 600);
}

/**
 * Whether the weights and biases of an instance are those of a file of tensors: made again as the instance says that
 * they came out of it (`origin`: names, layout, folds), and compared number by number (−0 is 0). Why not; empty if they
 * are.
 * @throws LW112 an instance that does not name its tensors; LW105 LW307 LW312 fields and tensors that make no sense
 */
export function weightsObjections(
  instance: unknown,
  source: ImportSource,
  file: string | null = null,
): readonly string[] {
  const { weights, biases } = readNetworkTables(instance, file);
  const said = typeof instance === 'object' && instance !== null && 'origin' in instance ? instance.origin : undefined;
  const origin = readOrigin(said);
  if (origin === null)
    return fail(
      'LW112',
      said === undefined ? 'no origin' : `origin: ${excerpt(JSON.stringify(said), 60)}`,
      'an instance that lipwright certify or import wrote from a file of weights; certify the weight file again',
    );
  const own = new Map([...Object.entries(weights), ...Object.entries(biases)]);
  const extra =
    origin.made !== undefined
      ? undefined
      : [...Object.keys(origin.tensors), ...origin.folds.flatMap(({ weight, bias }) => [weight, bias])].find(
          (name) => !own.has(name),
        );
  if (extra !== undefined)
    fail('LW312', `${excerpt(extra, 40)} in origin, and no such weight`, 'names of weights and biases of the instance');
  const missing = Object.entries(origin.tensors).find(([, name]) => !source.tensors.has(name));
  if (missing !== undefined)
    return [
      `the weight file has no tensor ${excerpt(missing[1], 60)}, which ${excerpt(missing[0], 40)} ` +
        `came from${rawHint(missing[1], source)}`,
    ];
  const read = new Map(
    Object.entries(origin.tensors).flatMap(([name, called]) =>
      [source.tensors.get(called)].flatMap((tensor) =>
        tensor === undefined
          ? []
          : [
              [
                name,
                origin.layout === 'inputs-first' && Object.hasOwn(weights, name) ? transposed(tensor) : tensor,
              ] as const,
            ],
      ),
    ),
  );
  const made =
    origin.made === undefined ? folded(read, origin.folds, source.tensors) : remade(instance, origin.made, read, file);
  return [...own].flatMap(([name, given]) => {
    const objection = difference(name, given, made.get(name), Object.hasOwn(biases, name));
    return objection === null ? [] : [objection];
  });
}

/** A module's `state_dict()` in the place of its `export()`: `C_1` for `C[1]`. */
function rawHint(name: string, { tensors }: { readonly tensors: Tensors }): string {
  const raw = name.replace(/\W+/g, '_').replace(/_$/, '');
  return raw !== name && tensors.has(raw)
    ? `. It has ${excerpt(raw, 60)}: these are free parameters, from which weights are computed; ` +
        'compare with what export() gives, or certify this file'
    : '';
}

function difference(name: string, given: Tensor, made: StoredTensor | undefined, isBias: boolean): string | null {
  const entries = (given as readonly unknown[]).flat();
  // A bias without a tensor was zeros; a weight without one is not from the file at all.
  if (made === undefined)
    return isBias && entries.every((value) => value === 0)
      ? null
      : `${excerpt(name, 40)} did not come from the weight file`;
  if (entries.length !== made.data.length)
    return `${excerpt(name, 40)} has ${entries.length} numbers, the weight file ${made.data.length}`;
  const at = entries.findIndex((value, k) => value !== made.data[k]);
  return at < 0
    ? null
    : `${excerpt(name, 40)}, number ${at} is ${String(entries[at])}, and ` +
        `${made.data[at] ?? Number.NaN} in the weight file`;
}
