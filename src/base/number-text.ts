/**
 * A number for people, to so many significant digits, without zeros at the end: `0.25`, `65536`, `3.81e-6`. Powers of ten where a row of
 * zeros would have to be counted; the number itself stands in JSON.
 */
export function brief(value: number, digits: number): string {
  const rounded = Number(value.toPrecision(digits));
  const magnitude = Math.abs(rounded);
  if (rounded === 0) return '0';
  return magnitude < 1e-4 || magnitude >= 1e9 ? rounded.toExponential().replace('e+', 'e') : String(rounded);
}
