/**
 * For what is read at an index where nothing stands, on the way to a verdict: there is no number whose place it could
 * take. Floating point reads NaN instead (`?? Number.NaN`), which no comparison passes and every sum hands on; integers
 * have no such number.
 * @throws RangeError, a fault of our own
 */
export function outside(): never {
  throw new RangeError('an index outside the data');
}
