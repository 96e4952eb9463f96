import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Solver } from './smt.js';
import { createSolver, mutants, mutate, obligations, withoutClaim } from './smt.js';

const folder = fileURLToPath(new URL('../proofs', import.meta.url));
const proofs = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => name.endsWith('.smt2'))
  .sort();

/** Of Z3's steps, of which it does a few million a second: the same on every machine, however busy it is. */
const limit = 100_000_000;
let solver: Solver;

beforeAll(async () => {
  solver = await createSolver();
});
afterAll(() => solver.close());

describe('the harness', () => {
  it('is told when an obligation is wrong', async () => {
    // x y ≤ x² + y² holds; 3 x y ≤ x² + y² does not (x = y = 1).
    const claim = (factor: number): string => `(set-logic QF_NRA)
      (declare-const x Real) (declare-const y Real)
      (assert (not (<= (* ${factor}.0 x y) (+ (* x x) (* y y))))) (check-sat)`;
    expect(await solver.answer(claim(1), limit)).toBe('unsat');
    expect(await solver.answer(claim(3), limit)).toBe('sat');
  });

  it('does not take an undecided answer for a proof', async () => {
    // A cube as the sum of two cubes of positive integers: true, but not for a solver to find.
    const script = `(set-logic QF_NIA)
      (declare-const a Int) (declare-const b Int) (declare-const c Int)
      (assert (and (> a 0) (> b 0) (> c 0) (= (+ (* a a a) (* b b b)) (* c c c)))) (check-sat)`;
    expect(await solver.answer(script, 1_000_000)).toBe('unknown');
  });

  it('refuses what is not one well-formed script', async () => {
    const logic = '(set-logic QF_NRA)\n';
    await expect(solver.answer(`${logic}(assert (= x 1.0)) (check-sat)`, limit)).rejects.toThrow('unknown constant');
    await expect(solver.answer(`${logic}(assert false`, limit)).rejects.toThrow();
    await expect(solver.answer(`${logic}(assert false)`, limit)).rejects.toThrow('not one (check-sat)');
    await expect(solver.answer('(assert false) (check-sat)', limit)).rejects.toThrow('set-logic');
  });

  it('keeps scripts apart', async () => {
    expect(await solver.answer('(set-logic QF_LRA)\n(declare-const x Real) (assert (< x x)) (check-sat)', limit)).toBe(
      'unsat',
    );
    expect(await solver.answer('(set-logic QF_LRA)\n(declare-const x Real) (assert (<= x x)) (check-sat)', limit)).toBe(
      'sat',
    );
  });

  it('refuses a mutant whose original text is missing or ambiguous', () => {
    expect(() => mutate('(assert a)', { original: '(assert b)', replacement: '' })).toThrow();
    expect(() => mutate('(assert a) (assert a)', { original: '(assert a)', replacement: '' })).toThrow();
    expect(() => mutate('; (assert a)', { original: '(assert a)', replacement: '' })).toThrow();
    expect(() => mutants('; mutant: nothing')).toThrow();
  });
});

describe.each(proofs)('proofs/%s', (name) => {
  const file = obligations(readFileSync(join(folder, name), 'utf8'));

  it.each(file.map(({ title, script }) => [title, script] as const))('%s', async (_title, script) => {
    // Unsatisfiable: the claim's negation has no instance.
    expect(await solver.answer(script, limit)).toBe('unsat');
  });

  it.each(file.map(({ title, script }) => [title, script] as const))(
    '%s: the assumptions alone have an instance',
    async (_title, script) => {
      expect(await solver.answer(withoutClaim(script), limit)).toBe('sat');
    },
  );

  const wrong = file.flatMap(({ title, script, mutants: list }) =>
    list.map(({ original, replacement }) => [title, replacement, original, script] as const),
  );

  it.each(wrong)('%s: fails with %s for %s', async (_title, replacement, original, script) => {
    expect(await solver.answer(mutate(script, { original, replacement }), limit)).toBe('sat');
  });

  it('has a mutant for every obligation, so that none holds vacuously', () => {
    expect(file.filter(({ mutants: list }) => list.length === 0).map(({ title }) => title)).toEqual([]);
  });
});
