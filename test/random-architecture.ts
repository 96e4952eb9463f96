import { parseArchitecture } from '../src/1-parse/parse.js';
import type { Architecture } from '../src/model/architecture.js';
import type { Random } from '../src/numeric/random.js';
import { generator } from '../src/numeric/random.js';

/**
 * An acyclic architecture drawn at random, as the text of a file: up to five hidden signals, each reading one to three
 * earlier ones through dense, diagonal, identity or scaled weights, several weights on one signal included, in an order
 * of lines that need not be that of the signals. Equal seeds give equal texts.
 */
export function randomArchitectureText(seed: number): string {
  const random = generator(seed);
  const count = random.integer(1, 5);
  const structures: string[] = [];
  let weights = 0;
  const weight = (letter: string): string => {
    weights += 1;
    const name = `${letter}${weights}`;
    const draw = random.uniform();
    if (draw < 0.2) structures.push(`  ${name}: { structure: diagonal }`);
    return name;
  };
  const coefficient = (): string => random.pick(['', '', '', '2 * ', '-', '0.3 * ', '-1.5 * ']);
  const terms = (earlier: readonly string[], identityPart: number): string => {
    const reads = Array.from({ length: random.integer(1, Math.min(3, earlier.length + 1)) }, () =>
      random.pick(earlier),
    );
    return reads
      .map((signal, at) =>
        random.uniform() < identityPart && at > 0 ? signal : `${coefficient()}${weight('W')} * ${signal}`,
      )
      .join(' + ')
      .replaceAll('+ -', '- ');
  };
  const signals = ['x'];
  const lines = Array.from({ length: count }, (_, at) => {
    const name = `h${at + 1}`;
    const bias = random.uniform() < 0.5 ? ` + b${at + 1}` : '';
    const line = `${name} = phi(${terms(signals, 0.15)}${bias})`;
    signals.push(name);
    return line;
  });
  const shuffled = shuffle(lines, random);
  const parameters = structures.length === 0 ? '' : `parameters:\n${structures.join('\n')}\n`;
  return (
    `name: random-${seed}\nequations: |\n` +
    `${[...shuffled, `y = ${terms(signals, 0)}`].map((line) => `  ${line}\n`).join('')}${parameters}`
  );
}

/**
 * A network with affine signals, as the text of a file: layers read earlier signals or sums of them, sums are made of
 * signals and weights, and now and then the transpose of a layer's weight takes a step back to what the layer read, with
 * a diagonal between or without. The output reads through weights of its own.
 */
export function sumsArchitectureText(seed: number): string {
  const random = generator(seed);
  const structures: string[] = [];
  let weights = 0;
  const weight = (letter: string, diagonal: number): string => {
    weights += 1;
    const name = `${letter}${weights}`;
    if (random.uniform() < diagonal) structures.push(`  ${name}: { structure: diagonal }`);
    return name;
  };
  const coefficient = (): string => random.pick(['', '', '2 * ', '0.3 * ']);
  const signals = ['x'];
  const lines: string[] = [];
  const add = (name: string, right: string): void => {
    lines.push(`${name} = ${right}`);
    signals.push(name);
  };
  for (let at = 1; at <= random.integer(2, 6); at += 1) {
    const draw = random.uniform();
    const from = random.pick(signals);
    if (draw < 0.25)
      add(`h${at}`, `${coefficient()}${from} + ${coefficient()}${weight('Q', 0.2)} * ${random.pick(signals)}`);
    else if (draw < 0.35) add(`h${at}`, `${weight('S', 0.2)} * ${from}`);
    else if (draw < 0.55 && signals.length > 1)
      add(`u${at}`, `phi(${weight('P', 0)} * (${from} - 0.5 * ${random.pick(signals)}) + b${at})`);
    else if (draw < 0.8) {
      const own = weight('C', 0);
      add(`w${at}`, `phi(${own} * ${from} + b${at})`);
      const scale = random.uniform() < 0.6 ? `${weight('T', 1)} * ` : '';
      add(`h${at}`, `${from} - 2 * ${own}' * ${scale}w${at}`);
    } else add(`u${at}`, `phi(${weight('P', 0.2)} * ${from})`);
  }
  const last = signals.at(-1) ?? 'x';
  const rest = random.uniform() < 0.4 ? ` + ${weight('A', 0.3)} * ${random.pick(signals)}` : '';
  lines.push(`y = ${weight('B', 0)} * ${last}${rest} + c`);
  const parameters = structures.length === 0 ? '' : `parameters:\n${structures.join('\n')}\n`;
  return `name: sums-${seed}\nequations: |\n${lines.map((line) => `  ${line}\n`).join('')}${parameters}`;
}

/**
 * An architecture whose signals are read more than once, as the text of a file: y reads the last of one to three hidden
 * signals, and perhaps others and x, through two to four summands each, dense, diagonal and identity, with coefficients
 * that are no powers of two; hidden signals do so now and then. What such summands leave of one another is where
 * rounding shows.
 */
export function sharingArchitectureText(seed: number): string {
  const random = generator(seed);
  const structures: string[] = [];
  let weights = 0;
  const coefficient = (): string =>
    random.pick(['', '', '(1/3) * ', '-(1/3) * ', '0.1 * ', '-0.7 * ', '3 * ', '1e-9 * ', '-1e6 * ']);
  const summand = (signal: string, kind: string): string => {
    if (kind === 'identity') return `${coefficient()}${signal}`;
    weights += 1;
    if (kind === 'diagonal') structures.push(`  W${weights}: { structure: diagonal }`);
    return `${coefficient()}W${weights} * ${signal}`;
  };
  const reads = (signal: string, kinds: readonly string[]): readonly string[] => {
    const others = Array.from({ length: random.integer(1, 3) }, () => summand(signal, random.pick(kinds)));
    return random.uniform() < 0.8 ? [summand(signal, 'dense'), ...others] : others;
  };
  const plain = (terms: readonly string[]): string => terms.join(' + ').replaceAll('+ -', '- ');
  const signals = ['x'];
  const lines = Array.from({ length: random.integer(1, 3) }, (_, at) => {
    const [last = 'x'] = signals.slice(-1);
    const line =
      `h${at + 1} = ` +
      `phi(${plain(random.uniform() < 0.4 ? reads(last, ['dense', 'diagonal', 'identity']) : [summand(last, 'dense')])})`;
    signals.push(`h${at + 1}`);
    return line;
  });
  const read = signals.filter((_signal, at) => at === signals.length - 1 || random.uniform() < 0.4);
  lines.push(`y = ${plain(read.flatMap((signal) => reads(signal, ['dense', 'diagonal', 'identity', 'identity'])))}`);
  const parameters = structures.length === 0 ? '' : `parameters:\n${structures.join('\n')}\n`;
  return `name: sharing-${seed}\nequations: |\n${lines.map((line) => `  ${line}\n`).join('')}${parameters}`;
}

function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.integer(0, left.length - 1), 1));
}

export const sharingArchitecture = (seed: number): Architecture =>
  parseArchitecture(sharingArchitectureText(seed), `sharing-${seed}.yaml`);
export const randomArchitecture = (seed: number): Architecture =>
  parseArchitecture(randomArchitectureText(seed), `random-${seed}.yaml`);
