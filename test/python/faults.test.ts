import { afterAll, describe, expect, it } from 'vitest';
import { numpyModule } from '../../src/5-emit/python/index.js';
import { generator } from '../../src/numeric/random.js';
import { Workshop } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import type { Size, Subject } from './cases.js';
import { kinds, runOf, subjectOf } from './cases.js';
import { complaints, expectation, request } from './compare.js';
import { sessionForTests } from './environment.js';
import { ask } from './suite.js';

/** Faults in emitted text, one at a time: the comparison with the in-memory function must notice. */

const session = await sessionForTests('numpy');
const workshop = new Workshop();
afterAll(() => workshop.close());

/** Single changes of an expression; string literals are left alone, and comments and docstrings are no expressions. */
const changes: readonly (readonly [what: string, from: RegExp, to: (found: string) => string])[] = [
  ['a sign', / [+-] /g, (found) => (found === ' + ' ? ' - ' : ' + ')],
  ['an operator', / [*/] /g, (found) => (found === ' * ' ? ' / ' : ' * ')],
  ['a transpose', /\.T\b/g, () => ''],
  ['a number', /(?<![\w.[(:*-]|\*\*-)\d+(?:\.\d+)?(?= [*/@+-])/g, (found) => String(Number(found) * 1.01)],
  ['an extreme', /\b(?:min|max)(?=imum\(|\()/g, (found) => (found === 'min' ? 'max' : 'min')],
  ['an absolute value', /\babs\(/g, () => '('],
  ['a place', /\[(?:0|1)\](?= [*/+-])/g, (found) => (found === '[0]' ? '[1]' : '[0]')],
];

interface Mutant {
  readonly what: string;
  readonly line: string;
  readonly text: string;
}

function mutants(module: string): readonly Mutant[] {
  const lines = module.split('\n');
  const function_ = (name: string): readonly number[] => {
    const from = lines.findIndex((line) => line.startsWith(`def ${name}(`));
    const length = lines.slice(from + 1).findIndex((line) => /^\S/.test(line) && !line.startsWith(')'));
    return Array.from({ length }, (_, at) => from + 1 + at);
  };
  return ['_constrain', 'forward', 'lmi'].flatMap(function_).flatMap((at) => {
    const line = lines[at] ?? '';
    if (!/^ {4,}.*(?:=|@|\*|:)/.test(line) || /^\s*(?:#|raise|if |width|sizes|like)/.test(line)) return [];
    return changes.flatMap(([what, from, to]) =>
      [...line.matchAll(from)].flatMap(({ 0: found, index }): readonly Mutant[] => {
        const changed = line.slice(0, index) + to(found) + line.slice(index + found.length);
        return [{ what, line: `${line.trim()}  →  ${changed.trim()}`, text: [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join('\n') }];
      }),
    );
  });
}

const sizes: readonly Size[] = ['ordinary', 'ordinary', 'ordinary', 'ordinary', 'zero', 'hostile', 'hostile', 'hostile', 'hostile'];

/** Mutants that no run tells from the module. */
async function survivors(subject: Subject, seed: number): Promise<{ readonly all: number; readonly left: readonly string[] }> {
  const random = generator(seed);
  const runs = sizes.map((size) => runOf(subject, size, random));
  const expected = runs.map((run) => expectation(run, 'default', 'float64'));
  const found = mutants(numpyModule(subject.program)).map((mutant) => ({ mutant, path: workshop.write(mutant.text, 'py') }));
  const answers = await ask(session, found.flatMap(({ path }) => runs.map((run) => request(run, path, 'default', 'float64'))));
  const left = found.filter((_mutant, at) => expected.every((each, k) => complaints(each, answers[at * runs.length + k] ?? {}, 'float64').length === 0));
  return { all: found.length, left: left.map(({ mutant: { what, line } }) => `${what}: ${line}`) };
}

describe('a fault in an emitted module', () => {
  it.each(kinds.map((strategy) => [strategy.kind === 'pivot' ? `${strategy.multipliers} ${strategy.contraction}` : strategy.name, strategy] as const))('shows (%s)', async (_name, strategy) => {
    const { all, left } = await survivors(subjectOf(builtin('residual'), 2, strategy), 741);
    console.log(all, left.join('\n'));
    expect(all).toBeGreaterThan(50);
  });
});
