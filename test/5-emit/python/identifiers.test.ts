import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { className, identifiers, networkAttributes } from '../../../src/5-emit/python/identifiers.js';
import { lowerArchitecture } from '../../../src/compile.js';
import { torchModule } from '../../../src/5-emit/python/index.js';
import { namesIn } from '../../../src/5-emit/python/runtime.js';
import { builtin } from '../../architectures.js';
import type { Slot } from '../../../src/model/program.js';

const slots = (names: readonly string[]): { readonly free: readonly Slot[] } => ({
  free: names.map((name, buffer) => ({ name, structure: 'vector', rows: null, columns: null, buffer })),
});
const of = (...names: readonly string[]): readonly string[] => [...identifiers(slots(names)).values()];

describe('identifiers of the torch target', () => {
  it('are the names, with underscores for what no identifier holds', () => {
    expect(of('C[1]', 'A', 'b[12]', 'inner.C[1]', 'two.core.psi[3]', 'x_1')).toEqual([
      'C_1',
      'A',
      'b_12',
      'inner_C_1',
      'two_core_psi_3',
      'x_1',
    ]);
  });

  it('keep away from Python, from nn.Module and from the class itself', () => {
    // Each of these would break the class: a keyword, an attribute that every module has, a property.
    expect(
      of('lambda', 'forward', 'training', 'type', 'T_destination', 'lipschitz', 'class', 'parameters', 'half'),
    ).toEqual([
      'lambda_',
      'forward_',
      'training_',
      'type_',
      'T_destination_',
      'lipschitz_',
      'class_',
      'parameters_',
      'half_',
    ]);
    for (const name of networkAttributes) expect(of(name)).toEqual([`${name}_`]);
  });

  it('differ, in the form in which Python compares them', () => {
    expect(of('C_1', 'C[1]', 'C.1', 'C_1_')).toEqual(['C_1', 'C_1_', 'C_1__', 'C_1___']);
    // ϑ, ϕ and ϵ are θ, φ and ε to Python (NFKC).
    expect(of('θ', 'ϑ', 'φ', 'ϕ')).toEqual(['θ', 'θ_', 'φ', 'φ_']);
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[A-Ca-cθϑϕ][a-c0-2_]{0,2}(\[[0-9]\])?(\.[a-b])?$/), { maxLength: 30 }),
        (names) => {
          const found = identifiers(slots(names));
          expect([...found.keys()]).toEqual(names);
          expect(new Set(found.values()).size).toBe(names.length);
          for (const identifier of found.values()) {
            expect(identifier).toMatch(/^\p{L}[\p{L}\p{Nd}_]*$/u);
            expect(identifier.normalize('NFKC')).toBe(identifier);
          }
        },
      ),
    );
  });
});

describe('the name of the class', () => {
  it('is the architecture in CamelCase, or none where it would hide something', () => {
    const used = namesIn(
      torchModule(lowerArchitecture(builtin('residual'), { depth: 1 })).replace(/^Residual = .*/m, ''),
    );
    const called = (name: string): string | null => className(name, used);
    expect(['residual', 'dense-skip', 'ldlt_chain', 'a1-b2'].map(called)).toEqual([
      'Residual',
      'DenseSkip',
      'LdltChain',
      'A1B2',
    ]);
    expect(['none', 'true', 'network', 'constrained', 'valueError', 'DEPTH'].map(called)).toEqual([
      null,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
