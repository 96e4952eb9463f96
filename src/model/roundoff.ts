import { label } from '../base/label.js';
import { scalarSymbol } from '../expr/build.js';

/**
 * u: the relative error of one operation in the precision that the weights are kept in, 2⁻⁵³ in double and 2⁻²⁴ in
 * single precision. Rules count rounding errors in it; each target says what it is there.
 */
export const roundoff = scalarSymbol('roundoff', label('u'), { positive: true });

/** What the weights of a run are kept in. */
export type Precision = 'double' | 'single';

/** The largest float32: what would round to infinity is kept as this. */
export const largestSingle = (2 - 2 ** -23) * 2 ** 127;

export const unitRoundoff: Readonly<Record<Precision, number>> = { double: 2 ** -53, single: 2 ** -24 };
