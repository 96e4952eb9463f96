import type { ReverseOperation } from '../../model/adjoint.js';
import type { Operation } from '../../model/program.js';
import { cayley, cayleyAdjoint } from './cayley.js';
import { cholesky } from './cholesky.js';
import { clamp } from './clamp.js';
import { clip } from './clip.js';
import { combine } from './combine.js';
import type { OperationRules, ProgramRules } from './contract.js';
import { demand } from './demand.js';
import { greatest, least } from './extremes.js';
import { gather, scatter } from './gather.js';
import { gram } from './gram.js';
import { keep } from './keep.js';
import { map } from './map.js';
import { multiply } from './multiply.js';
import { norm, normAdjoint } from './norm.js';
import { projectSplines, projectSplinesAdjoint } from './project-splines.js';
import { entries, lower, total } from './reverse.js';
import { scale } from './scale.js';
import { slice } from './slice.js';
import { solve } from './solve.js';
import { stack } from './stack.js';
import { sums } from './sums.js';
import { supportLeast } from './support-least.js';

/** Every operation of programs; the compiler misses what is not listed. */
const ofPrograms: { readonly [K in Operation['kind']]: ProgramRules<Extract<Operation, { kind: K }>> } = {
  cayley,
  cholesky,
  clamp,
  clip,
  combine,
  demand,
  gather,
  gram,
  greatest,
  keep,
  least,
  map,
  multiply,
  norm,
  'project-splines': projectSplines,
  scale,
  slice,
  solve,
  stack,
  sums,
  'support-least': supportLeast,
};

/** And those of reverse sweeps. */
const all: { readonly [K in ReverseOperation['kind']]: OperationRules<Extract<ReverseOperation, { kind: K }>> } = {
  ...ofPrograms,
  'cayley-adjoint': cayleyAdjoint,
  'norm-adjoint': normAdjoint,
  entries,
  lower,
  'project-splines-adjoint': projectSplinesAdjoint,
  scatter,
  total,
};

// A kind's rules take operations of that kind: the compiler does not follow this through the tables.
export const rulesOf = <O extends ReverseOperation>({ kind }: O): OperationRules<O> =>
  all[kind] as unknown as OperationRules<O>;
export const programRulesOf = <O extends Operation>({ kind }: O): ProgramRules<O> =>
  ofPrograms[kind] as unknown as ProgramRules<O>;
