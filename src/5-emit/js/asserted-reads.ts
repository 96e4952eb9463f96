/** What follows a place that is written or whose absence is looked at: no assertion there. */
const unasserted = /^\s*(?:!(?!=)|=(?![=>])|\?\?|\?\.|[!=]== undefined)/;

/** What a caller hands in, or what is still being found: the text looks at every entry before it uses it. */
const mayMiss = /(?<![\w$.])(?:free|given|known)$/;

/**
 * A line of JavaScript whose reads by index are asserted with `!`, as TypeScript wants them under
 * noUncheckedIndexedAccess. The modules' loops stay within their arrays; the mark says so and costs nothing at run
 * time. Tables whose entries may be missing (`free`, `given`, `known`) are left as they are.
 */
export function assertedReads(line: string): string {
  const scanner = new Scanner(line);
  return scanner.scan('');
}

class Scanner {
  private at = 0;
  private readonly line: string;

  constructor(line: string) {
    this.line = line;
  }

  /** Code up to the closing bracket, or to the end. */
  scan(close: string): string {
    let out = '';
    while (this.at < this.line.length) {
      const character = this.line[this.at] ?? '';
      if (character === close) return out;
      if (this.line.startsWith('//', this.at)) return out + this.rest();
      if (character === '"' || character === "'") out += this.string(character);
      else if (character === '`') out += this.template();
      else if (character === '[') out += this.brackets(/[\w$)\]!]$/.test(out) && !mayMiss.test(out));
      else if (character === '{' || character === '(') out += this.inside(character, character === '{' ? '}' : ')');
      else out += this.take(1);
    }
    return out;
  }

  private take(count: number): string {
    this.at += count;
    return this.line.slice(this.at - count, this.at);
  }

  private rest(): string {
    return this.take(this.line.length - this.at);
  }

  private inside(open: string, close: string): string {
    return this.take(open.length) + this.scan(close) + this.take(1);
  }

  private brackets(index: boolean): string {
    const text = this.inside('[', ']');
    return index && text !== '[]' && !unasserted.test(this.line.slice(this.at)) ? `${text}!` : text;
  }

  private string(quote: string): string {
    const length =
      new RegExp(`^${quote}(?:[^\\\\${quote}]|\\\\.)*${quote}`).exec(this.line.slice(this.at))?.[0].length ?? 1;
    return this.take(length);
  }

  /** Only what stands in \${…} of a template is code. */
  private template(): string {
    let out = this.take(1);
    while (this.at < this.line.length) {
      if (this.line.startsWith('${', this.at)) out += this.inside('${', '}');
      else if (this.line[this.at] === '\\') out += this.take(2);
      else if (this.line[this.at] === '`') return out + this.take(1);
      else out += this.take(1);
    }
    return out;
  }
}
