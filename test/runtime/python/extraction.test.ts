import { describe, expect, it } from 'vitest';
import { shippedRuntime } from '../../../src/base/shipped.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import { torchModule } from '../../../src/5-emit/python/index.js';
import { lowerArchitecture } from '../../../src/compile.js';
import { seven } from '../../activation-architectures.js';
import { builtin } from '../../architectures.js';
import { beside, composed, nested } from '../../block-architectures.js';
import { codeOf, importLines, namesIn, readRuntime, usedParts } from '../../../src/5-emit/python/runtime.js';

const texts = new Map([
  [
    'one',
    `"""About the file.

_unused is named here.
"""

from __future__ import annotations

import math
from functools import partial, reduce

import numpy as np
from two import _leaf

# What it is.
CONSTANT = 1


def _root(v):
    """Calls _nothing."""
    # and _neither
    return _branch(v) + math.pi + thing._attribute


@partial(
    np.vectorize,
)
def _branch(v):
    return f"{_leaf(v)} {'_quoted'}" + "_text" if v else (
        CONSTANT
)


def _attribute():
    return 0


register(_kept)
`,
  ],
  ['two', 'def _leaf(v):\n    return v\n\n\ndef _kept():\n    return _root\n\n\ndef _branch(v):\n    return 2\n'],
]);

describe('what a module takes from the runtime', () => {
  const runtime = readRuntime(['one', 'two'], texts);

  it('is what its text names, with what that names in turn, and every statement', () => {
    const names = (text: string): readonly string[] =>
      usedParts(runtime, text).map(({ name, text: own }) => name ?? own);
    expect(names('_leaf(1)')).toEqual(['CONSTANT', '_root', '_branch', '_leaf', '_kept', 'register(_kept)']);
    const [, alone] = [...texts];
    expect(usedParts(readRuntime(['two'], new Map(alone === undefined ? [] : [alone])), '_branch(_leaf)')).toEqual([
      { name: '_leaf', kind: 'definition', text: 'def _leaf(v):\n    return v' },
      { name: '_branch', kind: 'definition', text: 'def _branch(v):\n    return 2' },
    ]);
  });

  it('is word by word, with comments and decorators; of two definitions the first', () => {
    expect(runtime.parts.get('_branch')?.text).toBe(
      '@partial(\n    np.vectorize,\n)\ndef _branch(v):\n' +
        '    return f"{_leaf(v)} {\'_quoted\'}" + "_text" if v else (\n        CONSTANT\n)',
    );
    expect(runtime.parts.get('CONSTANT')?.text).toBe('# What it is.\nCONSTANT = 1');
  });

  it('leaves out what the text defines itself', () => {
    expect(usedParts(runtime, 'def _root(v):\n    return 1\n').map(({ name }) => name)).toEqual(['_kept', null]);
  });

  it('names no attributes, and nothing that strings, docstrings and comments say', () => {
    expect([...namesIn('a = b.c + "d" + f"{e}" # g\n"""h"""')].sort()).toEqual(['a', 'b', 'e']);
    expect(codeOf('x = "\\"#" # y')).not.toMatch(/[#y]/);
  });

  it('imports what it names: the standard library first, and nothing of the runtime itself', () => {
    expect(
      importLines(runtime, 'reduce(math.pi, np.e, partial, _leaf)', (module) => !module.startsWith('numpy')),
    ).toEqual(['import math', 'from functools import partial, reduce', '', 'import numpy as np']);
  });

  it('needs files that there are', () => {
    expect(() => readRuntime(['three'], texts)).toThrow(RangeError);
  });
});

describe('the files of the Python runtime', () => {
  const files = [...shippedRuntime('python')];

  it.each(files)('%s has lines of at most 120 characters, and nothing at their ends', (_name, text) => {
    expect(text.split('\n').filter((line) => [...line].length > 120 || /\s$|\t/.test(line))).toEqual([]);
    expect(text).toMatch(/[^\n]\n$/);
    expect(text.split('\n').length).toBeLessThan(400);
  });

  it.each([['on_numpy'], ['on_jax'], ['on_torch', 'on_torch_derivatives', 'on_torch_network']])(
    'name nothing that %s leaves out',
    (...own) => {
      const shared = files.map(([name]) => name).filter((name) => !name.startsWith('on_'));
      const { parts, statements } = readRuntime([...own, ...shared]);
      const all = [...parts.values(), ...statements];
      const called = all.flatMap(({ text }) => [...namesIn(text)].filter((name) => /^_[a-z]/.test(name)));
      expect(called.length).toBeGreaterThan(50);
      const methods = new Set(
        all.flatMap(({ text }) => [...text.matchAll(/^ {4}def (\w+)/gm)].map(([, name]) => name)),
      );
      expect(called.filter((name) => !parts.has(name) && !methods.has(name))).toEqual([]);
    },
  );

  it('define each name once, except what a framework or a network replaces', () => {
    const count = new Map<string, string[]>();
    for (const [file, text] of files)
      for (const [, name = ''] of text.matchAll(/^(?:def|class) (\w+)|^(\w+) =/gm))
        if (name !== '') count.set(name, [...(count.get(name) ?? []), file]);
    for (const [name, places] of count) {
      const shared = places.filter((file) => !file.startsWith('on_') && !['defaults', 'network'].includes(file));
      expect(shared.length, `${name} in ${places.join(', ')}`).toBeLessThan(2);
    }
  });

  it('say in network.py what is printed for each network, and nothing else', () => {
    const named = (text: string): readonly string[] =>
      [...text.matchAll(/^(?:def|class) (\w+)|^(\w+) =/gm)].map(
        ([, definition, constant]) => definition ?? constant ?? '',
      );
    const runtime = new Set(files.flatMap(([file, text]) => (file === 'network' ? [] : named(text))));
    // `_place` stands in defaults.py for networks that have no biases to place.
    runtime.delete('_place');
    const shared = 'name: shared\nequations: y = T * x + b\nparameters:\n  T: { structure: toeplitz }\n';
    const written = [seven, shared].map((text) => parseArchitecture(text, null));
    const programs = [builtin('residual'), ...written, nested(), ...composed(), beside()].map((each) =>
      lowerArchitecture(each, { depth: 2, strategy: 'pivot' }),
    );
    const printed = new Set(programs.flatMap((program) => named(torchModule(program))));
    for (const name of [...printed])
      if (runtime.has(name) || /^_activation_\d+$|^[A-Z][a-z]/.test(name)) printed.delete(name);
    const [, network = ''] = files.find(([file]) => file === 'network') ?? [];
    expect([...printed].sort()).toEqual([...named(network)].sort());
  });
});
