/** Levenshtein distance of two short words, given up (returning limit + 1) once it must exceed the limit. */
function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const current = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(substitution, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? limit + 1;
}

/** The known word nearest to a misspelt one, or null when none is near (up to a third of its letters, at least 1). */
export function nearest(word: string, known: Iterable<string>): string | null {
  if (word.length > 64) return null;
  let limit = Math.max(1, Math.floor(word.length / 3));
  let best: string | null = null;
  for (const candidate of known) {
    const d = distance(word.toLowerCase(), candidate.toLowerCase(), limit);
    // A one-letter name is at distance 1 of every other one; only a change of case is a likely slip.
    if (d > limit || (d > 0 && word.length === 1 && candidate.length === 1)) continue;
    if (best === null || d < limit) best = candidate;
    limit = d;
  }
  return best;
}

/** The nearest known words, at most three, a short one (3 letters or 4) also with two letters wrong. */
export function nearestFew(word: string, known: Iterable<string>): readonly string[] {
  if (word.length > 64 || word.length < 2) return [];
  const limit = Math.max(word.length < 3 ? 1 : 2, Math.floor(word.length / 3));
  const all = [...known]
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate.toLowerCase(), limit) }))
    .filter(({ away }) => away <= limit);
  // People seldom miss the first letter.
  const elsewhere = ({ candidate }: { readonly candidate: string }): number =>
    candidate[0]?.toLowerCase() === word[0]?.toLowerCase() ? 0 : 1;
  all.sort((a, b) => a.away - b.away || elsewhere(a) - elsewhere(b));
  // A change of case alone is the word itself.
  return all
    .filter(({ away }) => away <= (all[0]?.away === 0 ? 0 : limit))
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/** `a, b or c`, with the likely intention in front when there is one. */
export function expectation(word: string, known: readonly string[]): string {
  const all = known.length === 0 ? 'nothing' : known.join(', ');
  const near = nearestFew(word, known)[0] ?? nearest(word, known);
  if (known.length === 1) return near === null ? all : `${near} (did you mean it?)`;
  return near === null ? `one of ${all}` : `${near} (did you mean it?) or another of ${all}`;
}
