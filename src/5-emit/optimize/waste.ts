import type { Operation } from '../../model/program.js';
import { outOf, readsOf, reading, withEach } from './body.js';
import type { Body } from './body.js';

/** What may end a run does not go away with its result. */
const decides: ReadonlySet<Operation['kind']> = new Set<Operation['kind']>([
  'cholesky',
  'cayley',
  'demand',
  'project-splines',
]);

/** Without what nobody reads. */
export function withoutUnread(body: Body, results: ReadonlySet<number>): Body {
  const wanted = new Set(results);
  for (const operation of [...body.operations].reverse()) {
    const out = outOf(operation);
    if (decides.has(operation.kind) || (out !== null && wanted.has(out)))
      for (const buffer of readsOf(operation)) wanted.add(buffer);
  }
  const isWanted = (operation: Operation): boolean => {
    const out = outOf(operation);
    return decides.has(operation.kind) || out === null || wanted.has(out);
  };
  return body.operations.every(isWanted)
    ? body
    : withEach(body, (operation) => (isWanted(operation) ? [operation] : []));
}

/**
 * What was computed already is read again: the same operation on the same values gives the same numbers. What ends a
 * run has its own words, and stays; a matrix that was factored once has its factor.
 */
export function withoutRepeats(body: Body, results: ReadonlySet<number>): Body {
  const known = new Map<string, number>();
  const same = new Map<number, number>();
  const of = (buffer: number): number => same.get(buffer) ?? buffer;
  const once = withEach(body, (given) => {
    const operation = same.size === 0 ? given : reading(given, { buffer: of });
    const out = outOf(operation);
    if (out === null) return [operation];
    const key = keyOf(operation, body);
    const before = known.get(key);
    if (before === undefined) known.set(key, out);
    else if (!results.has(out)) {
      same.set(out, before);
      return [];
    }
    return [operation];
  });
  return same.size === 0 ? body : once;
}

/** All that decides of what comes out: also how large it is. */
function keyOf(operation: Operation, { buffers }: Body): string {
  const out = outOf(operation);
  const { rows = null, columns = null } = (out === null ? undefined : buffers[out]) ?? {};
  return JSON.stringify({ ...operation, out: null, because: null, name: null, code: null, rows, columns });
}
