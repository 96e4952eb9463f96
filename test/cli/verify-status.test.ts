import { describe, expect, it, vi } from 'vitest';
import { lipwright } from './harness.js';

// No shipped strategy fails, so the campaign is told to.
vi.mock('../../src/verify/campaign.js', () => ({
  runCampaign: () => {
    const tally = { runs: 10, failures: 2, undecided: 0, infeasible: 0, worstMargin: null };
    return Promise.resolve({ ...tally, seed: 0, seconds: 1, interrupted: false, counterexample: { replay: 'r1' }, byArchitecture: { residual: tally }, refused: [{ architecture: 'residual', depth: 2, code: 'LW401', because: 'no rule' }] });
  },
}));

describe('verify with failures', () => {
  it('ends with status 1 and prints the counterexample', async () => {
    const { status, out, err } = await lipwright(['verify', 'residual']);
    expect([status, err]).toEqual([1, '']);
    expect(out).toContain('FAILED in 2 of 10 runs');
    expect(out).toContain('{"replay":"r1"}');
    expect(out).toContain('residual at depth 2 was left out (LW401): no rule');
  });

  it('ends with status 1 with --json too', async () => {
    const { status, out } = await lipwright(['verify', 'residual', '--json']);
    expect(status).toBe(1);
    expect(JSON.parse(out)).toMatchObject({ failures: 2, counterexample: { replay: 'r1' } });
  });
});
