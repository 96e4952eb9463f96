import { describe, expect, it } from 'vitest';
import { createRules } from '../../rules/index.js';
import { strategies } from '../../rules/strategies.js';
import { pivotStrategy } from '../../rules/variants.js';
import { derive } from '../../src/compile.js';
import { symbol } from '../../src/expr/build.js';
import { letterOf, namingAwayFrom } from '../../src/expr/naming.js';
import type { Expression, SymbolKind } from '../../src/expr/node.js';
import { plainName } from '../../src/expr/print.js';
import { symbols } from '../../src/expr/visit.js';
import type { Assignment } from '../../src/model/parameterization.js';
import { multiplierChoices } from '../../src/model/strategy.js';
import { contractionChoices } from '../../rules/contractions.js';
import { label } from '../../src/base/label.js';
import { builtin, skipping } from '../architectures.js';

/** Kinds of symbols are declared by the rules that introduce them; nothing else lists them. */

const expressionsOf = (assignment: Assignment): readonly Expression[] =>
  Object.values(assignment).flatMap((value: unknown): readonly Expression[] =>
    typeof value === 'object' && value !== null && 'key' in value ? [value as Expression] : [],
  );

const variants = multiplierChoices.flatMap((multipliers) =>
  contractionChoices.map((contraction) => pivotStrategy({ multipliers, contraction })),
);

describe('the symbols that rules introduce', () => {
  const known = new Set(createRules().symbols);

  it.each(
    [builtin('residual'), builtin('dense-skip'), builtin('two-branch'), skipping()].map(
      (each) => [each.name, each] as const,
    ),
  )('are all that derivations have beside those of the LMI: %s', (_name, architecture) => {
    for (const strategy of [...strategies, ...variants]) {
      const { parameterization, recursion } = derive(architecture, { depth: 2, strategy });
      const defined = (recursion?.layers ?? []).flatMap(({ definitions }) =>
        definitions.flatMap(({ symbol: made, value }) => [made, value]),
      );
      const all = [...defined, ...(parameterization?.assignments ?? []).flatMap(expressionsOf)];
      for (const node of all.flatMap((each) => [...symbols(each)]))
        if (typeof node.is !== 'string') expect(known.has(node.is), node.key).toBe(true);
    }
  });

  it('have roles of their own', () => {
    expect(new Set([...known].map(({ role }) => role)).size).toBe(known.size);
  });

  it('step aside for names of the author, without anything but their declaration', () => {
    const made: SymbolKind = { role: 'made-up', letters: ['C', 'omega'], meaning: (of) => `something of ${of}` };
    const node = symbol(made, label('', null), { rows: null, columns: null });
    expect(plainName(node, namingAwayFrom(new Set(), [made]))).toBe('C');
    expect(plainName(node, namingAwayFrom(new Set(['C']), [made]))).toBe('omega');
    expect(letterOf(namingAwayFrom(new Set(['C', 'omega']), [made]), made)).not.toMatch(/^(C|omega)$/);
  });
});
