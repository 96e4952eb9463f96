import type { CertifiedNetwork } from './certify.js';
import type { Method, Plan } from './plan.js';

/** What the evaluation script found on the test part of a split. */
export interface Evaluated extends CertifiedNetwork {
  readonly points: number;
  readonly clean: number;
  /** At the plan's radii: the part of the test points that are right and cannot be moved to another class. */
  readonly certified: readonly number[];
  /** The part that an attack at these radii leaves right: nothing better could be certified. */
  readonly attacked: readonly number[];
  /** `certified` at the radii of the figure. */
  readonly curve: readonly number[];
  /** Test points whose class an attack within their own certified radius changed. */
  readonly overturned: number;
}

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** The standard deviation over the splits. */
export function spread(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / Math.max(1, values.length - 1));
}

const percent = (values: readonly number[]): string =>
  `${(100 * mean(values)).toFixed(1)} ± ${(100 * spread(values)).toFixed(1)}`;

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  return [row(head), row(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(row)];
}

/** Markdown: a summary, and for each data set a table of accuracies and one of bounds. */
export function resultsText(plan: Plan, evaluated: readonly Evaluated[]): string {
  const dataSets = Object.keys(plan.budgets);
  const groupsOf = (dataSet: string): readonly Group[] =>
    plan.methods
      .map((method) => ({
        method,
        group: evaluated.filter((entry) => entry.dataSet === dataSet && entry.method === method.id),
      }))
      .filter(({ group }) => group.length > 0);
  const overturned = evaluated.reduce((sum, entry) => sum + entry.overturned, 0);
  const points = evaluated.reduce((sum, entry) => sum + entry.points, 0);
  const own = evaluated.filter(({ proven }) => proven !== null);
  return `${[
    '# Certified accuracy on tabular data: results',
    '',
    'Written by `npm run example:tabular`; README.md says what was done and what to make of it. ' +
      'Accuracies are in percent of the test points, mean ± standard',
    `deviation over ${plan.seeds.length} splits. *r* is the radius in the Euclidean norm.`,
    '',
    '## Summary',
    '',
    `Certified accuracy, mean over r = ${plan.radii.join(', ')}; in brackets the difference from ` +
      `${nameOf(yardstickOf(plan))} on the same splits, ± its standard error.`,
    '',
    ...summary(plan, dataSets.map(groupsOf)),
    ...dataSets.flatMap((dataSet) => [
      '',
      `## ${capital(dataSet)}`,
      '',
      ...accuracies(plan, groupsOf(dataSet)),
      '',
      ...bounds(plan, groupsOf(dataSet)),
    ]),
    '',
    '## Checks',
    '',
    '- An attack within the certified radius of each test point changed the class of ' +
      `${overturned} out of ${points} points.`,
    `- ${own.filter(({ proven }) => proven === true).length} of ${own.length} networks of ` +
      'Lipwright are proven 1-Lipschitz with the float32 weights that training left.',
  ].join('\n')}\n`;
}

const capital = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** What differences are taken from. @throws if the plan has it not */
function yardstickOf({ methods }: Plan): Method {
  const found = methods.find(({ id }) => id === 'sll-2');
  if (found === undefined) throw new Error('a plan without sll-2');
  return found;
}

function summary(plan: Plan, dataSets: readonly (readonly Group[])[]): readonly string[] {
  const yardstick = yardstickOf(plan);
  const groupOf = (groups: readonly Group[], id: string): readonly Evaluated[] =>
    groups.find(({ method }) => method.id === id)?.group ?? [];
  const cell = (groups: readonly Group[], method: Method): string => {
    const own = groupOf(groups, method.id);
    const other = groupOf(groups, yardstick.id);
    const differences = own.map(
      ({ certified, seed }) =>
        100 * (mean(certified) - mean(other.find((entry) => entry.seed === seed)?.certified ?? [])),
    );
    const value = (100 * mean(own.map(({ certified }) => mean(certified)))).toFixed(1);
    if (method.id === yardstick.id) return value;
    const difference = mean(differences);
    return (
      `${value} (${difference < 0 ? '−' : '+'}${Math.abs(difference).toFixed(1)} ± ` +
      `${(spread(differences) / Math.sqrt(own.length)).toFixed(1)})`
    );
  };
  return table(
    ['', ...Object.keys(plan.budgets).map(capital)],
    plan.methods.map((method) => [nameOf(method), ...dataSets.map((groups) => cell(groups, method))]),
  );
}

interface Group {
  readonly method: Method;
  readonly group: readonly Evaluated[];
}

const nameOf = ({ kind, label, depth }: Method): string =>
  `${kind === 'lipwright' ? '**Lipwright** ' : ''}${label}${depth === 0 ? '' : `, depth ${depth}`}`;

function accuracies({ radii }: Plan, groups: readonly Group[]): readonly string[] {
  return table(
    ['certified accuracy', 'r = 0', ...radii.map((radius) => `r = ${radius}`)],
    groups.map(({ method, group }) => [
      nameOf(method),
      percent(group.map(({ clean }) => clean)),
      ...radii.map((_, i) => percent(group.map(({ certified }) => certified[i] ?? 0))),
    ]),
  );
}

function bounds({ radii }: Plan, groups: readonly Group[]): readonly string[] {
  return table(
    ['', 'hidden widths', 'parameters', 'proven 𝓛', ...radii.map((radius) => `attacked, r = ${radius}`)],
    groups.map(({ method, group }) => {
      const all = group.map(({ lipschitz }) => lipschitz);
      return [
        nameOf(method),
        group[0]?.hidden.join(', ') ?? '',
        String(group[0]?.parameters ?? ''),
        rangeText(Math.min(...all), Math.max(...all)),
        ...radii.map((_, i) => percent(group.map(({ attacked }) => attacked[i] ?? 0))),
      ];
    }),
  );
}

/** Bounds are rounded upwards, never below what is proven. */
function rangeText(least: number, most: number): string {
  const places = most < 2 ? 4 : 1;
  const text = (value: number): string => (Math.ceil(value * 10 ** places) / 10 ** places).toFixed(places);
  return text(least) === text(most) ? text(most) : `${text(least)} to ${text(most)}`;
}
