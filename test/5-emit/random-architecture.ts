import type { Random } from '../../src/numeric/random.js';
import type { Architecture } from '../../src/model/architecture.js';
import { written } from '../architectures.js';

/** What a random architecture may hold, beside dense and diagonal weights. */
export interface Flavour {
  /** Identity reads of hidden signals by hidden signals, and of the input by the output. */
  readonly identity: boolean;
  /** Names for weights and signals. */
  readonly names?: readonly string[];
}

const coefficients = ['', '', '', '0.5 * ', '-', '-2 * ', '0.125 * ', '3 * '];

/**
 * A random acyclic network of one to five lone hidden signals: every signal reads one to three earlier ones, by dense,
 * diagonal or identity weights with coefficients, and every signal is read.
 */
export function randomArchitecture(random: Random, flavour: Flavour = { identity: true }): Architecture {
  const structures: Record<string, string> = {};
  const pool = [...(flavour.names ?? [])];
  let fresh = 0;
  const name = (): string => {
    fresh += 1;
    return pool.splice(random.integer(0, Math.max(0, pool.length - 1)), 1)[0] ?? `W${fresh}`;
  };
  const hidden = Array.from({ length: random.integer(1, 5) }, () => name());
  const unread = new Set(hidden);
  const term = (signal: string, identity: boolean): string => {
    unread.delete(signal);
    const kind = random.pick(['dense', 'dense', 'dense', 'diagonal', ...(identity ? ['identity'] : [])]);
    // An identity read takes its part of the row ball whatever the weights are: keep it small.
    if (kind === 'identity' && random.integer(0, 1) === 0) return `${random.pick(['0.25', '-0.5'])} * ${signal}`;
    const weight = name();
    if (kind !== 'dense') structures[weight] = kind;
    return kind === 'identity' ? `0.25 * ${weight} * ${signal}` : `${random.pick(coefficients)}${weight} * ${signal}`;
  };
  const sum = (terms: readonly string[]): string =>
    terms.reduce((all, part) => (part.startsWith('-') ? `${all} - ${part.slice(1)}` : `${all} + ${part}`));
  const choose = (signals: readonly string[]): readonly string[] => {
    const left = [...signals];
    return Array.from(
      { length: Math.min(signals.length, random.integer(1, 3)) },
      () => left.splice(random.integer(0, left.length - 1), 1)[0] ?? 'x',
    );
  };
  const lines = hidden.map((target, at) => {
    const read = choose(['x', ...hidden.slice(0, at)]);
    const terms = read.map((signal) => term(signal, flavour.identity && signal !== 'x'));
    return `${target} = phi(${sum([...terms, ...(random.integer(0, 1) === 0 ? [name()] : [])])})`;
  });
  const rest = [...unread];
  const read = [...new Set([...rest, ...choose(['x', ...hidden])])];
  lines.push(
    'y = ' +
      sum([
        ...read.map((signal) => term(signal, flavour.identity)),
        ...(random.integer(0, 1) === 0 ? [`-0.5 * ${name()}`] : []),
      ]),
  );
  return written(lines, structures);
}
