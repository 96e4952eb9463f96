/**
 * Breaks one logical line of Python into lines that fit, as Black does: at the outermost brackets, then at commas or
 * operators.
 */

export const LINE_LIMIT = 120;
const INDENT = '    ';

interface Span {
  readonly at: number;
  readonly end: number;
}

/**
 * Walks over the code of a line, string literals left out: calls back with every character and how many brackets
 * enclose it.
 */
function walk(text: string, visit: (character: string, at: number, depth: number) => void): void {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (character === '"') {
      at += 1;
      while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
      continue;
    }
    if (')]}'.includes(character)) depth -= 1;
    visit(character, at, depth);
    if ('([{'.includes(character)) depth += 1;
  }
}

/** The pairs of brackets that nothing encloses and that are not empty. */
function brackets(text: string): readonly Span[] {
  const found: Span[] = [];
  let open = -1;
  walk(text, (character, at, depth) => {
    if (depth !== 0) return;
    if ('([{'.includes(character)) open = at;
    else if (')]}'.includes(character) && at > open + 1) found.push({ at: open, end: at });
  });
  return found;
}

/** The text cut behind each comma, or before each of the operators, that nothing encloses. */
function cut(text: string, delimiter: ',' | '+' | '*'): readonly string[] {
  const places: number[] = [];
  walk(text, (character, at, depth) => {
    if (depth !== 0) return;
    const isOperator =
      text[at - 1] === ' ' && text[at + 1] === ' ' && (delimiter === '+' ? '+-' : '*/@').includes(character);
    if (delimiter === ',' ? character === ',' : isOperator) places.push(delimiter === ',' ? at + 1 : at);
  });
  return [0, ...places]
    .map((from, k) => text.slice(from, places[k] ?? text.length).trim())
    .filter((part) => part !== '');
}

/** What stands between brackets, on lines of its own. */
function split(body: string, indent: string): readonly string[] {
  let loop = -1;
  walk(body, (_character, at, depth) => {
    if (depth === 0 && loop < 0 && body.startsWith(' for ', at)) loop = at;
  });
  // A comprehension has no comma of its own.
  if (loop > 0) return [...wrap(body.slice(0, loop), indent, true), ...wrap(body.slice(loop + 1), indent, true)];
  for (const delimiter of [',', '+', '*'] as const) {
    const parts = cut(body, delimiter);
    if (parts.length < 2) continue;
    return parts.flatMap((part, k) =>
      wrap(
        delimiter === ',' && k === parts.length - 1 && !part.endsWith(',') && !part.startsWith('*') ? `${part},` : part,
        indent,
        true,
      ),
    );
  }
  return wrap(body, indent, true);
}

/** A long string literal as several, which Python joins where brackets enclose them. */
function joined(literal: string, tail: string, indent: string): readonly string[] {
  // A letter or digit between blanks is no part of an escape.
  const words = literal.slice(1, -1).split(/(?<= )(?=[A-Za-z0-9(])/);
  const lines = [''];
  for (const word of words) {
    const last = lines[lines.length - 1] ?? '';
    if (last !== '' && indent.length + last.length + word.length + 3 > LINE_LIMIT) lines.push(word);
    else lines[lines.length - 1] = last + word;
  }
  return lines.map((line, k) => `${indent}"${line}"${k === lines.length - 1 ? tail : ''}`);
}

/**
 * The lines of a statement at that indentation, or of a part that brackets enclose; what cannot be broken stays long.
 */
export function wrap(text: string, indent: string, enclosed = false): readonly string[] {
  if (indent.length + text.length <= LINE_LIMIT) return [indent + text];
  const literal = /^("(?:[^"\\]|\\.)*")(,?)$/s.exec(text);
  if (literal !== null) return joined(literal[1] ?? '', literal[2] ?? '', indent);
  const pairs = brackets(text);
  const [pair] = text.startsWith('def ') ? pairs : pairs.slice(-1);
  // `name = value`, `name[0, k] = value` or `return value`.
  const [, head = '', value = '', comma = ''] =
    /^(\w+(?:\[[\w *+-]+(?:, [\w *+-]+)*\])? = |return )(.*?)(,?)$/s.exec(text) ?? [];
  if (head !== '' && (cut(value, '+').length > 1 || cut(value, '*').length > 1))
    return [`${indent}${head}(`, ...split(value, indent + INDENT), `${indent})${comma}`];
  if (enclosed && (pair === undefined || indent.length + pair.at >= LINE_LIMIT)) {
    const parts = [cut(text, '+'), cut(text, '*')].find((found) => found.length > 1);
    if (parts !== undefined) return parts.flatMap((part) => wrap(part, indent, true));
  }
  if (pair === undefined) return [indent + text];
  return [
    indent + text.slice(0, pair.at + 1),
    ...split(text.slice(pair.at + 1, pair.end), indent + INDENT),
    indent + text.slice(pair.end),
  ];
}

/** Words in lines of at most that many characters. */
export function fill(text: string, limit: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= limit) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
