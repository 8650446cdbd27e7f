/** The part of the suite that CI runs, and how it compares with the table. Pure. */
import { groupOf } from './catalogue.ts'
import type { ReportedTest } from './report.ts'
import { type Outcome, PASSED } from './table.ts'

const GROUPS = ['api-machinery', 'auth', 'instrumentation', 'architecture']

/** The one that waits until the token of a list expires takes ten minutes, as long as all others together may. */
const TOO_LONG = /\[Slow\]/

export const isVerifiedInCi = (test: string): boolean => GROUPS.includes(groupOf(test)) && !TOO_LONG.test(test)

/** One line for each test that passes where the table says it does not, or the other way round. Why a test fails may
 *  be put in other words from run to run, so that words are not compared. */
export function differences(table: ReadonlyMap<string, Outcome>, results: readonly ReportedTest[]): string[] {
  return results
    .filter(({ test, outcome }) => (outcome === PASSED) !== (table.get(test) === PASSED))
    .map(({ test, outcome }) => `${test}\n  table: ${table.get(test)}\n  run:   ${outcome}`)
}
