import type { Interval } from '../numeric/interval.js';

/** So many digits of an enclosure's middle, without zeros at the end. */
export const shown = ({ lo, hi }: Interval, digits = 12): string => plain(Number((lo / 2 + hi / 2).toPrecision(digits)));

/** How far two numbers are apart, to three digits. */
export const size = (value: number): string => plain(Number(value.toPrecision(3)));

const plain = (value: number): string => String(Object.is(value, -0) ? 0 : value);
