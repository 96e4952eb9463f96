import { parseArchitecture } from '../src/1-parse/parse.js';
import type { Architecture } from '../src/model/architecture.js';
import type { Random } from '../src/numeric/random.js';
import { generator } from '../src/numeric/random.js';

/**
 * An acyclic architecture drawn at random, as the text of a file: up to five hidden signals, each reading one to three
 * earlier ones through dense, diagonal, identity or scaled weights, several weights on one signal included, in an order of
 * lines that need not be that of the signals. Equal seeds give equal texts.
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
    const reads = Array.from({ length: random.integer(1, Math.min(3, earlier.length + 1)) }, () => random.pick(earlier));
    return reads.map((signal, at) => (random.uniform() < identityPart && at > 0 ? signal : `${coefficient()}${weight('W')} * ${signal}`)).join(' + ').replaceAll('+ -', '- ');
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
  return `name: random-${seed}\nequations: |\n${[...shuffled, `y = ${terms(signals, 0)}`].map((line) => `  ${line}\n`).join('')}${parameters}`;
}

function shuffle<T>(items: readonly T[], random: Random): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(random.integer(0, left.length - 1), 1));
}

export const randomArchitecture = (seed: number): Architecture => parseArchitecture(randomArchitectureText(seed), `random-${seed}.yaml`);
