// @ts-check
import { dirname, posix, relative, resolve, sep } from 'node:path';

/**
 * The floors of the house as a lint rule. A file may import from its own compartment and from lower floors, type
 * imports included; compartments on one floor (the numbered rooms and rules/) never see one another and meet in
 * src/model. Bare package names are not looked at.
 *
 * @type {readonly { readonly floor: number, readonly of: RegExp }[]}
 */
const floors = [
  // Emitted modules bring these files along: they stand on nothing.
  { floor: -1, of: /^src\/runtime\// },
  { floor: 0, of: /^src\/base\// },
  { floor: 1, of: /^src\/numeric\// },
  { floor: 2, of: /^src\/expr\// },
  { floor: 2, of: /^src\/slopes\/(?:scalar|library)\// },
  { floor: 3, of: /^src\/structures\// },
  { floor: 3.5, of: /^src\/model\// },
  { floor: 4, of: /^src\/rule\// },
  { floor: 4, of: /^src\/slopes\// },
  { floor: 4, of: /^src\/network\// },
  { floor: 5, of: /^src\/\d-[^/]+\// },
  { floor: 5, of: /^rules\// },
  { floor: 6, of: /^src\/check\// },
  { floor: 6, of: /^src\/compile\.[^/]+$/ },
  { floor: 6, of: /^src\/emit\.[^/]+$/ },
  { floor: 7, of: /^src\/targets\.[^/]+$/ },
  { floor: 7, of: /^src\/report\// },
  { floor: 7, of: /^src\/verify\// },
  { floor: 8, of: /^src\/certify\// },
  { floor: 9, of: /^src\/import\// },
  { floor: 10, of: /^src\/(?:index|property)\.[^/]+$/ },
  { floor: 11, of: /^src\/cli\// },
  { floor: 12, of: /^(?!src\/)/ },
];

const order =
  'runtime < base < numeric < expr, slopes/scalar and slopes/library < structures < model < rule, slopes and network < ' +
  'numbered rooms and rules/ < check, compile.ts and emit.ts < targets.ts, report and verify < certify < import < ' +
  'index.ts and property.ts < cli < the rest';

/** What src/check may import: test/house/checker.test.ts counts what that brings along. */
const trusted =
  /^(?:src\/(?:base|numeric|expr|structures|model|network|rule|1-parse|2-lmi|check|runtime\/js)\/|rules\/form\.[^/]+$)/;

/** The floor and compartment of a path relative to the root, or null for a place in src/ that has no floor. */
function placeOf(/** @type {string} */ path) {
  for (const { floor, of } of floors) {
    const match = of.exec(path);
    if (match !== null) return { floor, compartment: match[0] };
  }
  return null;
}

/** What is wrong with the import, or null. Both paths are relative to the root, with forward slashes. */
function objection(/** @type {string} */ from, /** @type {string} */ to) {
  const here = placeOf(from);
  const there = placeOf(to);
  if (here === null || there === null)
    return `${here === null ? from : to} stands on no floor: give its folder one in scripts/lint-floors.mjs`;
  if (here.compartment === there.compartment) return null;
  if (here.floor < there.floor) return `${from} imports the higher floor ${to}; the floors are ${order}`;
  if (here.floor === there.floor)
    return `${from} imports ${to}: compartments of one floor never import one another, rooms and rules meet in src/model`;
  if (here.compartment === 'src/check/' && !trusted.test(to))
    return `${from} imports ${to}: the trusted room knows nothing of how weights are made`;
  const isDoor = /\/index\.[^/]+$/.test(to);
  if (
    there.compartment.startsWith('src/slopes/') &&
    here.floor < 12 &&
    !isDoor &&
    !here.compartment.startsWith('src/slopes/')
  )
    return `${from} imports ${to}: slopes are entered through an index.ts only`;
  if (/^src\/\d/.test(there.compartment) && [7, 8, 9, 11].includes(here.floor) && !isDoor)
    return `${from} imports ${to}: verify, certify, import and cli enter a room through its index.ts only`;
  return null;
}

/** @type {import('eslint').Rule.RuleModule} */
export const floorsRule = {
  meta: {
    type: 'problem',
    docs: { description: 'lower floors never import higher ones' },
    schema: [
      { type: 'object', properties: { root: { type: 'string' } }, required: ['root'], additionalProperties: false },
    ],
    messages: { floor: '{{ objection }}' },
  },
  create(context) {
    const { root } = context.options[0];
    const fromRoot = (/** @type {string} */ path) => relative(root, path).split(sep).join(posix.sep);
    const check = (/** @type {any} */ source) => {
      if (typeof source?.value !== 'string' || !source.value.startsWith('.')) return;
      const found = objection(fromRoot(context.filename), fromRoot(resolve(dirname(context.filename), source.value)));
      if (found !== null) context.report({ node: source, messageId: 'floor', data: { objection: found } });
    };
    return {
      ImportDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal),
      TSExternalModuleReference: (/** @type {any} */ node) => check(node.expression),
    };
  },
};
