import { marginText } from '../base/number-text.js';
import { strategyText } from '../model/variant.js';
import { slopesText } from './slopes.js';
import type { Sample } from '../verify/instance.js';
import { activationNames } from './activation-names.js';

type Entry = number | string;

const number = (value: Entry): string => (typeof value === 'string' ? value : value === 0 ? '0' : value.toPrecision(5));

/** Rows and columns beyond these are told by an ellipsis. */
const most = 8;

function matrixLines(rows: readonly (readonly Entry[])[]): readonly string[] {
  const shown = rows.slice(0, most).map((row) => [...row.slice(0, most).map(number), ...(row.length > most ? ['…'] : [])]);
  const width = Math.max(0, ...shown.flat().map((cell) => cell.length));
  return [...shown.map((row) => `    ${row.map((cell) => cell.padStart(width)).join('  ')}`), ...(rows.length > most ? [`    … (${rows.length} rows)`] : [])];
}

const isTable = (value: readonly Entry[] | readonly (readonly Entry[])[]): value is readonly (readonly Entry[])[] => Array.isArray(value[0]);

function section(title: string, values: Readonly<Record<string, readonly Entry[] | readonly (readonly Entry[])[]>>): readonly string[] {
  const entries = Object.entries(values);
  if (entries.length === 0) return [];
  return ['', title, ...entries.flatMap(([name, value]) => [isTable(value) ? `  ${name}, ${value.length} × ${value[0]?.length ?? 0}` : `  ${name}, ${value.length}`, ...matrixLines(isTable(value) ? value : [value])])];
}

/** The largest of the condition numbers, with its name. */
function worstCondition(conditions: Readonly<Record<string, Entry>>): readonly [string, Entry] | null {
  return Object.entries(conditions).reduce<readonly [string, Entry] | null>((worst, each) => (worst === null || Number(each[1]) > Number(worst[1]) ? each : worst), null);
}

/** A sample for people; numbers to five digits. */
export function sampleText(sample: Sample): string {
  const { architecture, depth, strategy, lipschitz, slopes, dims, weights, biases, multipliers, lmi, verdict, bounds, variant = null, conditions = {} } = sample;
  const named = activationNames(sample.activations);
  const worst = worstCondition(conditions);
  const decided = verdict.negativeSemidefinite === true ? 'proven negative semidefinite' : verdict.negativeSemidefinite === false ? 'NOT negative semidefinite' : 'undecided';
  return `${[
    `${architecture}, depth ${depth}, strategy ${strategyText(strategy, variant)}`,
    `  bound 𝓛  ${lipschitz}`,
    ...(slopes.length === 0 ? [] : [`  slopes   ${slopesText(slopes)}`]),
    ...(named === null ? [] : [`  phi      ${named}`]),
    `  widths   ${Object.entries(dims).map(([name, width]) => `${name} = ${width}`).join(', ')}`,
    `  verdict  LMI ${decided} (${verdict.method}${verdict.margin === null ? '' : `, relative margin ${marginText(verdict.margin)}`})`,
    ...(worst === null ? [] : [`  worst condition number  at least ${number(worst[1])}, of ${worst[0]} (from the diagonal of its Cholesky factor)`]),
    ...(bounds === undefined ? [] : [`  bounds   ${bounds.lmi} by the LMI, ${number(bounds.bv2)} by norms (spectral and BV², Aziznejad et al. 2020)`]),
    ...section('Weights', weights),
    ...section('Biases', biases),
    ...section('Multipliers', multipliers),
    ...(lmi === undefined ? [] : section('LMI', { M: lmi })),
  ].join('\n')}\n`;
}
