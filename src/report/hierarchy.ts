import type { BlockDerivation, Derivation } from '../compile.js';
import type { Architecture, CompositionKind } from '../model/architecture.js';
import type { DerivationReport, HierarchyEntry } from './entries.js';

/** A composition as a whole. */
export interface CompositionReport {
  readonly architecture: string;
  readonly title: string;
  readonly composition: CompositionKind;
  readonly depth: number | 'n';
  readonly blocks: readonly HierarchyEntry[];
}

export function hierarchy(
  blocks: readonly BlockDerivation[],
  depth: number | 'n',
  report: (derivation: Derivation) => DerivationReport,
  prefix = '',
): readonly HierarchyEntry[] {
  return blocks.map(({ block, derivation, blocks: inner }): HierarchyEntry => {
    const { architecture, file, lipschitz } = block;
    const own = block.depth ?? depth;
    const name = prefix + block.name;
    // A block's own blocks are entries of this one.
    const single = derivation === null ? null : report({ ...derivation, blocks: [] });
    return {
      name,
      architecture: architecture.name,
      file,
      depth: own,
      lipschitz,
      composition: architecture.composition,
      report: single,
      blocks: hierarchy(inner, own, report, `${name}.`),
    };
  });
}

export function compositionReport(
  architecture: Architecture,
  blocks: readonly BlockDerivation[],
  depth: number | 'n',
  report: (derivation: Derivation) => DerivationReport,
): CompositionReport {
  return {
    architecture: architecture.name,
    title: architecture.title,
    composition: architecture.composition ?? 'sequence',
    depth,
    blocks: hierarchy(blocks, depth, report),
  };
}

const rules: Readonly<Record<CompositionKind, string>> = {
  sequence: 'one after the other: the bounds multiply',
  sum: 'added: the bounds add',
  concatenate: 'of one input, outputs one below the other: the bound is the root of the sum of squares',
};

/** `sequence of b1, b2, one after the other: the bounds multiply` */
function composed(kind: CompositionKind, blocks: readonly HierarchyEntry[]): string {
  const named = blocks.map(
    ({ name, lipschitz }) => `${name.replace(/^.*\./, '')} (${lipschitz ?? 'an equal share of what is left'})`,
  );
  return `a ${kind} of ${named.join(', ')}, ${rules[kind]}`;
}

/** What the block is, in one line. */
function describeEntry({ name, architecture, file, depth, lipschitz, composition, blocks }: HierarchyEntry): string {
  const from = file === null ? '' : ` from ${file}`;
  const held = lipschitz === null ? 'held to its share of the bound' : `held to k = ${lipschitz}`;
  const what =
    composition === null ? `, depth ${depth}; its Lip below is that bound` : `: ${composed(composition, blocks)}`;
  return `Block ${name}: ${architecture}${from}, ${held}${what}`;
}

/** Every block with its report, blocks inside blocks after them, as `print` and `heading` lay them out. */
export function layHierarchy(
  entries: readonly HierarchyEntry[],
  print: (report: DerivationReport) => string,
  heading: (text: string) => string,
): readonly string[] {
  return entries.flatMap((entry) => [
    heading(describeEntry(entry)),
    ...(entry.report === null ? [] : [print(entry.report)]),
    ...layHierarchy(entry.blocks, print, heading),
  ]);
}

export function describeComposition({ architecture, title, composition, blocks }: CompositionReport): string {
  return `${title} (${architecture}), ${composed(composition, blocks)}`;
}
