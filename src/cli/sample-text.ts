import { marginText } from '../base/number-text.js';
import { strategyText } from '../model/variant.js';
import { slopesText } from './slopes.js';
import type { Sample } from '../verify/instance.js';
import { hangingWords, pad } from '../report/wrap.js';
import { activationNames } from './activation-names.js';

type Entry = number | string;

const number = (value: Entry): string => (typeof value === 'string' ? value : value === 0 ? '0' : value.toPrecision(5));

/** Rows and columns beyond these are told by an ellipsis. */
const most = 8;

/** As many columns as fit, the others told by an ellipsis. */
function matrixLines(rows: readonly (readonly Entry[])[], width: number): readonly string[] {
  const cells = rows.slice(0, most).map((row) => row.slice(0, most).map(number));
  const cell = Math.max(1, ...cells.flat().map((text) => text.length));
  const total = Math.max(0, ...rows.map((row) => row.length));
  const fits = (room: number): number => Math.floor((room - 2) / (cell + 2));
  const columns = total <= most && total <= fits(width) ? total : Math.max(1, Math.min(most, fits(width - 3)));
  const lines = cells.map(
    (row) =>
      `    ${row
        .slice(0, columns)
        .map((text) => text.padStart(cell))
        .join('  ')}${row.length > columns || total > most ? '  …' : ''}`,
  );
  return [...lines, ...(rows.length > most ? [`    … (${rows.length} rows)`] : [])];
}

const isTable = (value: readonly Entry[] | readonly (readonly Entry[])[]): value is readonly (readonly Entry[])[] =>
  Array.isArray(value[0]);

function section(
  title: string,
  values: Readonly<Record<string, readonly Entry[] | readonly (readonly Entry[])[]>>,
  width: number,
): readonly string[] {
  const entries = Object.entries(values);
  if (entries.length === 0) return [];
  return [
    '',
    title,
    ...entries.flatMap(([name, value]) => [
      isTable(value) ? `  ${name}, ${value.length} × ${value[0]?.length ?? 0}` : `  ${name}, ${value.length}`,
      ...matrixLines(isTable(value) ? value : [value], width),
    ]),
  ];
}

/** The largest of the condition numbers, with its name. */
function worstCondition(conditions: Readonly<Record<string, Entry>>): readonly [string, Entry] | null {
  return Object.entries(conditions).reduce<readonly [string, Entry] | null>(
    (worst, each) => (worst === null || Number(each[1]) > Number(worst[1]) ? each : worst),
    null,
  );
}

/** A sample for people, as wide as `width` where lines can be broken; numbers to five digits. */
export function sampleText(sample: Sample, width: number): string {
  const line = (head: string, text: string): readonly string[] => hangingWords(`  ${pad(head, 9)}`, text, width);
  const {
    architecture,
    depth,
    strategy,
    lipschitz,
    slopes,
    dims,
    weights,
    biases,
    multipliers,
    lmi,
    verdict,
    bounds,
    variant = null,
    conditions = {},
  } = sample;
  const named = activationNames(sample.activations);
  const worst = worstCondition(conditions);
  const decided =
    verdict.negativeSemidefinite === true
      ? 'proven negative semidefinite'
      : verdict.negativeSemidefinite === false
        ? 'NOT negative semidefinite'
        : 'undecided';
  return `${[
    `${architecture}, depth ${depth}, strategy ${strategyText(strategy, variant)}`,
    `  bound 𝓛  ${lipschitz}`,
    ...(slopes.length === 0 ? [] : line('slopes', slopesText(slopes))),
    ...(named === null ? [] : line('phi', named)),
    ...line(
      'widths',
      Object.entries(dims)
        .map(([name, size]) => `${name}\u00a0=\u00a0${size}`)
        .join(', '),
    ).map((text) => text.replaceAll('\u00a0', ' ')),
    ...line(
      'verdict',
      `LMI ${decided} ` +
        `(${verdict.method}${verdict.margin === null ? '' : `, relative margin ${marginText(verdict.margin)}`})`,
    ),
    ...(worst === null
      ? []
      : hangingWords(
          '  worst condition number  ',
          `at least ${number(worst[1])}, of ${worst[0]} (from the diagonal of its Cholesky factor)`,
          width,
        )),
    ...(bounds === undefined
      ? []
      : line(
          'bounds',
          `${bounds.lmi} by the LMI, ${number(bounds.bv2)} by norms (spectral and BV², Aziznejad et al. 2020)`,
        )),
    ...section('Weights', weights, width),
    ...section('Biases', biases, width),
    ...section('Multipliers', multipliers, width),
    ...(lmi === undefined ? [] : section('LMI', { M: lmi }, width)),
  ].join('\n')}\n`;
}
