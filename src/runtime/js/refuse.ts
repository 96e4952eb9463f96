/** Refuses what was handed in: the message begins with a code of Lipwright's catalogue. */
export function refuse(code: string, found: string, expected: string): never {
  throw Object.assign(new RangeError(`${code} found ${found}, expected ${expected}`), { code, found, expected });
}
