import { loadArchitecture } from '../../src/1-parse/index.js';
import type { GivenNetwork } from '../../src/certify/certify.js';
import { generator } from '../../src/numeric/random.js';
import { bareNetwork } from '../../src/verify/bare.js';

export interface NetworkSpecification {
  readonly architecture: string;
  readonly depth: number;
  readonly widths: Readonly<Record<string, number>>;
  readonly slopes: readonly [number, number];
  readonly seed: number;
}

/** Dense entries are normal / √columns, entries of vectors and diagonals normal, in the order of the program. */
export function randomNetwork({ architecture: name, depth, widths, slopes, seed }: NetworkSpecification): GivenNetwork {
  const architecture = loadArchitecture(name);
  const judge = bareNetwork(architecture, depth);
  const shapes = judge.dims(widths);
  const random = generator(seed);
  const draw = (names: readonly { readonly name: string }[]): Record<string, Float64Array> =>
    Object.fromEntries(
      names.map(({ name: slot }) => {
        const [rows = 1, columns] = shapes[slot] ?? [];
        return [
          slot,
          Float64Array.from({ length: rows * (columns ?? 1) }, () => random.normal() / Math.sqrt(columns ?? 1)),
        ];
      }),
    );
  return {
    architecture,
    depth,
    widths,
    slopes,
    weights: draw(judge.program.weights),
    biases: draw(judge.program.biases),
  };
}
