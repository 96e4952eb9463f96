import type { HandLayer, HandNetwork, HandRead } from './covariance-oracle.js';
import { diagonalRead, read } from './covariance-oracle.js';

/** Two families, one after the other; a read through the identity inside, coefficients, diagonal skips. */
export const mixed = `name: mixed
title: Two families
equations: |
  u[0] = x
  u[l] = phi(C[l] * u[l-1] + b[l])   for l in 1..n
  h = phi(F * x + 2 * u[n] + g * u[1])
  w[0] = h
  w[l] = phi(M[l] * w[l-1] + u[l] + d[l])   for l in 1..n
  y = A * x - 3 * W * w[n] + c
parameters:
  A: { structure: diagonal }
  g: { structure: diagonal }
`;

/** Two families that take turns. */
export const zigzag = `name: zigzag
title: Families that take turns
equations: |
  w[0] = x
  u[l] = phi(C[l] * w[l-1] + b[l])   for l in 1..n
  w[l] = phi(M[l] * u[l] + w[l-1])   for l in 1..n
  y = B * w[n]
`;

export interface HandCase {
  /** Of a shipped architecture; null for one of the texts above. */
  readonly text: string | null;
  readonly network: (n: number) => HandNetwork;
  /** Aliases of index 0. */
  readonly aliases: Readonly<Record<string, string>>;
}

const indices = (from: number, to: number): readonly number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_all, i) => from + i);
const below = (family: string, l: number, alias = 'x'): string => (l === 1 ? alias : `${family}[${l - 1}]`);
const layer = (signal: string, suffix: string, reads: readonly HandRead[]): HandLayer => ({ signal, suffix, reads });
const chain = (n: number): readonly HandLayer[] =>
  indices(1, n).map((l) => layer(`w[${l}]`, `[${l}]`, [read(`C[${l}]`, below('w', l))]));
const widths =
  (own: Readonly<Record<string, number>>) =>
  (signal: string): number =>
    own[signal] ?? own[signal.replace(/\[.*/, '')] ?? 2;

export const handCases: Readonly<Record<string, HandCase>> = {
  residual: {
    text: null,
    aliases: { 'w[0]': 'x' },
    network: (n) => ({
      layers: chain(n),
      output: [diagonalRead('A', 'x'), read('B', `w[${n}]`)],
      width: widths({ x: 2, w: 3, 'w[1]': 1, y: 2 }),
    }),
  },
  feedforward: {
    text: null,
    aliases: { 'w[0]': 'x' },
    network: (n) => ({ layers: chain(n), output: [read('B', `w[${n}]`)], width: widths({ x: 1, w: 2, y: 3 }) }),
  },
  'dense-skip': {
    text: null,
    aliases: {},
    network: (n) => ({
      layers: indices(1, n).map((l) =>
        layer(
          `w[${l}]`,
          `[${l}]`,
          l === 1 ? [read('C[1]', 'x')] : [read(`C[${l}]`, `w[${l - 1}]`), read(`D[${l}]`, 'x')],
        ),
      ),
      output: [read('A', 'x'), read('B', `w[${n}]`)],
      width: widths({ x: 2, w: 2, 'w[2]': 3, y: 1 }),
    }),
  },
  'two-branch': {
    text: null,
    aliases: { 'w[0]': 'x', 'u[0]': 'x' },
    network: (n) => ({
      layers: [
        ...indices(1, n).map((l) => layer(`u[${l}]`, `_u[${l}]`, [read(`C[${l}]`, below('u', l))])),
        ...indices(1, n).map((l) => layer(`w[${l}]`, `_w[${l}]`, [read(`D[${l}]`, below('w', l))])),
      ],
      output: [read('A', `u[${n}]`), read('B', `w[${n}]`)],
      width: widths({ x: 2, u: 3, w: 1, y: 2 }),
    }),
  },
  mixed: {
    text: mixed,
    aliases: { 'w[0]': 'h', 'u[0]': 'x' },
    network: (n) => ({
      layers: [
        ...indices(1, n).map((l) => layer(`u[${l}]`, `_u[${l}]`, [read(`C[${l}]`, below('u', l))])),
        layer('h', '_h', [read('F', 'x'), read(null, `u[${n}]`, 2), diagonalRead('g', 'u[1]')]),
        ...indices(1, n).map((l) =>
          layer(`w[${l}]`, `_w[${l}]`, [read(`M[${l}]`, below('w', l, 'h')), read(null, `u[${l}]`)]),
        ),
      ],
      output: [diagonalRead('A', 'x'), read('W', `w[${n}]`, -3)],
      width: widths({ x: 3, u: 2, h: 2, w: 2, y: 3 }),
    }),
  },
  zigzag: {
    text: zigzag,
    aliases: { 'w[0]': 'x' },
    network: (n) => ({
      layers: indices(1, n).flatMap((l) => [
        layer(`u[${l}]`, `_u[${l}]`, [read(`C[${l}]`, below('w', l))]),
        layer(`w[${l}]`, `_w[${l}]`, [read(`M[${l}]`, `u[${l}]`), read(null, below('w', l))]),
      ]),
      output: [read('B', `w[${n}]`)],
      width: widths({ x: 2, u: 3, w: 2, y: 1 }),
    }),
  },
};
