import { strategies } from '../../rules/strategies.js';
import { withVariant } from '../../rules/variants.js';
import { inMemory } from '../5-emit/index.js';
import { excerpt, fail } from '../base/diagnostic.js';
import { lowerArchitecture } from '../compile.js';
import { architectureOf } from '../verify/check.js';
import type { Making } from '../verify/origin.js';
import { readFields } from '../check/index.js';
import { widthsOf } from '../check/index.js';
import type { Tensors } from './origin.js';

/**
 * The weights and biases of an instance, made again of the free parameters (by the author's names) that it says they
 * came from, as flat vectors. In doubles, so that on one machine they are the same numbers.
 * @throws LW105 fields of the instance, LW308 LW311 strategy and variant, LW312 free parameters, and what `constrain`
 *   throws
 */
export function remade(
  instance: unknown,
  { strategy: name, variant, lipschitz, slopes }: Making,
  free: Tensors,
  file: string | null,
): Tensors {
  const fields = readFields(instance, file);
  const known =
    strategies.find((strategy) => strategy.name === name) ??
    fail('LW308', `"${excerpt(name, 40)}" in origin`, strategies.map((strategy) => strategy.name).join(', '));
  const architecture = architectureOf(fields, file);
  const { widths } = widthsOf(architecture, fields.depth, new Map(Object.entries(fields.dims)));
  // Every weight and bias is a free parameter: a file that only claims thousands of layers is not compiled.
  const wanted = [...Object.keys(fields.weights), ...Object.keys(fields.biases ?? {})].find((own) => !free.has(own));
  if (wanted !== undefined) fail('LW312', `no free parameter ${excerpt(wanted, 40)} in origin`, 'all free parameters');
  const compiled = inMemory(
    lowerArchitecture(architecture, { depth: fields.depth, strategy: withVariant(known, variant ?? {}) }),
  );
  const given = Object.entries(compiled.dims(widths)).map(([own, shape]) => {
    const tensor = free.get(own);
    // JSON may have a matrix in one row.
    const length = shape.reduce((all, size) => all * size, 1);
    const fits =
      tensor?.shape.join('×') === shape.join('×') || (tensor?.shape.length === 1 && tensor.data.length === length);
    return tensor !== undefined && fits
      ? ([own, tensor.data] as const)
      : fail(
          'LW312',
          `free parameter ${excerpt(own, 40)}: ` +
            (tensor === undefined ? 'none' : `shape ${tensor.shape.join('×') || 'none'}`),
          shape.join('×'),
        );
  });
  const made = compiled.constrain(Object.fromEntries(given), { widths, lipschitz, slopes });
  return new Map(
    [...Object.entries(made.weights), ...Object.entries(made.biases)].map(([own, data]) => [
      own,
      { shape: [data.length], data },
    ]),
  );
}
