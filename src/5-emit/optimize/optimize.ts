import type { Operation, Program } from '../../model/program.js';
import { resultsOf } from '../roll/lines.js';
import { rewritten } from './body.js';
import type { Body, Rewriting } from './body.js';
import { readThroughCopies } from './copies.js';
import { factorOfInverse, quadraticForms, scaledSquares, systems } from './factors.js';
import { multiplesOfIdentity, zeroSummands } from './identities.js';
import { pivotsFromTheEnd } from './reversed.js';
import { forRising, risingLayers } from './rising.js';
import { fewestScalars } from './scalars.js';
import { simplifiedTrees } from './simplified.js';
import { withoutRepeats, withoutUnread } from './waste.js';

/** Rewritings that need nothing but an operation and what made its operands. */
export const localRewritings: readonly Rewriting[] = [
  simplifiedTrees,
  readThroughCopies,
  zeroSummands,
  multiplesOfIdentity,
  fewestScalars,
];

/** And those that come after factors were chosen. */
export const factorRewritings: readonly Rewriting[] = [factorOfInverse, quadraticForms, systems, scaledSquares];

/** More sweeps than rewritings could need one after the other. */
const SWEEPS = 32;

/**
 * The same results in fewer operations. Each rewriting says why it keeps them, and why it takes nothing from a proven
 * margin; none looks at architectures, strategies or targets.
 */
export function optimized(program: Program): Program {
  const results = new Set(resultsOf(program));
  const body = optimizedBody(program, results);
  const layers = risingLayers(program);
  const rising = optimizedBody(forRising(program, layers), results);
  return { ...program, ...body, ...(work(rising) < work(body) ? { rising: { layers, ...rising } } : {}) };
}

/** Operations whose cost is that of a product of matrices. */
const cubic: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'multiply',
  'cholesky',
  'solve',
  'cayley',
  'norm',
  'gram',
]);

const work = ({ operations }: Body): number => operations.filter(({ kind }) => cubic.has(kind)).length;

export function optimizedBody({ buffers, operations, notes }: Body, results: ReadonlySet<number>): Body {
  const local = settled({ buffers, operations, notes }, localRewritings, results);
  const turned = pivotsFromTheEnd(local, results);
  return settled(turned, [...localRewritings, ...factorRewritings], results);
}

/** Sweeps until nothing changes. */
function settled(given: Body, rewritings: readonly Rewriting[], results: ReadonlySet<number>): Body {
  let body = given;
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    const next = withoutUnread(withoutRepeats(rewritten(body, rewritings, results), results), results);
    if (next === body) return body;
    body = next;
  }
  return body;
}
