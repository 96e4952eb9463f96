import type { Constrained } from '../5-emit/index.js';
import type { DecideOptions, Verdict } from '../numeric/definiteness.js';
import { decideInPieces } from '../numeric/definiteness.js';
import type { Work } from '../numeric/work.js';
import { finish } from '../numeric/work.js';
import type { Judge } from './instance.js';
import { narrowed } from './narrow.js';

/** Below this order the LMI itself is decided first: it is quick, and says the margin. */
const largeFrom = 512;

/** The rigorous verdict on the LMI of these values; a proof may be that of a narrower network, see `narrowed`. */
export function decideNetwork(judge: Judge, values: Constrained, options: DecideOptions = {}): Verdict {
  return finish(decideNetworkInPieces(judge, values, options));
}

export function* decideNetworkInPieces(judge: Judge, values: Constrained, options: DecideOptions): Work<Verdict> {
  const order = judge.program.signals.reduce((total, { name }) => total + (values.widths[name] ?? Number.NaN), 0);
  const large = order >= largeFrom;
  if (large) {
    const proof = yield* narrowProof(judge, values);
    if (proof !== null) return proof;
  }
  const verdict = yield* decideInPieces(judge.assembly(values), options);
  return verdict.negativeSemidefinite === null && !large ? ((yield* narrowProof(judge, values)) ?? verdict) : verdict;
}

function* narrowProof(judge: Judge, values: Constrained): Work<Verdict | null> {
  const narrow = yield* narrowed(judge.program, values);
  if (narrow === null) return null;
  const verdict = yield* decideInPieces(judge.assembly(narrow.values), { margin: false, disproof: false });
  return verdict.negativeSemidefinite === true ? verdict : null;
}
