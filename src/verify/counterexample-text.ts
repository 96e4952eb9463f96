import { brief } from '../base/number-text.js';
import type { Verdict } from '../numeric/definiteness.js';
import type { Counterexample } from './counterexample.js';
import { excessOf } from './excess.js';
import type { Row, Table } from './instance.js';

/** What a case is about, in the words of people. */
export interface CaseFacts {
  readonly architecture: string;
  readonly depth: number;
  readonly widths: Readonly<Record<string, number>>;
  /** [m, L] of each hidden signal, in their order. */
  readonly slopes: readonly (readonly [number, number])[];
  readonly hidden: readonly string[];
  readonly lipschitz: number;
}

const shown = 8;
const some = (items: readonly string[]): string =>
  `${items.slice(0, shown).join(', ')}${items.length > shown ? `, … (${items.length} in all)` : ''}`;
const number = (value: number): string => brief(value, 6);

/** Widths, slopes and bound, one short line each. */
function caseLines({ widths, slopes, hidden, lipschitz }: CaseFacts): readonly string[] {
  const pairs = slopes.map(([m, L]) => `[${number(m)}, ${number(L)}]`);
  const equal = pairs.every((pair) => pair === pairs[0]);
  const slopesText =
    pairs.length === 0
      ? 'no activations'
      : equal
        ? `${pairs[0] ?? ''} in every layer`
        : some(pairs.map((pair, at) => `${hidden[at] ?? at} ${pair}`));
  return [
    `widths      ${some(Object.entries(widths).map(([name, width]) => `${name}=${width}`))}`,
    `slopes      ${slopesText}`,
    `bound       𝓛 = ${number(lipschitz)}`,
  ];
}

/** One line for fast-check to print in the place of the numbers that it drew. */
export const caseText = (facts: CaseFacts): string =>
  [`${facts.architecture}, depth ${facts.depth}`, ...caseLines(facts).map((line) => line.replace(/ {2,}/, ' '))].join(
    '; ',
  );

/** What the counterexample itself says of its case. */
export function factsOf({
  architecture = '?',
  depth = 0,
  dims = {},
  slopes = [],
  signals = [],
  lipschitz = Number.NaN,
}: Counterexample): CaseFacts {
  return { architecture, depth, widths: dims, slopes, lipschitz, hidden: signals.slice(1) };
}

/** Weights of at most so many rows and columns are printed, if all are. */
const printed = 3;
const isSmall = (value: Row | Table): boolean =>
  value.length <= printed && value.every((row) => typeof row !== 'object' || row.length <= printed);

/** `[[1.5, -2], [0, 1]]`, four digits. */
function digits(value: Row | Table): string {
  const items = value.map((item) => {
    if (typeof item === 'object') return digits(item);
    return typeof item === 'number' ? brief(item, 4) : item;
  });
  return `[${items.join(', ')}]`;
}

/** What is small enough to be read: the weights, and by how much M fails. */
function smallLines({ weights = {}, lmi, verdict }: Counterexample): readonly string[] {
  const entries = Object.entries(weights);
  if (entries.length === 0 || entries.length > shown || !entries.every(([, value]) => isSmall(value)))
    return entries.length === 0 ? [] : [`weights     ${some(entries.map(([name]) => name))}`];
  const excess = lmi === undefined || verdict?.negativeSemidefinite === true ? null : excessOf(lmi);
  return [
    ...entries.map(([name, value]) => `${name.padEnd(12)}${digits(value)}`),
    ...(excess === null || !(excess > 0)
      ? []
      : [`M           is above 0: xᵀMx = ${brief(excess, 4)} for some x of norm 1`]),
  ];
}

function outcomeText({ negativeSemidefinite }: Pick<Verdict, 'negativeSemidefinite'>): string {
  if (negativeSemidefinite === null) return 'undecided';
  return negativeSemidefinite ? 'negative semidefinite' : 'not negative semidefinite';
}

/** A counterexample as a title and short lines; the numbers themselves stay in the data, but for small ones. */
export function counterexampleText(
  counterexample: Counterexample,
  facts: CaseFacts,
  further: readonly (readonly [name: string, text: string])[] = [],
): string {
  const { because, verdict } = counterexample;
  const lines = [
    ...(verdict === undefined ? [] : [`verdict     ${outcomeText(verdict)} (${verdict.method})`]),
    ...caseLines(facts),
    ...smallLines(counterexample),
    ...further.map(([name, text]) => `${name.padEnd(12)}${text}`),
  ];
  return `${facts.architecture} at depth ${facts.depth}: ${because}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
