import type { KnownActivation, SlopeCase } from '../../model/known-activation.js';
import { build, conditionText, rationalText } from '../../slopes/scalar/index.js';
import type { Condition, Scalar } from '../../slopes/scalar/index.js';
import type { FrameworkTable } from '../framework-activations.js';
import { pyFloat, pyString, pyTuple } from './literal.js';
import type { PythonCode } from './python-code.js';

/** Prints the tables of known activations: where the framework has them, and the slopes that were derived of them. */
export function activationTables(
  code: PythonCode,
  { known, refused }: FrameworkTable,
  derived: readonly KnownActivation[],
): void {
  const texts = new Set(derived.map(({ text }) => text));
  const rows = [
    ...known
      .filter(({ is }) => texts.has(is))
      .map((row) => rowText(row, pyString(row.is), row.arguments ?? {}, row.runs ?? 'None')),
    ...refused.map((row) => rowText(row, 'None', {}, pyString(row.because))),
  ];
  code.comment(
    "Activations of the framework: Lipwright's text; its functions, and its classes of modules; " +
      'arguments, with our names for them and their defaults; settings that the line is about, ' +
      'with theirs; what runs instead of the first function. Without a text: why there are no ' +
      'slopes.',
  );
  code.table('_KNOWN = (', rows, ')');
  code.line();
  code.comment(
    'Their slopes (m, L) as Lipwright derived them, rounded outwards; over exact parameters ' +
      'where they have any. A text: why there are none.',
  );
  code.table(
    '_BOUNDS = {',
    derived.map((each) => `${pyString(each.text)}: ${boundsText(each)}`),
    '}',
  );
}

function rowText(
  { functions, modules = [], settings = {} }: FrameworkTable['refused'][number] | FrameworkTable['known'][number],
  name: string,
  given: Readonly<Record<string, readonly [string, number | null]>>,
  what: string,
): string {
  const table = (entries: readonly string[]): string => `{${entries.join(', ')}}`;
  const numbers = Object.entries(given).map(
    ([key, [ours, otherwise]]) =>
      `${pyString(key)}: ${pyTuple([pyString(ours), otherwise === null ? 'None' : pyFloat(otherwise)])}`,
  );
  const conditions = Object.entries(settings).map(
    ([key, [holds, otherwise]]) => `${pyString(key)}: (lambda given: ${holds}, ${otherwise})`,
  );
  return pyTuple([
    name,
    pyString(functions.join(' ')),
    pyString(modules.join(' ')),
    table(numbers),
    table(conditions),
    what,
  ]);
}

function boundsText(known: KnownActivation): string {
  if (known.kind === 'none') return pyString(known.because);
  if (known.kind === 'numbers') return `(${known.slopes.map(pyFloat).join(', ')})`;
  const demands = known.demands.map(
    (demand) => `${pyString(`it needs ${conditionText(demand)}`)} if not ${conditionOf(demand)} else `,
  );
  const text = `${demands.join('')}${casesText(known.cases)}`;
  return text.startsWith('(') && !text.includes(' if ') ? `lambda p: ${text}` : `lambda p: (${text})`;
}

/** The cases cover all that is allowed; where one has no formula here it has no bounds either. */
function casesText(cases: readonly SlopeCase[]): string {
  const [first, ...rest] = cases;
  if (first === undefined) return pyString('not known for these parameters');
  const bounds = first.bounds === null ? null : [exactText(first.bounds.m), exactText(first.bounds.L)];
  const text =
    bounds === null
      ? pyString(first.because)
      : bounds.includes(null)
        ? pyString('no formula for these parameters')
        : `(${bounds.join(', ')})`;
  if (first.where.length === 0) return text;
  const otherwise = casesText(rest);
  return (
    `${text} if ${first.where.map(conditionOf).join(' and ')} else ` +
    (otherwise.includes(' if ') ? `(${otherwise})` : otherwise)
  );
}

const conditionOf = ({ left, relation, right }: Condition): string =>
  `${exactText(left) ?? 'None'} ${relation === '=' ? '==' : relation} ${exactText(right) ?? 'None'}`;

/**
 * Over fractions, hence exact: sums, products, quotients, min and max of numbers and parameters; null for what else
 * there is.
 */
function exactText(node: Scalar): string | null {
  switch (node.kind) {
    case 'rational': {
      const { numerator, denominator } = node.value;
      return denominator === 1n ? String(numerator) : `Fraction(${pyString(rationalText(node.value))})`;
    }
    case 'parameter':
      return `p[${pyString(node.name)}]`;
    case 'sum':
      return joined(node.items, ' + ');
    case 'product':
      return joined([build.number(node.coefficient), ...node.items], ' * ');
    case 'select': {
      const pair = [exactText(node.positive), exactText(node.negative)];
      if (pair.includes(null)) return null;
      if (build.maximum(node.positive, node.negative).key === node.key) return `max(${pair.join(', ')})`;
      return build.minimum(node.negative, node.positive).key === node.key ? `min(${pair.join(', ')})` : null;
    }
    default:
      return null;
  }
}

function joined(items: readonly Scalar[], sign: string): string | null {
  const texts = items.map(exactText);
  return texts.includes(null) ? null : `(${texts.join(sign)})`;
}
