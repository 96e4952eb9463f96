import { parseArchitecture } from '../src/1-parse/index.js';
import type { Architecture } from '../src/model/architecture.js';

/** Hierarchies for tests, each file's text in its place. */

const text = (...lines: readonly string[]): string => `${lines.join('\n')}\n`;
const quoted = (definition: string): string => JSON.stringify(definition);

const linear = text('name: linear', 'equations: y = W * x');
const scalar = text('name: one', 'equations: |', '  w = phi(C * x + b)', '  y = D * w + c');
const chain = text(
  'name: chain',
  'equations: |',
  '  w[0] = x',
  '  w[l] = phi(C[l] * w[l-1] + b[l]) for l in 1..n',
  '  y = A * x + B * w[n] + c',
  'parameters: { A: { structure: diagonal } }',
);
const splines = text(
  'name: splines',
  'equations: |',
  '  w = rho(C * x + b)',
  '  y = D * w',
  'activations: { rho: { spline: { knots: 5, range: 2, slopes: [-1, 1] } } }',
);

/** y = B inner(D x), inner(v) = W v with |W| ≤ k. */
export const gain = (k: number): Architecture =>
  parseArchitecture(
    text(
      'name: gain',
      'blocks:',
      `  inner: { text: ${quoted(linear)}, lipschitz: ${k} }`,
      'equations: |',
      '  z = inner(D * x + d)',
      '  y = B * z',
    ),
    null,
  );

/** A block beside and between layers of its own network, read through dense, diagonal and identity weights. */
export const beside = (k = 0.5): Architecture =>
  parseArchitecture(
    text(
      'name: beside',
      'blocks:',
      `  inner: { text: ${quoted(chain)}, depth: 2, lipschitz: ${k} }`,
      'equations: |',
      '  h = phi(C * x + b)',
      '  z = inner(D * h + F * x + d)',
      '  u = tanh(G * z + 0.5 * h + g)',
      '  y = A * x + B * z + E * u + c',
      'parameters: { G: { structure: diagonal } }',
    ),
    null,
  );

/** Two blocks, the second with splines and a block of its own, which the outer network reads by an identity. */
export const nested = (): Architecture => {
  const middle = text(
    'name: middle',
    'blocks:',
    `  core: { text: ${quoted(chain)}, lipschitz: 2 }`,
    'equations: |',
    '  h = phi(C * x)',
    '  z = core(D * h + d)',
    '  y = x + B * z',
  );
  return parseArchitecture(
    text(
      'name: nested',
      'blocks:',
      `  one: { text: ${quoted(splines)}, lipschitz: 0.7 }`,
      `  two: { text: ${quoted(middle)}, lipschitz: 3 }`,
      'equations: |',
      '  p = one(P * x)',
      '  q = two(Q * p + 0.5 * p + S * x)',
      '  y = 0.25 * q + R * p',
    ),
    null,
  );
};

export type Listed = readonly (readonly [definition: string, lipschitz: number | null])[];

export function composition(kind: string, parts: Listed, name: string = kind): Architecture {
  return parseArchitecture(compositionText(kind, parts, name), null);
}

function compositionText(kind: string, parts: Listed, name: string): string {
  return text(
    `name: ${name}`,
    `compose: ${kind}`,
    'blocks:',
    ...parts.map(([definition, k]) => `  - { text: ${quoted(definition)}${k === null ? '' : `, lipschitz: ${k}`} }`),
  );
}

/** Compositions inside compositions, with shares of shares. */
export const composed = (): readonly Architecture[] => {
  const cat = compositionText(
    'concatenate',
    [
      [scalar, null],
      [chain, null],
      [splines, null],
    ],
    'cat',
  );
  const sum = compositionText(
    'sum',
    [
      [chain, null],
      [linear, null],
    ],
    'sum',
  );
  return [
    composition(
      'sequence',
      [
        [scalar, null],
        [cat, null],
        [linear, 2],
      ],
      'seq',
    ),
    composition(
      'sum',
      [
        [sum, null],
        [chain, 1e-3],
      ],
      'sums',
    ),
    composition(
      'concatenate',
      [
        [sum, null],
        [scalar, null],
      ],
      'cats',
    ),
  ];
};

export const definitions = { linear, scalar, chain, splines };

/** Weights whose entries share numbers inside a block and outside, and in the block's own output. */
export const sharedInside = (): Architecture => {
  const inner = text(
    'name: inner',
    'equations: |',
    '  u = phi(T * x + a)',
    '  y = G * u + H * x',
    'parameters: { T: { structure: toeplitz }, H: { structure: toeplitz } }',
  );
  return parseArchitecture(
    text(
      'name: shared-inside',
      'blocks:',
      `  inner: { text: ${quoted(inner)}, lipschitz: 0.7 }`,
      'equations: |',
      '  h = phi(F * x + p)',
      '  z = inner(K * h)',
      '  y = B * z + c',
      'parameters: { K: { structure: toeplitz } }',
    ),
    null,
  );
};
