import type { Size } from '../model/program.js';

/** A sum of widths in whatever text they have, and of the number beside them. */
export function sumText(
  { sum, plus = 0 }: Extract<Size, { sum: readonly number[] }>,
  width: (at: number) => string,
): string {
  const terms = sum.map(width).join(' + ');
  if (terms === '') return String(plus);
  return plus === 0 ? terms : `${terms} ${plus < 0 ? '-' : '+'} ${Math.abs(plus)}`;
}
