import type { Architecture } from '../../src/model/architecture.js';
import { loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';

/** Reads two layers back, and from the output one layer below the last. */
export const ladder = `name: ladder
title: Ladder with second-order skips
equations: |
  w[0] = x
  w[1] = phi(C[1] * x + b[1])
  w[l] = phi(C[l] * w[l-1] + E[l] * w[l-2] + b[l])   for l in 2..n
  y = B * w[n] + D * w[n-1] + c
`;

/** A lone hidden signal that a whole family reads, names that the derivation would like to have, a Greek letter. */
export const awkward = `name: awkward
title: "Names & signs: 100 % of $ _ | <b>\`x\`</b>"
equations: |
  h = phi(lambda * x + S)
  w[1] = phi(θ[1] * h + b[1])
  w[l] = phi(θ[l] * w[l-1] + K_in[l] * h + b[l])   for l in 2..n
  y = P * w[n] + kappa * x + c
parameters:
  kappa: { structure: diagonal }
source: R&D_notes #7 {draft} ~100%
`;

export const shipped = ['residual', 'feedforward', 'dense-skip', 'two-branch', 'linear'] as const;

export function network(name: string): Architecture {
  if (name === 'ladder') return parseArchitecture(ladder, 'ladder.yaml');
  if (name === 'awkward') return parseArchitecture(awkward, 'awkward.yaml');
  return loadArchitecture(name);
}
