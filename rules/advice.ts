import { LipwrightError } from '../src/base/diagnostic.js';
import type { Strategy } from '../src/model/strategy.js';
import { strategies } from './strategies.js';

/** Exact strategies first: what they take is the better answer. */
const candidates = [...strategies].sort((a, b) => Number(a.kind === 'rows') - Number(b.kind === 'rows'));

/**
 * Runs a derivation. Where no rule applies (LW401), the others' rules are asked as well, and the error names the first
 * strategy under which `attempt` comes to an end: nothing is guessed.
 */
export function advised<T>(strategy: Strategy, attempt: (strategy: Strategy) => T): T {
  try {
    return attempt(strategy);
  } catch (error) {
    if (!(error instanceof LipwrightError) || error.code !== 'LW401') throw error;
    const other = candidates.find(
      (candidate) => candidate.kind !== strategy.kind && succeeds(() => attempt(candidate)),
    );
    if (other === undefined) throw error;
    const { expected, ...rest } = error.diagnostic;
    throw new LipwrightError({
      ...rest,
      expected: `strategy ${other.name}, which takes these equations (--strategy ${other.name}), or ${expected}`,
    });
  }
}

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    // Whatever stops it, it is no advice.
    return false;
  }
}
