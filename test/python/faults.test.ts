import { afterAll, describe, expect, it } from 'vitest';
import { numpyModule } from '../../src/5-emit/python/index.js';
import { readRuntime } from '../../src/5-emit/python/runtime.js';
import { generator } from '../../src/numeric/random.js';
import { Workshop } from '../5-emit/targets.js';
import { builtin } from '../architectures.js';
import type { Run, Size, Subject } from './cases.js';
import { kinds, runOf, subjectOf } from './cases.js';
import type { Precision } from './compare.js';
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

/**
 * Changes that change nothing, or less than the digits that are compared: where m <= L, |L| counts for L > 0 alone; a
 * division by ones; and the least multipliers. Wide or large matrices, and singular values that lie close together, are
 * for the test of the runtime.
 */
const without = (change: string): boolean =>
  /max\(abs\(m\[[^\]]*\]\), \(L\[[^\]]*\]\)\)|\/ np\.ones|- 2\.0\*\*-40|2\.0\*\*-40 \//.test(change) ||
  /scaled @ scaled if rows|matrix\[half:\] \+|513\)/.test(change);

/** The lines of a program whose values come into its results; others are of demands, and of guards at 2^300. */
function effective(lines: readonly string[]): (at: number) => boolean {
  const statements: { readonly name: string; readonly lines: number[]; text: string }[] = [];
  lines.forEach((line, at) => {
    // Statements, those of a loop too: what is broken goes on further in, or closes a bracket.
    const name = /^ {4}(?: {4})?(for|\w+)(?:\[[^\]]*\]*\])?(?: = |\(| k in )/.exec(line)?.[1];
    if (name !== undefined) statements.push({ name, lines: [at], text: line });
    else {
      const last = statements.at(-1);
      last?.lines.push(at);
      if (last !== undefined) last.text += line;
    }
  });
  const isLeft = ({ name }: { readonly name: string }): boolean =>
    name.startsWith('_') || (/^t\d+$/.test(name) && !wanted.has(name));
  const wanted = new Set<string>();
  // What a loop carries is read before it is made: again until nothing is new.
  for (let size = -1; size < wanted.size;) {
    size = wanted.size;
    for (const statement of statements) {
      if (isLeft(statement) || statement.text.includes('2.0**300')) continue;
      const value = statement.text.replace(/^\s*t\d+ = /, '');
      for (const [read] of value.matchAll(/\bt\d+\b/g)) wanted.add(read);
    }
  }
  const kept = new Set(statements.filter((each) => !isLeft(each)).flatMap((each) => each.lines));
  return (at) => kept.has(at);
}

interface Mutant {
  readonly what: string;
  readonly line: string;
  readonly text: string;
}

function mutants(module: string): readonly Mutant[] {
  const lines = module.split('\n');
  const function_ = (name: string): readonly number[] => {
    const from = lines.findIndex((line) => line.startsWith(`def ${name}(`));
    if (from < 0) return [];
    const length = lines.slice(from + 1).findIndex((line) => /^\S/.test(line) && !line.startsWith(')'));
    return Array.from({ length }, (_, at) => from + 1 + at);
  };
  const program = function_('_constrain');
  const counts = effective(program.map((at) => lines[at] ?? ''));
  // The runtime's own files, of which the module holds what it uses.
  const kernels = [...readRuntime(['kernels']).parts.keys(), '_solve_left', '_solve_right', '_kept'];
  const docstrings = [...module.matchAll(/"""[^]*?"""/g)].map(({ 0: text, index }) => {
    const first = module.slice(0, index).split('\n').length - 1;
    return [first, first + text.split('\n').length - 1] as const;
  });
  const isProse = (at: number): boolean => docstrings.some(([first, last]) => at >= first && at <= last);
  const places = [
    ...program.filter((_at, k) => counts(k)),
    ...function_('forward'),
    ...function_('_lmi'),
    ...kernels.flatMap(function_),
  ];
  return places
    .filter((at) => !isProse(at))
    .flatMap((at) => {
      const line = lines[at] ?? '';
      const strings = [...line.matchAll(/"[^"]*"/g)].map(({ 0: text, index }) => [index, index + text.length] as const);
      const isText = (index: number): boolean => strings.some(([from, to]) => index >= from && index < to);
      if (!/^ {4,}.*(?:=|@|\*|:)/.test(line) || /^\s*(?:#|raise|if |width|sizes|like)/.test(line)) return [];
      return changes.flatMap(([what, from, to]) =>
        [...line.matchAll(from)].flatMap(({ 0: found, index }): readonly Mutant[] => {
          if (isText(index)) return [];
          const changed = line.slice(0, index) + to(found) + line.slice(index + found.length);
          if (without(changed)) return [];
          return [
            {
              what,
              line: `${line.trim()}  →  ${changed.trim()}`,
              text: [...lines.slice(0, at), changed, ...lines.slice(at + 1)].join('\n'),
            },
          ];
        }),
      );
    });
}

type Pair = readonly [number, number];
/** Between them they take every branch: slopes of either sign, equal, nearly equal, of very different sizes. */
const slopes: readonly Pair[] = [
  [0, 1],
  [-1, 0.3],
  [0.3, 7],
  [0, 0],
  [-3, -3],
  [4, 4.001],
  [-4.001, -4],
  [-5, 1],
  [-900, -1e-3],
];
const sizes: readonly Size[] = ['ordinary', 'ordinary', 'hostile'];
/** In single precision, where matrices need not be large to be shortened. */
const largeRuns = 6;

/** Mutants that no run tells from the module, and what is wrong with the module itself: nothing, or nothing is told. */
async function survivors(
  subject: Subject,
  seed: number,
): Promise<{ readonly all: number; readonly left: readonly string[]; readonly own: readonly string[] }> {
  const random = generator(seed);
  const drawn = [
    ...slopes.map((pair) => subject.program.layers.map((): Pair => pair)),
    ...slopes.map((_pair, at) =>
      subject.program.layers.map((_layer, k): Pair => slopes[(at + 3 * k) % slopes.length] ?? [0, 1]),
    ),
  ];
  const made = (
    size: Size,
    precision: Precision,
    pairs: readonly Pair[],
  ): { readonly run: Run; readonly precision: Precision } => ({
    run: { ...runOf(subject, size, random), slopes: pairs },
    precision,
  });
  const runs = [
    ...drawn.map((pairs, at) => made(sizes[at % sizes.length] ?? 'zero', 'float64', pairs)),
    ...drawn.slice(0, largeRuns).map((pairs) => made('large', 'float32', pairs)),
  ];
  const expected = runs.map(({ run, precision }) => expectation(run, 'default', precision));
  const module = numpyModule(subject.program);
  const path = workshop.write(module, 'py');
  const unchanged = await ask(
    session,
    runs.map(({ run, precision }) => request(run, path, 'default', precision)),
  );
  const all = mutants(module).map((mutant) => ({ mutant, path: workshop.write(mutant.text, 'py') }));
  // Most show in the first run: each further one is for those that are left.
  let left = all;
  for (const [k, { run, precision }] of runs.entries()) {
    const answers = await ask(
      session,
      left.map(({ path }) => request(run, path, 'default', precision)),
    );
    const told = expected[k] ?? expectation(run, 'default', precision);
    left = left.filter((_mutant, at) => complaints(told, answers[at] ?? {}, precision).length === 0);
  }
  return {
    all: all.length,
    left: left.map(({ mutant: { what, line } }) => `${what}: ${line}`),
    own: expected.flatMap((each, k) => complaints(each, unchanged[k] ?? {}, runs[k]?.precision ?? 'float64')),
  };
}

describe('a fault in an emitted module', () => {
  it.each(
    kinds
      .filter((_kind, at) => [0, 1, 2, 3, 10].includes(at))
      .map(
        (strategy, at) =>
          [
            strategy.kind === 'pivot' ? `${strategy.multipliers} ${strategy.contraction}` : strategy.name,
            // Depths at which layers make a loop, for one of each kind.
            [4, 2, 2, 3, 2][at] ?? 2,
            strategy,
          ] as const,
      ),
  )('shows (%s, depth %i)', async (_name, depth, strategy) => {
    const { all, left, own } = await survivors(subjectOf(builtin('residual'), depth, strategy), 741);
    expect(own).toEqual([]);
    expect(left).toEqual([]);
    expect(all).toBeGreaterThan(100);
  });
});
