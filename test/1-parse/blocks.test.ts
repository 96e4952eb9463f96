import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseArchitecture, readArchitecture } from '../../src/1-parse/index.js';
import { symbolRule } from '../../src/base/symbol.js';
import { LipwrightError } from '../../src/base/diagnostic.js';
import { generator } from '../../src/numeric/random.js';

const folder = mkdtempSync(join(tmpdir(), 'lipwright-blocks-'));
afterAll(() => rmSync(folder, { recursive: true }));

const write = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};

/** The code and the line of a refusal. */
function refusal(action: () => unknown): string | null {
  try {
    action();
  } catch (error) {
    if (error instanceof LipwrightError) return `${error.code} ${error.diagnostic.position?.line ?? '-'}`;
    throw error;
  }
  return null;
}

const outer = (blocks: string, call = 'z = inner(D * x)'): string =>
  `name: outer\nblocks:\n  ${blocks}\nequations: |\n  ${call}\n  y = B * z\n`;
const leaf = 'name: leaf\nequations: |\n  y = A * x\n';
const inside = (text: string, depth: number): string =>
  depth === 0 ? text : inside(outer(`inner: { text: ${JSON.stringify(text)}, lipschitz: 1 }`), depth - 1);

describe('blocks of an architecture file', () => {
  it('are architectures of their own, by built-in name, by path and by their text', () => {
    write('leaf.yaml', leaf);
    const path = write(
      'three.yaml',
      `name: three
blocks:
  a: { include: residual, depth: 2, lipschitz: 0.5 }
  b: { include: ./leaf.yaml, lipschitz: 3 }
  c: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }
equations: |
  u = a(A * x + p)
  v = b(B * u)
  w = c(C * v)
  y = D * w
`,
    );
    const { blocks, composition, equations } = readArchitecture(path);
    expect(composition).toBeNull();
    expect(equations.map(({ activation, terms, biases }) => [activation, terms.length, biases.length])).toEqual([
      ['a', 1, 1],
      ['b', 1, 0],
      ['c', 1, 0],
      [null, 1, 0],
    ]);
    expect(
      [...blocks.values()].map(({ name, architecture, depth, lipschitz, file }) => [
        name,
        architecture.name,
        depth,
        lipschitz,
        file,
      ]),
    ).toEqual([
      ['a', 'residual', 2, 0.5, 'rules/architectures/residual.yaml'],
      ['b', 'leaf', null, 3, join(folder, 'leaf.yaml')],
      ['c', 'leaf', null, 1, null],
    ]);
  });

  it('leave a definition that holds all texts, says the same and needs no files', () => {
    write('leaf.yaml', leaf);
    mkdirSync(join(folder, 'deeper'), { recursive: true });
    write(
      'deeper/middle.yaml',
      'name: middle\ncompose: sum\nblocks:\n  - include: ../leaf.yaml  # with a comment\n    ' +
        'lipschitz: 0.25\n  - { lipschitz: 0.5, name: second, "include" : "../leaf.yaml" }\n',
    );
    const original = readArchitecture(write('top.yaml', outer('inner: { include: deeper/middle.yaml, lipschitz: 1 }')));
    expect(original.definition).not.toContain('include');
    const again = parseArchitecture(original.definition, null);
    const shape = ({ name, equations, blocks, composition }: ReturnType<typeof parseArchitecture>): unknown => ({
      name,
      composition,
      equations: equations.map(({ text }) => text),
      blocks: [...blocks.values()].map((block) => [
        block.name,
        block.depth,
        block.lipschitz,
        shape(block.architecture),
      ]),
    });
    expect(shape(again)).toEqual(shape(original));
    expect(again.definition).toBe(original.definition);
  });

  it.each([
    ['in quotes', (text: string): string => `  - { text: ${JSON.stringify(text)}, lipschitz: 2 }\n`],
    [
      'as a literal block',
      (text: string): string =>
        `  - text: |  # its own lines\n${text.replace(/^/gm, '      ').trimEnd()}\n    # held to\n    lipschitz: 2\n`,
    ],
    [
      'as a literal block at the end',
      (text: string): string => `  - lipschitz: 2\n    text: |+\n${text.replace(/^/gm, '      ').trimEnd()}\n\n`,
    ],
    [
      'in a text in a text',
      (text: string): string =>
        '  - { text: ' +
        `${JSON.stringify(`name: between\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(text)} }\n`)}, ` +
        'lipschitz: 2 }\n',
    ],
  ])('leave a definition that needs no files where an include stands inside a text, %s', (_what, entry) => {
    write('leaf.yaml', leaf);
    const middle =
      'name: middle\ncompose: sum\nblocks:\n  - { include: linear }\n  - { include: leaf.yaml, lipschitz: 0.5 }\n';
    const original = readArchitecture(
      write(
        'text.yaml',
        `name: top\ncompose: sequence\nblocks:\n${entry(middle)}  - include: leaf.yaml\ndescription: after it\n`,
      ),
    );
    expect(original.definition).not.toContain('include');
    const again = parseArchitecture(original.definition, null);
    const names = ({ name, blocks }: ReturnType<typeof parseArchitecture>): unknown => [
      name,
      [...blocks.values()].map((block) => [block.lipschitz, names(block.architecture)]),
    ];
    expect(names(again)).toEqual(names(original));
    expect(JSON.stringify(names(again))).toContain('["middle",[[null,["linear",[]]],[0.5,["leaf",[]]]]]');
    expect(again.definition).toBe(original.definition);
  });

  it('leave a text without includes as it is written', () => {
    const text =
      'name: c\ncompose: sum\nblocks:\n  - text: |\n      name: leaf  # as it is\n      equations: ' +
      `y = A * x\n  - { text: ${JSON.stringify(leaf)} }\n`;
    expect(parseArchitecture(text, null).definition).toBe(text);
  });

  it('say what a name in a list may be', () => {
    const named =
      (name: string): (() => unknown) =>
      () =>
        parseArchitecture(
          `name: c\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(leaf)}, name: ${name} }\n`,
          null,
        );
    expect(refusal(named('own'))).toBeNull();
    expect(refusal(named('"a b"'))).toBe('LW105 4');
    expect(named('"a b"')).toThrow(symbolRule);
  });

  it('name the blocks of a composition, or number them', () => {
    const { blocks, equations, composition } = parseArchitecture(
      `name: c\ncompose: concatenate\nblocks:\n  - { text: ${JSON.stringify(leaf)} }\n  - { text: ` +
        `${JSON.stringify(leaf)}, name: own, lipschitz: 0.5 }\n`,
      null,
    );
    expect([
      composition,
      equations,
      [...blocks.keys()],
      [...blocks.values()].map(({ lipschitz }) => lipschitz),
    ]).toEqual(['concatenate', [], ['b1', 'own'], [null, 0.5]]);
  });

  it.each([
    ['no bound', outer(`inner: { text: ${JSON.stringify(leaf)} }`), 'LW105 3'],
    ['include and text', outer(`inner: { include: residual, text: ${JSON.stringify(leaf)}, lipschitz: 1 }`), 'LW105 3'],
    ['neither', outer('inner: { lipschitz: 1 }'), 'LW105 3'],
    ['an unknown field', outer('inner: { include: residual, lipschitz: 1, width: 3 }'), 'LW105 3'],
    ['a bound of 0', outer('inner: { include: residual, lipschitz: 0 }'), 'LW105 3'],
    ['a bound that is not finite', outer('inner: { include: residual, lipschitz: .inf }'), 'LW105 3'],
    ['a bound beyond doubles', outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1e30 }`), 'LW306 3'],
    ['depth 0', outer('inner: { include: residual, lipschitz: 1, depth: 0 }'), 'LW105 3'],
    ['a list beside equations', outer('- { include: residual, lipschitz: 1 }'), 'LW105 2'],
    ['an inherited name', outer('__proto__: { include: residual, lipschitz: 1 }'), 'LW107 3'],
    ['constructor', outer('constructor: { include: residual, lipschitz: 1 }'), 'LW107 3'],
    ['a fixed name', outer('y: { include: residual, lipschitz: 1 }'), 'LW107 3'],
    ['phi', outer('phi: { include: residual, lipschitz: 1 }'), 'LW107 3'],
    ['a name with a blank', outer('"a b": { include: residual, lipschitz: 1 }'), 'LW107 3'],
    [
      'a signal of the same name',
      outer(`z: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = z(D * x)'),
      'LW107 5',
    ],
    [
      'a weight of the same name',
      outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = inner(inner * x)'),
      'LW107 5',
    ],
    [
      'two arguments',
      outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = inner(D * x, E * x)'),
      'LW201 5',
    ],
    ['no argument', outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = inner()'), 'LW201 5'],
    [
      'a call inside a sum',
      outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = E * x + inner(D * x)'),
      'LW211 5',
    ],
    ['no call', outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = phi(D * x)'), 'LW210 3'],
    [
      'two calls',
      outer(`inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`, 'z = inner(D * x)\n  q = inner(E * z)'),
      'LW208 6',
    ],
    [
      'a call by a family',
      outer(
        `inner: { text: ${JSON.stringify(leaf)}, lipschitz: 1 }`,
        'z = phi(C * x)\n  w[l] = inner(D[l] * z) for l in 1..n',
      ),
      'LW208 6',
    ],
    ['compose and equations', `${outer('- { include: residual }')}compose: sum\n`, 'LW105 4'],
    ['compose without blocks', 'name: c\ncompose: sum\n', 'LW105 1'],
    ['an unknown composition', 'name: c\ncompose: product\nblocks: [{ include: residual }]\n', 'LW105 2'],
    ['an empty composition', 'name: c\ncompose: sum\nblocks: []\n', 'LW105 3'],
    [
      'two blocks of one name',
      `name: c\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(leaf)}, name: a }\n  - { text: ` +
        `${JSON.stringify(leaf)}, name: a }\n`,
      'LW107 5',
    ],
    [
      'a fault inside',
      outer(`inner: { text: ${JSON.stringify('name: leaf\nequations: |\n  y = A * q\n')}, lipschitz: 1 }`),
      'LW202 3',
    ],
    [
      'more than 32 in one file',
      `name: c\ncompose: sum\nblocks:\n${'  - { include: residual }\n'.repeat(33)}`,
      'LW105 4',
    ],
  ])('are refused with %s', (_what, text, code) => {
    expect(refusal(() => readArchitecture(write('bad.yaml', text)))).toBe(code);
  });

  it('are not included where no files are read from, such as the definition in a sample', () => {
    for (const name of ['residual', './leaf.yaml', '/etc/passwd'])
      expect(refusal(() => parseArchitecture(outer(`inner: { include: ${name}, lipschitz: 1 }`), null))).toBe(
        'LW110 3',
      );
  });

  it('are not included from what is no architecture file beside this one', () => {
    write('big.yaml', `name: big\ndescription: ${'x'.repeat(2 ** 20)}\n`);
    mkdirSync(join(folder, 'folder.yaml'), { recursive: true });
    const included = (path: string): string | null =>
      refusal(() => readArchitecture(write('includes.yaml', outer(`inner: { include: ${path}, lipschitz: 1 }`))));
    expect(included('missing.yaml')).toBe('LW101 3');
    expect(included('folder.yaml')).toBe('LW101 3');
    expect(included('big.yaml')).toBe('LW102 1');
    expect(included('/etc/passwd')).toBe('LW110 3');
    expect(included('../../etc/passwd')).toBe('LW110 3');
    expect(included(join(folder, 'leaf.yaml'))).toBe('LW110 3');
    expect(included('"a\\u0000b.yaml"')).toBe('LW110 3');
    expect(included('"a\\u202eb.yaml"')).toBe('LW110 3');
    expect(included('"a\\nb.yaml"')).toBe('LW110 3');
  });

  it('may not include each other, whatever the paths', () => {
    const self = (path: string): string => outer(`inner: { include: ${path}, lipschitz: 1 }`);
    expect(refusal(() => readArchitecture(write('self.yaml', self('self.yaml'))))).toBe('LW110 3');
    mkdirSync(join(folder, 'sub'), { recursive: true });
    expect(refusal(() => readArchitecture(write('self.yaml', self('sub/.././self.yaml'))))).toBe('LW110 3');
    symlinkSync(join(folder, 'self.yaml'), join(folder, 'link.yaml'));
    expect(refusal(() => readArchitecture(write('self.yaml', self('link.yaml'))))).toBe('LW110 3');
    write('b.yaml', self('c.yaml'));
    write('c.yaml', self('a.yaml'));
    expect(refusal(() => readArchitecture(write('a.yaml', self('b.yaml'))))).toBe('LW110 3');
    write('d.yaml', self('e.yaml'));
    write('e.yaml', self('d.yaml'));
    expect(refusal(() => readArchitecture(write('f.yaml', self('d.yaml'))))).toBe('LW110 3');
  });

  it('nest eight deep and no deeper', () => {
    expect(refusal(() => parseArchitecture(inside(leaf, 8), null))).toBeNull();
    expect(refusal(() => parseArchitecture(inside(leaf, 9), null))).toBe('LW110 3');
  });

  it('are at most 64 in all files: files that include the next one twice double at every level', () => {
    write('level0.yaml', leaf);
    for (let level = 1; level <= 7; level += 1)
      write(
        `level${level}.yaml`,
        `name: level\ncompose: sum\nblocks: [{ include: level${level - 1}.yaml }, { include: ` +
          `level${level - 1}.yaml }]\n`,
      );
    expect(refusal(() => readArchitecture(join(folder, 'level5.yaml')))).toBeNull();
    expect(refusal(() => readArchitecture(join(folder, 'level6.yaml')))).toBe('LW214 3');
  });

  it('are read or refused with a code, whatever is done to a file', () => {
    const random = generator(5);
    const pieces = [
      '{',
      '}',
      ':',
      '"',
      '\\',
      '\n',
      ' ',
      '- ',
      'include',
      'text',
      'inner',
      'depth: 0',
      'lipschitz',
      'compose: sum',
      '__proto__',
      '0',
      ']',
      '1e400',
      '#',
      '&a',
      '*a',
      '!t',
      'b1',
      'x',
      'y',
      'phi',
      '\u0000',
    ];
    const texts = [
      inside(leaf, 2),
      `name: c\ncompose: sum\nblocks:\n  - { text: ${JSON.stringify(inside(leaf, 1))}, name: a, ` +
        `depth: 2 }\n  - { text: ${JSON.stringify(leaf)}, lipschitz: 0.5 }\n`,
    ];
    let refused = 0;
    for (let run = 0; run < 400; run += 1) {
      let text = random.pick(texts);
      for (let edit = random.integer(1, 3); edit > 0; edit -= 1) {
        const place = random.integer(0, text.length - 1);
        text = text.slice(0, place) + random.pick(pieces) + text.slice(place + random.integer(0, 6));
      }
      // Anything but an error of ours is thrown on.
      if (refusal(() => parseArchitecture(text, null)) !== null) refused += 1;
    }
    expect(refused).toBeGreaterThan(200);
    expect(refused).toBeLessThan(400);
  });

  it('may not be longer than one file, all together', () => {
    write('long.yaml', `${leaf}description: ${'x'.repeat(9_000)}\n`);
    const blocks = (count: number): string =>
      `name: c\ncompose: sum\nblocks:\n${'  - { include: long.yaml }\n'.repeat(count)}`;
    expect(refusal(() => readArchitecture(write('many.yaml', blocks(28))))).toBeNull();
    expect(refusal(() => readArchitecture(write('many.yaml', blocks(30))))).toBe('LW102 1');
  });
});
