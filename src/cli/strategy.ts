import type { Strategy } from '../model/strategy.js';
import { excerpt, fail } from '../base/diagnostic.js';

/** @throws LW308 */
export async function strategyNamed(name: string | undefined): Promise<Strategy> {
  const [{ defaultStrategy }, { strategies }] = await Promise.all([import('../compile.js'), import('../../rules/strategies.js')]);
  const wanted = name ?? defaultStrategy;
  return strategies.find((strategy) => strategy.name === wanted) ?? fail('LW308', `--strategy "${excerpt(wanted, 40)}"`, `one of ${strategies.map((strategy) => strategy.name).join(', ')}`);
}
