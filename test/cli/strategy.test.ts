import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { advised } from '../../rules/advice.js';
import { defaultStrategy, strategies } from '../../rules/strategies.js';
import { LipwrightError, fail } from '../../src/base/diagnostic.js';
import { compile, derive, findStrategy, loadArchitecture } from '../../src/index.js';
import type { Strategy } from '../../src/index.js';
import { Folder, codeOf, lipwright } from './harness.js';

const folder = new Folder();
mkdirSync(folder.path, { recursive: true });
afterAll(() => folder.remove());

/**
 * A hidden layer that reads x through the identity: no rule for Gershgorin rows makes its share of the budget small.
 */
const identity = folder.file('identity.yaml');
writeFileSync(identity, 'name: identity\nequations: |\n  h = phi(x + C * x + b)\n  k = phi(h + D * h)\n  y = A * k\n');

describe('the default strategy', () => {
  it('is pivot with the spectral contraction wherever weights are made', async () => {
    const told = 'pivot (free multipliers, spectral contraction)';
    expect((await lipwright(['compile', 'linear', '--depth', '1'])).out.split('\n')[0]).toContain(`strategy ${told}`);
    expect((await lipwright(['sample', 'linear', '--depth', '1', '--dims', 'x=2,y=1'])).out).toContain(
      `strategy ${told}`,
    );
    expect((await lipwright(['verify', 'linear', '--runs', '1'])).out).toContain(`strategy ${told}`);
    expect(compile(loadArchitecture('linear'), { depth: 1 }).program).toEqual(
      compile(loadArchitecture('linear'), { depth: 1, strategy: defaultStrategy }).program,
    );
  });

  it('of derive is gershgorin, and the first lines say so where nobody has named it', async () => {
    const said =
      /strategy gershgorin\. It is what derive shows where no --strategy is named; compile, sample\s+and verify then take pivot\./;
    const [, second = '', third = ''] = (await lipwright(['derive', 'feedforward'])).out.split('\n');
    expect(`${second} ${third}`).toMatch(said);
    expect((await lipwright(['derive', 'feedforward', '--strategy', 'gershgorin'])).out).not.toMatch(/no --strategy/);
    expect(JSON.parse((await lipwright(['derive', 'feedforward', '--format', 'json'])).out)).toMatchObject({
      strategy: 'gershgorin',
    });
    for (const command of ['derive', 'compile', 'sample', 'verify']) {
      expect((await lipwright([command, '--help'])).out).toContain(
        `(default: "${command === 'derive' ? 'gershgorin' : 'pivot'}")`,
      );
    }
  });
});

describe('where no rule applies', () => {
  it.each([
    [['derive', identity]],
    [['derive', identity, '--depth', '1']],
    [['compile', identity, '--depth', '1', '--strategy', 'gershgorin']],
    [['verify', identity, '--strategy', 'scaled-gershgorin']],
  ])('the error names the strategy that takes it, in a few lines: %j', async (argv) => {
    const { status, out, err } = await lipwright(argv);
    expect([status, out, codeOf(err)]).toEqual([2, '', 'LW401']);
    expect(err).toContain('expected: strategy pivot, which takes these equations (--strategy pivot), or ');
    expect(err.length).toBeLessThan(900);
    expect(
      (await lipwright(['sample', identity, '--depth', '1', '--dims', 'x=2,h=2,y=1', '--strategy', 'pivot'])).status,
    ).toBe(0);
  });

  it('names none that does not take it either', () => {
    const [rows, pivot] = [findStrategy('gershgorin'), findStrategy('pivot')];
    const refusing =
      (...refused: readonly string[]) =>
      ({ name }: Strategy): string =>
        refused.includes(name) ? fail('LW401', 'a form', 'another form') : name;
    const message = (run: () => unknown): string => {
      try {
        return String(run());
      } catch (error) {
        return error instanceof LipwrightError ? `${error.code}: ${error.diagnostic.expected}` : String(error);
      }
    };
    expect(message(() => advised(rows, refusing('gershgorin', 'pivot')))).toBe('LW401: another form');
    expect(message(() => advised(rows, refusing('gershgorin')))).toMatch(/^LW401: strategy pivot/);
    expect(message(() => advised(pivot, refusing('pivot')))).toMatch(/^LW401: strategy gershgorin/);
    expect(message(() => advised(pivot, refusing(...strategies.map(({ name }) => name))))).toBe('LW401: another form');
    expect(message(() => advised(rows, () => fail('LW402', 'a', 'b')))).toBe('LW402: b');
    expect(message(() => derive(loadArchitecture(identity), { depth: 2, strategy: 'gershgorin' }))).toMatch(
      /^LW401: strategy pivot/,
    );
  });
});
