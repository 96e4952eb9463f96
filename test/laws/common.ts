import type { Assumption } from '../../src/rule/contract.js';

/** What every rule has, whatever it turns into what. */
export interface Described {
  readonly name: string;
  readonly statement: string;
  readonly latex: string;
  readonly exact: boolean;
  readonly assumptions: readonly Assumption[];
}

/** A rule is called by its stem, says something, and its LaTeX names every assumption. Returns what is violated. */
export function descriptionViolations(rule: Described, stem: string): readonly string[] {
  const violations: string[] = [];
  if (rule.name !== stem) violations.push(`name: ${rule.name} is not ${stem}`);
  if (rule.statement.length < 5) violations.push('statement: missing');
  for (const { text, latex } of rule.assumptions) {
    if (latex === '' || text === '') violations.push('assumption: empty');
    if (!rule.latex.includes(latex)) violations.push(`assumption: the LaTeX does not name ${latex}`);
  }
  let depth = 0;
  for (const character of rule.latex.replaceAll(/\\[{}|]/g, '')) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (depth < 0) break;
  }
  if (depth !== 0) violations.push('latex: unbalanced braces');
  const count = (word: string): number => rule.latex.split(word).length - 1;
  // \leftarrow and the like are no brackets.
  if (count('\\left(') + count('\\left|') !== count('\\right)') + count('\\right|'))
    violations.push('latex: \\left without \\right');
  return violations;
}

export const unique = (violations: readonly string[]): readonly string[] => [...new Set(violations)];
