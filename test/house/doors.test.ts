import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { contractions } from '../../rules/contractions.js';
import { structures } from '../../src/structures/index.js';
import { targets } from '../../src/targets.js';

/**
 * What a family's newest member touches: its own file and a line in a list. Whoever names a member elsewhere makes the
 * next one touch that place as well. Comments and help may name them.
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

const sources = ['src', 'rules']
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      `${folder}/${name}`.replaceAll('\\', '/'),
    ),
  )
  .filter((name) => name.endsWith('.ts'))
  .map((name) => ({ name, code: withoutComments(readFileSync(join(root, name), 'utf8')) }));

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, '');
}

const naming = (word: string): readonly string[] =>
  sources.filter(({ code }) => new RegExp(`(['"\`])${word}\\1`).test(code)).map(({ name }) => name);

describe('a structure of weights', () => {
  it('is named by nobody but itself where its name has no other meaning', () => {
    // A dense factor, a diagonal operand and the identity of an algebra are words of their own.
    const words = ['dense', 'diagonal', 'identity'];
    const own = structures.map(({ name }) => name).filter((name) => !words.includes(name));
    expect(own).toContain('toeplitz');
    for (const name of own) expect(naming(name)).toEqual([`src/structures/${name}.ts`]);
  });

  it('is asked for by nobody outside its folder', () => {
    const asked = sources
      .filter(({ name }) => !name.startsWith('src/structures/'))
      .flatMap(({ name, code }) =>
        [...code.matchAll(/\bstructure\b\)? *[!=]== *('\w+')/g)].flatMap(([, word]) =>
          word === "'vector'" ? [] : [`${name} ${word ?? ''}`],
        ),
      );
    expect(asked).toEqual([]);
  });
});

describe('a contraction', () => {
  it.each(contractions.map(({ choice, name }) => [choice.name, name] as const))(
    '%s is named by its rule, its operation, and where programs list what they do',
    (choice, stem) => {
      const places = naming(choice).filter((name) => name !== `rules/${stem}.ts`);
      const operations =
        /^src\/(?:5-emit\/(?:operations|optimize)\/|5-emit\/python\/(?:operation|header)\.ts|5-emit\/js\/|5-emit\/run\/memory\.ts|model\/(?:program|primitives|adjoint)\.ts)/;
      // The default is a choice of the strategy; `import` names those that have a way back in an example.
      const defaults = ['rules/strategies.ts', 'src/cli/strategy.ts', 'src/import/import.ts'];
      expect(places.filter((name) => !operations.test(name) && !defaults.includes(name))).toEqual([]);
    },
  );
});

describe('an allocating rule', () => {
  const stems = readdirSync(join(root, 'rules/allocate')).map((file) => `allocate/${file.replace(/\.ts$/, '')}`);

  it.each(stems)('%s is named by itself alone', (stem) => {
    // The way back takes the stacked weights apart, which is the rule of those that stacked them.
    expect(naming(stem).filter((name) => name !== 'src/4-parameterize/recover.ts')).toEqual([`rules/${stem}.ts`]);
  });
});

describe('a target', () => {
  it.each(targets.map(({ name }) => name))('%s is named in the list of targets, and by what prints it', (name) => {
    const places = naming(name).filter((place) => place !== 'src/targets.ts');
    // `js` is also how the files of the runtime are called.
    const own = /^src\/(?:5-emit\/(?:python\/dialects|js)\/|base\/shipped\.ts)/;
    expect(places.filter((place) => !own.test(place))).toEqual([]);
  });
});
