import { brief } from '../base/number-text.js';
import type { Counterexample } from './counterexample.js';

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
const some = (items: readonly string[]): string => `${items.slice(0, shown).join(', ')}${items.length > shown ? `, … (${items.length} in all)` : ''}`;
const number = (value: number): string => brief(value, 6);

/** Widths, slopes and bound, one short line each. */
export function caseLines({ widths, slopes, hidden, lipschitz }: CaseFacts): readonly string[] {
  const pairs = slopes.map(([m, L]) => `[${number(m)}, ${number(L)}]`);
  const equal = pairs.every((pair) => pair === pairs[0]);
  const slopesText = pairs.length === 0 ? 'no activations' : equal ? `${pairs[0] ?? ''} in every layer` : some(pairs.map((pair, at) => `${hidden[at] ?? at} ${pair}`));
  return [`widths      ${some(Object.entries(widths).map(([name, width]) => `${name}=${width}`))}`, `slopes      ${slopesText}`, `bound       𝓛 = ${number(lipschitz)}`];
}

/** One line for fast-check to print in the place of the numbers that it drew. */
export const caseText = (facts: CaseFacts): string => [`${facts.architecture}, depth ${facts.depth}`, ...caseLines(facts).map((line) => line.replace(/ {2,}/, ' '))].join('; ');

/** What the counterexample itself says of its case. */
export function factsOf({ architecture = '?', depth = 0, dims = {}, slopes = [], signals = [], lipschitz = Number.NaN }: Counterexample): CaseFacts {
  return { architecture, depth, widths: dims, slopes, lipschitz, hidden: signals.slice(1) };
}

/** A counterexample as a title and short lines; the numbers themselves stay in the data. */
export function counterexampleText(counterexample: Counterexample, facts: CaseFacts, further: readonly (readonly [name: string, text: string])[] = []): string {
  const { because, verdict, weights } = counterexample;
  const names = Object.keys(weights ?? {});
  const lines = [
    ...(verdict === undefined ? [] : [`verdict     ${verdict.negativeSemidefinite === false ? 'not negative semidefinite' : verdict.negativeSemidefinite === true ? 'negative semidefinite' : 'undecided'} (${verdict.method})`]),
    ...caseLines(facts),
    ...(names.length === 0 ? [] : [`weights     ${some(names)}`]),
    ...further.map(([name, text]) => `${name.padEnd(12)}${text}`),
  ];
  return `${facts.architecture} at depth ${facts.depth}: ${because}\n${lines.map((line) => `  ${line}`).join('\n')}`;
}
