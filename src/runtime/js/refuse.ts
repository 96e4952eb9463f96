/** Refuses what was handed in: the message begins with a code of Lipwright's catalogue. */
export function refuse(code: string, found: string, expected: string): never {
  throw Object.assign(new RangeError(`${code} found ${found}, expected ${expected}`), { code, found, expected });
}

/** Cuts hostile or very long text so that a message stays one readable line. */
export function excerpt(text: string, limit = 80): string {
  // Control characters would let a file draw on the user's terminal.
  const clean = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
  return clean.length > limit ? `${clean.slice(0, limit - 1)}…` : clean;
}

/** What a property tells of its case besides options: its context may be handed to `constrain` whole. */
export const contextNames: readonly string[] = ['architecture', 'depth', 'dims'];

/** A misspelt option would pass in silence. */
export function knownOptions(options: object, known: readonly string[]): void {
  const stranger = Object.keys(options).find((name) => !known.includes(name) && !contextNames.includes(name));
  if (stranger !== undefined) refuse('LW311', `the option ${excerpt(stranger, 40)}`, known.join(', '));
}
