/** Tells why a test that passed did not at first: on a machine that others use too, the only trace of what is rare. */
import type { Reporter, TestCase } from 'vitest/node'

export class RetriedReporter implements Reporter {
  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return
    const why = test.result().errors?.map(({ stack, message }) => stack ?? message) ?? []
    process.stdout.write(`   passed when tried again: ${test.fullName}\n${why.join('\n').replaceAll(/^/gm, '     ')}\n`)
  }
}
