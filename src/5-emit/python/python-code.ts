import { fill, LINE_LIMIT, wrap } from './layout.js';
import { oneLine } from './literal.js';

const INDENT = '    ';

/** Lines of Python with their indentation; the only place where emitted text is put together. */
export class PythonCode {
  private readonly lines: string[] = [];
  private depth: number;

  constructor(depth = 0) {
    this.depth = depth;
  }

  private get indent(): string {
    return INDENT.repeat(this.depth);
  }

  /** One logical line, broken if it is too long. */
  line(text = ''): this {
    this.lines.push(...(text === '' ? [''] : wrap(text, this.indent)));
    return this;
  }

  /** Lines as they are, each behind the indentation. */
  verbatim(lines: readonly string[]): this {
    for (const line of lines) this.lines.push(line === '' ? '' : this.indent + line);
    return this;
  }

  /** What other code holds, whose indentation is its own. */
  append(other: PythonCode): this {
    this.lines.push(...other.lines);
    return this;
  }

  comment(text: string): this {
    for (const line of fill(oneLine(text), LINE_LIMIT - this.indent.length - 2))
      this.lines.push(`${this.indent}# ${line}`);
    return this;
  }

  block(header: string, body: () => void): this {
    this.line(header);
    this.depth += 1;
    body();
    this.depth -= 1;
    return this;
  }

  /** A table, one row a line. */
  table(open: string, rows: readonly string[], close: string): this {
    this.line(open);
    this.depth += 1;
    for (const row of rows) this.line(`${row},`);
    this.depth -= 1;
    return this.line(close);
  }

  /** A docstring; its lines are safe text, and broken between words where they are too long. */
  doc(lines: readonly string[]): this {
    const limit = LINE_LIMIT - this.indent.length;
    const [first = '', ...rest] = lines.flatMap((line, at) =>
      line.startsWith(' ') ? [line] : fill(line, limit - (at === 0 ? (lines.length === 1 ? 6 : 3) : 0)),
    );
    if (rest.length === 0) this.lines.push(`${this.indent}"""${first}"""`);
    else this.verbatim([`"""${first}`, ...rest, '"""']);
    return this;
  }

  /** A definition at the top of the module, behind two empty lines. */
  declare(header: string, doc: readonly string[], body: () => void, decorator: string | null = null): this {
    if (this.lines.length > 0) this.line().line();
    if (decorator !== null) this.line(decorator);
    return this.block(header, () => {
      if (doc.length > 0) this.doc(doc);
      body();
    });
  }

  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }
}
