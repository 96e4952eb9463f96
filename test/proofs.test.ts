import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Solver } from './smt.js';
import { createSolver, mutants, mutate, obligations } from './smt.js';

const folder = fileURLToPath(new URL('../proofs', import.meta.url));
const proofs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.smt2'))
  .sort();

const secondsEach = 10;
let solver: Solver;

beforeAll(async () => {
  solver = await createSolver(secondsEach * 1000);
});
afterAll(() => solver.close());

describe('the harness', () => {
  it('is told when an obligation is wrong', async () => {
    // x y ≤ x² + y² holds; 3 x y ≤ x² + y² does not (x = y = 1).
    const claim = (factor: number): string => `(declare-const x Real) (declare-const y Real) (assert (not (<= (* ${factor}.0 x y) (+ (* x x) (* y y))))) (check-sat)`;
    expect(await solver.answers(claim(1))).toEqual(['unsat']);
    expect(await solver.answers(claim(3))).toEqual(['sat']);
  });

  it('does not take an error, an undecided or a missing answer for a proof', async () => {
    expect(await solver.answers('(assert (= x 1.0)) (check-sat)')).not.toEqual(['unsat']);
    expect(await solver.answers('(assert false)')).toEqual([]);
    const hard = await createHardAnswer();
    expect(hard).toEqual(['unknown']);
  });

  it('keeps scripts apart', async () => {
    expect(await solver.answers('(declare-const x Real) (assert false) (check-sat)')).toEqual(['unsat']);
    expect(await solver.answers('(declare-const x Real) (check-sat)')).toEqual(['sat']);
  });

  it('refuses a mutant whose original text is missing or ambiguous', () => {
    expect(() => mutate('(assert a)', { original: '(assert b)', replacement: '' })).toThrow();
    expect(() => mutate('(assert a) (assert a)', { original: '(assert a)', replacement: '' })).toThrow();
    expect(() => mutate('; (assert a)', { original: '(assert a)', replacement: '' })).toThrow();
    expect(() => mutants('; mutant: nothing')).toThrow();
  });
});

/** An obligation that no solver answers: a cube as the sum of two cubes of positive integers. */
function createHardAnswer(): Promise<readonly string[]> {
  return solver.answers(`(set-option :timeout 200)
    (declare-const a Int) (declare-const b Int) (declare-const c Int)
    (assert (and (> a 0) (> b 0) (> c 0) (= (+ (* a a a) (* b b b)) (* c c c)))) (check-sat)`);
}

describe.each(proofs)('proofs/%s', (name) => {
  const file = obligations(readFileSync(join(folder, name), 'utf8'));

  it.each(file.map(({ title, script }) => [title, script] as const))('%s', async (_title, script) => {
    // Unsatisfiable: the claim's negation has no instance.
    expect(await solver.answers(script)).toEqual(['unsat']);
  });

  const wrong = file.flatMap(({ title, script, mutants: list }) => list.map((mutant) => ({ title, script, ...mutant })));

  it.each(wrong)('$title: fails with $replacement for $original', async ({ script, original, replacement }) => {
    expect(await solver.answers(mutate(script, { original, replacement }))).toEqual(['sat']);
  });

  it('has a mutant for every obligation, so that none holds vacuously', () => {
    expect(file.filter(({ mutants: list }) => list.length === 0).map(({ title }) => title)).toEqual([]);
  });
});
