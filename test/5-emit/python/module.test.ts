import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { jaxModule, numpyModule, torchModule } from '../../../src/5-emit/python/index.js';
import { lowerArchitecture } from '../../../src/compile.js';
import * as derivedTargets from '../../../src/emit.js';
import { parseArchitecture } from '../../../src/1-parse/index.js';
import type { Program } from '../../../src/model/program.js';
import { pivotStrategy } from '../../../rules/variants.js';
import { seven, splines } from '../../activation-architectures.js';
import { builtin } from '../../architectures.js';
import { beside, composed, nested } from '../../block-architectures.js';

const derived: Readonly<Record<string, (program: Program) => string>> = {
  numpy: derivedTargets.numpyModule,
  jax: derivedTargets.jaxModule,
  torch: derivedTargets.torchModule,
};
const targets = { numpy: numpyModule, jax: jaxModule, torch: torchModule } as const;
const hostileTitle = `he said """ and ''' and \\ # \u2028 {x} %s \\`;
const hostile = parseArchitecture(
  `name: hostile\ntitle: ${JSON.stringify(hostileTitle).replace('\u2028', '\\u2028')}\nsource: ` +
    `${JSON.stringify('a """ b \\')}\nequations: |\n  w[l] = phi(lambda[l] * x + forward[l]) for ` +
    'l in 1..1\n  u = tanh(t0 * w[1] + class)\n  y = np * u + d0\n# """ \\ end\n',
  null,
);

const programs: readonly Program[] = [
  ...(['gershgorin', 'gershgorin-paper', 'scaled-gershgorin'] as const).flatMap((strategy) =>
    [builtin('residual'), builtin('dense-skip'), beside(), hostile].map((architecture) =>
      lowerArchitecture(architecture, { depth: 2, strategy }),
    ),
  ),
  ...(['free', 'dominance'] as const).flatMap((multipliers) =>
    (['cholesky', 'aol', 'cayley', 'spectral'] as const).map((contraction) =>
      lowerArchitecture(builtin('two-branch'), { depth: 2, strategy: pivotStrategy({ multipliers, contraction }) }),
    ),
  ),
  ...[
    builtin('linear'),
    nested(),
    ...composed(),
    parseArchitecture(seven, null),
    parseArchitecture(splines, null),
    hostile,
  ].map((architecture) => lowerArchitecture(architecture, { depth: 2, strategy: 'pivot' })),
];

interface Parts {
  /** The text without strings and comments, each string as `""`. */
  readonly code: string;
  readonly strings: readonly string[];
}

/** Takes a module apart as Python's tokenizer does; throws where a string or a bracket does not end. */
function partsOf(text: string): Parts {
  let code = '';
  const strings: string[] = [];
  const open: string[] = [];
  const closing: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  for (let at = 0; at < text.length;) {
    const rest = text.slice(at, at + 3);
    const character = text[at] ?? '';
    if (character === '"') {
      const mark = rest === '"""' ? '"""' : '"';
      let end = at + mark.length;
      while (!text.startsWith(mark, end)) {
        if (end >= text.length || (mark === '"' && text[end] === '\n'))
          throw new Error(`a string that does not end: ${text.slice(at, at + 60)}`);
        end += text[end] === '\\' ? 2 : 1;
      }
      strings.push(text.slice(at + mark.length, end));
      code += '""';
      at = end + mark.length;
    } else if (character === '#') {
      while (at < text.length && text[at] !== '\n') at += 1;
    } else {
      if (closing[character] !== undefined) open.push(closing[character] ?? '');
      else if (')]}'.includes(character) && open.pop() !== character)
        throw new Error(`a bracket that nothing opened before ${text.slice(at, at + 60)}`);
      code += character;
      at += 1;
    }
  }
  if (open.length > 0) throw new Error('a bracket that does not close');
  return { code, strings };
}

describe.each(Object.entries(targets))('the %s module', (name, print) => {
  const withSlopes = derived[name] ?? print;
  const modules = programs.map((program, at) => {
    // One of them with all that is known of activations.
    const text = at === 0 ? withSlopes(program) : print(program);
    return { program, text, parts: partsOf(text) };
  });

  it('has short lines of printable characters', () => {
    for (const { text } of modules) {
      const long = text.split('\n').filter((line) => [...line].length > 120);
      expect(long).toEqual([]);
      expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u2028\u202e]/);
    }
  });

  it('imports its framework and the standard library, and only what it uses', () => {
    const standard = [
      '__future__',
      'json',
      'math',
      'collections.abc',
      'fractions',
      'functools',
      'numbers',
      'typing',
      'warnings',
    ];
    const framework =
      { numpy: ['numpy'], jax: ['jax', 'jax.numpy', 'jax.scipy.linalg', 'numpy'], torch: ['torch'] }[name] ?? [];
    for (const { parts } of modules) {
      const imports = [...parts.code.matchAll(/^(?:from ([\w.]+) import|import ([\w.]+))/gm)].map(
        ([, from, plain]) => from ?? plain ?? '',
      );
      for (const module of imports) expect([...standard, ...framework]).toContain(module);
      const names = [
        ...parts.code.matchAll(/^(?:from (?!__future__)[\w.]+ import (.*)|import [\w.]+(?: as (\w+))?)$/gm),
      ].flatMap(([line, list, alias]) => (list ?? alias ?? line.replace(/^import /, '')).split(', '));
      for (const called of names)
        expect(parts.code.split(new RegExp(`\\b${called}\\b`)).length, called).toBeGreaterThan(2);
    }
  });

  it('assigns each value before it is read, and once but for what a loop carries, and prints no helper that nothing calls', () => {
    for (const { parts } of modules) {
      const body = /^def _constrain\(.*?\n((?: {4}.*\n|\n)*)/m.exec(parts.code)?.[1] ?? '';
      const known = new Set<string>();
      const before = new Set<string>();
      let inLoop = false;
      for (const line of body.split('\n')) {
        if (/^ {4}\S/.test(line)) inLoop = line.startsWith('    for k in range(');
        const [, target, value = line] = /^\s*(t\d+) = (.*)$/.exec(line) ?? [];
        for (const [read] of value.matchAll(/\bt\d+\b/g)) expect(known, line).toContain(read);
        if (!inLoop) before.clear();
        if (target === undefined) continue;
        if (!(inLoop && !before.has(target))) expect(known).not.toContain(target);
        known.add(target);
        if (inLoop) before.add(target);
      }
      const defined = [...parts.code.matchAll(/^(?:def|class) (_\w+)/gm)].map(([, helper]) => helper ?? '');
      expect(defined.length).toBeGreaterThan(5);
      for (const helper of defined)
        expect(parts.code.split(new RegExp(`\\b${helper}\\b`)).length, helper).toBeGreaterThan(2);
      const called = [...parts.code.matchAll(/(?<![\w.])(_\w+)\(/g)].map(([, helper]) => helper ?? '');
      const methods = [...parts.code.matchAll(/^ {4}def (_\w+)/gm)].map(([, method]) => method ?? '');
      for (const helper of called) expect([...defined, ...methods]).toContain(helper);
    }
  });

  it('says where it comes from', () => {
    for (const { program, parts } of modules) {
      const [doc = ''] = parts.strings;
      expect(doc).toContain(createHash('sha256').update(program.definition).digest('hex'));
      expect(doc).toContain(`depth ${program.depth}, strategy ${program.strategy}`);
      // The literals in the brackets of DEFINITION are the file.
      const count = /^DEFINITION = \(([\s"]*)\)/m.exec(parts.code)?.[1]?.split('""').length ?? 0;
      const first = parts.strings.findIndex(
        (text) =>
          program.definition !== '' &&
          text !== '' &&
          program.definition.startsWith(String(read(text))) &&
          !text.includes('Generated'),
      );
      expect(
        parts.strings
          .slice(first, first + count - 1)
          .map((text) => String(read(text)))
          .join(''),
      ).toBe(program.definition);
    }
  });
});

const read = (text: string): unknown => {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return '\0';
  }
};

it('the targets offer the same functions in the same order', () => {
  for (const program of programs) {
    const names = Object.values(targets).map((print) =>
      [...partsOf(print(program)).code.matchAll(/^def ([a-z]\w*)/gm)].map(([, found]) => found),
    );
    expect(names[0]).toEqual(['dims', 'constrain', 'forward', 'lmi', 'check', 'init', 'export', 'metadata']);
    expect(names[1]).toEqual(names[0]?.map((found) => (found === 'forward' ? 'apply' : found)));
    expect(names[2]).toEqual(names[0]);
  }
});

it('a module is the same text every time', () => {
  for (const program of programs.slice(0, 4)) expect(torchModule(program)).toBe(torchModule(program));
});
