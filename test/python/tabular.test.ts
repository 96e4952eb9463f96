import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Evaluated } from '../../examples/tabular/results.js';
import { planOf } from '../../examples/tabular/plan.js';
import { readSafetensorsFile } from '../../src/index.js';
import { pythonForTests } from './environment.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const example = join(root, 'examples', 'tabular');
const folder = mkdtempSync(join(tmpdir(), 'lipwright-tabular-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const { interpreter, reason } = await pythonForTests();
const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' };
const run = (command: string, args: readonly string[]): Promise<{ readonly stdout: string }> =>
  promisify(execFile)(command, args, { cwd: root, env });

const evaluated = (): readonly Evaluated[] =>
  JSON.parse(readFileSync(join(folder, 'evaluated.json'), 'utf8')) as readonly Evaluated[];

beforeEach((context) => {
  context.skip(interpreter === null, reason);
});

interface Facts {
  readonly slopes: Readonly<Record<string, number>>;
  readonly disagreements: Readonly<Record<string, number>>;
}

describe('the baselines of the tabular example', () => {
  it('are 1-Lipschitz far from their initialisation, and no longer with an epsilon in the quotient of SLL', async () => {
    const { stdout } = await run(interpreter ?? '', [join(root, 'test', 'python', 'tabular.py'), example]);
    const { slopes, disagreements } = JSON.parse(stdout) as Facts;
    for (const name of ['sandwich-2', 'sandwich-3', 'sll-2', 'sll-3']) {
      expect(slopes[name], name).toBeLessThan(1 + 1e-12);
      expect(slopes[name], name).toBeGreaterThan(0.2);
    }
    for (const name of ['shrunk-2', 'shrunk-3', 'plain-2', 'plain-3']) expect(slopes[name], name).toBeGreaterThan(1.01);
    for (const [name, value] of Object.entries(disagreements)) expect(value, name).toBeLessThan(1e-12);
  });
});

describe('the tabular example', () => {
  beforeAll(async () => {
    if (interpreter !== null)
      await run(process.execPath, ['--import', 'tsx', join(example, 'run.ts'), '--quick', '--keep', folder]);
  });

  it('trains every network of the plan, with equal numbers of parameters, to more than chance', () => {
    const { methods, budgets } = planOf(true);
    expect(evaluated().map(({ method }) => method)).toEqual(methods.map(({ id }) => id));
    for (const { method, dataSet, parameters, clean, points, file } of evaluated()) {
      const budget = budgets[dataSet] ?? 0;
      expect(Math.abs(parameters - budget), method).toBeLessThanOrEqual(0.02 * budget);
      // 178 wines, three tenths of them for the test; the largest class has two fifths.
      expect(points).toBe(54);
      expect(clean, method).toBeGreaterThan(0.85);
      expect(readSafetensorsFile(join(folder, file)).size).toBeGreaterThan(5);
    }
  });

  it('proves 1 for the float32 weights of its own networks, and more for a network without a constraint', () => {
    for (const { method, lipschitz, proven } of evaluated()) {
      if (method.startsWith('plain')) {
        expect(lipschitz).toBeGreaterThan(2);
        expect(proven).toBeNull();
      } else {
        expect(lipschitz, method).toBeLessThan(1 + 1e-5);
        expect(lipschitz, method).toBeGreaterThan(0.3);
        if (!/^(sll|sandwich)/.test(method)) expect(proven, method).toBe(true);
      }
    }
  });

  it('certifies no more than an attack leaves, less at larger radii, and something', () => {
    for (const { method, clean, certified, attacked, curve } of evaluated()) {
      for (const [i, part] of certified.entries()) expect(part, method).toBeLessThanOrEqual(attacked[i] ?? 0);
      for (const falling of [
        [clean, ...certified],
        [clean, ...attacked],
        [clean, ...curve],
      ])
        expect(
          [...falling].sort((a, b) => b - a),
          method,
        ).toEqual(falling);
      if (!method.startsWith('plain')) expect(certified[2], method).toBeGreaterThan(0.5);
    }
  });

  it('moves no test point to another class within its certified radius, and does so within four times as much', async () => {
    expect(evaluated().map(({ overturned }) => overturned)).toEqual(evaluated().map(() => 0));
    const path = join(folder, 'certified.json');
    const wrong = (JSON.parse(readFileSync(path, 'utf8')) as readonly Evaluated[]).map((entry) => ({
      ...entry,
      lipschitz: entry.lipschitz / 4,
    }));
    writeFileSync(path, JSON.stringify(wrong));
    await run(interpreter ?? '', [join(example, 'evaluate.py'), folder]);
    for (const { method, overturned, lipschitz } of evaluated())
      if (!method.startsWith('plain')) expect(overturned, `${method} with ${lipschitz}`).toBeGreaterThan(5);
  });
});
