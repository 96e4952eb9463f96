import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Import {
  readonly file: string;
  readonly typeOnly: boolean;
}

const isTypeOnly = (clause: ts.ImportClause | undefined): boolean =>
  clause !== undefined &&
  (clause.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (clause.name === undefined &&
      clause.namedBindings !== undefined &&
      ts.isNamedImports(clause.namedBindings) &&
      clause.namedBindings.elements.every((element) => element.isTypeOnly)));

/** The files of the repository that a file imports; packages are not looked at. */
function importsOf(file: string, text: string): readonly Import[] {
  const found: Import[] = [];
  const add = (specifier: ts.Node | undefined, typeOnly: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier) || !specifier.text.startsWith('.')) return;
    const target = resolve(dirname(file), specifier.text).replace(/\.js$/, '.ts');
    if (!existsSync(target)) throw new Error(`${file} imports ${specifier.text}, which is not there`);
    found.push({ file: target, typeOnly });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeOnly(node.importClause));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword)
      add(node.arguments[0], false);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true));
  return found;
}

/** All that is imported on the way, by path and text; `types` also follows imports of types alone. */
function closure(starts: readonly string[], { types }: { readonly types: boolean }): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const waiting = starts.map((start) => join(root, start));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const path = relative(root, file);
    if (found.has(path)) continue;
    const text = readFileSync(file, 'utf8');
    found.set(path, text);
    waiting.push(...importsOf(file, text).flatMap((each) => (types || !each.typeOnly ? [each.file] : [])));
  }
  return found;
}

const lines = (files: ReadonlyMap<string, string>): number =>
  [...files.values()].reduce((total, text) => total + text.split('\n').length - 1, 0);

/** The whole room: from the text of a sample's definition to a verdict. */
const room = ['src/check/index.ts'];
/** What decides once the equations are read: equations and numbers as data → network → LMI → definiteness. */
const decision = ['src/check/judged-network.ts', 'src/check/activation-check.ts', 'src/check/decide-network.ts'];

const forbidden =
  /^(?:src\/(?:3-bound|4-parameterize|5-emit|verify|certify|import|report|cli)\/|src\/compile\.ts|rules\/(?:bound|pivot|allocate|parameterize)\/|rules\/(?:index|strategies)\.ts)/;

/**
 * Here a default is a place in a text for a message, or the length of a word.
 */
const placesAlone = /^src\/(?:1-parse\/|base\/(?:suggest|tokens)\.ts)/;

const ofStructures = /^src\/structures\/(?!index|structure|factor)/;

describe('what one trusts who trusts a verdict', () => {
  it('is small: limits that may be lowered, never raised without a reason beside them', () => {
    // One more structure of weights is one more file, which answers questions and decides nothing.
    const counted = (starts: readonly string[]): ReadonlyMap<string, string> =>
      new Map([...closure(starts, { types: false })].filter(([file]) => !ofStructures.test(file)));
    const [whole, deciding] = [counted(room), counted(decision)];
    expect({ files: deciding.size, lines: lines(deciding) }).toSatisfy(
      // 6,000 until there were affine signals: that a matrix of sums is definite is decided as well (numeric/image).
      (it: { files: number; lines: number }) => it.files <= 60 && it.lines <= 6400,
      `what decides: at most 60 files and 6,400 lines, comments included; it has ${deciding.size} and ${lines(deciding)}`,
    );
    // Above that stands the reading of YAML, equations and fields. What weights can be was one line in three files; it is
    // a folder now, a file a structure. What modules run too, widths, budgets, scalar functions, has files of its own.
    expect({ files: whole.size, lines: lines(whole) }).toSatisfy(
      (it: { files: number; lines: number }) => it.files <= 97 && it.lines <= 10000,
      `with the reading of texts: at most 97 files and 10,000 lines; it has ${whole.size} and ${lines(whole)}`,
    );
  });

  it.each([room, decision])(
    'holds no file that makes weights, prints code or searches, types included: %s',
    (...starts) => {
      const files = [...closure(starts, { types: true }).keys()];
      expect(files.length).toBeGreaterThan(30);
      expect(files.filter((file) => forbidden.test(file))).toEqual([]);
      // The analysis of slopes is brought along by whoever asks.
      expect(files.filter((file) => /^src\/slopes\/(?!scalar\/|library\/)/.test(file))).toEqual([]);
    },
  );

  it('reads nothing at a wrong index as 0 or 1, which would weaken a verdict', () => {
    const judged = [...closure(room, { types: false })].filter(([file]) => !placesAlone.test(file));
    expect(judged.length).toBeGreaterThan(50);
    const defaults = judged.flatMap(([file, text]) =>
      text
        .split('\n')
        .flatMap((line, at) =>
          /(?:\?\?|\|\|) *-?[01]\b(?!\.)/.test(line) ? [`${file}:${at + 1} ${line.trim()}`] : [],
        ),
    );
    expect(defaults).toEqual([]);
  });
});
