/** A piece of TypeScript or JavaScript text; a template literal is one piece, its `${…}` are looked into by need. */
export interface Token {
  readonly kind: 'space' | 'comment' | 'string' | 'template' | 'pattern' | 'number' | 'word' | 'mark';
  readonly text: string;
}

/** One regular expression that tells pieces apart by its groups; `>` stays alone, since it may close type arguments. */
const shapes = (): RegExp =>
  new RegExp(
    [
      /(?<space>\s+)/,
      /(?<comment>\/\/[^\n]*|\/\*[^]*?\*\/)/,
      /(?<string>"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')/,
      /(?<number>\d[\w.]*(?:(?<=[eE])[+-]\d+)?)/,
      /(?<word>[A-Za-z_$\u0080-\uffff][\w$\u0080-\uffff]*)/,
      /(?<mark>=>|\.\.\.|\?\.(?!\d)|\?\?|===|!==|==|!=|[^])/,
    ]
      .map(({ source }) => source)
      .join('|'),
    'y',
  );

/** The pieces of a text, in order; together they are the text. Regular expressions are told from quotients by place. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const shape = shapes();
  let last: Token | null = null;
  for (let at = 0; at < text.length;) {
    const token = tokenAt(text, at, last, shape);
    tokens.push(token);
    at += token.text.length;
    if (isCode(token)) last = token;
  }
  return tokens;
}

export const isCode = ({ kind }: Token): boolean => kind !== 'space' && kind !== 'comment';

function tokenAt(text: string, at: number, last: Token | null, shape: RegExp): Token {
  if (text[at] === '`') return { kind: 'template', text: text.slice(at, templateEnd(text, at)) };
  if (text[at] === '/' && text[at + 1] !== '/' && text[at + 1] !== '*' && mayBeginPattern(last)) {
    const [pattern] = /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/.exec(text.slice(at, at + 200)) ?? [];
    if (pattern !== undefined) return { kind: 'pattern', text: pattern };
  }
  shape.lastIndex = at;
  const groups = shape.exec(text)?.groups ?? {};
  for (const kind of ['space', 'word', 'mark', 'number', 'string', 'comment'] as const) {
    const found = groups[kind];
    if (found !== undefined) return { kind, text: found };
  }
  return { kind: 'mark', text: text.slice(at, at + 1) };
}

const mayBeginPattern = (last: Token | null): boolean =>
  last === null || last.text === 'return' || (last.kind === 'mark' && /^(?:=>|[(,=:[?{;&|])$/.test(last.text));

function templateEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === '`') return at + 1;
    else if (text.startsWith('${', at)) at = holeEnd(text, at + 2);
  }
  return text.length;
}

/** The place of the brace that closes a hole of a template which begins at `start`. */
function holeEnd(text: string, start: number): number {
  const shape = shapes();
  let depth = 0;
  let last: Token | null = null;
  for (let at = start; at < text.length;) {
    if (text[at] === '}' && depth === 0) return at;
    const token = tokenAt(text, at, last, shape);
    if (token.text === '{') depth += 1;
    if (token.text === '}') depth -= 1;
    if (isCode(token)) last = token;
    at += token.text.length;
  }
  return text.length;
}

/** A template's pieces in turn: text, the code of a hole, text, … */
export function templateParts(template: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 1; at < template.length; at += 1) {
    if (template[at] === '\\') at += 1;
    else if (template.startsWith('${', at)) {
      const end = holeEnd(template, at + 2);
      parts.push(template.slice(from, at + 2), template.slice(at + 2, end));
      from = end;
      at = end;
    }
  }
  return [...parts, template.slice(from)];
}

/** The names that code reads: no properties, nothing in comments and strings, but what stands in holes of templates. */
export function namesIn(text: string): ReadonlySet<string> {
  const names = new Set<string>();
  let last = '';
  for (const token of tokensOf(text)) {
    if (token.kind === 'word' && last !== '.' && last !== '?.') names.add(token.text);
    if (token.kind === 'template')
      templateParts(token.text).forEach((part, k) => {
        if (k % 2 === 1) for (const name of namesIn(part)) names.add(name);
      });
    if (isCode(token)) last = token.text;
  }
  return names;
}
