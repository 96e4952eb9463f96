import { isMap, isScalar, isSeq, parseAllDocuments } from 'yaml';
import type { Node, Scalar, YAMLMap } from 'yaml';
import type { z } from 'zod';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Position } from '../base/diagnostic.js';
import type { CompositionKind } from '../model/architecture.js';
import type { ActivationDeclaration } from './activations.js';
import type { BlockDeclaration } from './blocks.js';
import type { Declaration } from './check.js';
import { architecturePattern } from './names.js';
import { isObjectWord, symbolRule } from '../base/symbol.js';
import { positionAt, sourceLines } from './yaml-source.js';
import type { Source } from './yaml-source.js';
import { fileSchema } from './schema.js';
import type { ArchitectureFile } from './schema.js';
import { locateInText } from './statement.js';
import type { SourceLine } from './statement.js';
import { expectation } from '../base/suggest.js';
import { refuseYaml } from './yaml-advice.js';
import { guardYaml } from './yaml-guard.js';

/** An architecture file as YAML: fields checked, equations still text. */
export interface ArchitectureDocument {
  readonly name: string;
  readonly title: string;
  readonly source: string | null;
  /** One list of lines for a literal block, one list an entry for a YAML list. */
  readonly equations: readonly (readonly SourceLine[])[];
  readonly equationsPosition: Position;
  readonly parameters: readonly Declaration[];
  readonly activations: readonly ActivationDeclaration[];
  readonly blocks: readonly BlockDeclaration[];
  readonly composition: CompositionKind | null;
}

type Path = readonly PropertyKey[];

/** YAML text → fields. LW102, LW103, LW105, LW106, LW107 with the place in the file. */
export function readDocument(text: string, file: string | null): ArchitectureDocument {
  const source = guardYaml(text, file);
  const root = compose(source);
  const fields = validate(root, source);
  checkForm(root, fields, source);
  const equations = find(root, ['equations']);
  const texts = isSeq(equations) ? equations.items.filter(isText) : isText(equations) ? [equations] : [];
  const declared = find(root, ['parameters']);
  const places = new Map(
    isMap(declared) ? declared.items.map(({ key }) => [keyText(key), positionAt(source, startOf(key))]) : [],
  );
  const parameters = Object.entries(fields.parameters ?? {}).map(([name, { structure }]) => ({
    name,
    structure,
    position: places.get(name) ?? keyPosition(root, ['parameters'], source),
  }));
  return {
    name: fields.name,
    title: fields.title ?? fields.name,
    source: fields.source ?? null,
    equations: texts.map((node) => sourceLines(node, source)),
    equationsPosition: keyPosition(root, ['equations'], source),
    parameters,
    activations: activationDeclarations(root, fields, source),
    blocks: blockDeclarations(root, fields, source),
    composition: fields.compose ?? null,
  };
}

/** Equations, perhaps with a mapping of blocks, or `compose` with a list of them. */
function checkForm(root: YAMLMap, fields: ArchitectureFile, source: Source): void {
  const { compose, equations, blocks, parameters, activations } = fields;
  const top = positionAt(source, startOf(root));
  if (compose === undefined) {
    if (equations === undefined)
      fail('LW105', 'no "equations"', 'the field "equations", or "compose" and "blocks"', top);
    if (Array.isArray(blocks))
      fail(
        'LW105',
        'blocks: a list',
        'a mapping from names to blocks, or the field "compose"',
        keyPosition(root, ['blocks'], source),
      );
    return;
  }
  if (blocks === undefined) fail('LW105', 'no "blocks"', 'the blocks that are composed', top);
  if (!Array.isArray(blocks))
    fail('LW105', 'blocks: a mapping', 'a list of blocks, in order', keyPosition(root, ['blocks'], source));
  const extra = Object.entries({ equations, parameters, activations }).find(([, value]) => value !== undefined);
  if (extra !== undefined)
    fail(
      'LW105',
      `"${extra[0]}" beside "compose"`,
      'one of them: equations can call blocks',
      keyPosition(root, [extra[0]], source),
    );
}

/** The entries of `blocks`, those of a list called b1, b2, … unless they have names. */
function blockDeclarations(root: YAMLMap, { blocks }: ArchitectureFile, source: Source): readonly BlockDeclaration[] {
  if (blocks === undefined) return [];
  const list = Array.isArray(blocks)
    ? blocks.map((given, at) => ({ given, at, name: given.name ?? `b${at + 1}` }))
    : Object.entries(blocks).map(([name, given]) => ({ given, at: name, name }));
  return list.map(({ given, at, name }) => {
    const path = ['blocks', at];
    const place =
      typeof at === 'number' ? positionAt(source, startOf(find(root, path))) : keyPosition(root, path, source);
    return {
      name,
      given,
      position: place,
      included: includeSpan(root, path, source),
      written: writtenSpan(root, path),
    };
  });
}

/** Where `include: …` stands in the text, from the key to the end of its value. */
function includeSpan(root: YAMLMap, path: Path, source: Source): BlockDeclaration['included'] {
  const parent = find(root, path);
  const pair = isMap(parent) ? parent.items.find(({ key }) => keyText(key) === 'include') : undefined;
  const end = (pair?.value as Partial<Node> | null | undefined)?.range?.[1];
  if (pair === undefined || end === undefined) return null;
  const from = startOf(pair.key);
  const position = positionAt(source, from);
  if (source.text.slice(from, end).includes('\n'))
    fail('LW105', 'an include on several lines', 'include: and the path on one line', position);
  return { from, to: end, position };
}

/** Where the value of `text` stands in the text. */
function writtenSpan(root: YAMLMap, path: Path): BlockDeclaration['written'] {
  const node = find(root, [...path, 'text']);
  return isText(node) && node.range ? { from: node.range[0], to: node.range[1] } : null;
}

/** The entries of `activations`, each with the place of its name and the way back from its expression's text. */
function activationDeclarations(
  root: YAMLMap,
  fields: ArchitectureFile,
  source: Source,
): readonly ActivationDeclaration[] {
  return Object.entries(fields.activations ?? {}).map(([name, specification]) => {
    const text = typeof specification === 'string' ? ['activations', name] : ['activations', name, 'expression'];
    const node = find(root, text);
    const lines = isText(node) ? sourceLines(node, source) : [];
    const locate = lines.length === 0 ? null : locateInText(lines);
    return { name, specification, position: keyPosition(root, ['activations', name], source), locate };
  });
}

function isText(node: unknown): node is Scalar<string> {
  return isScalar(node) && typeof node.value === 'string';
}

/** A key as text, null where it is a collection. */
function keyText(key: unknown): string | null {
  return isScalar(key) ? String(key.value) : null;
}

function compose(source: Source): YAMLMap {
  // Duplicate keys are looked for in `plain`: the library's own check compares every pair.
  const documents = parseAllDocuments(source.text, { uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  if (!Array.isArray(documents)) return fail('LW105', 'an empty file', 'name and equations', positionAt(source, 0));
  for (const { errors } of documents) {
    const [error] = errors;
    if (error !== undefined) refuseYaml(source, excerpt(error.message, 120), error.pos[0]);
  }
  const [first, second] = documents;
  if (second !== undefined)
    fail('LW103', 'a second document', 'one document a file', positionAt(source, second.range[0]));
  const root = first?.contents ?? null;
  if (!isMap(root)) {
    const found =
      root === null || (isScalar(root) && root.value === null)
        ? 'no fields'
        : isSeq(root)
          ? 'a list'
          : 'a single value';
    return fail('LW105', found, 'name and equations', positionAt(source, root?.range[0] ?? 0));
  }
  return root;
}

/** YAML nodes → plain data. Keys must be text, unique, and no name that a plain object inherits. */
function plain(node: unknown, source: Source): unknown {
  if (isSeq(node)) return node.items.map((item) => plain(item, source));
  if (!isMap(node)) return isScalar(node) ? node.value : null;
  const entries = new Map<string, unknown>();
  for (const { key, value } of node.items) {
    const place = positionAt(source, startOf(key));
    const name = keyText(key) ?? fail('LW105', 'a key that is no text', 'a field name', place);
    if (isObjectWord(name)) fail('LW107', `the key "${name}"`, symbolRule, place);
    if (entries.has(name)) fail('LW103', `a second "${excerpt(name)}"`, 'each key once', place);
    entries.set(name, plain(value, source));
  }
  return Object.fromEntries(entries);
}

function validate(root: YAMLMap, source: Source): ArchitectureFile {
  const result = fileSchema.safeParse(plain(root, source));
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => describe(inside(issue, root), root, source));
  const [first] = problems.sort((a, b) => a.position.line - b.position.line || a.position.column - b.position.column);
  if (first === undefined) throw new RangeError('a failed validation has an issue');
  return fail(first.code, first.found, first.expected, first.position);
}

interface Problem {
  readonly code: 'LW105' | 'LW107';
  readonly found: string;
  readonly expected: string;
  readonly position: Position;
}

const fieldNames = Object.keys(fileSchema.shape);

interface Complaint {
  readonly code: string;
  readonly path: Path;
  readonly keys?: readonly string[];
  readonly message: string;
}

/**
 * An activation may be one of several things: if only one of them has all its fields, its complaint says more than that
 * of all.
 */
function inside(issue: z.core.$ZodIssue, root: YAMLMap): Complaint {
  if (issue.code !== 'invalid_union' || (issue.path[0] !== 'activations' && issue.path[0] !== 'blocks')) return issue;
  const node = find(root, issue.path);
  const keys = isMap(node) ? node.items.map(({ key }) => keyText(key)) : [];
  const [first] =
    issue.errors.find((errors) =>
      errors.every(({ path: [field] }) => typeof field === 'string' && keys.includes(field)),
    ) ?? [];
  return first === undefined ? issue : { ...first, path: [...issue.path, ...first.path] };
}

/** One schema issue in the words of the catalogue, at the key or value that it is about. */
function describe(issue: Complaint, root: YAMLMap, source: Source): Problem {
  const { path } = issue;
  const field = excerpt(path.map(String).join('.'));
  const [unknown] = issue.keys ?? [];
  if (issue.code === 'unrecognized_keys' && unknown !== undefined) {
    const inActivation = path.includes('spline')
      ? ['knots', 'step', 'range', 'slopes']
      : ['name', 'expression', 'parameters', 'spline'];
    const known = path.length === 0 ? fieldNames : path[0] === 'activations' ? inActivation : ['structure'];
    const position = keyPosition(root, [...path, unknown], source);
    return {
      code: 'LW105',
      found: `the unknown key "${excerpt(unknown)}"`,
      expected: expectation(unknown, known),
      position,
    };
  }
  if (issue.code === 'invalid_key') {
    const name = excerpt(String(path.at(-1)));
    return {
      code: 'LW107',
      found: `the ${path[0] === 'activations' ? 'activation' : 'parameter'} "${name}"`,
      expected: symbolRule,
      position: keyPosition(root, path, source),
    };
  }
  // A union's issue stands at the field as a whole; the entry that is no text says more.
  const value = find(root, path);
  const node = path[0] === 'equations' && isSeq(value) ? (value.items.find((item) => !isText(item)) ?? value) : value;
  if (node === undefined) {
    return {
      code: 'LW105',
      found: `no "${field}"`,
      expected: `the field "${field}"`,
      position: keyPosition(root, path.slice(0, -1), source),
    };
  }
  const position = positionAt(source, startOf(node));
  const found = `${field}: ${describeValue(node)}`;
  if (path[0] === 'name' && isText(node)) {
    return { code: 'LW107', found, expected: `a name such as two-branch (${architecturePattern.source})`, position };
  }
  if (path[0] === 'equations')
    return { code: 'LW105', found, expected: 'text, or a list of texts: one equation a line', position };
  return { code: 'LW105', found, expected: excerpt(issue.message, 160), position };
}

function describeValue(node: unknown): string {
  if (isMap(node)) return 'a mapping';
  if (isSeq(node)) return 'a list';
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'string') return `"${excerpt(value)}"`;
  return typeof value === 'number' || typeof value === 'boolean' ? `the ${typeof value} ${String(value)}` : 'nothing';
}

function startOf(node: unknown): number {
  return (node as Partial<Node> | null)?.range?.[0] ?? 0;
}

/** The node at a path, undefined when there is none. */
function find(root: unknown, path: Path): unknown {
  let node = root;
  for (const step of path) {
    if (isMap(node)) node = node.items.find(({ key }) => keyText(key) === step)?.value;
    else if (isSeq(node) && typeof step === 'number') node = node.items[step];
    else return undefined;
  }
  return node;
}

/** The place of the key at the end of a path; the start of the file for the empty path. */
function keyPosition(root: YAMLMap, path: Path, source: Source): Position {
  const parent = find(root, path.slice(0, -1));
  const pair = isMap(parent) ? parent.items.find(({ key }) => keyText(key) === path.at(-1)) : undefined;
  return positionAt(source, pair === undefined ? startOf(root) : startOf(pair.key));
}
