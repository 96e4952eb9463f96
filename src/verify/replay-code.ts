import { z } from 'zod';
import { builtinArchitectures, loadArchitecture, parseArchitecture } from '../1-parse/index.js';
import { fromBase64url, toBase64url } from '../base/bytes.js';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import { multiplierChoices } from '../model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import type { Strategy } from '../model/strategy.js';
import type { CaseLimits } from './cases.js';

/** What it takes to draw one case again. */
export interface ReplayCode {
  readonly seed: number;
  /** fast-check's path to the case. */
  readonly path: string;
  readonly architectures: readonly Architecture[];
  readonly strategy: Strategy;
  readonly limits: CaseLimits;
}

const named = { name: z.string(), title: z.string(), source: z.string() };

const payload = z.object({
  /** Names of built-in architectures; the text of all others. */
  a: z.array(z.union([z.string(), z.object({ text: z.string() })])).min(1),
  s: z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('rows'),
      ...named,
      elementBounds: z.enum(['drop', 'keep']),
      cap: z.enum(['measured', 'inverse-slope']),
      scales: z.enum(['none', 'trainable']),
    }),
    z.object({
      kind: z.literal('pivot'),
      ...named,
      multipliers: z.enum(multiplierChoices),
      contraction: z.enum(contractionChoices),
      margin: z.number().positive().max(0.5).nullable(),
    }),
  ]),
  d: z.tuple([z.int().min(1), z.int().min(1)]),
  w: z.int().min(1).max(1024),
  p: z.int(),
});

function isBuiltin({ name, definition }: Architecture): boolean {
  return builtinArchitectures().includes(name) && loadArchitecture(name).definition === definition;
}

/** `seed:path!rest`; the path itself holds colons. */
export function encodeReplay({ seed, path, architectures, strategy, limits }: ReplayCode): string {
  const data: z.infer<typeof payload> = {
    a: architectures.map((architecture) =>
      isBuiltin(architecture) ? architecture.name : { text: architecture.definition },
    ),
    s: { ...strategy },
    d: [limits.depth.from, limits.depth.to],
    w: limits.maxWidth,
    p: limits.pool,
  };
  return `${seed}:${path}!${toBase64url(JSON.stringify(data))}`;
}

/** @throws LW311 not such a string, LW301 … for architectures that are not known or do not parse */
export function decodeReplay(text: string): ReplayCode {
  const wrong = (): never => fail('LW311', `"${excerpt(text, 40)}"`, 'a replay string as a campaign prints it');
  const match = /^(-?\d{1,10}):([\d:]{1,10000})!([\w-]+)$/.exec(text);
  const [, seed = '', path = '', rest = ''] = match ?? wrong();
  const parsed = payload.safeParse(decodeJson(rest));
  if (!parsed.success) return wrong();
  const { a, s, d, w, p } = parsed.data;
  const architectures = a.map((item) =>
    typeof item === 'string' ? builtin(item) : parseArchitecture(item.text, null),
  );
  return {
    seed: Number(seed),
    path,
    architectures,
    strategy: s,
    limits: { architectures: architectures.length, depth: { from: d[0], to: d[1] }, maxWidth: w, pool: p },
  };
}

/** A replay string may come from anybody: it names built-ins only, never files. */
function builtin(name: string): Architecture {
  return builtinArchitectures().includes(name)
    ? loadArchitecture(name)
    : fail('LW301', `"${excerpt(name)}"`, builtinArchitectures().join(', '));
}

function decodeJson(text: string): unknown {
  try {
    return JSON.parse(fromBase64url(text));
  } catch {
    return null;
  }
}
