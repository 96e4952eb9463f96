import { CST, Lexer, LineCounter } from 'yaml';
import { byteLength } from '../base/bytes.js';
import { fail } from '../base/diagnostic.js';
import { positionAt } from './yaml-source.js';
import type { Source } from './yaml-source.js';

/** 256 KiB: some thousand times a real architecture file. */
export const maximumBytes = 256 * 1024;

/** A file of ours nests three deep; the YAML composer recurses once a level. */
const maximumNesting = 16;

/** Columns before the first character of a line outside literal blocks; bounds nesting by indentation. */
const maximumIndentation = 128;

/** YAML's tokens, blanks included (a literal block is two); the composer takes 20 µs and more for each. */
const maximumTokens = 20_000;

/**
 * Looks at a text before the YAML composer may: size (LW102), characters that no text file has, nesting, and the
 * parts of YAML that an architecture file has no use for: anchors and aliases (LW106), tags and directives (LW103).
 */
export function guardYaml(text: string, file: string | null): Source {
  if (byteLength(text) > maximumBytes) {
    fail('LW102', `more than ${maximumBytes} bytes`, 'a smaller file', { file, line: 1, column: 1 });
  }
  const counter = new LineCounter();
  counter.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) counter.addNewLine(at + 1);
  const source: Source = { text, file, counter };
  guardCharacters(source);
  guardTokens(source);
  return source;
}

/** Control characters (tab and line ends apart), lone carriage returns and halves of surrogate pairs. */
function guardCharacters(source: Source): void {
  const bad = /[^\t\n\r\P{Cc}]|\r(?!\n)|\p{Cs}|\ufeff|[\u2028\u2029]/u.exec(source.text);
  if (bad === null) return;
  const code = (bad[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  fail('LW103', `the character U+${code}`, 'printable text', positionAt(source, bad.index));
}

function guardTokens(source: Source): void {
  const refuse = (code: 'LW103' | 'LW106', found: string, expected: string, offset: number): never =>
    fail(code, found, expected, positionAt(source, offset));
  let offset = 0;
  // Indicators that nest, of the current line and of the current entry of every flow collection around it.
  const indicators = [0];
  let lineStart = true;
  let content = false;
  let documents = 0;
  let tokens = 0;
  for (const lexeme of new Lexer().lex(source.text)) {
    // The lexer interleaves zero-width control characters, which the text itself cannot contain.
    if (lexeme === CST.DOCUMENT || lexeme === CST.FLOW_END) continue;
    if (lexeme === CST.SCALAR) {
      content = true;
      continue;
    }
    tokens += 1;
    if (tokens > maximumTokens) refuse('LW103', `more than ${maximumTokens} YAML tokens`, 'a smaller file', offset);
    const type = content ? 'scalar' : CST.tokenType(lexeme);
    content = false;
    if (type === 'anchor')
      refuse('LW106', 'an anchor', 'the value written out (quote text that starts with &)', offset);
    if (type === 'alias') refuse('LW106', 'an alias', 'the value written out (quote text that starts with *)', offset);
    if (type === 'tag') refuse('LW103', 'a tag', 'plain values (quote text that starts with !)', offset);
    if (type === 'directive-line') refuse('LW103', 'a directive', 'a file without % lines', offset);
    if (type === 'doc-start') {
      documents += 1;
      if (documents > 1) refuse('LW103', 'a second document', 'one document a file', offset);
    }
    if (type === 'flow-map-start' || type === 'flow-seq-start') indicators.push(0);
    if ((type === 'flow-map-end' || type === 'flow-seq-end') && indicators.length > 1) indicators.pop();
    const last = indicators.length - 1;
    if (type === 'comma' && last > 0) indicators[last] = 0;
    if (type === 'seq-item-ind' || type === 'explicit-key-ind' || type === 'map-value-ind')
      indicators[last] = (indicators[last] ?? 0) + 1;
    if (type === 'newline') {
      lineStart = true;
      if (last === 0) indicators[0] = 0;
    } else {
      const deep = lineStart && type === 'space' && lexeme.length > maximumIndentation;
      if (deep || last > maximumNesting || (indicators[last] ?? 0) > maximumNesting) {
        refuse('LW103', 'deeply nested values', `at most ${maximumNesting} levels`, offset);
      }
      lineStart = false;
    }
    offset += lexeme.length;
  }
}
