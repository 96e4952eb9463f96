import { coordinates } from '../network/coordinates.js';
import type { NetworkValues } from '../model/lowered-network.js';
import type { DecideOptions, Verdict } from '../numeric/definiteness.js';
import { decideInPieces } from '../numeric/definiteness.js';
import { quickNormAboveInPieces, spectralNormAboveInPieces } from '../numeric/spectral-norm.js';
import type { Work } from '../numeric/work.js';
import { finish } from '../numeric/work.js';
import type { Judge } from './judged-network.js';
import { decideByNorms } from './layer-norms.js';
import { narrowed } from './narrow.js';

/** Below this order the LMI itself is decided first: it is quick, and says the margin. */
const largeFrom = 512;

/**
 * The rigorous verdict on the LMI of these values; a proof may be that of a narrower network (`narrowed`), or one by
 * norms (`leastByNorms`).
 */
export function decideNetwork(judge: Judge, values: NetworkValues, options: DecideOptions = {}): Verdict {
  return finish(decideNetworkInPieces(judge, values, options));
}

function* decideNetworkInPieces(judge: Judge, values: NetworkValues, options: DecideOptions): Work<Verdict> {
  const order = coordinates(judge.program).reduce((total, { name }) => total + (values.widths[name] ?? Number.NaN), 0);
  const large = order >= largeFrom;
  if (large) {
    const proof =
      (yield* decideByNorms(judge.program, values, quickNormAboveInPieces)) ?? (yield* narrowProof(judge, values));
    if (proof !== null) return proof;
  }
  const verdict = yield* decideInPieces(judge.assembly(values), options);
  if (verdict.negativeSemidefinite !== null) return verdict;
  const narrow = large ? null : yield* narrowProof(judge, values);
  return narrow ?? (yield* decideByNorms(judge.program, values, spectralNormAboveInPieces)) ?? verdict;
}

function* narrowProof(judge: Judge, values: NetworkValues): Work<Verdict | null> {
  const narrow = yield* narrowed(judge.program, values);
  if (narrow === null) return null;
  const verdict = yield* decideInPieces(judge.assembly(narrow.values), { margin: false, disproof: false });
  return verdict.negativeSemidefinite === true ? verdict : null;
}
