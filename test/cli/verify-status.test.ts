import { describe, expect, it, vi } from 'vitest';
import type * as Sampling from '../../src/verify/sample.js';
import { lipwright } from './harness.js';

// No shipped strategy fails, so the campaign is told to.
vi.mock('../../src/verify/campaign.js', () => ({
  runCampaign: () => {
    const tally = { runs: 10, failures: 2, undecided: 0, infeasible: 0, worstMargin: null };
    return Promise.resolve({
      ...tally,
      seed: 0,
      seconds: 1,
      interrupted: false,
      counterexample: {
        architecture: 'residual',
        depth: 2,
        because: 'undecided',
        dims: { x: 1, w: 2 },
        slopes: [
          [0, 1],
          [-1, 0.5],
        ],
        signals: ['x', 'w[1]', 'w[2]'],
        lipschitz: 0.1,
        replay: 'r1',
        free: {},
      },
      byArchitecture: { residual: tally },
      refused: [{ architecture: 'residual', depth: 2, code: 'LW401', because: 'no rule' }],
    });
  },
}));

vi.mock('../../src/verify/sample.js', async (original) => {
  const { sampleInstance } = await original<typeof Sampling>();
  // The seed chooses the verdict.
  const verdictOf = (seed: number): boolean | null => [true, false, null][seed] ?? null;
  return {
    sampleInstance: (...[architecture, options]: Parameters<typeof sampleInstance>): object => ({
      ...sampleInstance(architecture, options),
      verdict: { negativeSemidefinite: verdictOf(options.seed ?? 0), method: 'exact', margin: null },
    }),
  };
});

describe('sample', () => {
  const argv = ['sample', 'residual', '--depth', '1', '--dims', 'x=1,w=1', '--seed'];

  it.each([
    ['0', 0],
    ['1', 1],
    ['2', 1],
  ])('ends with status 0 only where the verdict is proven: seed %s', async (seed, expected) => {
    expect((await lipwright([...argv, seed])).status).toBe(expected);
    const { status, out, err } = await lipwright([...argv, seed, '--json']);
    expect([status, err]).toEqual([expected, '']);
    expect(JSON.parse(out)).toMatchObject({ architecture: 'residual' });
  });
});

describe('verify with failures', () => {
  it('ends with status 1 and prints the counterexample', async () => {
    const { status, out, err } = await lipwright(['verify', 'residual']);
    expect([status, err]).toEqual([1, '']);
    expect(out).toContain('FAILED in 2 of 10 runs');
    expect(out).toContain(
      'residual at depth 2: undecided\n  widths      x=1, w=2\n  slopes      w[1] [0, 1], w[2] ' +
        '[-1, 0.5]\n  bound       𝓛 = 0.1\n  replay      r1\n',
    );
    expect(out).toContain('residual at depth 2 was left out (LW401): no rule');
  });

  it('ends with status 1 with --json too', async () => {
    const { status, out } = await lipwright(['verify', 'residual', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ failures: 2, counterexample: { replay: 'r1' } });
  });
});
