/** Lines of source text with their indentation; the only place where emitted text is put together. */
export class Code {
  private readonly lines: string[] = [];
  private depth = 0;

  line(text = ''): this {
    this.lines.push(text === '' ? '' : `${'  '.repeat(this.depth)}${text}`);
    return this;
  }

  block(open: string, body: () => void, close = '}'): this {
    this.line(open);
    this.depth += 1;
    body();
    this.depth -= 1;
    return this.line(close);
  }

  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/** A string literal. */
export const quote = (text: string): string => JSON.stringify(text);

/** Text that is safe inside a line comment. */
export const comment = (text: string): string => `// ${text.replace(/[\r\n\u2028\u2029]+/g, ' ')}`;
