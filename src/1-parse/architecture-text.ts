import type { Architecture } from '../model/architecture.js';
import type { SlopesOf } from '../model/slopes-of.js';
import { ActivationNames } from './activations.js';
import { checkCalls, inlined, readBlocks } from './blocks.js';
import type { Includer, Within } from './blocks.js';
import { check } from './check.js';
import { readDocument } from './document.js';
import { readEquations } from './equations.js';

/**
 * The text of an architecture file → the architecture, generic in the depth n.
 *
 *     YAML text → fields → equation lines → tokens → expression trees → terms → checked equations
 *
 * `file` is only printed in positions (null for text from memory). Nothing in the text is ever evaluated, and no file
 * is read but by `include`; without it a block that is to be included is refused (LW110). Throws `LipwrightError`
 * (LW101 … LW110, LW201 … LW214, LW306, LW307, LW310, and what `slopesOf` throws) at the place of the offence.
 */
export function readArchitectureText(
  text: string,
  file: string | null,
  { slopesOf, include = null }: { readonly slopesOf: SlopesOf; readonly include?: Includer | null },
): Architecture {
  return parseWithin(text, { file, include, chain: [file ?? '<text>'], counter: { blocks: 0 } }, slopesOf);
}

function parseWithin(text: string, within: Within, slopesOf: SlopesOf): Architecture {
  const { file } = within;
  // A byte order mark is no part of the text, and columns should not count it.
  const definition = text.replace(/^\ufeff/, '');
  const document = readDocument(definition, file);
  const { blocks: entries, composition } = document;
  const declared = document.parameters.map(({ name }) => name);
  const names = new ActivationNames(document.activations, entries, slopesOf);
  const equations = composition === null ? readEquations(document.equations, declared, names) : [];
  const blocks = readBlocks(entries, composition, within, (inner, around) => parseWithin(inner, around, slopesOf));
  if (composition === null) {
    check(equations, document.parameters, document.equationsPosition);
    checkCalls(equations, entries);
  }
  return {
    name: document.name,
    title: document.title,
    source: document.source,
    equations,
    parameters: new Map(document.parameters.map(({ name, structure }) => [name, structure])),
    activations: names.resolve(equations),
    blocks,
    composition,
    definition: inlined(definition, file, entries, blocks),
  };
}
