import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import ts from 'typescript';
import type { Kernel } from '../../../src/5-emit/js/kernel.js';
import { assertedReads } from '../../../src/5-emit/js/asserted-reads.js';
import { kernelBody, kernelHeader, kernels, withCalled } from '../../../src/5-emit/js/kernels.js';
import type { KernelName } from '../../../src/5-emit/js/kernels.js';
import { matrixKernels } from '../../../src/5-emit/js/matrix-kernels.js';
import * as dense from '../../../src/numeric/dense.js';
import { addProduct, addProductTransposed } from '../../../src/numeric/dense-product.js';
import { generator } from '../../../src/numeric/random.js';
import type { Random } from '../../../src/numeric/random.js';
import { Workshop, strictest } from '../targets.js';

/** What the library computes with, by the names of the text. */
const inMemory = { ...dense, addProduct, addProductTransposed };
type Target = Pick<typeof inMemory, keyof typeof matrixKernels>;

const names = Object.keys(matrixKernels) as (keyof typeof matrixKernels)[];
const text = (which: Iterable<KernelName>, typed: boolean): string =>
  Array.from(
    which,
    (name) =>
      'export ' +
      `${[kernelHeader(name, typed), ...kernelBody(name, typed).map((line) => `  ${typed ? assertedReads(line) : line}`), '}'].join('\n')}\n`,
  ).join('\n');

const workshop = new Workshop();
afterAll(() => workshop.close());

let emitted: Target = inMemory;
beforeAll(async () => {
  emitted = (await workshop.load(text(names, false))) as unknown as Target;
});

/** Ordinary numbers, or such as cancel, vanish, overflow and are none. */
function draw(random: Random, length: number, hostile: boolean): Float64Array {
  return Float64Array.from({ length }, () =>
    hostile
      ? random.pick([0, -0, 1, -1, 1e-160 * random.normal(), 1e160 * random.normal(), random.normal(), Number.NaN])
      : random.normal(),
  );
}

/** Runs a kernel on both sides from the same inputs; all arrays they could have written must agree in every bit. */
function compare(name: keyof typeof matrixKernels, make: () => readonly unknown[]): void {
  const [here, there] = [make(), make()];
  const run = (target: Target, parameters: readonly unknown[]): unknown =>
    (target[name] as (...all: readonly unknown[]) => unknown)(...parameters);
  expect(run(emitted, there), name).toBe(run(inMemory, here));
  here.forEach((value, at) => {
    if (!(value instanceof Float64Array)) return;
    const other = there[at] as Float64Array;
    const differs = value.findIndex((entry, k) => !Object.is(entry, other[k]));
    expect(differs, `${name}, array ${at}, entry ${differs} of ${value.length}`).toBe(-1);
  });
}

/** XXᵀ + nI, now and then spoilt by a negative pivot. */
function symmetric(random: Random, n: number, spoilt: boolean): Float64Array {
  const [x, a] = [draw(random, n * n, false), new Float64Array(n * n)];
  dense.multiplyInto(a, x, false, x, true, n, n, n);
  for (let i = 0; i < n; i += 1) a[i * n + i] = (a[i * n + i] ?? 0) + 1;
  if (spoilt) a[random.integer(0, n - 1) * (n + 1)] = random.pick([-1, 0, Number.NaN]);
  return a;
}

function round(random: Random, [p, q, r]: readonly [number, number, number], hostile: boolean): void {
  const [a, b, l] = [draw(random, p * r, hostile), draw(random, r * q, hostile), draw(random, p * p, hostile)];
  const [square, definite] = [draw(random, p * p, hostile), symmetric(random, p, random.integer(0, 2) === 0)];
  const [upright, across] = [draw(random, p * q, hostile), draw(random, q * p, hostile)];
  for (const left of [false, true]) {
    for (const right of [false, true])
      compare('multiplyInto', () => [new Float64Array(p * q), a.slice(), left, b.slice(), right, p, q, r]);
    compare('solveLowerInto', () => [new Float64Array(p * q), l.slice(), upright.slice(), p, q, left]);
    compare('solveRightInto', () => [new Float64Array(q * p), l.slice(), across.slice(), q, p, left]);
  }
  compare('choleskyInto', () => [new Float64Array(p * p), definite.slice(), p]);
  compare('luSolveInto', () => [
    new Float64Array(p * q),
    square.slice(),
    upright.slice(),
    p,
    q,
    new Float64Array(p * p),
  ]);
  compare('gramNormInto', () => [new Float64Array(dense.gramNormWork(p, q)), upright.slice(), p, q]);
  for (const sign of [1, -1]) {
    compare('addProduct', () => [
      upright.slice(),
      0,
      q,
      a.slice(),
      r - 1,
      r,
      -1,
      b.slice(),
      (r - 1) * q,
      -q,
      p,
      q,
      r,
      sign,
    ]);
    compare('addProductTransposed', () => [
      upright.slice(),
      0,
      q,
      a.slice(),
      r - 1,
      r,
      -1,
      b.slice(),
      0,
      r,
      p,
      q,
      r,
      sign,
    ]);
  }
}

describe('the matrix kernels as text', () => {
  it('are not the ones in memory', () => {
    for (const name of names) expect(emitted[name]).not.toBe(inMemory[name]);
  });

  it('give the bits of the ones in memory on random shapes', () => {
    const random = generator(11);
    for (let k = 0; k < 80; k += 1)
      round(random, [random.integer(1, 40), random.integer(1, 40), random.integer(1, 40)], k % 4 === 3);
    for (let n = 1; n <= 9; n += 1) round(random, [n, n, n], false);
    for (const shape of [
      [1, 30, 7],
      [30, 1, 7],
      [7, 30, 1],
    ] as const)
      round(random, shape, false);
  });

  it('and at 130', () => {
    round(generator(12), [130, 130, 130], false);
  });

  it('are strict TypeScript where they have types', () => {
    const file = workshop.write(text(Object.keys(kernels) as KernelName[], true), 'ts');
    expect(
      ts
        .getPreEmitDiagnostics(ts.createProgram([file], strictest))
        .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' ')),
    ).toEqual([]);
    expect(kernelHeader('choleskyInto', true)).toBe(
      'function choleskyInto(out: Float64Array, a: Float64Array, n: number): number {',
    );
  });
});

describe('kernels that call kernels', () => {
  it('say so, and bring them along', async () => {
    const all = Object.keys(kernels) as KernelName[];
    for (const name of all) {
      const { uses = [] }: Kernel = kernels[name];
      const called = all.filter((other) => new RegExp(`\\b${other}\\(`).test(kernelBody(name, false).join('\n')));
      expect([...uses].sort(), name).toEqual(called.sort());
    }
    expect([...withCalled(['solveRightInto', 'absRows'])]).toEqual([
      'solveRightInto',
      'absRows',
      'addProduct',
      'addProductTransposed',
    ]);
    expect([...withCalled(['absRows'])]).toEqual(['absRows']);
    const alone = (await workshop.load(text(withCalled(['multiplyInto']), false))) as unknown as Pick<
      Target,
      'multiplyInto'
    >;
    const out = new Float64Array(1);
    alone.multiplyInto(out, Float64Array.of(2, 3), false, Float64Array.of(5, 7), true, 1, 1, 2);
    expect(out[0]).toBe(31);
  });
});
