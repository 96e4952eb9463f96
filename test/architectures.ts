import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArchitecture } from '../src/1-parse/parse.js';
import type { Code } from '../src/base/diagnostic.js';
import { LipwrightError } from '../src/base/diagnostic.js';
import type { Architecture } from '../src/model/architecture.js';

/** The shipped architecture of that name. */
export function builtin(name: string): Architecture {
  return parseArchitecture(
    readFileSync(fileURLToPath(new URL(`../rules/architectures/${name}.yaml`, import.meta.url)), 'utf8'),
    `${name}.yaml`,
  );
}

/** An architecture from its equations, line 3 being the first of them, and the structures of its parameters. */
export function written(equations: readonly string[], structures: Readonly<Record<string, string>> = {}): Architecture {
  const parameters = Object.entries(structures).map(([name, structure]) => `  ${name}: { structure: ${structure} }\n`);
  const declared = parameters.length === 0 ? '' : `parameters:\n${parameters.join('')}`;
  return parseArchitecture(
    `name: test\nequations: |\n${equations.map((line) => `  ${line}\n`).join('')}${declared}`,
    'test.yaml',
  );
}

/** The output reads x, an early and the last but one hidden signal as they are. */
export const skipping = (): Architecture =>
  written([
    'f = phi(F * x + p)',
    'g = phi(G * f + D * x)',
    'h = phi(H * g + q)',
    'y = 0.3 * x - 0.5 * f + 0.25 * g + B * h + c',
  ]);
/** The last activation is the output. */
export const lastActivation = (): Architecture => written(['f = phi(F * x + p)', 'g = phi(G * f + q)', 'y = g']);

/** Weights whose entries share numbers, alone on a signal and beside others, tall and wide. */
export const shared = (): Architecture =>
  written(['u = phi(T * x + a)', 'v = phi(Q * u + 0.5 * K * x + b)', 'y = R * v + H * v - G * u + c'], {
    T: 'toeplitz',
    K: 'toeplitz',
    H: 'toeplitz',
    G: 'toeplitz',
  });

/** A residual network with a head, and a weight that reads a sum. */
export const resnet = (): Architecture =>
  written([
    'h[0] = x',
    'u[k] = phi(P[k] * h[k-1] + p[k]) for k in 1..n',
    'h[k] = h[k-1] + Q[k] * u[k] + q[k] for k in 1..n',
    'g = phi(G * (h[n] - 0.5 * h[0]) + a)',
    'y = H * h[n] + B * g + c',
  ]);

/** Steps that the layer's own weight takes back, with a scale between and without. */
export const tied = (): Architecture =>
  written(
    [
      'h[0] = x',
      'w[k] = phi(C[k] * h[k-1] + b[k]) for k in 1..n',
      "h[k] = h[k-1] - 2 * C[k]' * T[k] * w[k] for k in 1..n",
      'u = phi(D * h[n] + d)',
      "y = h[n] - 2 * D' * u",
    ],
    { T: 'diagonal' },
  );

/** The diagnostic that the action ends with; null if it does not fail. */
export function failure(
  action: () => unknown,
): { readonly code: Code; readonly line: number | null; readonly message: string } | null {
  try {
    action();
  } catch (error) {
    if (error instanceof LipwrightError)
      return { code: error.code, line: error.diagnostic.position?.line ?? null, message: error.message };
    throw error;
  }
  return null;
}
