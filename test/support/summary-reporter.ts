import type { Reporter, TestModule, TestRunEndReason } from 'vitest/node';
import type { SerializedError } from 'vitest';

/** Ends a run with one line to read by eye or machine: `N passed, N failed`, and `, N skipped` where some were. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(
    modules: readonly TestModule[],
    unhandled: readonly SerializedError[],
    reason: TestRunEndReason,
  ): void {
    const count = { passed: 0, failed: unhandled.length, skipped: 0 };
    for (const module of modules) {
      let tests = 0;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        // A test left pending was cut off: that is no pass.
        count[state === 'pending' ? 'failed' : state] += 1;
        tests += 1;
      }
      // A file that does not load has no tests to fail.
      if (module.state() === 'failed' && tests === 0) count.failed += 1;
    }
    if (reason !== 'passed' && count.failed === 0) count.failed = 1;
    const skipped = count.skipped === 0 ? '' : `, ${count.skipped} skipped`;
    // After the default reporter, which prints its own end in the same turn.
    process.once('exit', () => {
      process.stdout.write(`${count.passed} passed, ${count.failed} failed${skipped}\n`);
    });
  }
}
