/** Lines of source text with their indentation; the only place where emitted text is put together. */
export class Code {
  private lines: string[] = [];
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

  /** What the body prints, kept back for `print`. */
  held(body: () => void): readonly string[] {
    const { lines, depth } = this;
    this.lines = [];
    this.depth = 0;
    body();
    const held = this.lines;
    this.lines = lines;
    this.depth = depth;
    return held;
  }

  /** Lines that `held` kept back, at the depth that is reached here. */
  print(held: readonly string[]): this {
    for (const line of held) this.lines.push(line === '' ? '' : `${'  '.repeat(this.depth)}${line}`);
    return this;
  }

  /** The body behind those of the declarations, by name, that it or a later one of them uses. */
  declaring(declarations: readonly (readonly [name: string, line: string])[], body: () => void): this {
    const lines = this.held(body);
    const used = declarations.reduceRight<readonly string[]>(
      (later, [name, line]) =>
        uses([...later, ...lines], name) ? [...this.held(() => this.line(line)), ...later] : later,
      [],
    );
    return this.print([...used, ...lines]);
  }

  toString(): string {
    return `${this.lines.join('\n')}\n`;
  }
}

/**
 * Is the name used in the lines? What stands in comments and in string literals, such as the author's names, is no use.
 */
export function uses(lines: readonly string[], name: string): boolean {
  const word = new RegExp(`(?<![\\w$.])${name}(?![\\w$])`);
  return lines.some(
    (line) => !line.trimStart().startsWith('//') && word.test(line.replace(/"(?:[^"\\]|\\.)*"/g, '""')),
  );
}

/** A string literal. */
export const quote = (text: string): string => JSON.stringify(text);

/** Text that is safe inside a line comment. */
export const comment = (text: string): string => `// ${text.replace(/[\r\n\u2028\u2029]+/g, ' ')}`;
