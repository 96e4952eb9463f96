import { brief } from '../../base/number-text.js';
import type { Interval } from '../../numeric/interval.js';

/** So many digits of an enclosure's middle, without zeros at the end. */
export const shown = ({ lo, hi }: Interval, digits = 12): string => brief(lo / 2 + hi / 2, digits);

/** How far two numbers are apart, to three digits. */
export const size = (value: number): string => brief(value, 3);
