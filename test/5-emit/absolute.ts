import type { Assembly, Factor } from '../../src/numeric/assembly.js';
import { fromNumber, toNumber } from '../../src/numeric/dyadic.js';

/** The same sum of the sizes of all that it is made of: what rounding errors of its entries are relative to. */
export function absolute(assembly: Assembly): Assembly {
  const size = (data: Float64Array): Float64Array => data.map(Math.abs);
  const part = (factor: Factor | null): Factor | null =>
    factor === null ? null : { ...factor, data: size(factor.data) };
  const terms = assembly.terms.map(({ scalar, left, middle, right, ...place }) => ({
    ...place,
    scalar: fromNumber(Math.abs(toNumber(scalar))),
    left: part(left),
    middle: middle === null ? null : size(middle),
    right: part(right),
  }));
  if (assembly.image === undefined) return { size: assembly.size, terms };
  const sums = assembly.image.sums.map((sum) => ({
    ...sum,
    terms: sum.terms.map((term) => ({
      ...term,
      coefficient: Math.abs(term.coefficient),
      factor: part(term.factor),
    })),
  }));
  return { size: assembly.size, terms, image: { size: assembly.image.size, sums } };
}
