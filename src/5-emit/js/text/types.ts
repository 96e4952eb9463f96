import type { Token } from './tokens.js';
import { isCode, templateParts, tokensOf } from './tokens.js';

/**
 * TypeScript of ours as JavaScript: annotations of parameters, results and variables, `as`, `!`, type arguments, type
 * imports and type declarations are taken away and all else stays as it stands. That is the part of the language that
 * the runtime and our printers use (no classes, enums, overloads or annotated methods); a test compares the result with
 * the compiler's for every file of the runtime.
 */
export function withoutTypes(text: string): string {
  return joined(new Eraser(text).erased());
}

class Eraser {
  private readonly tokens: Token[];
  private readonly gone: boolean[];
  /** Where parameter lists begin. */
  private readonly lists = new Set<number>();

  constructor(text: string) {
    this.tokens = [...tokensOf(text)];
    this.gone = this.tokens.map(() => false);
  }

  erased(): string {
    for (let at = 0; at < this.tokens.length; at += 1) if (this.isCode(at) && this.gone[at] !== true) this.visit(at);
    return this.tokens
      .map((token, at) =>
        this.gone[at] === true
          ? ''
          : token.kind === 'template'
            ? templateParts(token.text)
                .map((part, k) => (k % 2 === 1 ? withoutTypes(part) : part))
                .join('')
            : token.text,
      )
      .join('');
  }

  private visit(at: number): void {
    const word = this.text(at);
    const before = this.previous(at);
    if (this.begins(at) && (word === 'interface' || word === 'type' || word === 'import' || word === 'export'))
      this.declaration(at);
    else if (word === 'const' || word === 'let') this.variable(this.next(at));
    else if (word === '(' && this.isParameters(at)) this.parameters(at);
    else if ((word === 'as' || word === 'satisfies') && this.isValue(before) && this.token(at).kind === 'word')
      this.remove(before + 1, this.typeEnd(this.next(at)));
    else if (word === '!' && before === at - 1 && this.isValue(before)) this.remove(at, at + 1);
    else if (
      word === '<' &&
      before === at - 1 &&
      this.token(before).kind === 'word' &&
      this.text(this.close(at) + 1) === '('
    )
      this.remove(at, this.close(at) + 1);
  }

  private token(at: number): Token {
    return this.tokens[at] ?? { kind: 'space', text: '' };
  }

  private text(at: number): string {
    return this.token(at).text;
  }

  private isCode(at: number): boolean {
    return at >= 0 && at < this.tokens.length && isCode(this.token(at));
  }

  private next(at: number): number {
    let to = at + 1;
    while (to < this.tokens.length && !this.isCode(to)) to += 1;
    return to;
  }

  private previous(at: number): number {
    let to = at - 1;
    while (to >= 0 && !this.isCode(to)) to -= 1;
    return to;
  }

  private isValue(at: number): boolean {
    const { kind, text } = this.token(at);
    return (
      (kind === 'word' && !/^(?:return|const|let|of|in|case|typeof)$/.test(text)) ||
      /^[)\]}]$/.test(text) ||
      kind === 'string' ||
      (text === '!' && this.gone[at] === true)
    );
  }

  /** Does a statement begin here? */
  private begins(at: number): boolean {
    return /^[;}]?$/.test(this.text(this.previous(at))) || this.text(at - 1).includes('\n');
  }

  private remove(from: number, to: number): void {
    for (let at = from; at < to; at += 1) this.gone[at] = true;
  }

  /** Past the bracket that closes the one at `at`: its place. */
  private close(at: number): number {
    const [open, shut] = [this.text(at), { '(': ')', '[': ']', '{': '}', '<': '>' }[this.text(at)]];
    for (let depth = 0, to = at; to < this.tokens.length; to += 1) {
      if (this.text(to) === open) depth += 1;
      if (this.text(to) === shut) depth -= 1;
      if (depth === 0) return to;
    }
    return this.tokens.length;
  }

  /** The place behind a type that begins at `at`, without the space after it. */
  private typeEnd(at: number): number {
    let to = at;
    for (;;) {
      while (/^(?:readonly|keyof|typeof|\||&)$/.test(this.text(to))) to = this.next(to);
      const bracket = /^[([{]$/.test(this.text(to));
      const end = bracket ? this.close(to) : to;
      if (this.text(to) === '(' && this.text(this.next(end)) === '=>') return this.typeEnd(this.next(this.next(end)));
      to = end + 1;
      while (/^[[<.]$/.test(this.text(to))) to = this.text(to) === '.' ? to + 2 : this.close(to) + 1;
      const after = this.isCode(to) ? to : this.next(to - 1);
      if (!/^(?:\||&|is)$/.test(this.text(after))) return to;
      to = this.next(after);
    }
  }

  /** A declaration of a type, or what only types are imported by, with the comment above; `export` before another. */
  private declaration(at: number): void {
    const after = this.next(at);
    const exported = this.text(at) === 'export';
    const what = exported ? this.text(after) : this.text(at);
    const isType =
      what === 'interface' || (what === 'type' && this.token(this.next(exported ? after : at)).kind === 'word');
    if (!isType && !(this.text(at) === 'import' && this.text(after) === 'type')) return;
    let to = at;
    if (what === 'interface') {
      while (this.text(to) !== '{') to = this.next(to);
      to = this.close(to);
    } else while (this.text(to) !== ';') to = /^[([{]$/.test(this.text(to)) ? this.next(this.close(to)) : this.next(to);
    let from = at;
    while (this.text(from - 1) === '\n' && this.token(from - 2).kind === 'comment') from -= 2;
    this.remove(from, to + (/^\s/.test(this.text(to + 1)) ? 2 : 1));
  }

  private variable(at: number): void {
    const end = /^[[{]$/.test(this.text(at)) ? this.close(at) : at;
    const colon = this.next(end);
    if (this.text(colon) === ':') this.remove(end + 1, this.typeEnd(this.next(colon)));
  }

  /** Behind `function`, or in front of an arrow. */
  private isParameters(at: number): boolean {
    if (this.lists.has(at)) return true;
    let name = this.previous(at);
    // Type parameters have been taken away.
    while (this.gone[name] === true) name = this.previous(name);
    if (this.text(name) === 'function' || this.text(this.previous(name)) === 'function') return true;
    const after = this.next(this.close(at));
    if (this.text(after) === '=>') return true;
    if (this.text(after) !== ':') return false;
    const end = this.typeEnd(this.next(after));
    return this.text(this.isCode(end) ? end : this.next(end - 1)) === '=>';
  }

  private parameters(open: number): void {
    const close = this.close(open);
    for (let at = this.next(open); at < close;) {
      if (this.text(at) === '...') at = this.next(at);
      let to = this.next(/^[[{]$/.test(this.text(at)) ? this.close(at) : at);
      if (this.text(to) === '?') {
        this.remove(to, to + 1);
        to = this.next(to);
      }
      if (this.text(to) === ':') {
        const end = this.typeEnd(this.next(to));
        this.remove(to, end);
        to = this.isCode(end) ? end : this.next(end - 1);
      }
      while (to < close && this.text(to) !== ',') to = this.next(/^[([{]$/.test(this.text(to)) ? this.close(to) : to);
      at = this.next(to);
    }
    const colon = this.next(close);
    if (this.text(colon) === ':') this.remove(close + 1, this.typeEnd(this.next(colon)));
  }
}

const widest = 120;

/** Lists that were broken for the sake of their types stand on one line again, if it is not too long. */
function joined(text: string): string {
  const lines = text.split('\n');
  const out: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    let end = at + 1;
    while (/^ +[^()]+,$/.test(lines[end] ?? '')) end += 1;
    const items = lines.slice(at + 1, end).map((item) => item.trim());
    const whole = `${line}${items.join(' ').replace(/,$/, '')}${(lines[end] ?? '').trim()}`;
    const fits = line.endsWith('(') && items.length > 0 && /^ *\)/.test(lines[end] ?? '') && whole.length <= widest;
    out.push(fits ? whole : line);
    if (fits) at = end;
  }
  return out.join('\n');
}
