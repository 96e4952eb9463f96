/** Lengths are counted in code points but for combining marks: 𝓛 and C̃ are one character each on the screen. */
export const length = (text: string): number => [...text].filter((character) => !/\p{Mn}/u.test(character)).length;

export const pad = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - length(text)));

interface Word {
  readonly text: string;
  /** How many brackets are open in front of the word. */
  readonly depth: number;
  readonly isOperator: boolean;
}

const operators = new Set(['+', '−', '<', '≤', '≥', '=', '/']);

/** What brackets after a name hold stays in one word: `K[w[1], v[2]]`. */
function unbroken(text: string): readonly string[] {
  const words: string[] = [];
  const open: boolean[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '[') open.push(/[\p{L}\p{N}\p{M}_]/u.test(text[at - 1] ?? ''));
    else if (character === ']') open.pop();
    else if (character === ' ' && open.at(-1) !== true) {
      words.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...words, text.slice(start)];
}

function wordsOf(text: string): readonly Word[] {
  let depth = 0;
  return unbroken(text).map((word) => {
    const before = depth;
    for (const character of word) {
      if (character === '(') depth += 1;
      else if (character === ')') depth -= 1;
    }
    return { text: word, depth: before, isOperator: operators.has(word) };
  });
}

/**
 * Lines of at most `width` characters where a break allows it, in front of + − and relations, outermost brackets first;
 * where there are none, between words.
 */
export function wrap(text: string, width: number): readonly string[] {
  const words = wordsOf(text);
  const lines: string[] = [];
  let start = 0;
  while (start < words.length) {
    const end = lineEnd(words, start, width);
    lines.push(
      words
        .slice(start, end)
        .map((word) => word.text)
        .join(' '),
    );
    start = end;
  }
  return lines;
}

/** The end of the line that begins at `start`. */
function lineEnd(words: readonly Word[], start: number, width: number): number {
  let used = 0;
  let best = start + 1;
  let rank = Number.POSITIVE_INFINITY;
  for (let at = start; at < words.length; at += 1) {
    const word = words[at];
    if (word === undefined) break;
    // The vector of ones stays with the matrix whose rows it sums.
    if (at > start && !/^1\b/.test(word.text)) {
      const here = word.depth + (word.isOperator ? 0 : 100);
      // A line that is nearly empty wastes more than a break inside brackets.
      if (here <= rank || used < width / 3) {
        best = at;
        rank = here;
      }
    }
    used += length(word.text) + (at > start ? 1 : 0);
    if (used > width) return best;
  }
  return words.length;
}

/** Plain words, as many to a line as fit. */
export function wrapWords(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  for (const word of unbroken(text)) {
    const last = lines.at(-1);
    if (last === undefined || length(last) + 1 + length(word) > width) lines.push(word);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}

const least = 24;

/** A formula: the first line after `head`, the others below where it began, moved right by two. */
export function hanging(head: string, formula: string, width: number): readonly string[] {
  const indent = length(head);
  return wrap(formula, Math.max(least, width - indent - 2)).map((line, at) =>
    at === 0 ? head + line : `${' '.repeat(indent + 2)}${line}`,
  );
}

/** Prose: every line below where the first one began. */
export function hangingWords(head: string, prose: string, width: number): readonly string[] {
  const indent = length(head);
  return wrapWords(prose, Math.max(least, width - indent)).map(
    (line, at) => (at === 0 ? head : ' '.repeat(indent)) + line,
  );
}
