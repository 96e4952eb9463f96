import { byteLength } from '../base/bytes.js';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { Architecture, Block, CompositionKind, Equation } from '../model/architecture.js';
import type { BlockSpecification } from './schema.js';
import { maximumBytes } from './yaml-guard.js';

/** One entry of a file's `blocks`. */
export interface BlockDeclaration {
  readonly name: string;
  readonly given: BlockSpecification;
  /** Of the name, or of the entry in a list. */
  readonly position: Position;
  /** Where `include: …` stands in the text; null where the block's text does. */
  readonly included: { readonly from: number; readonly to: number; readonly position: Position } | null;
  /** Where the value of `text` stands; null where there is none. */
  readonly written: { readonly from: number; readonly to: number } | null;
}

/** A file that a block includes. */
export interface IncludedText {
  readonly text: string;
  /** As positions print it. */
  readonly file: string;
  /** The same for all paths that lead to the file: what tells a cycle. */
  readonly identity: string;
}

/** Reads what `include` names in the file `from`. @throws LW101, LW102, LW110 */
export type Includer = (path: string, from: string | null, position: Position) => IncludedText;

/** What one file of a hierarchy knows of those around it. */
export interface Within {
  readonly file: string | null;
  readonly include: Includer | null;
  /** The files from the outermost one to this one. */
  readonly chain: readonly string[];
  /** Blocks of the whole hierarchy so far. */
  readonly counter: { blocks: number };
}

/** Files inside files. */
const deepest = 8;
/** Blocks of a whole hierarchy: files that include each other twice, level by level, would have thousands. */
const mostBlocks = 64;
/** Held to less or more than this, the squares in the LMI leave the range in which doubles keep their precision. */
const range = { least: 2 ** -40, largest: 2 ** 40 } as const;

/**
 * The blocks of a file, each parsed. @throws LW105 neither or both of include and text, or no k where one is needed,
 * LW107 two of one name, LW110 what cannot be included, LW214 too many, LW306 a k out of range
 */
export function readBlocks(
  entries: readonly BlockDeclaration[],
  composition: CompositionKind | null,
  within: Within,
  parse: (text: string, within: Within) => Architecture,
): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>();
  for (const { name, given, position, included } of entries) {
    const { include, text, depth = null, lipschitz = null } = given;
    if (blocks.has(name)) fail('LW107', `a second block "${excerpt(name)}"`, 'each name once', position);
    if (lipschitz === null && composition === null)
      fail(
        'LW105',
        `the block "${excerpt(name)}" without lipschitz`,
        'the bound that it is held to, for example lipschitz: 0.5',
        position,
      );
    if (lipschitz !== null && !(lipschitz >= range.least && lipschitz <= range.largest))
      fail('LW306', String(lipschitz), 'a number from 2^-40 to 2^40', position);
    within.counter.blocks += 1;
    if (within.counter.blocks > mostBlocks)
      fail('LW214', `more than ${mostBlocks} blocks`, 'fewer, in all files together', position);
    const { chain } = within;
    if (chain.length > deepest)
      fail('LW110', `blocks inside blocks, more than ${deepest} deep`, 'fewer levels', position);
    if ((include === undefined) === (text === undefined)) {
      return fail(
        'LW105',
        `the block "${excerpt(name)}" with ${include === undefined ? 'neither' : 'both'} of include and text`,
        'one of them',
        position,
      );
    }
    const place = included?.position ?? position;
    const source = include === undefined ? null : readIncluded(include, within, place);
    if (source !== null && chain.includes(source.identity))
      fail('LW110', `a cycle: ${excerpt(source.file)} includes itself`, 'files that do not include each other', place);
    const inner = {
      ...within,
      file: source?.file ?? `${within.file ?? '<text>'}#${name}`,
      chain: [...chain, source?.identity ?? `#${name}`],
    };
    blocks.set(name, {
      name,
      architecture: parse(source?.text ?? text ?? '', inner),
      depth,
      lipschitz,
      file: source?.file ?? null,
      position,
    });
  }
  return blocks;
}

function readIncluded(path: string, { include, file }: Within, position: Position): IncludedText {
  if (include === null)
    return fail('LW110', `include: "${excerpt(path)}"`, 'the text itself: no files are read from here', position);
  if (/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\\]/u.test(path))
    fail('LW110', `"${excerpt(path)}"`, 'a path of printable characters, with / between folders', position);
  return include(path, file, position);
}

/** Every block is called, once, and not by a whole family: its weights stand in one place. @throws LW208, LW210 */
export function checkCalls(equations: readonly Equation[], entries: readonly BlockDeclaration[]): void {
  for (const { name, position } of entries) {
    const [first, second] = equations.filter(({ activation }) => activation === name);
    if (first === undefined)
      return fail('LW210', `the block "${excerpt(name)}"`, `${excerpt(name)}(…) in an equation`, position);
    const advice = 'a block for every call: two calls may not share weights';
    if (first.range !== null)
      fail('LW208', `the block "${excerpt(name)}" in every member of a family`, advice, first.position);
    if (second !== undefined) fail('LW208', `a second call of the block "${excerpt(name)}"`, advice, second.position);
  }
}

/**
 * The file's text with the texts of its blocks in the place of their `include`, also of those inside a block's own
 * text, so that nothing needs to be read again. @throws LW102
 */
export function inlined(
  definition: string,
  file: string | null,
  entries: readonly BlockDeclaration[],
  blocks: ReadonlyMap<string, Block>,
): string {
  let text = definition;
  for (const { name, given, included, written } of [...entries].reverse()) {
    const inner = blocks.get(name)?.architecture.definition;
    if (inner === undefined) continue;
    // A string of JSON is one of YAML, on one line wherever it stands.
    const quoted = JSON.stringify(inner);
    if (included !== null) text = `${text.slice(0, included.from)}text: ${quoted}${text.slice(included.to)}`;
    else if (written !== null && given.text !== inner) {
      // The last line end of a literal block is part of it.
      const end = text.slice(written.from, written.to).endsWith('\n') ? '\n' : '';
      text = `${text.slice(0, written.from)}${quoted}${end}${text.slice(written.to)}`;
    }
  }
  if (byteLength(text) > maximumBytes)
    fail('LW102', `more than ${maximumBytes} bytes with all included files`, 'smaller files', {
      file,
      line: 1,
      column: 1,
    });
  return text;
}
