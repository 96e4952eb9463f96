import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes a run with `N passed, N failed` (and `, N skipped` if any) alone on the last line of standard output. Before
 * it stands why tests were skipped, once for each reason.
 */
export class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly unknown[]): void {
    const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
    const reasons = new Set<string>();
    for (const module of modules) {
      let failedTests = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') counts.passed += 1;
        else if (result.state === 'failed') failedTests += 1;
        else counts.skipped += 1;
        if (result.state === 'skipped' && result.note !== undefined) reasons.add(result.note);
      }
      // A file that does not load, or whose hooks throw, fails without a failed test.
      counts.failed += failedTests === 0 && module.state() === 'failed' ? 1 : failedTests;
    }
    const skipped = counts.skipped === 0 ? '' : `, ${counts.skipped} skipped`;
    for (const reason of reasons) process.stdout.write(`${reason}\n`);
    process.stdout.write(`${counts.passed} passed, ${counts.failed} failed${skipped}\n`);
  }
}
